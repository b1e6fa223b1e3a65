//! Law 10: no line, however broken, panics; and an error always points into the line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, reason = "a test")]

mod support;

use demarche_core::codec::{Reader, decode, encode};
use demarche_core::strategy;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};
use support::config;

/// Reads a line in both ways; whatever comes of it must make sense.
fn must_not_panic(line: &[u8]) -> Result<(), TestCaseError> {
    match decode(line) {
        Ok(event) => {
            let canonical = encode(&event);
            prop_assert_eq!(decode(canonical.as_bytes()), Ok(event));
        }
        Err(error) => {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= line.len(), "{:?}", error);
            prop_assert!(!error.to_string().is_empty());
            if let Ok(text) = std::str::from_utf8(line) {
                let whole = text.is_char_boundary(error.span.start) && text.is_char_boundary(error.span.end);
                prop_assert!(whole, "{:?} cuts a character of {:?}", error, text);
            }
        }
    }
    for entry in Reader::new(line) {
        if let Err(error) = entry {
            prop_assert!(error.line >= 1 && error.column >= 1 && !error.to_string().is_empty());
        }
    }
    Ok(())
}

/// One way to break a line.
#[derive(Debug, Clone)]
enum Break {
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Delete(Index, usize),
    Truncate(Index),
    Repeat(Index, usize),
}

fn breaks() -> impl Strategy<Value = Vec<Break>> {
    // What is inserted is what JSON and UTF-8 are made of, more often than any byte.
    let bytes = prop_oneof![
        3 => select(&br#"{}[],:"\/0123456789eE+-.tfnu "#[..]).prop_map(|byte| vec![byte]),
        1 => select(vec![&b"null"[..], b"true", b"{}", b"[]", b"\"\"", b"1e999", b"\\ud800", b"\\u0000"])
            .prop_map(<[u8]>::to_vec),
        1 => select(vec![&b"\xEF\xBB\xBF"[..], b"\xC3", b"\xED\xA0\x80", b"\xF4\x90\x80\x80", b"\r", b"\n", b"\0"])
            .prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 1..4),
    ];
    let one = prop_oneof![
        (any::<Index>(), 1..=255_u8).prop_map(|(at, with)| Break::Flip(at, with)),
        (any::<Index>(), bytes).prop_map(|(at, bytes)| Break::Insert(at, bytes)),
        (any::<Index>(), 1..20_usize).prop_map(|(at, length)| Break::Delete(at, length)),
        any::<Index>().prop_map(Break::Truncate),
        (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Break::Repeat(at, length)),
    ];
    vec(one, 1..4)
}

fn broken(mut line: Vec<u8>, breaks: &[Break]) -> Vec<u8> {
    for one in breaks {
        let at = |index: &Index| index.index(line.len() + 1);
        match one {
            Break::Flip(index, with) => {
                let at = at(index);
                if let Some(byte) = line.get_mut(at) {
                    *byte ^= with;
                }
            }
            Break::Insert(index, bytes) => {
                let at = at(index);
                line.splice(at..at, bytes.iter().copied());
            }
            Break::Delete(index, length) => {
                let at = at(index);
                line.drain(at..line.len().min(at + length));
            }
            Break::Truncate(index) => line.truncate(at(index)),
            Break::Repeat(index, length) => {
                let at = at(index);
                let part = line[at..line.len().min(at + length)].to_vec();
                line.splice(at..at, part);
            }
        }
    }
    line
}

/// Any JSON, under the keys that events have.
fn json() -> BoxedStrategy<Value> {
    let key = prop_oneof![
        9 => select(&["id", "v", "type", "track", "occurred", "date", "source", "who", "data", "meeting"][..])
            .prop_map(ToOwned::to_owned),
        1 => strategy::text().prop_map(Into::into),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..3).prop_map(Value::from),
        strategy::text().prop_map(|text| Value::from(&*text)),
        select(demarche_core::EventType::WORDS).prop_map(Value::from),
        strategy::edtf().prop_map(|date| Value::from(date.as_str())),
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((key.clone(), inner), 0..10).prop_map(|fields| fields.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
    .boxed()
}

/// Puts a value somewhere into another.
fn planted(value: &mut Value, path: &[Index], what: Value) {
    let inner: Vec<&mut Value> = match value {
        Value::Object(fields) => fields.values_mut().collect(),
        Value::Array(values) => values.iter_mut().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    match path.split_first() {
        Some((index, rest)) if !inner.is_empty() => {
            let at = index.index(inner.len());
            if let Some(place) = inner.into_iter().nth(at) {
                planted(place, rest, what);
            }
        }
        _ => *value = what,
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes(line in vec(any::<u8>(), 0..200)) {
        must_not_panic(&line)?;
    }

    #[test]
    fn any_text(line in strategy::text()) {
        must_not_panic(line.as_bytes())?;
    }

    #[test]
    fn a_line_that_is_broken(event in strategy::event(), breaks in breaks()) {
        must_not_panic(&broken(encode(&event).into_bytes(), &breaks))?;
    }

    #[test]
    fn any_json(value in json()) {
        must_not_panic(value.to_string().as_bytes())?;
    }

    #[test]
    fn an_event_with_any_json_within(event in strategy::event(), path in vec(any::<Index>(), 1..4), what in json()) {
        let mut value: Value = serde_json::from_str(&encode(&event)).unwrap();
        planted(&mut value, &path, what);
        must_not_panic(value.to_string().as_bytes())?;
    }

    #[test]
    fn an_early_event_with_any_json_within(
        event in strategy::event(), path in vec(any::<Index>(), 1..4), what in json(), source in strategy::text(),
    ) {
        let mut value: Value = serde_json::from_str(&encode(&event)).unwrap();
        planted(&mut value, &path, what);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("v".to_owned(), 0.into());
            fields.insert("source".to_owned(), (&*source).into());
            if let Some(date) = fields.remove("occurred") {
                fields.insert("date".to_owned(), date);
            }
        }
        must_not_panic(value.to_string().as_bytes())?;
    }
}

#[test]
fn nesting_without_end_does_not_overflow_the_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = open.repeat(200_000);
        let closed = format!("{deep}1{}", close.repeat(200_000));
        for text in [&deep, &closed] {
            must_not_panic(text.as_bytes()).unwrap();
            for field in ["id", "v", "type", "source", "data", "cite"] {
                must_not_panic(format!("{{\"v\":1,\"{field}\":{text}}}").as_bytes()).unwrap();
            }
        }
    }
}

#[test]
fn a_place_is_found_behind_line_ends_that_are_white_space() {
    let text = "{\n\"v\":\r\n \té}";
    let error = decode(text.as_bytes()).unwrap_err();
    assert_eq!(error.span.start, text.find('é').unwrap(), "{error:?}");
}
