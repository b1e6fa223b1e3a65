//! The desk at which rows become events: what all formats share while an import runs.

use std::collections::VecDeque;
use std::rc::Rc;

use demarche_core::{ActorId, Attribution, Event, Grade, Instant, Source};

use super::actors::Actors;
use super::coding::Occurrences;
use super::historyatstate::Trips;
use super::known::Known;
use super::people::People;
use super::report::Report;
use super::table::Table;

/// What the format and the user say once for all rows.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) table: Rc<Table>,
    pub(super) people: Rc<People>,
    pub(super) recorded: Option<Instant>,
    grade: Option<Grade>,
    pub(super) report: Report,
    /// Events made and not yet handed out.
    pub(super) pending: VecDeque<Event>,
    pub(super) actors: Actors,
    pub(super) occurrences: Occurrences,
    pub(super) trips: Trips,
    /// What the journal has.
    pub(super) known: Known,
}

impl Desk {
    pub(super) fn new(table: Table, people: People, recorded: Option<Instant>, grade: Option<Grade>) -> Self {
        Self {
            table: Rc::new(table),
            people: Rc::new(people),
            recorded,
            grade,
            report: Report::default(),
            pending: VecDeque::new(),
            actors: Actors::new(),
            occurrences: Occurrences::new(),
            trips: Trips::new(),
            known: Known::default(),
        }
    }

    /// A source of the grade that the user gave all of them.
    pub(super) const fn source(&self, who: ActorId, via: Option<ActorId>, attribution: Attribution) -> Source {
        Source { who, via, attribution, grade: self.grade }
    }

    /// Hands out the event that a row became.
    pub(super) fn code(&mut self, event: Event) {
        self.report.code(event.event_type());
        self.pending.push_back(event);
    }
}

/// What a reader of a format does: read one row, and leave at the desk what it became.
pub(super) trait ReadRows {
    /// Reads one row; false where there is none.
    fn row(&mut self, desk: &mut Desk) -> Result<bool, super::error::ImportError>;
}
