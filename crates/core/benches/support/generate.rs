//! A generator of realistic logs of any length, for benchmarks: the same arguments give the same log, for ever.
//!
//! Of a hundred events two arrive late (30 to 430 days after they occurred), three are claims about claims and one is a
//! retraction; one in six is dated imprecisely. `recorded` rises strictly over ten years, ids are of version 7, and
//! busy tracks have many times the events of quiet ones; or, where tracks are brief, nearly every event has a track of
//! its own. A line has about 390 bytes.
#![allow(dead_code, reason = "each user takes a part")]

mod payloads;
mod words;

use chrono::{DateTime, Days, NaiveDate};
use demarche_core::{
    ActorId, Attribution, Event, EventId, Grade, Instant, Occurred, Payload, ProposalId, Source, TrackId, TrackKind,
};
use uuid::Uuid;

use self::words::{MATTERS, NAMELESS, OFFICES, OUTLETS, PARTIES};

/// The first instant of a log: 2015-01-01, in microseconds since 1970.
const START_MICROS: i64 = 1_420_070_400_000_000;

/// The time that a log covers: ten years.
const SPAN_MICROS: i64 = 10 * 365 * 86_400 * 1_000_000;

/// A source of choices that follow from a seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number below the bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // The upper part of a product, since a remainder is slow; the bias is of no account.
        u64::try_from((u128::from(self.next()) * u128::from(bound)) >> 64).unwrap_or(0)
    }

    /// Tells whether something happens that happens so often of a thousand times.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// Picks one of several.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        made(of.get(index).ok_or("there is nothing to pick from"))
    }
}

/// Unwraps what the generator made.
///
/// # Panics
///
/// Where the generator is wrong.
#[allow(clippy::panic, reason = "only a mistake in the generator leads here")]
pub(crate) fn made<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("the generator made something invalid: {error}"),
    }
}

/// Reads a text that the generator made.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> T {
    made(text.parse())
}

/// What a track remembers, so that events follow from each other.
#[derive(Debug)]
pub(crate) struct Track {
    name: TrackId,
    kind: TrackKind,
    /// The index of its two parties.
    parties: [usize; 2],
    opened: bool,
    /// How many meetings, proposals and the like it has had.
    meetings: u32,
    others: u32,
    phase: Phase,
    open_proposal: Option<ProposalId>,
    /// The last few claims with their speakers, for claims about claims.
    recent: Vec<(EventId, ActorId)>,
}

/// Where the track's current meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    None,
    Proposed,
    Scheduled,
    Postponed,
}

/// How many claims a track remembers.
const RECENT: usize = 8;

/// How events fall on tracks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spread {
    /// Few tracks are busy, most are quiet.
    Uneven,
    /// Each event is the next track's only one, but for the claims about claims and the retractions, which come back to
    /// a track. There should be as many tracks as events.
    Brief,
}

/// Generates the events of a log, in the order in which they are recorded.
#[derive(Debug)]
pub(crate) struct Generator {
    dice: Dice,
    left: u64,
    spread: Spread,
    /// How many tracks have had their turn, where tracks are brief.
    begun: usize,
    /// The greatest step between events, and now, in microseconds.
    step_micros: u64,
    now_micros: i64,
    tracks: Vec<Track>,
    parties: Vec<ActorId>,
    offices: Vec<Vec<ActorId>>,
    outlets: Vec<ActorId>,
    nameless: Vec<ActorId>,
    grades: Vec<Grade>,
}

impl Generator {
    /// Makes the generator of that many events on at most that many tracks, busy and quiet ones.
    pub(crate) fn new(events: u64, tracks: usize, seed: u64) -> Self {
        Self::spread(Spread::Uneven, events, tracks, seed)
    }

    /// Makes the generator of that many events, spread over the tracks in this way.
    pub(crate) fn spread(spread: Spread, events: u64, tracks: usize, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let actors = |names: &[&str]| names.iter().map(|name| parsed(name)).collect::<Vec<ActorId>>();
        let office = |party: &&str| OFFICES.iter().map(|office| parsed(&format!("{party}/{office}"))).collect();
        Self {
            left: events,
            spread,
            begun: 0,
            step_micros: u64::try_from(SPAN_MICROS).unwrap_or(0) / events.max(1) * 2,
            now_micros: START_MICROS,
            tracks: (0..tracks.max(1)).map(|index| track(index, spread, &mut dice)).collect(),
            parties: actors(PARTIES),
            offices: PARTIES.iter().map(office).collect(),
            outlets: actors(OUTLETS),
            nameless: actors(NAMELESS),
            // Mostly usable sources; some that nobody can judge.
            grades: ["A1", "A2", "B2", "B2", "B2", "B3", "C2", "C3", "C3", "D4", "F6"].map(parsed).into(),
            dice,
        }
    }

    /// Moves on to when the next event is recorded.
    fn tick(&mut self) -> Instant {
        self.now_micros += 1 + i64::try_from(self.dice.below(self.step_micros)).unwrap_or(0);
        made(DateTime::from_timestamp_micros(self.now_micros).and_then(Instant::new).ok_or("beyond the end of time"))
    }

    /// Chooses the track of the next event.
    fn pick_track(&mut self) -> usize {
        let (count, begun) = (self.tracks.len(), self.begun);
        let bound = match self.spread {
            // The product of two choices: busy tracks come first, and most are quiet.
            Spread::Uneven => 1 + self.dice.below(count as u64),
            Spread::Brief if begun < count && (begun == 0 || !self.dice.chance(40)) => {
                self.begun += 1;
                return begun;
            }
            Spread::Brief => begun as u64,
        };
        usize::try_from(self.dice.below(bound)).unwrap_or(0)
    }

    fn id(&mut self) -> EventId {
        let millis = u64::try_from(self.now_micros / 1000).unwrap_or(0);
        let high = (millis << 16) | 0x7000 | self.dice.below(1 << 12);
        EventId::new(Uuid::from_u64_pair(high, (self.dice.next() >> 2) | (1 << 63)))
    }

    /// When something recorded on that day occurred.
    fn occurred(&mut self, recorded: NaiveDate) -> Occurred {
        let dice = &mut self.dice;
        let days_ago = if dice.chance(20) { 30 + dice.below(400) } else { *dice.pick(&[0, 0, 0, 0, 0, 1, 1, 1, 2, 3]) };
        let day = recorded - Days::new(days_ago);
        let text = match dice.below(100) {
            0..=5 => day.format("%Y-%m").to_string(),
            6..=7 => day.format("%Y-%m~").to_string(),
            8 => day.format("%Y").to_string(),
            9..=10 => format!("{day}?"),
            11 => day.format("%Y-%m-XX").to_string(),
            12..=14 => format!("{}/{day}", day - Days::new(1 + dice.below(9))),
            15..=24 => format!("{day}T{:02}:{:02}:00+03:00", dice.below(24), dice.below(12) * 5),
            _ => day.to_string(),
        };
        parsed(&text)
    }

    fn source(&mut self, parties: [usize; 2]) -> Source {
        let dice = &mut self.dice;
        let party = *dice.pick(&parties);
        let (who, via, attribution) = match dice.below(100) {
            0..=21 => (dice.pick(&self.outlets), false, Attribution::Media),
            22..=29 => (dice.pick(&self.nameless), true, Attribution::Anonymous),
            30..=37 => (dice.pick(self.offices.get(party).map_or(&[], Vec::as_slice)), true, Attribution::Background),
            38..=47 => (dice.pick(self.offices.get(party).map_or(&[], Vec::as_slice)), false, Attribution::Document),
            _ => (dice.pick(self.offices.get(party).map_or(&[], Vec::as_slice)), true, Attribution::OnRecord),
        };
        let via = (via && dice.chance(800)).then(|| dice.pick(&self.outlets).clone());
        let grade = dice.chance(850).then(|| *dice.pick(&self.grades));
        Source { who: who.clone(), via, attribution, grade }
    }

    fn cite(&mut self, source: &Source, day: NaiveDate) -> Option<Box<str>> {
        let dice = &mut self.dice;
        if dice.chance(150) {
            return None;
        }
        let outlet = source.via.as_ref().unwrap_or(&source.who).party();
        // A page on the web, or a key into the desk's own list of sources.
        Some(if dice.chance(200) {
            format!("https://{outlet}.example/{}/{:07}", day.format("%Y/%m/%d"), dice.below(10_000_000)).into()
        } else {
            format!("{outlet}-{day}#F{:02}", dice.below(100)).into()
        })
    }
}

fn track(index: usize, spread: Spread, dice: &mut Dice) -> Track {
    let count = PARTIES.len() as u64;
    let first = dice.below(count);
    let second = (first + 1 + dice.below(count - 1)) % count;
    let parties = [first, second].map(|party| usize::try_from(party).unwrap_or(0));
    let [a, b] = parties.map(|party| PARTIES.get(party).copied().unwrap_or("us"));
    let mut track = Track {
        name: parsed(&format!("{a}-{b}/{}/{index}", dice.pick(MATTERS))),
        kind: *dice.pick(TrackKind::ALL),
        parties,
        opened: false,
        meetings: 0,
        others: 0,
        phase: Phase::None,
        open_proposal: None,
        recent: Vec::new(),
    };
    // A brief track has but one event: of every other one we hear only when it is well under way.
    if spread == Spread::Brief && index % 2 == 1 {
        track.opened = true;
        track.meetings = 1;
        track.phase = *dice.pick(&[Phase::None, Phase::Proposed, Phase::Scheduled, Phase::Postponed]);
        track.open_proposal = dice.chance(500).then(|| parsed("proposal-1"));
    }
    track
}

impl Iterator for Generator {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.left = self.left.checked_sub(1)?;
        let recorded = self.tick();
        let day = recorded.date();
        let index = self.pick_track();
        let parties = self.tracks.get(index)?.parties;
        let source = self.source(parties);
        let note = self.dice.chance(40).then(|| "Checked against the transcript.".into());
        let (id, occurred, cite) = (self.id(), self.occurred(day), self.cite(&source, day));
        let track = self.tracks.get_mut(index)?;
        let data = payloads::stalled();
        let mut event =
            Event { id, track: track.name.clone(), occurred, recorded, entered_by: None, source, cite, note, data };
        event.data = if self.spread == Spread::Brief && !track.recent.is_empty() {
            payloads::about_claims(track, &mut event.source, &mut self.dice)
        } else {
            payloads::next(track, &mut event.source, day, &self.parties, &mut self.dice)
        };
        if !matches!(event.data, Payload::EventRetracted(_)) {
            if track.recent.len() == RECENT {
                track.recent.remove(0);
            }
            track.recent.push((event.id, event.source.who.clone()));
        }
        Some(event)
    }
}
