//! `demarche events`: the events in order, filtered.

use demarche_core::{ActorId, Event, EventType};
use demarche_projection::{Bounds, event_json};

use crate::failure::Failure;
use crate::input::{Loaded, load};
use crate::options::{End, Format, FormatArgs, LogArgs, TrackGlob, any_matches, end_of, start_of};
use crate::output::events::{COLUMNS, EventTable, row};
use crate::output::{json, records};
use crate::session::Session;

/// The events in the order in which they are folded, filtered by track, type, speaker, time and text
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche events journal.jsonl --track us-ru/leaders --who ru\n  \
    demarche events journal.jsonl --type claim_denied --format jsonl")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    format: FormatArgs,
}

/// Which events are printed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Choice")]
struct Choice {
    /// Only on tracks that match: `us-ru/irritants`, `us-ru/*`, `us-ru/**`
    #[arg(long = "track", value_name = "GLOB", value_parser = TrackGlob::new)]
    tracks: Vec<TrackGlob>,

    /// Only events of this type; repeatable
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<EventType>,

    /// Only what this actor or one beneath it said; repeatable
    #[arg(long, value_name = "ACTOR")]
    who: Vec<ActorId>,

    /// Only what occurred then or later, at the earliest it can have
    #[arg(long, value_name = "WHEN", value_parser = start_of)]
    from: Option<End>,

    /// Only what occurred by then, at the earliest it can have
    #[arg(long, value_name = "WHEN", value_parser = end_of)]
    as_of: Option<End>,

    /// Only what was on record by then
    #[arg(long, value_name = "WHEN", value_parser = end_of)]
    known_at: Option<End>,

    /// Only events in which this text stands, in whatever case
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let loaded = load(&args.log, session)?;
    let needle = args.choice.text.as_deref().map(str::to_lowercase);
    let mut events: Vec<&Event> =
        loaded.fold.events().filter(|event| args.choice.admits(event, needle.as_deref())).collect();
    events.sort_unstable_by_key(|event| event.order());
    match args.format.format {
        Format::Table => print(&events, &loaded, session)?,
        Format::Json => json::array(events.iter().map(|event| event_json(event)), session.stdout)?,
        Format::Jsonl => {
            for event in &events {
                json::line(&event_json(event), session.stdout)?;
            }
        }
        Format::Csv => records::csv(&COLUMNS, events.iter().map(|event| row(event)), session.stdout)?,
        Format::Markdown => {
            records::markdown_table(&COLUMNS, events.iter().map(|event| row(event)), session.stdout)?;
        }
    }
    loaded.conclude(session)
}

impl Choice {
    fn admits(&self, event: &Event, needle: Option<&str>) -> bool {
        let bounds = Bounds { as_of: None, known_at: self.known_at.and_then(|end| end.0) };
        let occurred = event.occurred.earliest();
        any_matches(&self.tracks, &event.track)
            && (self.types.is_empty() || self.types.contains(&event.event_type()))
            && (self.who.is_empty() || self.who.iter().any(|who| event.source.who.is_within(who)))
            && self.from.and_then(|from| from.0).is_none_or(|from| from <= occurred)
            && self.as_of.and_then(|end| end.0).is_none_or(|end| occurred <= end)
            && bounds.contain(event)
            && needle.is_none_or(|needle| event_json(event).get().to_lowercase().contains(needle))
    }
}

fn print(events: &[&Event], loaded: &Loaded, session: &mut Session<'_>) -> Result<(), Failure> {
    if events.is_empty() {
        writeln!(session.stdout, "no event")?;
        return Ok(());
    }
    // Tracks stand before what is said where the events are of several.
    let mut tracks = events.iter().map(|event| &event.track);
    let first = tracks.next();
    let several = tracks.any(|track| Some(track) != first);
    let mut table = EventTable::new(loaded);
    for event in events {
        table.push(event, several.then_some(event.track.as_str()));
    }
    table.into_table().print(&session.terminal, session.stdout)?;
    Ok(())
}
