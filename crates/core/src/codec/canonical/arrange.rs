//! Lines whose fields stand in another order, or with white space between, put in canonical order.
//!
//! Other programs write the keys of an object as they come. Such a line says what the canonical line says that has the
//! same members; so that line is made, and read on the fast path. Only the grammar of JSON is judged here, and which
//! keys there are: values are passed on to the letter, and whatever is unusual (an unknown key, one that stands twice,
//! an escape in a key) is left to the patient path.

use super::Cursor;
use crate::EventType;
use crate::codec::decode::FIELDS;
use crate::codec::fields::SOURCE_FIELDS;
use crate::codec::payloads::payload_fields;

/// How many members an object can have here. No type has more; a test holds that.
const MEMBERS_MAX: usize = 12;

/// The members of an object, in the order of the line: each key without its quotes, each value to the letter.
#[derive(Default)]
struct Members<'a> {
    list: [(&'a str, &'a str); MEMBERS_MAX],
    count: usize,
}

/// Writes the line with which a text begins in canonical order, without its line end, and returns what follows it:
/// nothing, or the line feed and the lines after it. None where it is no such line.
pub(in crate::codec) fn arrange<'a>(text: &'a str, line: &mut String) -> Option<&'a str> {
    let mut cursor = Cursor::new(text);
    let (mut event, mut source, mut data) = (Members::default(), Members::default(), Members::default());
    cursor.pass_space();
    members(&mut cursor, |key, cursor| match key {
        "source" if source.count == 0 => source.read(cursor).and_then(|()| event.add(key, "")),
        "data" if data.count == 0 => data.read(cursor).and_then(|()| event.add(key, "")),
        _ => event.add(key, value(cursor)?),
    })?;
    cursor.pass_space();
    matches!(cursor.rest().as_bytes(), [] | [b'\n', ..]).then_some(())?;

    let event_type = event.get("type")?.strip_prefix('"')?.strip_suffix('"')?.parse::<EventType>().ok()?;
    line.clear();
    event.write(FIELDS.iter().copied(), line, |key, value, line| match key {
        "source" => source.write(SOURCE_FIELDS.iter().copied(), line, put),
        "data" => data.write(payload_fields(event_type).iter().map(|field| field.name), line, put),
        _ => put(key, value, line),
    })?;
    Some(cursor.rest())
}

impl<'a> Members<'a> {
    /// Reads an object whose values are strings or lists of them.
    fn read(&mut self, cursor: &mut Cursor<'a>) -> Option<()> {
        members(cursor, |key, cursor| self.add(key, value(cursor)?))
    }

    fn add(&mut self, key: &'a str, value: &'a str) -> Option<()> {
        *self.list.get_mut(self.count)? = (key, value);
        self.count += 1;
        Some(())
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.list.iter().find(|(found, _)| *found == key).map(|(_, value)| *value)
    }

    /// Writes the members in the order of the given keys; none where there is one of another key, or two of one.
    fn write<'k>(
        &self,
        keys: impl Iterator<Item = &'k str>,
        line: &mut String,
        mut put: impl FnMut(&str, &'a str, &mut String) -> Option<()>,
    ) -> Option<()> {
        let members = self.list.get(..self.count)?;
        let (mut at, mut written) = (0, 0);
        line.push('{');
        for key in keys {
            // In most objects, a key follows the one that comes before it in order.
            let (before, after) = members.split_at_checked(at)?;
            let is_it = |(found, _): &&(&str, &str)| *found == key;
            let place = match after.iter().position(|member| is_it(&member)) {
                Some(ahead) => at + ahead,
                None => match before.iter().position(|member| is_it(&member)) {
                    Some(place) => place,
                    None => continue,
                },
            };
            if written > 0 {
                line.push(',');
            }
            line.push('"');
            line.push_str(key);
            line.push_str("\":");
            put(key, members.get(place)?.1, line)?;
            written += 1;
            at = place + 1;
        }
        line.push('}');
        (written == self.count).then_some(())
    }
}

/// Writes a value without the white space within it.
fn put(_key: &str, value: &str, line: &mut String) -> Option<()> {
    if !value.starts_with('[') {
        line.push_str(value);
        return Some(());
    }
    let mut is_first = true;
    line.push('[');
    list(&mut Cursor::new(value), |item| {
        if !is_first {
            line.push(',');
        }
        is_first = false;
        line.push_str(item);
    })?;
    line.push(']');
    Some(())
}

/// Passes over a value that has no members, and returns it to the letter.
fn value<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    match cursor.rest().as_bytes() {
        [b'"', ..] => cursor.raw_text(),
        // The version, which is the only number.
        [b'1', ..] => cursor.pass(b"1").map(|()| "1"),
        _ => {
            let start = cursor.rest();
            list(cursor, |_| ())?;
            start.get(..start.len() - cursor.rest().len())
        }
    }
}

/// Passes over an object, member by member.
fn members<'a>(cursor: &mut Cursor<'a>, mut member: impl FnMut(&'a str, &mut Cursor<'a>) -> Option<()>) -> Option<()> {
    series(cursor, b"{", b"}", |cursor| {
        let key = cursor.plain()?;
        cursor.pass_space();
        cursor.pass(b":")?;
        cursor.pass_space();
        member(key, cursor)
    })
}

/// Passes over a list of strings.
fn list<'a>(cursor: &mut Cursor<'a>, mut item: impl FnMut(&'a str)) -> Option<()> {
    series(cursor, b"[", b"]", |cursor| {
        item(cursor.raw_text()?);
        Some(())
    })
}

/// Passes over what stands between brackets, with commas and white space between.
fn series<'a>(
    cursor: &mut Cursor<'a>,
    open: &[u8; 1],
    close: &[u8; 1],
    mut one: impl FnMut(&mut Cursor<'a>) -> Option<()>,
) -> Option<()> {
    cursor.pass(open)?;
    cursor.pass_space();
    if cursor.pass(close).is_some() {
        return Some(());
    }
    loop {
        one(cursor)?;
        cursor.pass_space();
        if cursor.pass(close).is_some() {
            return Some(());
        }
        cursor.pass(b",")?;
        cursor.pass_space();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"proposal_made","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"tass","attribution":"media"},"cite":"a \"b\" c","data":{"proposal":"p","by":"ru","summary":"s","to":["us","eu"]}}"#;

    fn arranged(text: &str) -> Option<(String, &str)> {
        let mut line = String::from("what stood there before");
        let rest = arrange(text, &mut line)?;
        Some((line, rest))
    }

    #[test]
    fn any_order_and_any_white_space_come_out_as_the_canonical_line() {
        let other = "\t{ \"data\" : { \"to\":[ \"us\" ,\t\"eu\"], \"summary\":\"s\",\"proposal\":\"p\",\"by\":\"ru\"} ,\
            \"cite\":\"a \\\"b\\\" c\",\"source\":{\"attribution\":\"media\" , \"who\":\"tass\"},\"v\": 1 ,\
            \"recorded\":\"2025-10-23T08:00:00Z\",\"occurred\":\"2025-05\",\"track\":\"us-ru\",\
            \"type\":\"proposal_made\",\"id\":\"0199f3c0-5a00-7000-8000-000000000001\"} \r\n{}";
        assert_eq!(arranged(other), Some((CANONICAL.to_owned(), "\n{}")));
        assert_eq!(arranged(CANONICAL), Some((CANONICAL.to_owned(), "")));
    }

    #[test]
    fn what_is_unusual_is_left_to_the_patient_path() {
        for (usual, unusual) in [
            ("\"v\":1", "\"v\":12"),
            ("\"v\":1", "\"v\":1.0"),
            ("\"v\":1", "\"v\":null"),
            ("\"v\":1", "\"v\":1 1"),
            ("\"v\":1", "\"v\":1,\"v\":1"),
            ("\"v\":1", "\"v\":1,"),
            ("\"cite\"", "\"site\""),
            ("\"cite\"", "\"\\u0063ite\""),
            ("\"cite\"", "\"source\""),
            ("\"by\"", "\"to\""),
            ("\"by\"", "\"reason\""),
            ("\"eu\"]", "\"eu\",]"),
            ("\"eu\"]", "[\"eu\"]]"),
            ("\"eu\"]", "\"eu\"]]"),
            ("\"media\"}", "\"media\",\"via\":{}}"),
            ("proposal_made", "proposal_maid"),
            ("\"type\":", "\"typ\":"),
            (",\"data\":", ",\"data\":{},\"data\":"),
            ("}}", "}} {"),
            ("}}", "}}}"),
            ("}}", "}"),
        ] {
            assert!(CANONICAL.contains(usual));
            let line = CANONICAL.replacen(usual, unusual, 1);
            assert_eq!(arranged(&line), None, "{line}");
        }
        for length in 0..CANONICAL.len() {
            assert_eq!(arranged(CANONICAL.get(..length).unwrap()), None);
        }
    }

    #[test]
    fn there_is_room_for_the_members_of_every_type() {
        for event_type in EventType::ALL {
            assert!(payload_fields(*event_type).len() <= MEMBERS_MAX, "{event_type}");
        }
        assert!(FIELDS.len() <= MEMBERS_MAX);
    }
}
