//! The actors of a row, and the track on which two of them meet.

use std::rc::Rc;

use demarche_core::{ActorId, TrackId};

use super::recent::Recent;
use crate::names::{hash, pair, slug};

/// An actor as a row names it.
#[derive(Debug)]
pub(super) struct Actor {
    pub(super) id: ActorId,
    /// The name for people.
    pub(super) title: Box<str>,
    pub(super) party: ActorId,
    pub(super) party_title: Box<str>,
    pub(super) is_official: bool,
    /// A hash that identifies it among occurrences.
    pub(super) hash: u64,
}

/// An actor, or the reason why no track can involve it.
pub(super) type ActorResult = Result<Rc<Actor>, &'static str>;

/// The row lacks an actor.
pub(super) const NO_ACTOR: &str = "one actor alone: the other is not named";
/// The actor has no party.
pub(super) const NO_PARTY: &str = "an actor of no party: a region, or somebody without a country";

impl Actor {
    /// Makes an actor that is itself a party.
    pub(super) fn party(party: &str, is_official: bool) -> ActorResult {
        Self::sighted(&slug(party), party, party, party, is_official)
    }

    /// Makes a party with a given slug and title.
    pub(super) fn state(party: &str, title: &str) -> ActorResult {
        Self::sighted(&slug(party), title, party, title, true)
    }

    /// Makes an actor within a party.
    pub(super) fn within(party: &str, role: &str, title: &str, is_official: bool) -> ActorResult {
        Self::sighted(&format!("{}/{}", slug(party), slug(role)), title, party, party, is_official)
    }

    fn sighted(id: &str, title: &str, party: &str, party_title: &str, is_official: bool) -> ActorResult {
        // A slug is always a valid name. If one were not, the row would be set aside and counted.
        let (Ok(id), Ok(party)) = (ActorId::new(id), ActorId::new(&slug(party))) else { return Err(NO_PARTY) };
        let hash = hash(id.as_str().as_bytes());
        let (title, party_title) = (title.into(), party_title.into());
        Ok(Rc::new(Self { id, title, party, party_title, is_official, hash }))
    }
}

/// A track between two parties.
#[derive(Debug)]
pub(super) struct Dyad {
    pub(super) track: TrackId,
    pub(super) title: Box<str>,
    /// The parties, in order of name.
    pub(super) parties: [ActorId; 2],
    /// Whether this import opened it.
    pub(super) is_opened: bool,
}

/// The size of a generation of remembered actors, outlets and tracks. Two generations are kept; older ones are computed
/// again.
const GENERATION: usize = 50_000;

/// The actors, outlets and tracks of recent rows.
#[derive(Debug)]
pub(super) struct Actors {
    actors: Recent<Box<str>, ActorResult>,
    outlets: Recent<Box<str>, Option<Rc<ActorId>>>,
    dyads: Recent<(u64, u64), Dyad>,
}

impl Actors {
    pub(super) fn new() -> Self {
        Self { actors: Recent::new(GENERATION), outlets: Recent::new(GENERATION), dyads: Recent::new(GENERATION) }
    }

    /// Returns the actor for a text of a row.
    pub(super) fn actor(&mut self, text: &str, make: impl FnOnce() -> ActorResult) -> ActorResult {
        if let Some(sight) = self.actors.get_mut(text) {
            return sight.clone();
        }
        let sight = make();
        self.actors.insert(text.into(), sight.clone());
        sight
    }

    /// Returns the outlet that a row names. It goes beneath `media`, so that no newspaper can be taken for a party.
    pub(super) fn outlet(&mut self, text: &str, make: impl FnOnce() -> String) -> Option<Rc<ActorId>> {
        if let Some(outlet) = self.outlets.get_mut(text) {
            return outlet.clone();
        }
        let outlet = ActorId::new(&format!("media/{}", make())).ok().map(Rc::new);
        self.outlets.insert(text.into(), outlet.clone());
        outlet
    }

    /// Returns the track between two actors of different parties.
    pub(super) fn dyad(&mut self, format: &str, first: &Actor, second: &Actor) -> Option<&mut Dyad> {
        let (first, second) = if first.party <= second.party { (first, second) } else { (second, first) };
        let key = [first, second].map(|actor| hash(actor.party.as_str().as_bytes()));
        let key = (key[0], key[1]);
        if self.dyads.get_mut(&key).is_none() {
            let track = format!("{format}/{}", pair(first.party.as_str(), second.party.as_str()));
            let dyad = Dyad {
                track: TrackId::new(&track).ok()?,
                title: format!("{} – {}", first.party_title, second.party_title).into(),
                parties: [first.party.clone(), second.party.clone()],
                is_opened: false,
            };
            self.dyads.insert(key, dyad);
        }
        self.dyads.get_mut(&key)
    }
}
