//! `demarche events`: the events in order, filtered.

use std::io;

use demarche_core::{ActorId, Event, EventType, TrackPattern};
use demarche_interop::export::flat::{EVENTS, names_of};
use demarche_projection::LogChanged;
use demarche_projection::query::{Chosen, EventChoice};
use demarche_projection::state::event_json;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::{ParallelSlice as _, ParallelSliceMut as _};

use crate::failure::Failure;
use crate::input::{Loaded, each_event, load};
use crate::options::{End, FormatArgs, LogArgs, StreamArgs, end_of, start_of};
use crate::output::entries::{Entries, Layout};
use crate::output::events::{event_row, event_table, row};
use crate::output::json;
use crate::output::naming::{Naming, NamingArgs};
use crate::output::table::Cell;
use crate::session::Session;

/// The events in the order in which they are folded, filtered by track, type, speaker, time and text
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche events journal.jsonl --track us-ru/leaders --who ru\n  \
    demarche events journal.jsonl --type claim_denied --format jsonl\n  \
    zcat years.jsonl.gz | demarche events --stream --track 'us-ru/**' --format jsonl")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    stream: StreamArgs,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    naming: NamingArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// The filters that choose which events are printed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Choice")]
struct Choice {
    /// Only on tracks that match: `us-ru/irritants`, `us-ru/*`, `us-ru/**`
    #[arg(long = "track", value_name = "GLOB", value_parser = TrackPattern::new)]
    tracks: Vec<TrackPattern>,

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

    /// Only events that contain this text, ignoring case
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let needle = args.choice.text.as_deref().map(str::to_lowercase);
    let needle = needle.as_deref();
    if args.stream.stream {
        return print_stream(args, needle, session);
    }
    let loaded = load(&args.log, session)?;
    let naming = args.naming.read(&args.log.logs)?;
    let event = |(number, ..): &Chosen<'_>| loaded.event(*number);
    let mut chosen = args.choice.of_facts().among(loaded.facts());
    loaded.run(|| chosen.par_sort_unstable_by(|(_, one, _), (_, other, _)| one.cmp_order(other)));
    if needle.is_some() {
        let found = |one: &Chosen<'_>| event(one).map(|event| stands_in(&event, needle));
        let found: Vec<bool> = loaded.checked(loaded.run(|| chosen.par_iter().map(found).collect()))?;
        let mut found = found.into_iter();
        chosen.retain(|_| found.next() == Some(true));
    }
    match Layout::of(args.format.begin(session.stdout)?) {
        None => print_table(&chosen, &loaded, &naming, session)?,
        Some(layout) => {
            let render = |one: &Chosen<'_>, rows: &mut Vec<u8>| {
                let event = event(one)?;
                layout.render(json::of(&event_json(&event)), || row(&event, &naming.names), rows);
                Ok(())
            };
            let mut entries = Entries::new(layout, names_of(EVENTS));
            in_batches(&chosen, &loaded, render, |rows| entries.print(&rows, session.stdout))?;
            entries.finish(session.stdout)?;
        }
    }
    loaded.conclude(session)
}

/// Prints events while the logs are read.
fn print_stream(args: &Args, needle: Option<&str>, session: &mut Session<'_>) -> Result<u8, Failure> {
    let Some(layout) = Layout::of(args.format.begin(session.stdout)?) else {
        return Err(Failure::usage(
            "a table is laid out as a whole, and --stream holds nothing".to_owned(),
            "choose another format, such as --format jsonl",
        ));
    };
    let naming = args.naming.read(&args.log.logs)?;
    let (choice, mut entries) = (args.choice.of_facts(), Entries::new(layout, names_of(EVENTS)));
    let code = each_event(&args.log, session, &mut |event, stdout| {
        if choice.admits(&event) && stands_in(&event, needle) {
            entries.print_one(json::of(&event_json(&event)), || row(&event, &naming.names), stdout)?;
        }
        Ok(())
    })?;
    entries.finish(session.stdout)?;
    session.stdout.flush()?;
    Ok(code)
}

fn print_table(
    chosen: &[Chosen<'_>],
    loaded: &Loaded,
    naming: &Naming,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    if chosen.is_empty() {
        writeln!(session.stdout, "no event")?;
        return Ok(());
    }
    let several = are_several(chosen.iter().map(|(_, _, spot)| spot.track));
    // The first call counts lines on all threads; do that before they render.
    let _ = loaded.entry(0);
    let render = |(number, ..): &Chosen<'_>, rows: &mut Vec<Vec<Cell>>| {
        let event = loaded.event(*number)?;
        let remark = several.then_some(event.track.as_str());
        rows.push(event_row(&event, remark, &loaded.entry(*number), naming));
        Ok(())
    };
    let mut rows = Vec::new();
    in_batches(chosen, loaded, render, |part| {
        rows.extend(part);
        Ok(())
    })?;
    event_table(rows).print(&session.terminal, session.stdout)?;
    Ok(())
}

/// How many events one thread renders in one batch.
const BATCH: usize = 512;

/// How many batches each thread renders before the results are printed.
const BATCHES_A_THREAD: usize = 8;

/// Renders events in batches on all threads, and passes the results on in order. Only the events that are printed
/// together are read together.
fn in_batches<P: Default + Send>(
    chosen: &[Chosen<'_>],
    loaded: &Loaded,
    render: impl Fn(&Chosen<'_>, &mut P) -> Result<(), LogChanged> + Sync,
    mut take: impl FnMut(P) -> io::Result<()>,
) -> Result<(), Failure> {
    let part = |chosen: &[Chosen<'_>]| {
        let mut part = P::default();
        chosen.iter().try_for_each(|one| render(one, &mut part))?;
        Ok(part)
    };
    let at_once = loaded.run(rayon::current_num_threads) * BATCHES_A_THREAD * BATCH;
    for chosen in chosen.chunks(at_once) {
        let parts: Vec<P> = loaded.checked(loaded.run(|| chosen.par_chunks(BATCH).map(part).collect()))?;
        parts.into_iter().try_for_each(&mut take)?;
    }
    Ok(())
}

/// Tells whether an event contains a text, given in lower case.
fn stands_in(event: &Event, needle: Option<&str>) -> bool {
    needle.is_none_or(|needle| event_json(event).get().to_lowercase().contains(needle))
}

impl Choice {
    /// Returns all filters except the text.
    fn of_facts(&self) -> EventChoice {
        let end = |end: Option<End>| end.and_then(|end| end.0);
        EventChoice {
            tracks: self.tracks.clone(),
            types: self.types.clone(),
            who: self.who.clone(),
            from: end(self.from),
            as_of: end(self.as_of),
            known_at: end(self.known_at),
        }
    }
}

/// Tells whether the events belong to several tracks, so that each row must name its track.
fn are_several<T: PartialEq>(mut tracks: impl Iterator<Item = T>) -> bool {
    let first = tracks.next();
    tracks.any(|track| Some(track) != first)
}
