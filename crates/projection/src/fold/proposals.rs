//! The proposals of a track as the rules see them: whether each awaits an answer.

use std::collections::BTreeMap;

use demarche_core::{Answer, EventType};

use super::fact_ref::FactRef;

/// The proposals of a track by name.
pub(crate) struct Proposals<'f> {
    by_name: BTreeMap<u32, Pending<'f>>,
}

/// A proposal and what has become of it.
#[derive(Clone, Copy)]
pub(crate) struct Pending<'f> {
    /// The event by which it was last made; none where it was only answered.
    pub(crate) made: Option<FactRef<'f>>,
    /// Whether it awaits an answer. A deferral is none.
    pub(crate) open: bool,
}

impl<'f> Proposals<'f> {
    /// Makes them of counting events, which come in order; what is on no proposal changes nothing.
    pub(crate) fn of(counting: impl Iterator<Item = FactRef<'f>>) -> Self {
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
    pub(crate) fn get(&self, name: u32) -> Option<&Pending<'f>> {
        self.by_name.get(&name)
    }

    /// Returns the events by which those that await an answer were last made.
    pub(crate) fn open(&self) -> impl Iterator<Item = FactRef<'f>> {
        self.by_name.values().filter(|proposal| proposal.open).filter_map(|proposal| proposal.made)
    }
}
