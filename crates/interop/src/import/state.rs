//! The state that all formats share while an import runs.

use std::collections::VecDeque;
use std::rc::Rc;

use demarche_core::codec::encode;
use demarche_core::{ActorId, Attribution, Event, EventId, Grade, Instant, Source};

use super::actors::Actors;
use super::clock::{Clock, EntryPart, RecordedAt};
use super::coding::Occurrences;
use super::entry_index::EntryIndex;
use super::error::{ImportError, ImportErrorKind};
use super::fate::{Became, Fate};
use super::historyatstate::Trips;
use super::known_events::KnownEvents;
use super::people::People;
use super::recent::Recent;
use super::report::Report;
use super::table::Table;
use crate::names::hash;

/// The options of the format and of the user that apply to all rows.
#[derive(Debug)]
pub(super) struct ImportState {
    pub(super) table: Rc<Table>,
    pub(super) people: Rc<People>,
    pub(super) recorded: Option<Instant>,
    grade: Option<Grade>,
    pub(super) report: Report,
    /// Events that were made but not yet returned.
    pub(super) pending: VecDeque<Event>,
    pub(super) actors: Actors,
    pub(super) occurrences: Occurrences,
    pub(super) trips: Trips,
    /// What the journal already has.
    pub(super) known: KnownEvents,
    /// Assigns recording instants to rows.
    pub(super) clock: Clock,
    /// What recent rows said.
    seen: Recent<EventId, SeenRow>,
    /// The number of the current input.
    input: u64,
    /// The entries that rows of a spreadsheet can refer to.
    pub(super) entries: EntryIndex,
    /// Whether the fates of rows are kept.
    pub(super) explains: bool,
    pub(super) fates: Vec<Fate>,
    /// The line and the fate of the current row.
    line: u64,
    became: Option<Became>,
}

/// What a row said, and where it stands.
#[derive(Debug)]
struct SeenRow {
    /// A hash of the event.
    content: u64,
    stamp: RecordedAt,
    input: u64,
    line: u64,
}

/// The size of a generation of remembered rows, used to recognize rows that say the same. Two generations are kept.
const GENERATION: usize = 65_536;

impl ImportState {
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
            known: KnownEvents::default(),
            clock: Clock::new(),
            seen: Recent::new(GENERATION),
            input: 0,
            entries: EntryIndex::default(),
            explains: false,
            fates: Vec::new(),
            line: 0,
            became: None,
        }
    }

    /// Makes a source with the grade that the user set for all of them.
    pub(super) const fn source(&self, who: ActorId, via: Option<ActorId>, attribution: Attribution) -> Source {
        Source { who, via, attribution, grade: self.grade }
    }

    /// Begins the next input.
    pub(super) const fn begin_input(&mut self) {
        self.input += 1;
        self.clock.begin_input();
    }

    /// Begins a row and counts it.
    pub(super) const fn begin_row(&mut self, line: u64) {
        self.report.rows += 1;
        self.line = line;
    }

    /// Counts a row that repeats an earlier report, from the same side or the other.
    pub(super) fn fold(&mut self, is_same_side: bool) {
        if is_same_side {
            self.report.duplicates += 1;
            self.became = Some(Became::Repeated);
        } else {
            self.report.mirrors += 1;
            self.became = Some(Became::Mirror);
        }
    }

    /// Counts a row that makes no event, with the reason.
    pub(super) fn set_aside(&mut self, reason: &str) {
        self.report.set_aside(reason);
        if self.explains {
            self.became = Some(Became::SetAside(reason.into()));
        }
    }

    /// Keeps the fate of the row, if fates are wanted.
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

    /// Registers an entry of the journal, from any format.
    pub(super) fn known_entry(&mut self, event: &Event) {
        self.clock.know(event.recorded);
        self.known.enter(event.id, event.recorded, content(&mut event.clone()));
        self.known.note_erased(event);
    }

    /// Returns the error of an event whose id belongs to a different event, in the journal or of an earlier row.
    pub(super) fn contradiction(&mut self, event: &mut Event, stamp: RecordedAt) -> Option<ImportErrorKind> {
        let said = content(event);
        // Of an entry whose words were erased, the rest is compared.
        let erased = self.known.erased(event.id).map(|fields| content(&mut event.erased(fields)));
        let (content, is_known) = (said, |known: u64| known == said || Some(known) == erased);
        if let Some((recorded, known)) = self.known.entry(event.id)
            && (!is_known(known) || !stamp.can_be(recorded))
        {
            return Some(ImportErrorKind::Changed(event.id));
        }
        let seen = self.seen.get_mut(&event.id).filter(|seen| (seen.content, seen.stamp) != (content, stamp))?;
        let of = if seen.input == self.input { "" } else { " of an earlier file" };
        Some(ImportErrorKind::SameId { id: event.id, line: seen.line, of })
    }

    /// Returns the event of a row that states its own id. Repeating an earlier event is counted; contradicting one is
    /// an error.
    pub(super) fn code_once(&mut self, mut event: Event, stamp: RecordedAt, line: u64) -> Result<(), ImportErrorKind> {
        if let Some(contradiction) = self.contradiction(&mut event, stamp) {
            return Err(contradiction);
        }
        if self.seen.get_mut(&event.id).is_some() {
            self.fold(true);
        } else {
            self.code(event, stamp, line);
        }
        Ok(())
    }

    /// Queues the event of a row, after a check that it contradicts no other.
    pub(super) fn code(&mut self, mut event: Event, stamp: RecordedAt, line: u64) {
        self.report.code(event.event_type());
        self.became = Some(Became::Coded(event.event_type(), event.id));
        let content = content(&mut event);
        self.seen.insert(event.id, SeenRow { content, stamp, input: self.input, line });
        self.hand_out(event, stamp, EntryPart::Event);
    }

    /// Queues an event with the journal's recording instant, or else with one after those before it.
    pub(super) fn hand_out(&mut self, event: Event, stamp: RecordedAt, part: EntryPart) {
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

/// Hashes everything that an event says, except when it was recorded.
fn content(event: &mut Event) -> u64 {
    let recorded = std::mem::replace(&mut event.recorded, Instant::MIN);
    let content = hash(encode(event).as_bytes());
    event.recorded = recorded;
    content
}

/// Reads rows of one format.
pub(super) trait ReadRows {
    /// Reads one row into the state. Returns false at the end.
    fn row(&mut self, state: &mut ImportState) -> Result<bool, ImportError>;
}
