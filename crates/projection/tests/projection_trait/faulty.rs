//! Projections with something the matter with them, and one without.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use demarche_core::{Event, EventId, EventType, TrackId};
use demarche_projection::query::Bounds;
use demarche_projection::{Applied, ApplyError, Conflict, Fold, Projection};

/// What is the matter with a [`Tally`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// It names the first event that came.
    OrderOfArrival,
    /// It counts lines, not events.
    Repetitions,
    /// It counts the lines of merged parts, not their events.
    RepetitionsOfParts,
    /// Merging drops the retractions of the other part.
    OneSidedMerge,
    /// Merging into a projection with events adds no events on tracks that it does not have.
    MergeOfKnownTracks,
    /// It remembers its first answer.
    StaleAnswer,
    /// `known_at` excludes its own instant.
    StrictKnownAt,
    /// `known_at` is not looked at.
    NoKnownAt,
    /// `as_of` excludes its own instant.
    StrictAsOf,
    /// `as_of` cuts retractions off, too.
    RetractionsAsOf,
    /// Retractions are not looked at.
    NoRetractions,
    /// Retractions of retractions are not looked at.
    FinalRetractions,
    /// It refuses repeated events.
    RefusedRepetitions,
}

/// What is the matter with bounds, or with what is void.
const FAULTS_OF_BOUNDS: [Fault; 6] = [
    Fault::StrictKnownAt,
    Fault::NoKnownAt,
    Fault::StrictAsOf,
    Fault::RetractionsAsOf,
    Fault::NoRetractions,
    Fault::FinalRetractions,
];

/// Counts the live events of each track, and names the first: it does so where nothing is the matter with it.
#[derive(Clone)]
pub(crate) struct Tally {
    fault: Fault,
    set: Fold,
    /// Beside the set, where lines are counted: those that were there already.
    repeated: Vec<EventId>,
    remembered: Cell<Option<usize>>,
}

impl Tally {
    pub(crate) fn with(fault: Fault) -> impl Fn() -> Self {
        move || Self { fault, set: Fold::new(), repeated: Vec::new(), remembered: Cell::new(None) }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// The live events in order, by the faulty idea of what is in bounds and of what is void.
    fn live(&self, bounds: &Bounds) -> Vec<Event> {
        if !FAULTS_OF_BOUNDS.contains(&self.fault) {
            return self.set.all_live(bounds).unwrap();
        }
        let is_within = |event: &Event| {
            let occurred = event.told();
            let unknown = Bounds { known_at: None, ..*bounds };
            (bounds.contain(event) || self.has(Fault::NoKnownAt) && unknown.contain(event))
                && !(self.has(Fault::StrictKnownAt) && bounds.known_at == Some(event.recorded))
                && !(self.has(Fault::StrictAsOf) && bounds.as_of == Some(occurred))
                && !(self.has(Fault::RetractionsAsOf) && bounds.as_of.is_some_and(|end| occurred > end))
                && !(self.has(Fault::FinalRetractions) && self.is_second_retraction(event))
        };
        let within: Vec<Event> = self.set.events().map(Result::unwrap).filter(is_within).collect();
        let claims = within.iter().filter(|event| event.event_type() != EventType::EventRetracted);
        let mut claims: Vec<Event> = claims.cloned().collect();
        if !self.has(Fault::NoRetractions) {
            let live = set_of(&within).all_live(&Bounds::default()).unwrap();
            let live: BTreeSet<EventId> = live.iter().map(|event| event.id).collect();
            claims.retain(|event| live.contains(&event.id));
        }
        claims.sort_by_key(Event::order);
        claims
    }

    fn is_second_retraction(&self, event: &Event) -> bool {
        let is_retraction = |event: &Event| event.event_type() == EventType::EventRetracted;
        let target = event.data.targets().first().and_then(|target| self.set.get(*target).unwrap());
        is_retraction(event) && target.as_ref().is_some_and(is_retraction)
    }
}

pub(crate) fn set_of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Fold {
    let mut set = Fold::new();
    for event in events {
        set.apply(event).unwrap();
    }
    set
}

impl Projection for Tally {
    type Answer = (BTreeMap<TrackId, usize>, Option<EventId>);

    fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        if let Applied::Duplicate(first) = self.set.apply(event)? {
            if self.has(Fault::RefusedRepetitions) {
                return Err(Conflict { first, event: Box::new(event.clone()) }.into());
            }
            if self.has(Fault::Repetitions) {
                self.repeated.push(event.id);
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: Self) -> Result<(), ApplyError> {
        let known: BTreeSet<TrackId> = self.set.tracks().into_iter().cloned().collect();
        for event in other.set.events() {
            let event = event?;
            let is_retraction = event.event_type() == EventType::EventRetracted;
            let of_new_track = !known.is_empty() && !known.contains(&event.track);
            if self.has(Fault::OneSidedMerge) && is_retraction || self.has(Fault::MergeOfKnownTracks) && of_new_track {
                continue;
            }
            let was_there = matches!(self.set.apply(&event)?, Applied::Duplicate(_));
            if was_there && self.has(Fault::RepetitionsOfParts) {
                self.repeated.push(event.id);
            }
        }
        self.repeated.extend(other.repeated);
        Ok(())
    }

    fn answer(&self, bounds: &Bounds) -> Self::Answer {
        let live = self.live(bounds);
        let mut counts: BTreeMap<TrackId, usize> = BTreeMap::new();
        for event in &live {
            let repeated = self.repeated.iter().filter(|id| **id == event.id).count();
            *counts.entry(event.track.clone()).or_default() += 1 + repeated;
        }
        if self.has(Fault::StaleAnswer) {
            let count = self.remembered.get().unwrap_or(live.len());
            self.remembered.set(Some(count));
            counts.insert("stale".parse().unwrap(), count);
        }
        let arrived = || self.set.events().map(Result::unwrap).find(|event| live.contains(event));
        let first = if self.has(Fault::OrderOfArrival) { arrived() } else { live.first().cloned() };
        (counts, first.map(|event| event.id))
    }
}

/// A projection whose clones are no snapshots: they all share one set.
#[derive(Clone, Default)]
pub(crate) struct Shared(Rc<RefCell<Fold>>);

impl Projection for Shared {
    type Answer = Vec<EventId>;

    fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        self.0.borrow_mut().apply(event).map(|_| ())
    }

    fn merge(&mut self, other: Self) -> Result<(), ApplyError> {
        let other = other.0.borrow().clone();
        self.0.borrow_mut().merge(other)
    }

    fn answer(&self, bounds: &Bounds) -> Vec<EventId> {
        self.0.borrow().all_live(bounds).unwrap().into_iter().map(|event| event.id).collect()
    }
}

/// Panics at the second denial.
#[derive(Clone, Default)]
pub(crate) struct Timid(Fold);

impl Projection for Timid {
    type Answer = ();

    fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        self.0.apply(event).map(|_| ())
    }

    fn merge(&mut self, other: Self) -> Result<(), ApplyError> {
        self.0.merge(other.0)
    }

    fn answer(&self, _: &Bounds) {
        let denials = self.0.events().map(Result::unwrap).filter(|event| event.event_type() == EventType::ClaimDenied);
        assert!(denials.count() < 2, "too much contradiction");
    }
}
