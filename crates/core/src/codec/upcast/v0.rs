//! From version 0, the early draft, to version 1.
//!
//! The draft was a spreadsheet's export. It had one date, one string for the source, and no word on how good or how
//! public that was:
//!
//! | v0 | v1 |
//! | --- | --- |
//! | `date` | `occurred` |
//! | `source`: `"us/embassy-moscow"` or `"us/embassy-moscow via izvestia"` | `source`: an object of `who` and `via` |
//! | (nothing) | `source.attribution`: `anonymous` for `anon` and those beneath it, `media` for everybody else |
//! | `url` | `cite` |
//!
//! The draft never said how the words reached the public, so nothing of it may pass as on record: the least that is
//! certainly true of an attributed line is that an outlet carried it. Grades stay absent, which ranks below `F6`.

use std::collections::BTreeMap;

use serde_json::value::{RawValue, to_raw_value};

use crate::Attribution;
use crate::codec::error::DecodeError;
use crate::jsonl::Object;

const FIELDS: &[&str] = &["id", "v", "type", "track", "date", "recorded", "source", "url", "note", "data"];

pub(super) fn upcast(event: &mut Object<'_>) -> Result<(), DecodeError> {
    event.only(FIELDS)?;
    let date = event.need("date")?;
    event.put("occurred", date);
    if let Some(url) = event.take("url") {
        event.put("cite", url);
    }
    let source = event.need("source")?;
    let object = source_object(&source.text()?);
    event.put("source", source.replaced(object));
    Ok(())
}

/// Returns the source object for a bare source text. Version 1 checks whether its names are valid.
#[allow(clippy::expect_used, reason = "what is made of names and words is JSON")]
fn source_object(source: &str) -> Box<RawValue> {
    let (who, via) = match source.split_once(" via ") {
        Some((who, via)) => (who, Some(via)),
        None => (source, None),
    };
    let anonymous = who == "anon" || who.starts_with("anon/");
    let attribution = if anonymous { Attribution::Anonymous } else { Attribution::Media };
    let via = via.map(|via| ("via", via));
    let fields = [("who", who), ("attribution", attribution.as_str())].into_iter().chain(via);
    to_raw_value(&fields.collect::<BTreeMap<_, _>>()).expect("invariant: texts have a JSON form")
}
