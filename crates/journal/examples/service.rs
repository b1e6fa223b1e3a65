//! A service that keeps a journal: it enters what it is told, and lets nobody write over what he has not seen.
//!
//! `cargo run -p demarche-journal --example service`
#![allow(clippy::print_stdout, clippy::print_stderr, dead_code, reason = "an example shows what it does")]

use std::path::Path;

use demarche_core::codec::decode;
use demarche_core::{Event, TrackId};
use demarche_journal::{Appended, ExpectedVersion, Journal, JournalError, Options};

/// What the service answers to a request to enter an event.
#[derive(Debug)]
enum Answer {
    Entered,
    /// A client that got no answer asks again: nothing is written twice.
    WasThere,
    /// Others wrote on the track since the client looked: it has that many lines now.
    LookAgain {
        lines: u64,
    },
}

/// The service: one journal, appended to by requests.
struct Service {
    journal: Journal,
}

impl Service {
    fn open(path: &Path) -> Result<Self, JournalError> {
        let journal = Journal::open(path, Options::default())?;
        for torn in journal.torn() {
            eprintln!("line {} was torn, and is kept in {}", torn.line, torn.kept_in.display());
        }
        Ok(Self { journal })
    }

    /// How many lines of a track there are: what a client is told when it looks.
    fn version(&self, track: &TrackId) -> u64 {
        self.journal.version(track)
    }

    /// Enters an event of a client that has seen that many lines of its track.
    fn enter(&mut self, event: &Event, seen: u64) -> Result<Answer, JournalError> {
        if self.journal.contains(event.id) {
            // The same content is a no-op, whatever was written since; other content is refused.
            return self.journal.append(std::slice::from_ref(event), &[]).map(|_| Answer::WasThere);
        }
        let expected = ExpectedVersion { track: event.track.clone(), lines: seen };
        match self.journal.append(std::slice::from_ref(event), &[expected]) {
            Ok(outcomes) if outcomes == [Appended::Added] => Ok(Answer::Entered),
            Ok(_) => Ok(Answer::WasThere),
            Err(JournalError::UnexpectedVersion { found, .. }) => Ok(Answer::LookAgain { lines: found }),
            Err(error) => Err(error),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("demarche-service-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut service = Service::open(&folder.join("desk.jsonl"))?;
    let event = |number: u32| {
        decode(
            format!(
                "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"statement_made\",\"track\":\"us-ru\",\
                 \"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T08:00:0{number}Z\",\
                 \"source\":{{\"who\":\"us/trump\",\"attribution\":\"on_record\",\"grade\":\"B2\"}},\
                 \"data\":{{\"summary\":\"Statement {number}\"}}}}"
            )
            .as_bytes(),
        )
    };
    println!("the first:    {:?}", service.enter(&event(1)?, 0)?);
    println!("asked again:  {:?}", service.enter(&event(1)?, 0)?);
    println!("not looked:   {:?}", service.enter(&event(2)?, 0)?);
    println!("looked again: {:?}", service.enter(&event(2)?, service.version(&event(2)?.track))?);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
