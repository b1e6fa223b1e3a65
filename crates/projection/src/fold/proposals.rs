//! The proposals of a track as the rules see them: whether each awaits an answer.

use std::collections::BTreeMap;

use demarche_core::{Answer, EventType};

use crate::entry::Entry;

/// The proposals of a track by name.
pub(crate) struct Proposals<E: Entry> {
    by_name: BTreeMap<E::Name, Pending<E>>,
}

/// A proposal and what has become of it.
#[derive(Clone, Copy)]
pub(crate) struct Pending<E> {
    /// The event by which it was last made; none where it was only answered.
    pub(crate) made: Option<E>,
    /// Whether it awaits an answer. A deferral is none.
    pub(crate) open: bool,
}

impl<E: Entry> Proposals<E> {
    /// Makes them of counting events, which come in order; what is on no proposal changes nothing.
    pub(crate) fn of(counting: impl Iterator<Item = E>) -> Self {
        let mut by_name = BTreeMap::new();
        for event in counting {
            let Some(name) = event.proposal() else { continue };
            let proposal = by_name.entry(name).or_insert(Pending { made: None, open: false });
            if event.event_type() == EventType::ProposalMade {
                *proposal = Pending { made: Some(event), open: true };
            } else {
                proposal.open &= event.answer() == Some(Answer::Deferred);
            }
        }
        Self { by_name }
    }

    /// Returns the proposal of a name.
    pub(crate) fn get(&self, name: E::Name) -> Option<&Pending<E>> {
        self.by_name.get(&name)
    }

    /// Returns the events by which those that await an answer were last made.
    pub(crate) fn open(&self) -> impl Iterator<Item = E> {
        self.by_name.values().filter(|proposal| proposal.open).filter_map(|proposal| proposal.made)
    }
}
