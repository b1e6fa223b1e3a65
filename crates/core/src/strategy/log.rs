//! Whole logs, of the [`small`] world.
//!
//! A log is generated as a list of specifications that point at each other by index, and built from them. So any part
//! of the list is a log, too, and shrinking can drop whatever a failure does not need.

use proptest::collection::{SizeRange, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;
use uuid::Uuid;

use chrono::{NaiveTime, TimeDelta};

use super::payloads::payload_from;
use super::small::{self, UNKNOWN};
use crate::{Claims, Event, EventId, EventType, Instant, Occurred, Payload, Source};

/// Makes a log of up to 40 lines, as [`log_of`] does.
pub fn log() -> BoxedStrategy<Vec<Event>> {
    log_of(0..=40)
}

/// Makes a log of that many lines from the [`small`] world.
///
/// Its ids are unique, except for lines that are repeated verbatim. The lines are in no order, by `occurred`,
/// `recorded` or id. Events that act on others mostly name ones of the log and of their own track; some name
/// themselves, each other, ones of other tracks, or ids that do not exist.
pub fn log_of(size: impl Into<SizeRange>) -> BoxedStrategy<Vec<Event>> {
    // With two tracks, all are dense; with four, half of the tracks have few events.
    (2..=small::TRACKS.len(), vec(spec(), size)).prop_map(|(tracks, specs)| build(tracks, &specs)).boxed()
}

/// The specification of one line of a log.
#[derive(Debug, Clone)]
struct Spec {
    track: usize,
    occurred: Occurred,
    recorded: Recorded,
    source: Source,
    cited: bool,
    /// The upper part of the id, so that ids are in another order than lines.
    shuffle: u16,
    payload: Payload,
    /// Which events the payload names, if it names any.
    targets: Vec<Target>,
    /// The line that this one repeats, if any.
    repeats: Option<Index>,
}

/// When an event was recorded.
#[derive(Debug, Clone, Copy)]
enum Recorded {
    /// That many days after it occurred, at that time of day.
    Later { days: i64, time: NaiveTime },
    /// At this instant, independent of when it occurred.
    At(Instant),
}

/// The event that another acts on: the one with that index among the candidates.
#[derive(Debug, Clone)]
struct Target {
    among: Among,
    index: Index,
}

/// The candidates.
#[derive(Debug, Clone, Copy)]
enum Among {
    /// Everything on the same track.
    Track,
    /// What the same source says on the same track.
    SameWho,
    /// What another source says on the same track.
    OtherWho,
    /// The claims about claims on the same track.
    AboutClaims,
    /// The claims about claims of the same source on the same track.
    OwnAboutClaims,
    /// The retractions on the same track.
    Retractions,
    /// The event itself.
    Itself,
    /// Everything on other tracks.
    OtherTracks,
    /// An id that does not exist.
    Unknown,
}

fn spec() -> BoxedStrategy<Spec> {
    let repeats = option::weighted(
        // One line in sixteen is repeated: enough that most logs have a repetition, as with at-least-once delivery.
        0.06,
        any::<Index>(),
    );
    // Few upper parts, so that both they and the lower part decide.
    let names = (small::track_index(), 0..8_u16, small::source(), any::<bool>());
    (names, small::occurred(), recorded(), says(), repeats)
        .prop_map(|((track, shuffle, source, cited), occurred, recorded, (payload, targets), repeats)| Spec {
            track,
            occurred,
            recorded,
            source,
            cited,
            shuffle,
            payload,
            targets,
            repeats,
        })
        .boxed()
}

fn recorded() -> BoxedStrategy<Recorded> {
    let days = prop_oneof![
        // On the day, or a few days later: how a desk works.
        5 => 0..4_i64,
        // Late arrivals, which a fold that trusts the order of lines gets wrong.
        2 => 30..400_i64,
        // Before it occurred: announcements dated to what they announce, and mistakes; `known_at` then cuts across.
        1 => -60..0_i64,
    ];
    prop_oneof![
        4 => (days, small::time()).prop_map(|(days, time)| Recorded::Later { days, time }),
        // Whole articles entered at one of three instants: `recorded` ties, and the id decides.
        2 => select(&["2025-10-23T14:00:00Z", "2025-11-01T00:00:00Z", "2026-03-01T12:00:00.000001Z"][..])
            .prop_map(|text| Recorded::At(super::made(text))),
    ]
    .boxed()
}

/// Makes a payload, and the targets that it names.
fn says() -> BoxedStrategy<(Payload, Vec<Target>)> {
    let parts = small::parts();
    let says = |event_type: &EventType| {
        let payload = payload_from(*event_type, &parts);
        (weight(*event_type), (payload, targets(*event_type)).boxed())
    };
    Union::new_weighted(EventType::ALL.iter().map(says).collect()).boxed()
}

/// Returns how often a type occurs.
const fn weight(event_type: EventType) -> u32 {
    match event_type {
        // Most rules are about meetings: phases must follow each other in every order. A firm date has the most uses.
        EventType::MeetingScheduled => 6,
        EventType::MeetingProposed
        | EventType::MeetingRescheduled
        | EventType::MeetingPostponed
        | EventType::MeetingCancelled
        | EventType::MeetingDeclined
        | EventType::MeetingHeld => 4,
        // Keeps the phase: it must meet a meeting of each phase, and an unknown one.
        EventType::MeetingRelocated => 3,
        // Several openings a track: the last one names it.
        EventType::TrackOpened => 4,
        // Declared stalls, resumptions and conclusions outweigh each other by order.
        EventType::TrackStalled | EventType::TrackResumed | EventType::TrackConcluded => 3,
        // Two proposals with four answers: open, deferred, answered before they were made.
        EventType::ProposalMade | EventType::ProposalAnswered => 3,
        EventType::AgreementReached | EventType::AgreementEnded => 2,
        // These act on little except counts: they must be distinguishable.
        EventType::IssueRaised
        | EventType::IssueResolved
        | EventType::ExchangeCompleted
        | EventType::MeasureTaken
        | EventType::StatementMade => 2,
        // Denials, and what answers them, are the hardest of all: a fifth of the log, so that they name each other.
        EventType::ClaimDenied => 9,
        EventType::ClaimConfirmed | EventType::ClaimWithdrawn => 6,
        // Voids everything that rests on it: frequent enough for chains and cycles, rare enough to leave something.
        EventType::EventRetracted => 9,
        // Must change nothing, whatever it names.
        EventType::EventRedacted => 2,
    }
}

/// Returns how many targets an event of a type names, and which kinds.
fn targets(event_type: EventType) -> BoxedStrategy<Vec<Target>> {
    let (count, weights) = match event_type {
        // Denials of anything, of denials, of what the same source said.
        EventType::ClaimDenied => (1..=3_usize, [6, 2, 4, 4, 1, 1, 1, 1, 1]),
        // Only another source's word supports a claim: both cases.
        EventType::ClaimConfirmed => (1..=3, [4, 2, 6, 3, 1, 1, 1, 1, 1]),
        // Only the same source's withdrawal acts: both cases; withdrawn denials restore what they denied.
        EventType::ClaimWithdrawn => (1..=3, [3, 6, 3, 2, 6, 1, 1, 1, 1]),
        // Retractions of retractions: chains, and with two that name each other cycles. Itself: the shortest cycle.
        EventType::EventRetracted => (1..=1, [4, 1, 1, 2, 1, 8, 1, 1, 1]),
        // Redactions of anything, and retractions of redactions.
        EventType::EventRedacted => (1..=1, [6, 1, 1, 1, 1, 2, 1, 1, 1]),
        EventType::TrackOpened
        | EventType::TrackStalled
        | EventType::TrackResumed
        | EventType::TrackConcluded
        | EventType::MeetingProposed
        | EventType::MeetingScheduled
        | EventType::MeetingRescheduled
        | EventType::MeetingRelocated
        | EventType::MeetingPostponed
        | EventType::MeetingCancelled
        | EventType::MeetingDeclined
        | EventType::MeetingHeld
        | EventType::ProposalMade
        | EventType::ProposalAnswered
        | EventType::AgreementReached
        | EventType::AgreementEnded
        | EventType::IssueRaised
        | EventType::IssueResolved
        | EventType::ExchangeCompleted
        | EventType::MeasureTaken
        | EventType::StatementMade => return Just(Vec::new()).boxed(),
    };
    let among = [
        Among::Track,
        Among::SameWho,
        Among::OtherWho,
        Among::AboutClaims,
        Among::OwnAboutClaims,
        Among::Retractions,
        Among::Itself,
        // Other tracks and unknown ids have no effect, and `check` reports them, so they are rare.
        Among::OtherTracks,
        Among::Unknown,
    ];
    let among = Union::new_weighted(weights.into_iter().zip(among.map(Just)).collect());
    let target = (among, any::<Index>()).prop_map(|(among, index)| Target { among, index });
    vec(target, count).boxed()
}

fn build(tracks: usize, specs: &[Spec]) -> Vec<Event> {
    // The first line never repeats another, so that there is a line to repeat.
    let repeats = |place: usize, spec: &Spec| spec.repeats.filter(|_| place > 0);
    let (own, drafts): (Vec<&Spec>, Vec<Event>) = specs
        .iter()
        .enumerate()
        .filter(|(place, spec)| repeats(*place, spec).is_none())
        .map(|(place, spec)| (spec, draft(place, spec, tracks)))
        .unzip();
    let events: Vec<Event> = drafts.iter().zip(own).map(|(event, spec)| aimed(event, spec, &drafts)).collect();
    let mut fresh = events.iter();
    let line = |(place, spec)| match repeats(place, spec) {
        Some(index) => Some(index.get(&events).clone()),
        None => fresh.next().cloned(),
    };
    specs.iter().enumerate().filter_map(line).collect()
}

/// Makes the event without its targets.
fn draft(place: usize, spec: &Spec, tracks: usize) -> Event {
    let recorded = match spec.recorded {
        Recorded::At(instant) => instant,
        Recorded::Later { days, time } => {
            let day = spec.occurred.earliest().date() + TimeDelta::days(days);
            Instant::new(day.and_time(time).and_utc()).unwrap_or(spec.occurred.earliest())
        }
    };
    // The shape of version 7, unique by the place: 0199f3c0-5a00-7xxx-8000-00000000000n.
    let low = u64::try_from(place).unwrap_or(u64::MAX >> 2) | (1 << 63);
    let id = Uuid::from_u64_pair(0x0199_f3c0_5a00_7000 | u64::from(spec.shuffle), low);
    Event {
        id: EventId::new(id),
        track: small::track_at(spec.track, tracks),
        occurred: spec.occurred.clone(),
        recorded,
        entered_by: None,
        source: spec.source.clone(),
        cite: spec.cited.then(|| "izvestia-2025-10-23#F06".into()),
        note: None,
        data: spec.payload.clone(),
    }
}

/// Makes the event with its targets.
fn aimed(event: &Event, spec: &Spec, log: &[Event]) -> Event {
    let ids: Vec<EventId> = spec.targets.iter().map(|target| aim(event, target, log)).collect();
    let mut event = event.clone();
    if let Some(claims) = Claims::new(ids) {
        name(&mut event.data, claims);
    }
    event
}

/// Puts the named events into a payload.
#[allow(clippy::wildcard_enum_match_arm, reason = "every other type names no event")]
fn name(payload: &mut Payload, claims: Claims) {
    match payload {
        Payload::ClaimConfirmed(p) => p.claims = claims,
        Payload::ClaimDenied(p) => p.claims = claims,
        Payload::ClaimWithdrawn(p) => p.claims = claims,
        Payload::EventRetracted(p) => p.event = claims.ids().first().copied().unwrap_or(UNKNOWN),
        Payload::EventRedacted(p) => p.event = claims.ids().first().copied().unwrap_or(UNKNOWN),
        _ => {}
    }
}

fn aim(event: &Event, target: &Target, log: &[Event]) -> EventId {
    let among = |among: Among| -> Vec<&Event> { log.iter().filter(|other| is_among(among, event, other)).collect() };
    // If there are no candidates of the kind, a similar kind will do.
    let candidates = match (among(target.among), target.among) {
        (none, Among::OwnAboutClaims) if none.is_empty() => among(Among::SameWho),
        (none, Among::SameWho | Among::OtherWho | Among::AboutClaims | Among::Retractions) if none.is_empty() => {
            among(Among::Track)
        }
        (candidates, _) => candidates,
    };
    if candidates.is_empty() { UNKNOWN } else { target.index.get(&candidates).id }
}

/// Tells whether the other event is among the candidates for the event to act on.
fn is_among(among: Among, event: &Event, other: &Event) -> bool {
    let itself = other.id == event.id;
    let same_track = other.track == event.track && !itself;
    let is_about_claims = other.event_type().is_about_claims();
    match among {
        Among::Track => same_track,
        Among::SameWho => same_track && other.source.who == event.source.who,
        Among::OtherWho => same_track && other.source.who != event.source.who,
        Among::AboutClaims => same_track && is_about_claims,
        Among::OwnAboutClaims => same_track && other.source.who == event.source.who && is_about_claims,
        Among::Retractions => same_track && other.event_type() == EventType::EventRetracted,
        Among::Itself => itself,
        Among::OtherTracks => other.track != event.track,
        Among::Unknown => false,
    }
}
