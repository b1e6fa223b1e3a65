//! An event as one would declare it in an afternoon: owned strings, derived decoding, nothing checked but the shape.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    pub v: u32,
    pub r#type: String,
    pub track: String,
    pub occurred: String,
    pub recorded: String,
    pub source: Source,
    pub cite: Option<String>,
    pub note: Option<String>,
    pub data: Data,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub who: String,
    pub via: Option<String>,
    pub attribution: String,
    pub grade: Option<String>,
}

/// The fields of all payloads, each where it is there: quicker to decode than an enum of the types.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Data {
    pub about: Option<String>,
    pub against: Vec<String>,
    pub agreement: Option<String>,
    pub answer: Option<String>,
    pub by: Option<String>,
    pub claims: Vec<String>,
    pub deadline: Option<String>,
    pub effect: Option<String>,
    pub event: Option<String>,
    pub exchange: Option<String>,
    pub extent: Option<String>,
    pub format: Option<String>,
    pub how: Option<String>,
    pub issue: Option<String>,
    pub kind: Option<String>,
    pub level: Option<String>,
    pub measure: Option<String>,
    pub meeting: Option<String>,
    pub of: Option<String>,
    pub outcome: Option<String>,
    pub parties: Vec<String>,
    pub proposal: Option<String>,
    pub reason: Option<String>,
    pub stage: Option<String>,
    pub stance: Option<String>,
    pub summary: Option<String>,
    pub title: Option<String>,
    pub to: Vec<String>,
    pub until: Option<String>,
    pub venue: Option<String>,
    pub when: Option<String>,
}

/// Reads a log, an event at a time.
pub fn events(path: &str) -> io::Result<impl Iterator<Item = io::Result<Event>>> {
    let mut input = BufReader::with_capacity(1 << 18, File::open(path)?);
    let mut line = Vec::new();
    Ok(std::iter::from_fn(move || {
        line.clear();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_slice(&line).map_err(io::Error::from)),
            Err(error) => Some(Err(error)),
        }
    }))
}

/// The first argument of the program: a log.
pub fn log_argument() -> io::Result<String> {
    std::env::args().nth(1).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "name a log"))
}
