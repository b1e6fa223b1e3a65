//! Words of events, read late from their lines.

use demarche_core::facts::{LinePlace, Texts};
use demarche_core::{Edtf, Event, Payload};

use super::FactRef;

/// A line that held an event when the log was read now holds another event, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the log was changed while it was read")]
pub struct LogChanged;

/// The texts that hold the lines of events.
#[derive(Clone, Copy)]
pub(crate) struct Words<'f>(pub(super) &'f Texts);

impl Words<'_> {
    fn place(event: FactRef<'_>) -> Result<LinePlace, LogChanged> {
        event.place().ok_or(LogChanged)
    }

    /// Reads a whole event.
    // The line is the one that the fact was made from, unless it was overwritten since.
    pub(crate) fn event(self, event: FactRef<'_>) -> Result<Event, LogChanged> {
        self.0.event(event.fact(), Self::place(event)?).ok_or(LogChanged)
    }

    /// Reads the payload of an event.
    pub(crate) fn payload(self, event: FactRef<'_>) -> Result<Payload, LogChanged> {
        self.0.payload(event.fact(), Self::place(event)?).ok_or(LogChanged)
    }

    /// Reads when an event occurred.
    pub(crate) fn occurred(self, event: FactRef<'_>) -> Result<Edtf, LogChanged> {
        match event.fact().day() {
            Some(day) => Ok(day),
            None => self.0.occurred(event.fact(), Self::place(event)?).ok_or(LogChanged),
        }
    }
}
