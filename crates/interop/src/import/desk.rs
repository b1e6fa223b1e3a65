//! The desk at which rows become events: what all formats share while an import runs.

use std::collections::VecDeque;
use std::rc::Rc;

use demarche_core::codec::encode;
use demarche_core::{ActorId, Attribution, Event, EventId, Grade, Instant, Source};

use super::actors::Actors;
use super::coding::Occurrences;
use super::error::ImportErrorKind;
use super::historyatstate::Trips;
use super::ids::id;
use super::known::Known;
use super::people::People;
use super::recent::Recent;
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
    /// What was told lately by rows that name their ids themselves.
    told: Recent<EventId, Told>,
    /// The number of the input that is read.
    input: u64,
}

/// What a row told, and where it stands.
#[derive(Debug)]
struct Told {
    /// A digest of the event.
    content: EventId,
    input: u64,
    line: u64,
}

/// How many rows are remembered, twice over, to know those that say the same.
const GENERATION: usize = 65_536;

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
            told: Recent::new(GENERATION),
            input: 0,
        }
    }

    /// A source of the grade that the user gave all of them.
    pub(super) const fn source(&self, who: ActorId, via: Option<ActorId>, attribution: Attribution) -> Source {
        Source { who, via, attribution, grade: self.grade }
    }

    /// Begins the next input.
    pub(super) const fn begin_input(&mut self) {
        self.input += 1;
    }

    /// Hands out the event of a row that names its id itself; one that was told before is counted, and not handed out
    /// again. Only what is equal is the same: two contents of one id are an error.
    pub(super) fn code_once(&mut self, event: Event, line: u64) -> Result<(), ImportErrorKind> {
        let content = id("", "content", &[encode(&event).as_bytes()]);
        match self.told.get_mut(&event.id) {
            None => {
                self.told.insert(event.id, Told { content, input: self.input, line });
                self.code(event);
            }
            Some(told) if told.content == content => self.report.duplicates += 1,
            Some(told) => {
                let of = if told.input == self.input { "" } else { " of an earlier file" };
                return Err(ImportErrorKind::SameId { id: event.id, line: told.line, of });
            }
        }
        Ok(())
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
