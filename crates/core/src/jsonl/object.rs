//! A JSON object in a line: its fields with their places, values not yet parsed.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::{JsonError, JsonProblem as Problem};
use crate::quote;

/// A value that is not parsed yet: its JSON, and the place in the line that errors point to.
#[derive(Debug, Clone)]
pub struct Value<'a> {
    /// The key as written in the line, which errors point to.
    field: Cow<'a, str>,
    json: Cow<'a, RawValue>,
    place: FieldPlace,
}

/// The place of a piece of JSON.
#[derive(Debug, Clone)]
struct FieldPlace {
    /// The bytes of the line.
    span: Range<usize>,
    /// Whether the JSON is that part of the line. JSON that an upcaster made is not: it has the place of the value that
    /// it was made from.
    verbatim: bool,
}

impl FieldPlace {
    /// Returns the place of a part of the JSON.
    fn of(&self, part: &str, json: &str) -> Self {
        if !self.verbatim {
            return self.clone();
        }
        // Both are slices of one line, the part within the JSON.
        let offset = (part.as_ptr() as usize).saturating_sub(json.as_ptr() as usize);
        let start = self.span.start + offset;
        Self { span: start..start + part.len(), verbatim: true }
    }

    /// Returns the place of an error that `serde_json` reports in the JSON.
    fn of_error(&self, error: &serde_json::Error, json: &str) -> Range<usize> {
        if !self.verbatim {
            return self.span.clone();
        }
        // The column is in bytes, from 1, counted from the last line end, which JSON allows as white space.
        let line_start: usize = json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        // It counts the bytes consumed, including the offending byte, unless that is a control character in a string.
        let next = line_start + error.column();
        let byte = if error.classify() == Category::Eof {
            json.len()
        } else {
            next.saturating_sub(usize::from(!is_control_in_string(json, next)))
        };
        // It may lie within a character.
        let whole = (0..=byte.min(json.len())).rev().find(|at| json.is_char_boundary(*at)).unwrap_or(0);
        let at = self.span.start + whole;
        at..at
    }
}

/// A field: its value and its key, which an upcaster may change.
#[derive(Debug)]
struct Field<'a> {
    key: Cow<'a, str>,
    key_span: Range<usize>,
    /// `None` once it was taken: that is cheaper than closing the gap.
    value: Option<Value<'a>>,
}

/// An object whose fields are taken one by one.
///
/// ```
/// use demarche_core::jsonl::Object;
///
/// let mut object = Object::of_line(r#"{"track":"us-ru","note":7}"#, "an event")?;
/// object.only(&["track", "note"])?;
/// assert_eq!(object.need("track")?.text()?, "us-ru");
/// let error = object.need("note")?.text().unwrap_err();
/// assert_eq!(error.to_string(), "wrong type in `note`: expected a string, found a number");
/// assert_eq!(error.span, 24..25);
/// # Ok::<(), demarche_core::jsonl::JsonError>(())
/// ```
#[derive(Debug)]
pub struct Object<'a> {
    fields: Vec<Field<'a>>,
    /// The name of the object in errors.
    name: Cow<'static, str>,
    /// Its place in the line.
    span: Range<usize>,
}

impl<'a> Value<'a> {
    /// Returns the text of a string.
    ///
    /// # Errors
    ///
    /// A [`JsonError`] if it is not a string.
    pub fn text(&self) -> Result<Cow<'_, str>, JsonError> {
        if !self.json.get().starts_with('"') {
            return Err(self.wrong_type("a string"));
        }
        unquote(&self.json).map_err(|error| syntax(&error).at(self.place.span.clone()))
    }

    /// Returns the value of a whole number that is not negative.
    ///
    /// # Errors
    ///
    /// A [`JsonError`] if it is not such a number.
    pub fn whole_number(&self) -> Result<u64, JsonError> {
        let json = self.json.get();
        json.parse()
            .ok()
            .filter(|_| json != "-0")
            .ok_or_else(|| self.wrong_type("a whole number below 2^64, in figures alone"))
    }

    /// Returns the values of a list, each under the key of the list.
    ///
    /// # Errors
    ///
    /// A [`JsonError`] if it is not a list.
    pub fn list(&self) -> Result<Vec<Value<'_>>, JsonError> {
        let json = self.json.get();
        if !json.starts_with('[') {
            return Err(self.wrong_type("a list"));
        }
        let items: Vec<&RawValue> =
            serde_json::from_str(json).map_err(|error| syntax(&error).at(self.place.of_error(&error, json)))?;
        let value = |item| Value {
            field: Cow::Borrowed(&*self.field),
            place: self.place.of(RawValue::get(item), json),
            json: Cow::Borrowed(item),
        };
        Ok(items.into_iter().map(value).collect())
    }

    /// Returns the fields of an object; errors call it by the given name.
    ///
    /// # Errors
    ///
    /// A [`JsonError`] if it is not an object.
    pub fn object(&self, name: Cow<'static, str>) -> Result<Object<'_>, JsonError> {
        let json = self.json.get();
        if !json.starts_with('{') {
            return Err(self.wrong_type("an object"));
        }
        let mut object = Object::parse(json, name, self.place.clone())?;
        if !self.place.verbatim {
            // Keys that an upcaster made have no place in the line: errors name the field from which they were made.
            for value in object.fields.iter_mut().filter_map(|field| field.value.as_mut()) {
                value.field = Cow::Borrowed(&*self.field);
            }
        }
        Ok(object)
    }

    /// Replaces this value with JSON that an upcaster made.
    pub fn replaced(self, json: Box<RawValue>) -> Self {
        Self { field: self.field, json: Cow::Owned(json), place: FieldPlace { span: self.place.span, verbatim: false } }
    }

    /// Returns whether it is `true` or `false`.
    ///
    /// # Errors
    ///
    /// A [`JsonError`] if it is neither.
    pub fn boolean(&self) -> Result<bool, JsonError> {
        match self.json.get() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.wrong_type("true or false")),
        }
    }

    /// Returns the key as written in the line, cut after 100 characters, as errors name it.
    #[must_use]
    pub fn field(&self) -> Box<str> {
        quote::cut(&self.field)
    }

    /// Returns its place in the line, in bytes.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.place.span.clone()
    }

    fn wrong_type(&self, expected: &'static str) -> JsonError {
        Problem::WrongType { field: self.field(), expected, found: type_of(self.json.get()) }.at(self.span())
    }
}

impl<'a> Object<'a> {
    /// Reads a line to its fields; errors call the object by the given name, such as `an event`.
    ///
    /// # Errors
    ///
    /// A [`JsonError`] if it is not an object, or a key stands twice.
    pub fn of_line(line: &'a str, name: &'static str) -> Result<Self, JsonError> {
        let json = line.trim_matches(JSON_SPACE);
        let whole = FieldPlace { span: 0..line.len(), verbatim: true };
        let place = whole.of(json, line);
        if !json.starts_with('{') {
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok();
            let found = if is_json { type_of(json) } else { "text that is no JSON" };
            return Err(Problem::NotAnObject { expected: name, found }.at(place.span));
        }
        Self::parse(json, Cow::Borrowed(name), place)
    }

    fn parse(json: &'a str, name: Cow<'static, str>, place: FieldPlace) -> Result<Self, JsonError> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let pairs = deserializer
            .deserialize_map(Pairs)
            .and_then(|pairs| deserializer.end().map(|()| pairs))
            .map_err(|error| syntax(&error).at(place.of_error(&error, json)))?;
        let mut fields: Vec<Field<'a>> = Vec::with_capacity(pairs.len());
        for (raw_key, raw_value) in pairs {
            let key_span = place.of(raw_key.get(), json).span;
            let key = unquote(raw_key).map_err(|error| syntax(&error).at(key_span.clone()))?;
            if fields.iter().any(|field| field.key == key) {
                return Err(Problem::DuplicateField(quote::cut(&key)).at(key_span));
            }
            let place = place.of(raw_value.get(), json);
            let value = Value { field: key.clone(), json: Cow::Borrowed(raw_value), place };
            fields.push(Field { key, key_span, value: Some(value) });
        }
        Ok(Self { fields, name, span: place.span })
    }

    /// Refuses keys that are not among the expected ones.
    ///
    /// # Errors
    ///
    /// A [`JsonError`] that blames the first unexpected key.
    pub fn only(&self, expected: &'static [&'static str]) -> Result<(), JsonError> {
        let left = |field: &&Field<'_>| field.value.is_some();
        match self.fields.iter().filter(left).find(|field| !expected.contains(&&*field.key)) {
            None => Ok(()),
            Some(field) => {
                let problem =
                    Problem::UnknownField { field: quote::cut(&field.key), object: (&*self.name).into(), expected };
                Err(problem.at(field.key_span.clone()))
            }
        }
    }

    /// Takes a field out; returns `None` if it is not there.
    #[must_use = "what was taken is not there any more"]
    pub fn take(&mut self, key: &str) -> Option<Value<'a>> {
        self.fields.iter_mut().find(|field| field.value.is_some() && field.key == key)?.value.take()
    }

    /// Takes out a field that must be there.
    ///
    /// # Errors
    ///
    /// A [`JsonError`] if it is missing.
    pub fn need(&mut self, key: &'static str) -> Result<Value<'a>, JsonError> {
        self.take(key).ok_or_else(|| {
            // Errors point to the closing brace.
            let at = self.span.end.saturating_sub(1);
            Problem::MissingField { field: key, object: (&*self.name).into() }.at(at..at)
        })
    }

    /// Puts a field in, under a key that is not there yet.
    pub fn put(&mut self, key: &'static str, value: Value<'a>) {
        let key_span = value.place.span.clone();
        self.fields.push(Field { key: Cow::Borrowed(key), key_span, value: Some(value) });
    }
}

/// Reads an object to pairs of keys and raw values; anything else to `None`.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::with_capacity(10);
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

/// The white space of JSON (RFC 8259 §2).
const JSON_SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Returns the text of a JSON string; borrowed if nothing in it is escaped.
fn unquote(json: &RawValue) -> Result<Cow<'_, str>, serde_json::Error> {
    match json.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if !inner.as_bytes().contains(&b'\\') => Ok(Cow::Borrowed(inner)),
        _ => serde_json::from_str(json.get()).map(Cow::Owned),
    }
}

/// Returns the JSON type of a value, as errors name it.
fn type_of(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null (leave the field out)",
        _ => "a number",
    }
}

/// Tells whether the byte at an offset is a control character inside a string. Everything before it is valid JSON.
fn is_control_in_string(json: &str, at: usize) -> bool {
    let is_control = json.as_bytes().get(at).is_some_and(|byte| *byte < b' ');
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes().take(at) {
        (in_string, escaped) = match byte {
            b'"' if !escaped => (!in_string, false),
            b'\\' => (in_string, in_string && !escaped),
            _ => (in_string, false),
        };
    }
    is_control && in_string
}

/// Returns the message of `serde_json` without its position.
fn syntax(error: &serde_json::Error) -> Problem {
    if error.classify() == Category::Eof {
        return Problem::Syntax("the line ends before the object does: was it cut off, or broken in two?".into());
    }
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    Problem::Syntax(text.strip_suffix(&place).unwrap_or(&text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn blamed(json: &str) -> usize {
        Object::of_line(json, "an event").unwrap_err().span.start
    }

    #[test]
    fn an_error_points_at_the_byte_to_blame() {
        assert_eq!(blamed("{\"a\":\"b\u{1}c\"}"), 7, "a control character");
        assert_eq!(blamed("{\"a\":\"\\\"\u{1}\"}"), 8, "behind an escaped quote");
        assert_eq!(blamed("{\"a\":\"\\\\\u{1}\"}"), 8, "behind an escaped backslash");
        assert_eq!(blamed("{\"a\":x\t}"), 5, "white space behind what is no value");
        assert_eq!(blamed("{\"a\":\"\"x\t}"), 7, "white space behind what is no comma");
        assert_eq!(blamed("{\"a\":\u{1}}"), 5, "a control character outside of a string");
        assert_eq!(blamed("{\"a\":\"b"), 7, "the end");
    }
}
