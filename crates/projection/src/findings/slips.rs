//! Finds new names that look like typing errors of known ones, so that the user can be asked before an event is
//! entered.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use demarche_core::{ActorId, Event, EventType, Payload, TrackId};

use crate::fold::{InOrder, LogChanged};
use crate::query::Bounds;
use crate::{Fold, standing};

/// The minimum length in characters of a word for a difference of one letter to look like a typing error: `embasy`, but
/// not `uk` for `us`.
const WORD_MIN: usize = 4;

/// The names that a journal knows: those of its events that are not void.
///
/// A name is a slip if it is new, and differs from a known one of its kind by one inserted, missing or changed letter,
/// or by two swapped letters. Words of fewer than four letters differ by one too often, and differences in digits are
/// deliberate: `round-2` and `round-3` are two rounds. Meetings, proposals and agreements are known on their own track,
/// actors in every role. Opening a track introduces its name, so that is never a slip.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::findings::KnownNames;
///
/// let line = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru/talks","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let fold = Fold::of([decode(line.as_bytes()).unwrap()])?;
/// let event = decode(line.replace("talks", "talsk").replace("izvestia", "izvesta").as_bytes()).unwrap();
///
/// let slips: Vec<String> = KnownNames::of(&fold)?.slips(&event).iter().map(ToString::to_string).collect();
/// assert_eq!(
///     slips,
///     [
///         "the track us-ru/talsk is new: did you mean us-ru/talks?",
///         "the actor izvesta is new: did you mean izvestia?"
///     ]
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct KnownNames {
    tracks: BTreeSet<Box<str>>,
    actors: BTreeSet<Box<str>>,
    /// The names of meetings, proposals and agreements, by track.
    matters: BTreeMap<TrackId, BTreeMap<NameKind, BTreeSet<Box<str>>>>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// A track.
    Track,
    /// An actor in any role: speaker, outlet, party, recipient or target.
    Actor,
    /// A meeting.
    Meeting,
    /// A proposal.
    Proposal,
    /// An agreement.
    Agreement,
}

/// A new name that looks like a typing error of a known one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// What the name stands for.
    pub kind: NameKind,
    /// The new name.
    pub name: Box<str>,
    /// The known name; if several are equally near, the first in alphabetical order.
    pub near: Box<str>,
}

impl Slip {
    /// The code by which slips are reported, next to those of [`FindingCode`](super::FindingCode). They are not
    /// findings about a journal: once the event is entered, its names are known.
    pub const CODE: &'static str = "did-you-mean";
}

impl KnownNames {
    /// Returns the names of the events of a fold, including retractions.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn of(fold: &Fold) -> Result<Self, LogChanged> {
        let mut names = Self::default();
        let mut events = InOrder::default();
        for track in fold.track_numbers() {
            for event in standing::live(fold.facts_of(track, &mut events), &Bounds::default()) {
                names.enter(&fold.words().event(event)?);
            }
        }
        Ok(names)
    }

    /// Makes the names of an event known, as when it is the first of several to be entered.
    pub fn enter(&mut self, event: &Event) {
        enter(&mut self.tracks, event.track.as_str());
        actors(event).for_each(|actor| enter(&mut self.actors, actor.as_str()));
        if let Some((kind, name)) = matter(event) {
            let known = self.matters.entry(event.track.clone()).or_default();
            enter(known.entry(kind).or_default(), name);
        }
    }

    /// Returns the slips among the names of an event: its track, its actors, and the thing that it is on.
    #[must_use]
    pub fn slips(&self, event: &Event) -> Vec<Slip> {
        let track = Some(event.track.as_str()).filter(|_| event.event_type() != EventType::TrackOpened);
        let track = track.and_then(|name| slip(NameKind::Track, name, &self.tracks));
        let distinct: BTreeSet<&str> = actors(event).map(ActorId::as_str).collect();
        let actors = distinct.into_iter().filter_map(|name| slip(NameKind::Actor, name, &self.actors));
        let matter =
            matter(event).and_then(|(kind, name)| slip(kind, name, self.matters.get(&event.track)?.get(&kind)?));
        track.into_iter().chain(actors).chain(matter).collect()
    }
}

impl Fold {
    /// Returns the track with the name nearest to a missing one, if it is near enough to be meant.
    #[must_use]
    pub fn nearest_track(&self, name: &TrackId) -> Option<&TrackId> {
        let distance = |known: &TrackId| strsim::damerau_levenshtein(known.as_str(), name.as_str());
        let nearest = self.tracks().into_iter().map(|known| (distance(known), known)).min();
        nearest.filter(|(distance, _)| *distance <= name.as_str().len().div_ceil(3)).map(|(_, nearest)| nearest)
    }
}

fn enter(names: &mut BTreeSet<Box<str>>, name: &str) {
    if !names.contains(name) {
        names.insert(name.into());
    }
}

/// Returns the meeting, the proposal or the agreement that an event is on.
fn matter(event: &Event) -> Option<(NameKind, &str)> {
    let meeting = event.data.meeting().map(|name| (NameKind::Meeting, name.as_str()));
    let proposal = || event.data.proposal().map(|name| (NameKind::Proposal, name.as_str()));
    let agreement = || event.data.agreement().map(|name| (NameKind::Agreement, name.as_str()));
    meeting.or_else(proposal).or_else(agreement)
}

/// Yields every actor that an event names.
fn actors(event: &Event) -> impl Iterator<Item = &ActorId> {
    let none: &[ActorId] = &[];
    let (by, others) = match &event.data {
        Payload::TrackOpened(p) => (None, p.parties.as_slice()),
        Payload::MeetingProposed(p) => (p.by.as_ref(), p.parties.as_slice()),
        Payload::MeetingScheduled(p) => (p.by.as_ref(), p.parties.as_slice()),
        Payload::MeetingRescheduled(p) => (p.by.as_ref(), none),
        Payload::MeetingRelocated(p) => (p.by.as_ref(), none),
        Payload::MeetingPostponed(p) => (p.by.as_ref(), none),
        Payload::MeetingCancelled(p) => (p.by.as_ref(), none),
        Payload::MeetingDeclined(p) => (Some(&p.by), none),
        Payload::MeetingHeld(p) => (None, p.parties.as_slice()),
        Payload::ProposalMade(p) => (Some(&p.by), p.to.as_slice()),
        Payload::ProposalAnswered(p) => (Some(&p.by), none),
        Payload::AgreementReached(p) => (None, p.parties.as_slice()),
        Payload::AgreementEnded(p) => (p.by.as_ref(), none),
        Payload::IssueRaised(p) => (p.by.as_ref(), none),
        Payload::ExchangeCompleted(p) => (None, p.parties.as_slice()),
        Payload::MeasureTaken(p) => (Some(&p.by), p.against.as_slice()),
        Payload::TrackStalled(_)
        | Payload::TrackResumed(_)
        | Payload::TrackConcluded(_)
        | Payload::IssueResolved(_)
        | Payload::StatementMade(_)
        | Payload::ClaimConfirmed(_)
        | Payload::ClaimDenied(_)
        | Payload::ClaimWithdrawn(_)
        | Payload::EventRetracted(_)
        | Payload::EventRedacted(_) => (None, none),
    };
    [Some(&event.source.who), event.source.via.as_ref(), by].into_iter().flatten().chain(others)
}

fn slip(kind: NameKind, name: &str, known: &BTreeSet<Box<str>>) -> Option<Slip> {
    if known.contains(name) {
        return None;
    }
    let near = near(name).into_iter().filter(|near| known.contains(near.as_str()) && is_slip(near, name)).min();
    near.map(|near| Slip { kind, name: name.into(), near: near.into() })
}

/// The characters of names, without digits: names that differ in digits are deliberate.
const LETTERS: &str = "-/abcdefghijklmnopqrstuvwxyz";

/// Returns every text that differs from a name by one inserted, missing or changed letter, or by two swapped letters.
/// Looking each of them up takes the same time however many names are known.
fn near(name: &str) -> Vec<String> {
    let mut near = Vec::new();
    for (at, _) in name.char_indices().chain([(name.len(), ' ')]) {
        let (before, from) = name.split_at(at);
        let mut after = from.chars();
        let first = after.next();
        let behind = after.as_str();
        near.extend(LETTERS.chars().map(|letter| format!("{before}{letter}{from}")));
        if let Some(first) = first {
            near.push(format!("{before}{behind}"));
            near.extend(LETTERS.chars().map(|letter| format!("{before}{letter}{behind}")));
            near.extend(after.next().map(|second| format!("{before}{second}{first}{}", after.as_str())));
        }
    }
    near
}

fn is_slip(known: &str, name: &str) -> bool {
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(known) == digits(name) && differs_in_a_long_word(known, name)
}

/// Tells whether the word in which two names differ is long enough. If the names are split into words differently, the
/// difference is in the split.
fn differs_in_a_long_word(known: &str, name: &str) -> bool {
    let words = |name: &'_ str| name.split(['/', '-']).map(str::to_owned).collect::<Vec<_>>();
    let (known, name) = (words(known), words(name));
    let mut differing = known.iter().zip(&name).filter(|(known, name)| known != name);
    known.len() != name.len() || differing.all(|(known, name)| known.len().max(name.len()) >= WORD_MIN)
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Track => "track",
            Self::Actor => "actor",
            Self::Meeting => "meeting",
            Self::Proposal => "proposal",
            Self::Agreement => "agreement",
        })
    }
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {} is new: did you mean {}?", self.kind, self.name, self.near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_one_edit_away_and_share_their_digits() {
        let mut names = vec![String::new()];
        for _ in 0..4 {
            let longer = names.iter().flat_map(|name| ["a", "b", "-", "1"].map(|letter| format!("{name}{letter}")));
            names = longer.chain(names.clone()).collect();
            names.sort_unstable();
            names.dedup();
        }
        let digits = |name: &str| name.matches('1').count();
        for name in &names {
            let near: BTreeSet<String> = near(name).into_iter().collect();
            for other in names.iter().filter(|other| digits(other) == digits(name)) {
                let is_near = strsim::damerau_levenshtein(other, name) == 1;
                assert_eq!(near.contains(other) && other != name, is_near, "{name:?}, {other:?}");
            }
        }
    }
}
