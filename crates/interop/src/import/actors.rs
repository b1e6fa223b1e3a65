//! Who acts in a row, and on which track two of them meet.

use std::rc::Rc;

use demarche_core::{ActorId, TrackId};

use super::recent::Recent;
use crate::names::{hash, pair, slug};

/// An actor as a row names it.
#[derive(Debug)]
pub(super) struct Actor {
    pub(super) id: ActorId,
    /// What it is called, for people.
    pub(super) title: Box<str>,
    pub(super) party: ActorId,
    pub(super) party_title: Box<str>,
    pub(super) is_official: bool,
    /// By which it is known among the occurrences.
    pub(super) hash: u64,
}

/// An actor, or why there is none between whom and another a track could be.
pub(super) type Sight = Result<Rc<Actor>, &'static str>;

/// No actor at all.
pub(super) const NO_ACTOR: &str = "one actor alone: the other is not named";
/// An actor without a party.
pub(super) const NO_PARTY: &str = "an actor of no party: a region, or somebody without a country";

impl Actor {
    /// Makes the actor that is a party itself.
    pub(super) fn party(party: &str, is_official: bool) -> Sight {
        Self::sighted(&slug(party), party, party, party, is_official)
    }

    /// Makes the party of a given slug and title.
    pub(super) fn state(party: &str, title: &str) -> Sight {
        Self::sighted(&slug(party), title, party, title, true)
    }

    /// Makes an actor of a party.
    pub(super) fn within(party: &str, role: &str, title: &str, is_official: bool) -> Sight {
        Self::sighted(&format!("{}/{}", slug(party), slug(role)), title, party, party, is_official)
    }

    fn sighted(id: &str, title: &str, party: &str, party_title: &str, is_official: bool) -> Sight {
        // A slug is a name, always; were it not, the row would be set aside, and counted.
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
    /// In the order of their names.
    pub(super) parties: [ActorId; 2],
    /// Whether it was opened in this import.
    pub(super) is_opened: bool,
}

/// How many actors, outlets and tracks are remembered, twice over, before the oldest are worked out anew.
const GENERATION: usize = 50_000;

/// The actors, outlets and tracks that were met lately.
#[derive(Debug)]
pub(super) struct Actors {
    actors: Recent<Box<str>, Sight>,
    outlets: Recent<Box<str>, Option<Rc<ActorId>>>,
    dyads: Recent<(u64, u64), Dyad>,
}

impl Actors {
    pub(super) fn new() -> Self {
        Self { actors: Recent::new(GENERATION), outlets: Recent::new(GENERATION), dyads: Recent::new(GENERATION) }
    }

    /// The actor that stands in a row as this text.
    pub(super) fn actor(&mut self, text: &str, make: impl FnOnce() -> Sight) -> Sight {
        if let Some(sight) = self.actors.get_mut(text) {
            return sight.clone();
        }
        let sight = make();
        self.actors.insert(text.into(), sight.clone());
        sight
    }

    /// The outlet that a row names. It stands beneath `media`, so that no newspaper can be taken for a party.
    pub(super) fn outlet(&mut self, text: &str, make: impl FnOnce() -> String) -> Option<Rc<ActorId>> {
        if let Some(outlet) = self.outlets.get_mut(text) {
            return outlet.clone();
        }
        let outlet = ActorId::new(&format!("media/{}", make())).ok().map(Rc::new);
        self.outlets.insert(text.into(), outlet.clone());
        outlet
    }

    /// The track between two actors of different parties.
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
