//! One line: a flat JSON object of a few fields, each with its place.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use demarche_core::Instant;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Expectation;
use super::error::{ExpectationProblem as Problem, Misplaced};
use crate::{Status, moment};

/// The fields of an expectation.
pub(super) const FIELDS: [&str; 7] = ["track", "status", "as_of", "known_at", "today", "reading", "contested"];

/// The white space of JSON (RFC 8259 §2).
pub(super) const JSON_SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Reads a line that is neither blank nor a remark.
pub(super) fn read(number: u64, line: &str) -> Result<Expectation, Misplaced> {
    let object = Object::of(line)?;
    let (track, span) = object.need("track")?;
    let track = track.parse().map_err(|error| (Problem::Track(error), span))?;
    let (status, span) = object.need("status")?;
    let status = match (&*status, status.parse::<Status>()) {
        ("none", _) => None,
        (_, Ok(status)) => Some(status),
        (found, Err(_)) => return Err((Problem::Status(cut(found)), span)),
    };
    let reading = match object.text("reading")? {
        Some((reading, span)) => Some(reading.parse().map_err(|error| (Problem::Reading(error), span))?),
        None => None,
    };
    Ok(Expectation {
        line: number,
        track,
        status,
        as_of: object.moment("as_of")?,
        known_at: object.moment("known_at")?,
        today: object.moment("today")?,
        reading,
        contested: object.boolean("contested")?,
    })
}

/// The fields of a line: each key with its value's JSON.
struct Object<'a> {
    line: &'a str,
    fields: Vec<(&'static str, &'a RawValue)>,
}

impl<'a> Object<'a> {
    fn of(line: &'a str) -> Result<Self, Misplaced> {
        let json = line.trim_matches(JSON_SPACE);
        if !json.starts_with('{') {
            return Err(match serde_json::from_str::<serde::de::IgnoredAny>(json) {
                Ok(_) => (Problem::NotAnObject { found: type_of(json) }, place(line, json)),
                Err(error) => syntax(line, json, &error),
            });
        }
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let pairs = deserializer
            .deserialize_map(Pairs)
            .and_then(|pairs| deserializer.end().map(|()| pairs))
            .map_err(|error| syntax(line, json, &error))?;
        let mut object = Self { line, fields: Vec::new() };
        for (key, value) in pairs {
            object.enter(key, value)?;
        }
        Ok(object)
    }

    fn enter(&mut self, raw_key: &'a RawValue, value: &'a RawValue) -> Result<(), Misplaced> {
        let span = place(self.line, raw_key.get());
        let key: Cow<'_, str> = serde_json::from_str(raw_key.get()).map_err(|error| bad_json(&error, span.clone()))?;
        let Some(known) = FIELDS.into_iter().find(|field| *field == key) else {
            return Err((Problem::UnknownField(cut(&key)), span));
        };
        if self.get(known).is_some() {
            return Err((Problem::DuplicateField(known.into()), span));
        }
        self.fields.push((known, value));
        Ok(())
    }

    fn get(&self, field: &'static str) -> Option<&'a RawValue> {
        self.fields.iter().find(|(key, _)| *key == field).map(|(_, value)| *value)
    }

    /// The text of a field, with its place.
    fn text(&self, field: &'static str) -> Result<Option<(String, Range<usize>)>, Misplaced> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let span = place(self.line, value.get());
        if !value.get().starts_with('"') {
            return Err(self.wrong_type(field, "a string", value));
        }
        let text = serde_json::from_str(value.get()).map_err(|error| bad_json(&error, span.clone()))?;
        Ok(Some((text, span)))
    }

    /// The text of a field that must be there. It is missing at the closing brace.
    fn need(&self, field: &'static str) -> Result<(String, Range<usize>), Misplaced> {
        let end = self.line.trim_end_matches(JSON_SPACE).len().saturating_sub(1);
        self.text(field)?.ok_or((Problem::MissingField(field), end..end))
    }

    fn moment(&self, field: &'static str) -> Result<Option<Instant>, Misplaced> {
        let Some((text, span)) = self.text(field)? else { return Ok(None) };
        match moment(&text) {
            Ok(Some(instant)) => Ok(Some(instant)),
            Ok(None) => Err((Problem::NoEnd { field, input: cut(&text) }, span)),
            Err(reason) => Err((Problem::Date { field, reason }, span)),
        }
    }

    fn boolean(&self, field: &'static str) -> Result<Option<bool>, Misplaced> {
        let Some(value) = self.get(field) else { return Ok(None) };
        match value.get() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(self.wrong_type(field, "true or false", value)),
        }
    }

    fn wrong_type(&self, field: &'static str, expected: &'static str, value: &RawValue) -> Misplaced {
        let found = type_of(value.get());
        (Problem::WrongType { field, expected, found }, place(self.line, value.get()))
    }
}

/// Reads an object to pairs of keys and values as they stand.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

/// Where a part of a line stands in it. Both are slices of one text.
fn place(line: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    start..start + part.len()
}

/// An error of `serde_json`, whose column is in bytes, from 1. Where something is missing, it is so behind the end.
fn syntax(line: &str, json: &str, error: &serde_json::Error) -> Misplaced {
    let byte = if error.is_eof() { json.len() } else { error.column().saturating_sub(1).min(json.len()) };
    let at = place(line, json).start + byte;
    bad_json(error, at..at)
}

/// The error of `serde_json`, without its own idea of the place.
fn bad_json(error: &serde_json::Error, span: Range<usize>) -> Misplaced {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(&*text, |(reason, _)| reason);
    (Problem::Syntax(reason.into()), span)
}

/// The JSON type of a value, as an error names it.
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

/// What an error keeps of an offending text.
fn cut(text: &str) -> Box<str> {
    text.chars().take(100).collect::<String>().into()
}
