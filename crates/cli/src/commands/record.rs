//! `demarche record`: enters an event.

use std::ffi::OsString;

use demarche_core::{EventType, TrackId};

use crate::failure::Failure;
use crate::recording::{
    self, JournalArgs, PayloadArgs, SourceArgs, SourceDefaults, draft, entered_types, event_type_of, open, open_kept,
    put,
};
use crate::session::Session;

/// Enters an event, durably, and prints its id
///
/// From options, from a JSON line (--json), or from standard input as one batch (--batch). `demarche record TYPE
/// --help` lists the fields of that type alone, and the words that they take. `recorded` is now, and later than the
/// last entry, unless that one is of the future.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche record -j desk.jsonl track-opened us-ru/irritants --title Irritants \\\n    \
    --kind consultations --parties us,ru --who desk --attribution document\n  \
    demarche record -j desk.jsonl meeting-cancelled us-ru/irritants --who ru/mfa \\\n    \
    --meeting moscow-round --by us --attribution on-record --grade B2 --dry-run\n  \
    demarche record -j desk.jsonl --batch < new.jsonl")]
pub(crate) struct Args {
    #[arg(value_name = "TYPE", value_parser = event_type_of, required_unless_present_any = ["json", "batch"],
        help = help_of_types())]
    event_type: Option<EventType>,

    /// The track
    #[arg(value_name = "TRACK", required_unless_present_any = ["json", "batch"])]
    track: Option<TrackId>,

    /// An event as it stands in a log; `id`, `v` and `recorded` may be left out
    #[arg(long, value_name = "LINE", conflicts_with_all = ["event_type", "batch"])]
    json: Option<String>,

    /// Such events from standard input, one a line, all or none
    #[arg(long, conflicts_with = "event_type")]
    batch: bool,

    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    payload: PayloadArgs,
}

fn help_of_types() -> String {
    format!("The type of the event, one of: {}", entered_types())
}

/// Limits the help of `record` to the fields of one type, if the command line names a type and asks for help.
pub(crate) fn help_for_type(command: clap::Command, args: &[OsString]) -> clap::Command {
    let words: Vec<&str> = args.iter().skip(1).filter_map(|arg| arg.to_str()).collect();
    let asks = words.iter().any(|word| ["--help", "-h"].contains(word));
    let behind = words.iter().position(|word| *word == "record").and_then(|at| words.get(at + 1..));
    match behind.into_iter().flatten().find_map(|word| event_type_of(word).ok()).filter(|_| asks) {
        Some(event_type) => command.mut_subcommand("record", |record| PayloadArgs::of_type(record, event_type)),
        None => command,
    }
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let drafts = if let Some(line) = &args.json {
        vec![recording::line(line, session)?]
    } else if args.batch {
        let drafts = recording::batch(session)?;
        if drafts.is_empty() {
            writeln!(session.stderr, "note: no event came by standard input: nothing was written")?;
            return Ok(0);
        }
        drafts
    } else {
        let (Some(event_type), Some(track)) = (args.event_type, &args.track) else { return Ok(2) };
        let of_options = |source: &SourceArgs, session: &Session<'_>| {
            let said = SourceDefaults { source, default_who: None, default_attribution: None };
            draft(event_type, track, args.payload.payload(event_type), &said, session)
        };
        if args.source.like.is_some() {
            let recorder = open_kept(&args.journal, session)?;
            let source = recorder.like(&args.source, &args.journal, session)?;
            return put(vec![of_options(&source, session)?], &[], recorder, &args.journal, session);
        }
        // A journal that is not there yet is made only for what can be entered.
        vec![of_options(&args.source, session)?]
    };
    let recorder = open(&args.journal, session)?;
    put(drafts, &[], recorder, &args.journal, session)
}
