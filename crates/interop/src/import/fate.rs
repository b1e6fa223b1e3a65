//! What became of each row, told one by one.

use demarche_core::{EventId, EventType};

/// What became of a row.
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
    /// Nothing more: it tells from the other side what an event has told.
    Mirror,
    /// Nothing more: it tells once more what an event has told.
    Repeated,
    /// Nothing, for a reason.
    SetAside(Box<str>),
    /// An error.
    Broken(Box<str>),
}
