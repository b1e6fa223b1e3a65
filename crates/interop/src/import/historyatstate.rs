//! Travels abroad of US presidents and secretaries of state, and visits of foreign leaders, as the Office of the
//! Historian publishes them: CSV with one trip per row. Visits have `visitor`, `from_id`, `from` and `description` in
//! place of `name`, `country_id`, `country` and `remarks`, and neither `role` nor `locale`.
//!
//! | column | used for |
//! | --- | --- |
//! | `id` | the meeting's name, `cite`, and with `last_modified_datetime` the identity |
//! | `role`, `name` | the level, and who travelled |
//! | `start_date`, `end_date` | `occurred` |
//! | `country_id`, `country`, `locale`, `remarks` | the track, the venue, the outcome |
//! | `created_datetime`, `last_modified_datetime` | `recorded` |

use std::io::BufRead;

use demarche_core::{
    ActorId, Attribution, Event, EventId, EventRetracted, Instant, MeetingFormat, MeetingHeld, MeetingId, MeetingLevel,
    Occurred, Payload,
};

use super::actors::{Actor, NO_PARTY};
use super::cells::{Cells, NO_COLUMN};
use super::clock::{EntryPart, RecordedAt};
use super::coding::{AHEAD, Opening};
use super::column_layout::ColumnLayout;
use super::day::Day;
use super::error::{CellError, ImportError, cut};
use super::grid::Grid;
use super::ids::id;
use super::recent::Recent;
use super::state::{ImportState, ReadRows};
use crate::names::hash;

pub(super) const FORMAT: &str = "historyatstate";

/// What a file lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TripKind {
    /// Travels of Americans abroad.
    Travels,
    /// Visits of foreign leaders to the United States.
    Visits,
}

/// The columns of a file. The column of the traveller tells which kind of file it is.
const COLUMNS: [&str; 11] = [
    "id",
    "start_date",
    "end_date",
    "name|visitor",
    "country_id|from_id",
    "country|from",
    "created_datetime",
    "remarks|description",
    "last_modified_datetime",
    "role",
    "locale",
];
/// How many of them every file has.
const NEEDED: usize = 7;

impl TripKind {
    /// Returns the citation prefix of a trip, which its number follows.
    const fn cite(self) -> &'static str {
        match self {
            Self::Travels => "historyatstate-travels:",
            Self::Visits => "historyatstate-visits:",
        }
    }

    /// Returns the kind of entry, which also prefixes the meeting's name.
    const fn name(self) -> &'static str {
        match self {
            Self::Travels => "trip",
            Self::Visits => "visit",
        }
    }
}

/// The country whose officials travel.
const TRAVELLER: &str = "United States";
const HISTORIAN: &str = "Office of the Historian";

/// A row superseded by a newer version.
const OLDER: &str = "an older version of a row than the one entered";

/// The size of a generation of remembered trips. Two generations are kept.
const GENERATION: usize = 65_536;

/// The trips that were entered, in this import or in the journal before.
#[derive(Debug)]
pub(super) struct Trips {
    entered: Recent<(&'static str, u64), (EventId, Instant)>,
    /// The first trip with this content.
    told: Recent<u64, u64>,
}

impl Trips {
    pub(super) fn new() -> Self {
        Self { entered: Recent::new(GENERATION), told: Recent::new(GENERATION) }
    }

    /// Registers an entry of the journal.
    pub(super) fn know(&mut self, event: &Event) {
        let Some(cite) = event.cite.as_deref() else { return };
        let key = [TripKind::Travels, TripKind::Visits].into_iter().find_map(|kind| {
            let number = cite.strip_prefix(kind.cite())?.parse::<u64>().ok()?;
            Some((kind.name(), number))
        });
        if let (Some(key), Payload::MeetingHeld(_)) = (key, &event.data) {
            match self.entered.get_mut(&key) {
                Some((_, recorded)) if *recorded >= event.recorded => {}
                _ => self.entered.insert(key, (event.id, event.recorded)),
            }
        }
    }
}

/// Reads trips.
pub(super) struct Visits<R> {
    rows: Grid<R>,
    /// The layout from the header.
    layout: Option<(TripKind, ColumnLayout<{ COLUMNS.len() }>)>,
}

impl<R: BufRead> Visits<R> {
    pub(super) const fn new(rows: Grid<R>) -> Self {
        Self { rows, layout: None }
    }
}

impl<R: BufRead> ReadRows for Visits<R> {
    fn row(&mut self, state: &mut ImportState) -> Result<bool, ImportError> {
        let (kind, layout) = match self.layout {
            Some(known) => known,
            None => {
                let Some(header) = self.rows.next()? else { return Ok(false) };
                let kind =
                    if header.places(&["visitor"]) == [NO_COLUMN] { TripKind::Travels } else { TripKind::Visits };
                let layout = ColumnLayout::of_header(&header, &COLUMNS, NEEDED)?;
                *self.layout.insert((kind, layout))
            }
        };
        let Some(cells) = self.rows.next()? else { return Ok(false) };
        state.begin_row(cells.number);
        cells.must_be_text(&layout.places)?;
        if cells.count() != layout.count {
            return Err(cells.miscounted("the header has another number"));
        }
        let trip = Trip::new(kind, &cells, &layout.places)?;
        let number = trip.number;
        match state.trips.told.get_mut(&trip.content) {
            Some(first) if *first != number => {
                state.fold(true);
                return Ok(true);
            }
            Some(_) => {}
            None => state.trips.told.insert(trip.content, number),
        }
        let modified = trip.modified.to_string();
        // Travels were supported first, and keep the ids that they had then.
        let entry = if kind == TripKind::Travels { "row" } else { kind.name() };
        let event_id = id(FORMAT, entry, &[&number.to_le_bytes(), modified.as_bytes()]);
        let stamp = state.stamp(RecordedAt::Numbered(trip.modified, number));
        let recorded = stamp.earliest(EntryPart::Event);
        if trip.occurred.earliest().is_ahead_of(stamp.given()) {
            state.set_aside(AHEAD);
            return Ok(true);
        }
        let Some(mut event) = trip.event(event_id, stamp, state) else {
            state.set_aside(NO_PARTY);
            return Ok(true);
        };
        if let Some(contradiction) = state.contradiction(&mut event, stamp) {
            state.trips.told.remove(&trip.content);
            return Err(cells.blame(0, contradiction));
        }
        let key = (kind.name(), number);
        match state.trips.entered.get_mut(&key).copied() {
            Some((known, _)) if known == event_id => {}
            Some((_, known_recorded)) if known_recorded >= recorded => {
                state.set_aside(OLDER);
                return Ok(true);
            }
            Some((known, _)) => retract(known, &event, &modified, stamp, state),
            None => {}
        }
        state.trips.entered.insert(key, (event_id, recorded));
        state.code_once(event, stamp, cells.number).map_err(|kind| cells.blame(0, kind))?;
        Ok(true)
    }
}

/// Retracts the entry of a row that has changed since.
fn retract(known: EventId, event: &Event, modified: &str, stamp: RecordedAt, state: &mut ImportState) {
    let reason = format!("the row was changed on {}", modified.get(..10).unwrap_or(modified)).into();
    let retraction = Event {
        id: id(FORMAT, "retraction", &[known.uuid().as_bytes(), event.id.uuid().as_bytes()]),
        note: None,
        data: EventRetracted { event: known, reason }.into(),
        ..event.clone()
    };
    state.report.retracted += 1;
    state.hand_out(retraction, stamp, EntryPart::Retraction);
}

/// What a row says.
struct Trip<'r> {
    kind: TripKind,
    number: u64,
    is_of_leader: bool,
    name: &'r str,
    country_id: &'r str,
    country: &'r str,
    locale: &'r str,
    remarks: &'r str,
    occurred: Occurred,
    modified: Instant,
    /// A hash of the content, equal for two rows of one trip.
    content: u64,
}

impl<'r> Trip<'r> {
    fn new(kind: TripKind, cells: &Cells<'r>, places: &[usize; COLUMNS.len()]) -> Result<Self, ImportError> {
        let [id, start, end, name, country_id, country, created, remarks, modified, role, locale] = *places;
        let text = |cell: usize| cells.at(cell);
        let number = text(id).parse().map_err(|_| cells.bad(id, "id", CellError::NotANumber(cut(text(id)))))?;
        let is_of_leader = match (kind, text(role)) {
            (TripKind::Visits, _) | (TripKind::Travels, "president") => true,
            (TripKind::Travels, "secretary") => false,
            (TripKind::Travels, other) => {
                let expected = "one of: president, secretary".into();
                return Err(cells.bad(role, "role", CellError::Unexpected { found: cut(other), expected }));
            }
        };
        let first = Day::new(text(start)).map_err(|reason| cells.bad(start, "start_date", reason))?;
        let last = match text(end) {
            // Some rows of a one-day visit give only one date.
            "" if kind == TripKind::Visits => first.clone(),
            text => Day::new(text).map_err(|reason| cells.bad(end, "end_date", reason))?,
        };
        let occurred = if first.date == last.date {
            first.occurred
        } else {
            let span: Result<demarche_core::Edtf, _> = format!("{}/{}", first.occurred, last.occurred).parse();
            let span = span.map_err(|error| cells.bad(end, "end_date", error))?;
            Occurred::new(span).ok_or_else(|| cells.bad(end, "end_date", CellError::Empty))?
        };
        let instant =
            |cell: usize, column: &str| text(cell).parse::<Instant>().map_err(|error| cells.bad(cell, column, error));
        // What a row says was known when it was last changed, or else when it was created.
        let made = instant(created, "created_datetime")?;
        let changed = text(modified);
        let modified = if changed.is_empty() { made } else { instant(modified, "last_modified_datetime")?.max(made) };
        // Everything that goes into the event, except who made the row and when.
        let said = [role, name, country_id, locale, remarks, country].map(text).join("\t");
        let content = hash(format!("{}\t{}\t{said}", kind.name(), occurred.as_str()).as_bytes());
        let [name, country_id, country, locale, remarks] = [name, country_id, country, locale, remarks].map(text);
        Ok(Self { kind, number, is_of_leader, name, country_id, country, locale, remarks, occurred, modified, content })
    }

    fn event(&self, id: EventId, stamp: RecordedAt, state: &mut ImportState) -> Option<Event> {
        let traveller = state.actors.actor(TRAVELLER, || Actor::party(TRAVELLER, true)).ok()?;
        let named = [self.country_id, self.country].join("\t");
        let host = state.actors.actor(&named, || Actor::state(self.country_id, self.country)).ok()?;
        let cite = format!("{}{}", self.kind.cite(), self.number);
        let opening = Opening { format: FORMAT, track: FORMAT, occurred: &self.occurred, stamp, cite: &cite };
        let (track, parties) = state.track(&opening, &traveller, &host)?;
        let historian = state.actors.actor(HISTORIAN, || Actor::within(TRAVELLER, HISTORIAN, HISTORIAN, true)).ok()?;
        let text = |text: &str| (!text.is_empty()).then(|| text.into());
        let source = state.source(ActorId::clone(&historian.id), None, Attribution::Document);
        let data = MeetingHeld {
            meeting: MeetingId::new(&format!("{}-{}", self.kind.name(), self.number)).ok()?,
            title: Some(format!("{}: {}", self.name, self.country).into()),
            when: None,
            venue: text(self.locale),
            format: Some(MeetingFormat::InPerson),
            mode: None,
            level: Some(if self.is_of_leader { MeetingLevel::Leaders } else { MeetingLevel::Ministers }),
            parties: parties.to_vec(),
            outcome: text(self.remarks),
        };
        Some(Event {
            id,
            track,
            occurred: self.occurred.clone(),
            recorded: stamp.given(),
            entered_by: None,
            source,
            cite: Some(cite.into()),
            note: None,
            data: data.into(),
        })
    }
}
