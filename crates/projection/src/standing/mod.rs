//! The standing of claims: which of a track's events drive its state (`docs/model.md` §3).

mod void;
mod weigh;

use std::collections::HashMap;

use demarche_core::{EventId, EventType};

use crate::entry::Entry;
use crate::{Bounds, Reading};

pub(crate) use void::{live, on_cycles};

/// How an event stands under a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A retraction: the desk's housekeeping, no claim.
    Housekeeping,
    /// The reading drops it.
    Dropped,
    /// Its own source took it back.
    Withdrawn,
    /// A denial outweighs it.
    SetAside,
    /// It counts.
    Counting,
}

impl Standing {
    /// Returns the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Housekeeping => "housekeeping",
            Self::Dropped => "dropped",
            Self::Withdrawn => "withdrawn",
            Self::SetAside => "set_aside",
            Self::Counting => "counting",
        }
    }

    /// Tells whether the event is considered: no retraction, and not dropped by the reading.
    #[must_use]
    pub const fn is_considered(self) -> bool {
        matches!(self, Self::Withdrawn | Self::SetAside | Self::Counting)
    }
}

impl serde::Serialize for Standing {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The live events of a track in order, with the claims about each.
pub(crate) struct Record<E> {
    /// The events in bounds and not void, in order.
    pub(crate) events: Vec<E>,
    /// For each event that claims name, where those stand; both by index into `events`, sorted.
    claims_on: HashMap<usize, Vec<usize>>,
}

impl<E: Entry> Record<E> {
    /// Makes the record of a track from its events in order.
    pub(crate) fn new(in_order: &[E], bounds: &Bounds) -> Self {
        let events = live(in_order, bounds);
        let mut claims_on: HashMap<usize, Vec<usize>> = HashMap::new();
        if events.iter().any(|event| event.event_type().is_about_claims()) {
            let places = places(&events);
            for (claim, event) in events.iter().enumerate().filter(|(_, e)| e.event_type().is_about_claims()) {
                for target in event.targets().iter().filter_map(|id| places.get(id)) {
                    let claims = claims_on.entry(*target).or_default();
                    // A claim may name an event twice.
                    if claims.last() != Some(&claim) {
                        claims.push(claim);
                    }
                }
            }
        }
        Self { events, claims_on }
    }

    /// Returns the claims about an event, in order: each with where it stands.
    pub(crate) fn claims_on(&self, at: usize) -> impl Iterator<Item = (usize, E)> {
        let claims = self.claims_on.get(&at).map_or(&[][..], Vec::as_slice);
        claims.iter().filter_map(|claim| Some((*claim, *self.events.get(*claim)?)))
    }

    /// Tells whether any event is the target of a claim.
    pub(crate) fn has_claims(&self) -> bool {
        !self.claims_on.is_empty()
    }

    /// Works out how each event stands under a reading.
    pub(crate) fn standings(&self, reading: &Reading) -> Vec<Standing> {
        let mut standings: Vec<Standing> = self.events.iter().map(|event| at_first(*event, reading)).collect();
        if !self.has_claims() {
            return standings;
        }
        let taken_back: Vec<usize> = (0..self.events.len()).filter(|at| self.is_withdrawn(*at, &standings)).collect();
        for at in taken_back {
            set(&mut standings, at, Standing::Withdrawn);
        }
        // From here on, claims that count are claims that act: they are never weighed themselves.
        let outweighed: Vec<usize> =
            (0..self.events.len()).filter(|at| weigh::is_set_aside(self, &standings, reading, *at)).collect();
        for at in outweighed {
            set(&mut standings, at, Standing::SetAside);
        }
        standings
    }

    /// Tells whether a considered withdrawal of the same `who` names a considered event.
    fn is_withdrawn(&self, at: usize, standings: &[Standing]) -> bool {
        let Some(event) = self.events.get(at).copied() else { return false };
        let considered = |at: usize| standings.get(at).is_some_and(|standing| standing.is_considered());
        considered(at)
            && event.event_type() != EventType::ClaimWithdrawn
            && self.claims_on(at).any(|(claim, by)| {
                considered(claim) && by.event_type() == EventType::ClaimWithdrawn && by.speaker() == event.speaker()
            })
    }

    /// Returns the denials of an event that act under the given standings, in order.
    pub(crate) fn denials<'r>(&'r self, at: usize, standings: &'r [Standing]) -> impl Iterator<Item = E> + use<'r, E> {
        self.acting(at, standings, EventType::ClaimDenied)
    }

    /// Returns the claims of a type about an event that act under the given standings, in order.
    fn acting<'r>(
        &'r self,
        at: usize,
        standings: &'r [Standing],
        event_type: EventType,
    ) -> impl Iterator<Item = E> + use<'r, E> {
        self.claims_on(at)
            .filter(move |(claim, by)| {
                by.event_type() == event_type && standings.get(*claim) == Some(&Standing::Counting)
            })
            .map(|(_, by)| by)
    }

    /// Tells whether prudent weighing sets an event aside.
    pub(crate) fn is_outweighed(&self, at: usize, standings: &[Standing]) -> bool {
        weigh::is_outweighed(self, standings, at)
    }
}

/// How an event stands before any claim about it is heard.
fn at_first<E: Entry>(event: E, reading: &Reading) -> Standing {
    if event.is_retraction() {
        Standing::Housekeeping
    } else if reading.admits(event) {
        Standing::Counting
    } else {
        Standing::Dropped
    }
}

fn set(standings: &mut [Standing], at: usize, to: Standing) {
    if let Some(standing) = standings.get_mut(at) {
        *standing = to;
    }
}

/// Where each event stands, by its id.
pub(crate) fn places<E: Entry>(events: &[E]) -> HashMap<EventId, usize> {
    events.iter().enumerate().map(|(at, event)| (event.id(), at)).collect()
}
