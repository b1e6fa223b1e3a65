//! What is said in words: each sentence is true of date, place and answer, and reads like English.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "narrate/changes.rs"]
mod changes;
#[path = "narrate/clauses.rs"]
mod clauses;
#[path = "narrate/disputes.rs"]
mod disputes;
#[path = "narrate/names.rs"]
mod names;
#[path = "narrate/sentences.rs"]
mod sentences;

use demarche_core::{Event, codec};
use demarche_projection::Fold;
use demarche_projection::narrate::Names;
use demarche_projection::query::{Query, moment};
use demarche_projection::state::Dossier;
use serde_json::{Value, json};

/// What somebody says: when, who (with `?` behind who is anonymous), what.
type Told = (&'static str, &'static str, &'static str, Value);

fn id(number: u64) -> String {
    format!("01940000-0000-7000-8000-{number:012}")
}

/// Events on the track `t`, numbered from 1, each recorded at noon of its first day, of grade B2.
fn events(told: &[Told]) -> Vec<Event> {
    let line = |(number, (occurred, who, kind, data)): (u64, &Told)| {
        let mut data = data.clone();
        for target in data.get_mut("claims").and_then(Value::as_array_mut).into_iter().flatten() {
            *target = id(target.as_u64().unwrap()).into();
        }
        let (who, attribution) = match who.strip_suffix('?') {
            Some(who) => (who, "anonymous"),
            None if who.starts_with("the-") => (*who, "media"),
            None => (*who, "on_record"),
        };
        let first = format!("{occurred}-01-01");
        json!({
            "id": id(number), "v": 2, "type": kind, "track": "t", "occurred": occurred,
            "recorded": format!("{}T12:00:00Z", if occurred.len() < 10 { &first[..10] } else { &occurred[..10] }),
            "source": { "who": who, "attribution": attribution, "grade": "B2" }, "data": data,
        })
    };
    let lines = (1..).zip(told).map(|told| line(told).to_string());
    lines.map(|line| codec::decode(line.as_bytes()).unwrap()).collect()
}

/// The track between two parties, of which a third mediates.
fn opened() -> Told {
    let data = json!({ "title": "T", "kind": "negotiation", "parties": ["ardenia", "borland"], "mediators": ["om"] });
    ("2025-01-01", "desk", "track_opened", data)
}

fn dossier(told: &[Told], today: &str) -> Dossier {
    let query = Query { as_of: moment(today).unwrap(), ..Query::default() };
    Fold::of(events(told)).unwrap().dossier(&"t".parse().unwrap(), &query).unwrap().unwrap()
}

/// The sentence on a track that was opened and on which this was said, as of a day.
#[track_caller]
fn says(today: &str, told: &[Told], sentence: &str) {
    let told: Vec<Told> = [opened()].into_iter().chain(told.iter().cloned()).collect();
    assert_eq!(dossier(&told, today).sentence(&Names::default()), sentence);
}
