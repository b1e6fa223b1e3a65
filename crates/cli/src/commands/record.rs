//! `demarche record`: enters an event.

use std::io::BufReader;

use demarche_core::codec::{Reader, decode};
use demarche_core::{EventType, TrackId};

use crate::failure::{Failure, Report};
use crate::recording::{Draft, JournalArgs, PayloadArgs, Said, SourceArgs, event_type_of, open, payload, put};
use crate::session::Session;

/// Enters an event, durably, and prints its id
///
/// From options, from a JSON line (--json), or from standard input as one batch (--batch). `recorded` is now, and later
/// than the last entry, unless that one is of the future.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche record -j desk.jsonl track-opened us-ru/irritants --title Irritants \\\n    \
    --kind consultations --parties us,ru --who desk --attribution document\n  \
    demarche record -j desk.jsonl meeting-cancelled us-ru/irritants --who ru/mfa \\\n    \
    --meeting moscow-round --by us --attribution on-record --grade B2 --dry-run\n  \
    demarche record -j desk.jsonl --batch < new.jsonl")]
pub(crate) struct Args {
    /// The type of the event, as meeting-cancelled
    #[arg(value_name = "TYPE", value_parser = event_type_of, required_unless_present_any = ["json", "batch"])]
    event_type: Option<EventType>,

    /// The track
    #[arg(value_name = "TRACK", required_unless_present_any = ["json", "batch"])]
    track: Option<TrackId>,

    /// An event as it stands in a log
    #[arg(long, value_name = "LINE", conflicts_with_all = ["event_type", "batch"])]
    json: Option<String>,

    /// Events from standard input, one a line, all or none
    #[arg(long, conflicts_with = "event_type")]
    batch: bool,

    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    payload: PayloadArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let drafts = if let Some(line) = &args.json {
        let event = decode(line.as_bytes());
        vec![Draft::whole(event.map_err(|error| Failure::usage(error.to_string(), "give a line of a log"))?)]
    } else if args.batch {
        let drafts = batch(session)?;
        if drafts.is_empty() {
            writeln!(session.stderr, "note: no event came by standard input: nothing was written")?;
            return Ok(0);
        }
        drafts
    } else {
        let (Some(event_type), Some(track)) = (args.event_type, &args.track) else { return Ok(2) };
        let said = Said { source: &args.source, default_who: None, default_attribution: None };
        vec![Draft::new(event_type, track, payload(&args.payload), &said, session)?]
    };
    let desk = open(&args.journal, session)?;
    put(drafts, &[], desk, &args.journal, session)
}

/// The events of standard input; a broken line refuses them all.
fn batch(session: &mut Session<'_>) -> Result<Vec<Draft>, Failure> {
    let mut drafts = Vec::new();
    for entry in Reader::new(BufReader::new(&mut session.stdin)) {
        let entry = entry.map_err(|error| Failure::Log(Box::new(Report::of(error, "<stdin>"))))?;
        drafts.push(Draft::whole(entry.event));
    }
    Ok(drafts)
}
