//! Lines whose fields stand in another order, or with white space between, put in canonical order.
//!
//! Other programs write the keys of an object as they come. Such a line says what the canonical line says that has the
//! same members; so that line is made, and read on the fast path. Only the grammar of JSON is judged here, and which
//! keys there are: values are passed on to the letter, and whatever is unusual (an unknown key, one that stands twice,
//! an escape in a key) is left to the patient path.

use std::ops::Range;

use super::Cursor;
use crate::EventType;
use crate::codec::decode::FIELDS;
use crate::codec::fields::SOURCE_FIELDS;
use crate::codec::payloads::payload_fields;

/// Puts lines in order, one after the other.
#[derive(Debug, Default)]
pub(in crate::codec) struct Arranger {
    event: Members,
    source: Members,
    data: Members,
    /// Bytes, since they are put together from parts of a text, each of which would be looked at for characters.
    line: Vec<u8>,
}

/// The members of an object, in the order of the line.
#[derive(Debug, Default)]
struct Members(Vec<Member>);

/// A member of an object, by places in the text.
#[derive(Debug)]
struct Member {
    /// Where its key begins, behind the quote, and where that ends.
    key: Range<usize>,
    value: Range<usize>,
    /// Whether there is white space in it.
    is_spaced: bool,
}

impl Arranger {
    /// Makes one that has seen nothing.
    pub(in crate::codec) const fn new() -> Self {
        Self { event: Members(Vec::new()), source: Members(Vec::new()), data: Members(Vec::new()), line: Vec::new() }
    }

    /// Writes the line with which a text begins in canonical order, and returns it without its line end, and what
    /// follows it in the text: nothing, or the line feed and the lines after it. None where it is no such line.
    pub(in crate::codec) fn first<'s, 't>(&'s mut self, text: &'t str) -> Option<(&'s str, &'t str)> {
        let Self { event, source, data, line } = self;
        let mut cursor = Cursor::new(text);
        source.0.clear();
        data.0.clear();
        cursor.pass_space();
        event.read(&mut cursor, |key, cursor| match key {
            "source" if source.0.is_empty() => source.read(cursor, |_, cursor| value(cursor)),
            "data" if data.0.is_empty() => data.read(cursor, |_, cursor| value(cursor)),
            _ => value(cursor),
        })?;
        cursor.pass_space();
        matches!(cursor.rest().as_bytes(), [] | [b'\n', ..]).then_some(())?;

        let event_type = event.text_of("type", text)?.parse::<EventType>().ok()?;
        line.clear();
        let bytes = text.as_bytes();
        event.write(bytes, &FIELDS.iter().copied(), line, |key, value, line| match key {
            b"source" => source.write(bytes, &SOURCE_FIELDS.iter().copied(), line, put),
            b"data" => data.write(bytes, &payload_fields(event_type).iter().map(|field| field.name), line, put),
            _ => put(key, value, line),
        })?;
        Some((simdutf8::basic::from_utf8(line).ok()?, cursor.rest()))
    }
}

impl Members {
    /// Reads an object; of each value is told whether there is white space in it.
    fn read<'t>(
        &mut self,
        cursor: &mut Cursor<'t>,
        mut value: impl FnMut(&str, &mut Cursor<'t>) -> Option<bool>,
    ) -> Option<bool> {
        self.0.clear();
        series(cursor, b'{', b'}', |cursor| {
            let start = cursor.place() + 1;
            // Whatever stands in a key: only those that are known are written.
            let key = cursor.bare()?;
            let mut is_spaced = cursor.pass_space();
            cursor.pass(b":")?;
            is_spaced |= cursor.pass_space();
            let from = cursor.place();
            is_spaced |= value(key, cursor)?;
            self.0.push(Member { key: start..start + key.len(), value: from..cursor.place(), is_spaced });
            Some(is_spaced)
        })
    }

    /// Returns the text of a member, without its quotes.
    fn text_of<'t>(&self, key: &str, text: &'t str) -> Option<&'t str> {
        let member = self.0.iter().find(|member| text.get(member.key.clone()) == Some(key))?;
        text.get(member.value.clone())?.strip_prefix('"')?.strip_suffix('"')
    }

    /// Writes the members in the order of the given keys; none where there is one of another key, or two of one.
    fn write<'k>(
        &self,
        text: &[u8],
        keys: &(impl Iterator<Item = &'k str> + Clone),
        line: &mut Vec<u8>,
        mut put: impl FnMut(&[u8], &[u8], &mut Vec<u8>) -> Option<()>,
    ) -> Option<()> {
        // By the places of the keys in their order, the members that have them.
        let mut in_order = [None; KEYS_MOST];
        for member in &self.0 {
            let key = text.get(member.key.clone())?;
            let place = in_order.get_mut(keys.clone().position(|other| other.as_bytes() == key)?)?;
            if place.replace(member).is_some() {
                return None;
            }
        }
        let mut before = b'{';
        for member in in_order.into_iter().flatten() {
            line.push(before);
            before = b',';
            let Member { key: key_at, value: value_at, is_spaced } = member;
            let value = text.get(value_at.clone())?;
            if *is_spaced || value.starts_with(b"{") {
                let key = text.get(key_at.clone())?;
                line.extend_from_slice(text.get(key_at.start - 1..=key_at.end)?);
                line.push(b':');
                put(key, value, line)?;
            } else {
                line.extend_from_slice(text.get(key_at.start - 1..value_at.end)?);
            }
        }
        line.extend_from_slice(if before == b'{' { b"{}" } else { b"}" });
        Some(())
    }
}

/// How many keys an object has at most; one that has more is left to the patient path.
const KEYS_MOST: usize = 16;

/// Writes a value that has no members, without the white space within it.
fn put(_key: &[u8], value: &[u8], line: &mut Vec<u8>) -> Option<()> {
    if !value.starts_with(b"[") {
        line.extend_from_slice(value);
        return Some(());
    }
    let mut before = b'[';
    list(&mut Cursor::new(std::str::from_utf8(value).ok()?), |item| {
        line.push(before);
        line.extend_from_slice(item.as_bytes());
        before = b',';
    })?;
    line.extend_from_slice(if before == b'[' { b"[]" } else { b"]" });
    Some(())
}

/// Passes over a value that has no members, and tells whether there is white space in it.
fn value(cursor: &mut Cursor<'_>) -> Option<bool> {
    match cursor.peek()? {
        b'"' => cursor.pass_text().map(|()| false),
        // The version, which is the only number.
        b'1' => cursor.pass(b"1").map(|()| false),
        _ => list(cursor, |_| ()),
    }
}

/// Passes over a list of strings, and tells whether there is white space in it.
fn list<'t>(cursor: &mut Cursor<'t>, mut item: impl FnMut(&'t str)) -> Option<bool> {
    series(cursor, b'[', b']', |cursor| {
        item(cursor.raw_text()?);
        Some(false)
    })
}

/// Passes over what stands between brackets, with commas and white space between; tells whether there is any, or one
/// of its parts says so.
fn series<'t>(
    cursor: &mut Cursor<'t>,
    open: u8,
    close: u8,
    mut one: impl FnMut(&mut Cursor<'t>) -> Option<bool>,
) -> Option<bool> {
    cursor.pass(&[open])?;
    let mut is_spaced = cursor.pass_space();
    if cursor.pass(&[close]).is_some() {
        return Some(is_spaced);
    }
    loop {
        is_spaced |= one(cursor)?;
        is_spaced |= cursor.pass_space();
        if cursor.pass(b",").is_none() {
            return cursor.pass(&[close]).map(|()| is_spaced);
        }
        is_spaced |= cursor.pass_space();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"proposal_made","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"tass","attribution":"media"},"cite":"a \"b\" c","data":{"proposal":"p","by":"ru","summary":"s","to":["us","eu"]}}"#;

    fn arranged(text: &str) -> Option<(String, &str)> {
        let mut arranger = Arranger { line: b"what stood there before".to_vec(), ..Arranger::default() };
        arranger.first(text).map(|(line, rest)| (line.to_owned(), rest))
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
}
