//! The desk at which rows become events: what all formats share while an import runs.

use std::collections::VecDeque;
use std::rc::Rc;

use demarche_core::codec::encode;
use demarche_core::{ActorId, Attribution, Event, EventId, Grade, Instant, Source};

use super::actors::Actors;
use super::clock::{Clock, Part, Stamp};
use super::coding::Occurrences;
use super::error::{ImportError, ImportErrorKind};
use super::fate::{Became, Fate};
use super::historyatstate::Trips;
use super::known::Known;
use super::names_of::Entries;
use super::people::People;
use super::recent::Recent;
use super::report::Report;
use super::table::Table;
use crate::names::hash;

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
    /// When rows are recorded.
    pub(super) clock: Clock,
    /// What was told lately.
    told: Recent<EventId, Told>,
    /// The number of the input that is read.
    input: u64,
    /// What rows of a spreadsheet can be about.
    pub(super) entries: Entries,
    /// Whether what became of each row is kept.
    pub(super) explains: bool,
    pub(super) fates: Vec<Fate>,
    /// The line of the row that is read, and what became of it.
    line: u64,
    became: Option<Became>,
}

/// What a row told, and where it stands.
#[derive(Debug)]
struct Told {
    /// A digest of the event.
    content: u64,
    stamp: Stamp,
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
            clock: Clock::new(),
            told: Recent::new(GENERATION),
            input: 0,
            entries: Entries::default(),
            explains: false,
            fates: Vec::new(),
            line: 0,
            became: None,
        }
    }

    /// A source of the grade that the user gave all of them.
    pub(super) const fn source(&self, who: ActorId, via: Option<ActorId>, attribution: Attribution) -> Source {
        Source { who, via, attribution, grade: self.grade }
    }

    /// Begins the next input.
    pub(super) const fn begin_input(&mut self) {
        self.input += 1;
        self.clock.begin_input();
    }

    /// Begins a row, and counts it.
    pub(super) const fn begin_row(&mut self, line: u64) {
        self.report.rows += 1;
        self.line = line;
    }

    /// Counts a row that tells what was told, from the same side or the other.
    pub(super) fn fold(&mut self, is_same_side: bool) {
        if is_same_side {
            self.report.duplicates += 1;
            self.became = Some(Became::Repeated);
        } else {
            self.report.mirrors += 1;
            self.became = Some(Became::Mirror);
        }
    }

    /// Counts a row that is no event, for a reason.
    pub(super) fn set_aside(&mut self, reason: &str) {
        self.report.set_aside(reason);
        if self.explains {
            self.became = Some(Became::SetAside(reason.into()));
        }
    }

    /// Keeps what became of a row, if anybody wants to know.
    pub(super) fn tell_fate(&mut self, error: Option<&ImportError>) {
        let became = self.became.take();
        if !self.explains {
            return;
        }
        match error {
            Some(error) => {
                let became = Became::Broken(error.kind.to_string().into());
                self.fates.push(Fate { line: error.line, became });
            }
            None => self.fates.extend(became.map(|became| Fate { line: self.line, became })),
        }
    }

    /// Takes in an entry of the journal, of whatever format.
    pub(super) fn known_entry(&mut self, event: &Event) {
        self.clock.know(event.recorded);
        self.known.enter(event.id, event.recorded, content(&mut event.clone()));
    }

    /// Says what is wrong with an event that has the id of another one, in the journal or of an earlier row.
    pub(super) fn contradiction(&mut self, event: &mut Event, stamp: Stamp) -> Option<ImportErrorKind> {
        let content = content(event);
        if let Some((recorded, known)) = self.known.entry(event.id)
            && (known != content || !stamp.can_be(recorded))
        {
            return Some(ImportErrorKind::Changed(event.id));
        }
        let told = self.told.get_mut(&event.id).filter(|told| (told.content, told.stamp) != (content, stamp))?;
        let of = if told.input == self.input { "" } else { " of an earlier file" };
        Some(ImportErrorKind::SameId { id: event.id, line: told.line, of })
    }

    /// Hands out the event of a row that names its id itself; one that was told before is counted, and not handed out
    /// again. Only what is equal is the same: two contents of one id are an error.
    pub(super) fn code_once(&mut self, mut event: Event, stamp: Stamp, line: u64) -> Result<(), ImportErrorKind> {
        if let Some(contradiction) = self.contradiction(&mut event, stamp) {
            return Err(contradiction);
        }
        if self.told.get_mut(&event.id).is_some() {
            self.fold(true);
        } else {
            self.code(event, stamp, line);
        }
        Ok(())
    }

    /// Hands out the event that a row became, which contradicts no other.
    pub(super) fn code(&mut self, mut event: Event, stamp: Stamp, line: u64) {
        self.report.code(event.event_type());
        self.became = Some(Became::Coded(event.event_type(), event.id));
        let content = content(&mut event);
        self.told.insert(event.id, Told { content, stamp, input: self.input, line });
        self.hand_out(event, stamp, Part::Event);
    }

    /// Hands out an event, recorded when the journal has it, or else behind those before it.
    pub(super) fn hand_out(&mut self, event: Event, stamp: Stamp, part: Part) {
        let recorded = match self.known.entry(event.id) {
            Some((recorded, _)) => {
                self.clock.pass(stamp, recorded);
                recorded
            }
            None => self.clock.next(stamp, part),
        };
        self.pending.push_back(Event { recorded, ..event });
    }
}

/// A digest of all that an event says, but for when it was recorded.
fn content(event: &mut Event) -> u64 {
    let recorded = std::mem::replace(&mut event.recorded, Instant::MIN);
    let content = hash(encode(event).as_bytes());
    event.recorded = recorded;
    content
}

/// What a reader of a format does: read one row, and leave at the desk what it became.
pub(super) trait ReadRows {
    /// Reads one row; false where there is none.
    fn row(&mut self, desk: &mut Desk) -> Result<bool, ImportError>;
}
