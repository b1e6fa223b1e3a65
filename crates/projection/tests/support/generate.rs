//! Questions about generated logs. They are drawn to hit: bounds at the instants at which something happens, actors
//! that speak.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use demarche_core::strategy::{self, small};
use demarche_core::{ActorId, Edtf, Event, Instant, TrackId, TrackKind};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::Log;
use crate::naive::{NaiveQuery, NaiveReading};

/// A question that still has to learn of its log: it points at the log's instants and actors by index, so that log and
/// question shrink apart from each other.
#[derive(Clone)]
pub(crate) struct Question {
    as_of: Option<Moment>,
    known_at: Option<Moment>,
    today: Option<Moment>,
    reading: Asked,
    patience_days: u32,
    patience_by_kind: BTreeMap<String, u32>,
}

#[derive(Debug, Clone)]
enum Moment {
    /// An instant at which something of the log changes, or the nanosecond before or after it.
    OfTheLog(Index, i8),
    Any(Instant),
}

#[derive(Debug, Clone)]
enum Asked {
    Reading(NaiveReading),
    Who(Index),
    Side(Index),
}

impl fmt::Debug for Question {
    /// Indices say nothing to a reader; what a law finds, it tells with the query that the question came to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a question")
    }
}

/// Makes a log.
pub(crate) fn log() -> impl Strategy<Value = Log> {
    prop_oneof![
        // Long ones, on several tracks: what is said of one must not touch another.
        1 => strategy::log().prop_map(Log),
        // Short ones, so that little stands in the way of what does happen.
        1 => strategy::log_of(0..=12).prop_map(Log),
        // All on one track, so that events meet as often as they can.
        2 => strategy::log_of(1..=20).prop_map(on_one_track),
    ]
}

fn on_one_track(events: Vec<Event>) -> Log {
    let one: TrackId = "us-ru".parse().unwrap();
    Log(events.into_iter().map(|event| Event { track: one.clone(), ..event }).collect())
}

/// Makes a log on tracks that lie beneath each other, four deep, with one left out between, and one that merely begins
/// alike.
pub(crate) fn nested_log() -> impl Strategy<Value = Log> {
    let nested = |event: Event| {
        let track = match event.track.as_str() {
            "us-ru/leaders" => "us-ru/irritants-2".parse().unwrap(),
            "eu/energy/gas" => "us-ru/irritants/visas/consular".parse().unwrap(),
            _ => event.track.clone(),
        };
        Event { track, ..event }
    };
    strategy::log().prop_map(move |events| Log(events.into_iter().map(nested).collect()))
}

/// Makes several questions about one log: most hang on one event or another, and a single one would pass most of them
/// by.
pub(crate) fn questions() -> impl Strategy<Value = Vec<Question>> {
    vec(question(), 1..=16)
}

/// Makes a question with everything in it.
pub(crate) fn question() -> impl Strategy<Value = Question> {
    let bounds = (option::weighted(0.3, moment()), option::weighted(0.3, moment()), option::weighted(0.7, moment()));
    (bounds, reading(), patience_days(), patience_by_kind()).prop_map(
        |((as_of, known_at, today), reading, patience_days, patience_by_kind)| Question {
            as_of,
            known_at,
            today,
            reading,
            patience_days,
            patience_by_kind,
        },
    )
}

/// Makes a moment to ask about.
fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        // On the edge, and one nanosecond to either side: "not after" against "before".
        4 => (any::<Index>(), -1..=1_i8).prop_map(|(index, nudge)| Moment::OfTheLog(index, nudge)),
        1 => small::instant().prop_map(Moment::Any),
    ]
}

fn reading() -> impl Strategy<Value = Asked> {
    let fixed = select(vec![NaiveReading::Prudent, NaiveReading::Latest, NaiveReading::OnRecord]);
    let floor = select(&["B2", "B3", "C2", "F6", "A1", "C1"][..]).prop_map(|floor| floor.parse().unwrap());
    prop_oneof![
        4 => fixed.prop_map(Asked::Reading),
        2 => floor.prop_map(|floor| Asked::Reading(NaiveReading::Grade(floor))),
        2 => any::<Index>().prop_map(Asked::Who),
        // The only reading that looks at who denies, made and confirmed at once.
        3 => any::<Index>().prop_map(Asked::Side),
    ]
}

fn patience_days() -> impl Strategy<Value = u32> {
    // No patience, some, the default, more days than the small world has, and more than there is time.
    prop_oneof![1 => Just(0), 3 => 1..200_u32, 4 => Just(90), 1 => Just(1_000), 1 => Just(u32::MAX)]
}

fn patience_by_kind() -> impl Strategy<Value = BTreeMap<String, u32>> {
    // Nothing, or some of the kinds: as often as not the last opening has one of these.
    let kinds = prop_oneof![Just(Vec::new()), subsequence(TrackKind::WORDS, 3..=6)];
    let days = vec(patience_days(), TrackKind::WORDS.len());
    (kinds, days).prop_map(|(kinds, days)| kinds.into_iter().map(String::from).zip(days).collect())
}

/// Makes an order for [`reordered`]: a key for each line of the longest log, and more than that.
pub(crate) fn order() -> impl Strategy<Value = Vec<u16>> {
    vec(any::<u16>(), 64)
}

/// The same events in the order of the keys.
pub(crate) fn reordered(log: &Log, keys: &[u16]) -> Log {
    let mut keyed: Vec<_> = keys.iter().cycle().zip(log.0.iter().cloned()).collect();
    keyed.sort_by_key(|(key, _)| **key);
    Log(keyed.into_iter().map(|(_, event)| event).collect())
}

/// The log cut into that many parts: the line with the nth key goes into part `key % parts`.
pub(crate) fn dealt(log: &Log, keys: &[u16], parts: u16) -> Vec<Log> {
    let in_part = |part: u16| -> Vec<Event> {
        let keyed = keys.iter().cycle().zip(&log.0);
        keyed.filter(|(key, _)| **key % parts == part).map(|(_, event)| event.clone()).collect()
    };
    (0..parts).map(|part| Log(in_part(part))).collect()
}

/// Instants that a clock shows, one after the other, of which some are left out.
#[derive(Debug, Clone)]
pub(crate) struct Ticks(Vec<Option<Moment>>);

/// Makes the ticks of a clock.
pub(crate) fn ticks() -> impl Strategy<Value = Ticks> {
    vec(option::weighted(0.5, moment()), 1..24).prop_map(Ticks)
}

impl Ticks {
    /// The ticks around that log, for all time: no clock goes back, but where it is left out.
    pub(crate) fn around(&self, log: &Log, question: &Question) -> impl Iterator<Item = Option<Instant>> {
        let moments = moments(log, question);
        let at = |moment: &Option<Moment>| moment.as_ref().map(|moment| moment.within(&moments));
        let ticks: Vec<Option<Instant>> = self.0.iter().map(at).collect();
        let mut shown: Vec<Instant> = ticks.iter().copied().flatten().collect();
        shown.sort_unstable();
        let mut shown = shown.into_iter();
        let in_turn: Vec<Option<Instant>> = ticks.iter().map(|tick| tick.and_then(|_| shown.next())).collect();
        in_turn.into_iter().chain(std::iter::repeat(None))
    }
}

impl Question {
    /// The question put to that log.
    pub(crate) fn to(&self, log: &Log) -> NaiveQuery {
        let moments = moments(log, self);
        let at = |moment: &Option<Moment>| moment.as_ref().map(|moment| moment.within(&moments));
        NaiveQuery {
            as_of: at(&self.as_of),
            known_at: at(&self.known_at),
            today: at(&self.today),
            reading: self.reading.among(&actors(log)),
            patience_days: self.patience_days,
            patience_by_kind: self.patience_by_kind.clone(),
        }
    }

    /// The question put to that log, with the day on which it is judged: without one, adding or leaving out events may
    /// move the default.
    pub(crate) fn dated(&self, log: &Log) -> NaiveQuery {
        let mut query = self.to(log);
        let last_recorded = log.0.iter().map(|e| e.recorded).max();
        query.today = query.today.or(query.as_of).or(query.known_at).or(last_recorded).or(Some(Instant::MIN));
        query
    }
}

impl Moment {
    fn within(&self, moments: &[Instant]) -> Instant {
        match self {
            Self::Any(instant) => *instant,
            Self::OfTheLog(index, nudge) => nudged(*index.get(moments), *nudge),
        }
    }
}

/// The nanosecond before (-1) or after (1) the instant.
pub(crate) fn nudged(instant: Instant, nudge: i8) -> Instant {
    let nanosecond = Duration::from_nanos(1);
    let nudged = match nudge {
        -1 => Instant::new(instant.date_time() - nanosecond),
        1 => Instant::new(instant.date_time() + nanosecond),
        _ => Some(instant),
    };
    nudged.unwrap_or(instant)
}

impl Asked {
    fn among(&self, actors: &[ActorId]) -> NaiveReading {
        match self {
            Self::Reading(reading) => reading.clone(),
            Self::Who(index) => NaiveReading::Who(index.get(actors).clone()),
            Self::Side(index) => NaiveReading::Side(index.get(actors).clone()),
        }
    }
}

/// The instants at which the answer about a log can change, and one more, so that there is always one.
fn moments(log: &Log, question: &Question) -> Vec<Instant> {
    let mut moments: BTreeSet<Instant> = [Instant::MIN].into();
    let patience = question.patience_by_kind.values().chain([&question.patience_days]);
    let patience: Vec<u32> = patience.copied().collect();
    for event in &log.0 {
        moments.extend([event.recorded, event.occurred.earliest()]);
        moments.extend(event.occurred.latest());
        moments.extend(event.data.when().and_then(Edtf::latest));
        moments.extend(patience.iter().map(|days| event.heard().plus_days(*days)));
    }
    moments.into_iter().collect()
}

/// The speakers of a log and the parties to which they belong, and one more, so that there is always one.
fn actors(log: &Log) -> Vec<ActorId> {
    let speakers = log.0.iter().flat_map(|e| [e.source.who.clone(), e.source.who.party()]);
    let nobody = "nobody".parse().unwrap();
    speakers.chain([nobody]).collect::<BTreeSet<_>>().into_iter().collect()
}
