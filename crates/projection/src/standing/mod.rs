//! The standing of claims: which events of a track drive its state (`docs/model.md` §3).

mod lapse;
mod void;
mod weigh;

use hashbrown::HashMap;

use demarche_core::{EventId, EventType};

use crate::fold::FactRef;
use crate::query::{Bounds, Reading};

pub(crate) use lapse::says_the_same;
pub(crate) use void::{live, on_cycles};

/// How an event stands under a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A retraction: the desk's housekeeping, not a claim.
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

    /// Tells whether the event is considered: it is not the desk's housekeeping, and the reading does not drop it.
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
#[derive(Clone)]
pub(crate) struct Record<'f> {
    /// The events in bounds and not void, in order.
    pub(crate) events: Vec<FactRef<'f>>,
    /// Each claim about an event: the place of the event, and the place of the claim; sorted, without repetitions.
    claims: Vec<(usize, usize)>,
    /// The same pairs by claim: the place of the claim, and the place of an event that it names; sorted.
    named: Vec<(usize, usize)>,
}

impl<'f> Record<'f> {
    /// Makes the record of a track from its events in order.
    pub(crate) fn new(in_order: &[FactRef<'f>], bounds: &Bounds) -> Self {
        Self::of_live(live(in_order, bounds))
    }

    /// Makes the record of events that are in bounds and not void, in order.
    pub(crate) fn of_live(events: Vec<FactRef<'f>>) -> Self {
        let is_claim = |(_, event): &(usize, &FactRef<'f>)| event.event_type().is_about_claims();
        let ids: Vec<EventId> =
            events.iter().enumerate().filter(is_claim).flat_map(|(_, event)| event.targets()).copied().collect();
        let mut claims: Vec<(usize, usize)> = Vec::new();
        if !ids.is_empty() {
            let places = PlacesOf::new(ids, &events);
            for (claim, event) in events.iter().enumerate().filter(is_claim) {
                claims.extend(event.targets().iter().filter_map(|id| Some((places.get(*id)?, claim))));
            }
            claims.sort_unstable();
            // A claim may name an event twice.
            claims.dedup();
        }
        let mut named: Vec<(usize, usize)> = claims.iter().map(|(target, claim)| (*claim, *target)).collect();
        named.sort_unstable();
        Self { events, claims, named }
    }

    /// Returns the claims about an event, in order, each with its place.
    pub(crate) fn claims_on(&self, at: usize) -> impl Iterator<Item = (usize, FactRef<'f>)> {
        let start = self.claims.partition_point(|(target, _)| *target < at);
        let claims = self.claims.get(start..).unwrap_or_default().iter().take_while(move |(target, _)| *target == at);
        claims.filter_map(|(_, claim)| Some((*claim, *self.events.get(*claim)?)))
    }

    /// Returns the events that a claim names, in order, each with its place.
    pub(crate) fn named_by(&self, claim: usize) -> impl Iterator<Item = (usize, FactRef<'f>)> {
        let named = self.named.partition_point(|(by, _)| *by < claim);
        let named = self.named.get(named..).unwrap_or_default().iter().take_while(move |(by, _)| *by == claim);
        named.filter_map(|(_, at)| Some((*at, *self.events.get(*at)?)))
    }

    /// Returns the places of the events that are targets of claims, in order.
    pub(crate) fn targets(&self) -> impl Iterator<Item = usize> {
        self.claims.chunk_by(|(a, _), (b, _)| a == b).filter_map(|claims| claims.first()).map(|(target, _)| *target)
    }

    /// Tells whether any event is the target of a claim.
    pub(crate) fn has_claims(&self) -> bool {
        !self.claims.is_empty()
    }

    /// Works out how each event stands under a reading.
    pub(crate) fn standings(&self, reading: &Reading) -> Standings {
        let mut standings: Vec<Standing> = self.events.iter().map(|event| at_first(*event, reading)).collect();
        let taken_back: Vec<usize> = self.targets().filter(|at| self.is_withdrawn(*at, &standings)).collect();
        for at in taken_back {
            set(&mut standings, at, Standing::Withdrawn);
        }
        // From here on, claims that count are claims that act: they are never weighed themselves.
        let lapsed = lapse::find(self, &standings);
        let mut standings = Standings { list: standings, lapsed };
        let outweighed: Vec<usize> =
            self.targets().filter(|at| weigh::is_set_aside(self, &standings, reading, *at)).collect();
        for at in outweighed {
            set(&mut standings.list, at, Standing::SetAside);
        }
        standings
    }

    /// Adds an event that comes after all others, that no claim acts on, and that acts on none; returns how it stands.
    pub(crate) fn push(&mut self, event: FactRef<'f>, standings: &mut Standings, reading: &Reading) -> Standing {
        let standing = at_first(event, reading);
        self.events.push(event);
        standings.list.push(standing);
        standing
    }

    /// Returns the place of an event in the record.
    pub(crate) fn place_of(&self, event: FactRef<'f>) -> Option<usize> {
        self.events.binary_search_by(|other| other.fact().cmp_order(event.fact())).ok()
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
    pub(crate) fn denials<'r>(
        &'r self,
        at: usize,
        standings: &'r Standings,
    ) -> impl Iterator<Item = FactRef<'f>> + use<'r, 'f> {
        self.acting(at, standings, EventType::ClaimDenied)
    }

    /// Returns the claims of a type about an event that act under the given standings, in order.
    pub(crate) fn acting<'r>(
        &'r self,
        at: usize,
        standings: &'r Standings,
        event_type: EventType,
    ) -> impl Iterator<Item = FactRef<'f>> + use<'r, 'f> {
        self.claims_on(at)
            .filter(move |(claim, by)| by.event_type() == event_type && standings.act(at, *claim))
            .map(|(_, by)| by)
    }

    /// Tells whether prudent weighing sets an event aside.
    pub(crate) fn is_outweighed(&self, at: usize, standings: &Standings) -> bool {
        weigh::is_outweighed(self, standings, at)
    }
}

/// How the events of a record stand under a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standings {
    list: Vec<Standing>,
    /// The denials that have lapsed: the place of the claim, and the place of the denial; sorted.
    lapsed: Vec<(usize, usize)>,
}

impl Standings {
    /// Returns how the events stand if no denial is weighed, given how they stand under the prudent reading.
    pub(crate) fn unweighed(&self) -> Self {
        let heard = |standing: &Standing| if *standing == Standing::SetAside { Standing::Counting } else { *standing };
        Self { list: self.list.iter().map(heard).collect(), lapsed: self.lapsed.clone() }
    }

    /// Tells whether a claim about a claim acts on it: it counts, and has not lapsed.
    pub(crate) fn act(&self, on: usize, by: usize) -> bool {
        self.get(by) == Some(&Standing::Counting) && self.lapsed.binary_search(&(on, by)).is_err()
    }
}

impl std::ops::Deref for Standings {
    type Target = [Standing];

    fn deref(&self) -> &[Standing] {
        &self.list
    }
}

/// Returns how an event stands before any claims about it are considered.
fn at_first(event: FactRef<'_>, reading: &Reading) -> Standing {
    if event.is_housekeeping() {
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

/// The place of each event by its id. The table is only looked up, never iterated.
pub(crate) type Places = HashMap<EventId, usize, hashbrown::DefaultHashBuilder>;

/// Returns the place of each event.
pub(crate) fn places(events: &[FactRef<'_>]) -> Places {
    events.iter().enumerate().map(|(at, event)| (event.id(), at)).collect()
}

/// Returns the places of the events with a few ids.
pub(crate) struct PlacesOf(Vec<(EventId, usize)>);

impl PlacesOf {
    /// Looks up a few ids among many events. Searching a list is faster than building a table for a few ids.
    fn new(mut ids: Vec<EventId>, events: &[FactRef<'_>]) -> Self {
        ids.sort_unstable();
        ids.dedup();
        // Six bits of an id tell most events from all of these.
        let kind = |id: EventId| 1_u64 << (id.uuid().as_u128() % 64);
        let kinds = ids.iter().fold(0, |kinds, id| kinds | kind(*id));
        let is_wanted = |event: &FactRef<'_>| kinds & kind(event.id()) != 0 && ids.binary_search(&event.id()).is_ok();
        let places = events.iter().enumerate().filter(|(_, event)| is_wanted(event));
        let mut places: Vec<(EventId, usize)> = places.map(|(at, event)| (event.id(), at)).collect();
        places.sort_unstable();
        Self(places)
    }

    /// Returns the place of the event of an id.
    fn get(&self, id: EventId) -> Option<usize> {
        let at = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.0.get(at).map(|(_, place)| *place)
    }
}
