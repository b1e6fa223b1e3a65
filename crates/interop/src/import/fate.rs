//! The fate of each row.

use demarche_core::{EventId, EventType};

/// The fate of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// The line on which the row begins.
    pub line: u64,
    /// What became of it.
    pub became: Became,
}

/// What a row can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// An event.
    Coded(EventType, EventId),
    /// Nothing more: it reports from the other side what an event already reports.
    Mirror,
    /// Nothing more: it repeats what an event already reports.
    Repeated,
    /// Nothing, for a reason.
    SetAside(Box<str>),
    /// An error.
    Broken(Box<str>),
}
