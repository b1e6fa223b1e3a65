//! Texts that are erased from a journal while it is watched.

use std::collections::BTreeMap;

use demarche_core::{Event, EventId};
use demarche_journal::{Later, Redactions};
use demarche_projection::{Conflict, Fold, LogChanged};

use crate::failure::Failure;

/// What was erased from the journal while it was watched: the texts are forgotten here, too, which is no news.
#[derive(Default)]
pub(super) struct Erased {
    redactions: Redactions,
    /// The events with their texts erased, by their ids.
    events: BTreeMap<EventId, Event>,
}

impl Erased {
    pub(super) fn note(&mut self, events: &[Event]) {
        events.iter().for_each(|event| self.redactions.note(event));
    }

    /// Tells whether texts of events that are known were erased since.
    pub(super) fn has_any(&self) -> bool {
        !self.events.is_empty()
    }

    /// Takes an event that is there already with its texts. Gives back a conflict that is one.
    pub(super) fn take(&mut self, fold: &Fold, conflict: Conflict) -> Result<Option<Conflict>, LogChanged> {
        let there = fold.event(conflict.first)?;
        match there.and_then(|there| self.redactions.later(&there, &conflict.event)) {
            Some(Later::First) => Ok(None),
            Some(Later::Second) => {
                self.events.insert(conflict.event.id, *conflict.event);
                Ok(None)
            }
            None => Ok(Some(conflict)),
        }
    }

    /// Makes a fold without the erased texts.
    pub(super) fn forget(&mut self, fold: Fold) -> Result<Fold, Failure> {
        let mut erased = std::mem::take(&mut self.events);
        if erased.is_empty() {
            return Ok(fold);
        }
        let events: Result<Vec<Event>, LogChanged> =
            fold.events().map(|event| event.map(|event| erased.remove(&event.id).unwrap_or(event))).collect();
        // Each id is there once.
        Fold::of(events?).map_err(|error| Failure::File(error.to_string()))
    }
}
