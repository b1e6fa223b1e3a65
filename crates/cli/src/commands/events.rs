//! `demarche events`: the events in order, filtered.

use demarche_core::codec::decode;
use demarche_core::facts::{Fact, Facts, Spot, Texts};
use demarche_core::{ActorId, Event, EventType, Instant, TrackId};
use demarche_projection::{LogChanged, event_json};
use rayon::iter::ParallelIterator as _;
use rayon::slice::{ParallelSlice as _, ParallelSliceMut as _};

use crate::failure::Failure;
use crate::input::{Loaded, Surveyed, Unmapped, Way, load_behind, load_facts, survey};
use crate::options::{End, FastArgs, FormatArgs, LogArgs, TrackGlob, any_matches, end_of, start_of};
use crate::output::entries::{Entries, Layout};
use crate::output::events::{COLUMNS, EventTable, row};
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
    fast: FastArgs,
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
    let needle = args.choice.text.as_deref().map(str::to_lowercase);
    let layout = Layout::of(args.format.format);
    let loaded = match survey(&args.log, &args.fast, Unmapped::Held, session)? {
        Way::Plain(stdin) => load_behind(&stdin, &args.log, session)?,
        Way::Fast(surveyed) => {
            let chosen = args.choice.of_facts(&surveyed.facts);
            match layout {
                Some(layout) => return print_facts(&surveyed, &chosen, needle.as_deref(), layout, session),
                // A table holds what it prints.
                None => load_facts(&surveyed, &chosen)?,
            }
        }
    };
    let chosen = |event: &&Event| args.choice.admits(event) && stands_in(event, needle.as_deref());
    let mut events: Vec<&Event> = loaded.fold.events().filter(chosen).collect();
    events.sort_unstable_by_key(|event| event.order());
    match layout {
        None => print(&events, &loaded, session)?,
        Some(layout) => {
            let mut entries = Entries::new(layout, &COLUMNS);
            for event in events {
                entries.print_one(&event_json(event), || row(event), session.stdout)?;
            }
            entries.finish(session.stdout)?;
        }
    }
    loaded.conclude(session)
}

/// How many events are rendered in one go by one thread.
const BATCH: usize = 512;

/// How many goes each thread has before what was rendered is printed.
const BATCHES_A_THREAD: usize = 8;

/// Prints the events of logs by their facts. Of the events themselves no more are read at once than are printed at
/// once; only their facts are sorted.
fn print_facts(
    Surveyed { logs, threads, facts }: &Surveyed,
    chosen: &[usize],
    needle: Option<&str>,
    layout: Layout,
    session: &mut Session<'_>,
) -> Result<u8, Failure> {
    let texts = logs.texts();
    let texts = Texts::new(&texts);
    let fact_of = |number: &usize| facts.list().get(*number).zip(facts.spots().get(*number));
    let mut chosen: Vec<(&Fact, &Spot)> = chosen.iter().filter_map(fact_of).collect();
    threads.run(|| chosen.par_sort_unstable_by(|(one, _), (other, _)| one.cmp_order(other)));
    let render = |facts: &[(&Fact, &Spot)]| -> Result<Vec<u8>, LogChanged> {
        let mut out = Vec::new();
        for (fact, spot) in facts {
            let event = decode(texts.line(spot.place)).ok().filter(|event| event.order() == fact.order());
            let event = event.ok_or(LogChanged)?;
            if stands_in(&event, needle) {
                layout.render(&event_json(&event), || row(&event), &mut out);
            }
        }
        Ok(out)
    };
    let mut entries = Entries::new(layout, &COLUMNS);
    let at_once = threads.run(rayon::current_num_threads) * BATCHES_A_THREAD * BATCH;
    for facts in chosen.chunks(at_once) {
        let rendered: Vec<Result<_, _>> = threads.run(|| facts.par_chunks(BATCH).map(render).collect());
        for rows in rendered {
            entries.print(&rows?, session.stdout)?;
        }
    }
    entries.finish(session.stdout)?;
    session.stdout.flush()?;
    Ok(0)
}

/// All names in the order of their numbers.
fn numbered<'f, T: 'f>(name: impl Fn(u32) -> Option<&'f T>) -> impl Iterator<Item = &'f T> {
    (0..).map_while(name)
}

/// Tells whether a text, in lower case, stands in an event.
fn stands_in(event: &Event, needle: Option<&str>) -> bool {
    needle.is_none_or(|needle| event_json(event).get().to_lowercase().contains(needle))
}

impl Choice {
    /// The numbers of the facts that it admits, but for their text.
    fn of_facts(&self, facts: &Facts) -> Vec<usize> {
        let tracks: Vec<bool> = numbered(|number| facts.track(number)).map(|track| self.admits_track(track)).collect();
        let actors: Vec<bool> = numbered(|number| facts.actor(number)).map(|who| self.admits_speaker(who)).collect();
        let admitted = |list: &[bool], number: u32| list.get(number as usize).copied().unwrap_or(false);
        let admits = |(_, (fact, spot)): &(usize, (&Fact, &Spot))| {
            admitted(&tracks, spot.track)
                && admitted(&actors, fact.who)
                && self.admits_rest(fact.event_type, fact.earliest, fact.recorded)
        };
        let facts = facts.list().iter().zip(facts.spots()).enumerate();
        facts.filter(admits).map(|(number, _)| number).collect()
    }

    fn admits(&self, event: &Event) -> bool {
        self.admits_track(&event.track)
            && self.admits_speaker(&event.source.who)
            && self.admits_rest(event.event_type(), event.occurred.earliest(), event.recorded)
    }

    fn admits_track(&self, track: &TrackId) -> bool {
        any_matches(&self.tracks, track)
    }

    fn admits_speaker(&self, speaker: &ActorId) -> bool {
        self.who.is_empty() || self.who.iter().any(|who| speaker.is_within(who))
    }

    fn admits_rest(&self, event_type: EventType, occurred: Instant, recorded: Instant) -> bool {
        let ends_by = |end: Option<End>, instant| end.and_then(|end| end.0).is_none_or(|end| instant <= end);
        (self.types.is_empty() || self.types.contains(&event_type))
            && self.from.and_then(|from| from.0).is_none_or(|from| from <= occurred)
            && ends_by(self.as_of, occurred)
            && ends_by(self.known_at, recorded)
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
