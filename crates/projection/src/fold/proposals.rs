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
    /// The event by which it was last made, or `None` if it was only answered.
    pub(crate) made: Option<FactRef<'f>>,
    /// Whether it awaits an answer. A deferral is not an answer.
    pub(crate) open: bool,
    /// The event that last gave a deadline: it need not be repeated when the proposal is made again.
    pub(crate) due_by: Option<FactRef<'f>>,
}

impl<'f> Proposals<'f> {
    /// Makes them of counting events in order; events that are on no proposal change nothing.
    pub(crate) fn of(counting: impl Iterator<Item = FactRef<'f>>) -> Self {
        let mut by_name = BTreeMap::new();
        for event in counting {
            let Some(name) = event.proposal() else { continue };
            let proposal = by_name.entry(name).or_insert(Pending { made: None, open: false, due_by: None });
            if event.event_type() == EventType::ProposalMade {
                let due_by = Some(event).filter(|event| event.details().date.is_some()).or(proposal.due_by);
                *proposal = Pending { made: Some(event), open: true, due_by };
            } else {
                let is_open = proposal.open && event.answer() == Some(Answer::Deferred);
                (proposal.open, proposal.due_by) = (is_open, proposal.due_by.filter(|_| is_open));
            }
        }
        Self { by_name }
    }

    /// Returns the proposal of a name.
    pub(crate) fn get(&self, name: u32) -> Option<&Pending<'f>> {
        self.by_name.get(&name)
    }

    /// Returns the events that gave the open proposals their deadlines.
    pub(crate) fn due(&self) -> impl Iterator<Item = FactRef<'f>> {
        self.by_name.values().filter(|proposal| proposal.open).filter_map(|proposal| proposal.due_by)
    }

    /// Returns the events by which the open proposals were last made.
    pub(crate) fn open(&self) -> impl Iterator<Item = FactRef<'f>> {
        self.by_name.values().filter(|proposal| proposal.open).filter_map(|proposal| proposal.made)
    }
}
