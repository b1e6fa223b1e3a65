//! Of logs, only the events that are asked for.
//!
//! A state follows from the events on its track, and from when the last of all was recorded. So the facts of a log say
//! all of what has to be read: a few lines of many, where a few tracks are asked for.

use demarche_core::TrackId;
use demarche_core::codec::Entry;
use demarche_core::facts::{Facts, Spot, Texts};
use demarche_projection::LogChanged;

use super::lines::LineNumbers;
use super::load::{Loaded, load_behind};
use super::texts::{Surveyed, Unmapped, Way, survey};
use crate::failure::Failure;
use crate::options::{FastArgs, LogArgs};
use crate::session::Session;

/// Reads logs to a fold over the events on some tracks, which answers what is asked of these as one over the whole
/// does. Where there are no such events, all is read.
pub(crate) fn load_tracks(
    log: &LogArgs,
    fast: &FastArgs,
    admits: &dyn Fn(&TrackId) -> bool,
    session: &mut Session<'_>,
) -> Result<Loaded, Failure> {
    let surveyed = match survey(log, fast, Unmapped::Held, session)? {
        Way::Fast(surveyed) => *surveyed,
        Way::Plain(stdin) => return load_behind(&stdin, log, session),
    };
    let chosen = on_tracks(&surveyed.facts, admits);
    if chosen.is_empty() {
        return load_behind(surveyed.logs.stdin(), log, session);
    }
    surveyed.logs.checked(read(&surveyed, &chosen))
}

/// Reads the events of the facts of some numbers.
fn read(Surveyed { logs, threads, facts }: &Surveyed, numbers: &[u32]) -> Result<Loaded, LogChanged> {
    let texts = logs.texts();
    let lines = threads.run(|| LineNumbers::of(&texts));
    let texts = Texts::new(&texts);
    let mut loaded = Loaded::of_part(logs.names().clone(), facts.last_recorded());
    for number in numbers {
        let (fact, spot) = facts.fact(*number).zip(facts.spot(*number)).ok_or(LogChanged)?;
        let event = texts.event(fact, spot.place).ok_or(LogChanged)?;
        let entry = Entry { line: lines.at(spot.place), event };
        let log = u32::try_from(spot.place.text()).unwrap_or(u32::MAX);
        if loaded.add(log, entry).is_some() {
            // Each id stands there once, unless somebody wrote over the log.
            return Err(LogChanged);
        }
    }
    Ok(loaded)
}

/// The numbers of the facts on tracks that are asked for.
fn on_tracks(facts: &Facts, admits: &dyn Fn(&TrackId) -> bool) -> Vec<u32> {
    let tracks: Vec<bool> = (0..).map_while(|number| facts.track(number)).map(admits).collect();
    let is_on_one = |spot: &Spot| tracks.get(spot.track as usize).copied().unwrap_or(false);
    facts.iter().filter(|(_, _, spot)| is_on_one(spot)).map(|(number, ..)| number).collect()
}
