//! The travels abroad of US presidents and secretaries of state, by the Office of the Historian: a trip a row, as CSV.
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
use super::clock::{Part, Stamp};
use super::coding::Opening;
use super::day::Day;
use super::desk::{Desk, ReadRows};
use super::error::{CellError, ImportError, cut};
use super::ids::id;
use super::recent::Recent;
use super::records::{Record, Records};
use crate::names::hash;

pub(super) const FORMAT: &str = "historyatstate";

/// How trips are cited.
const CITE: &str = "historyatstate-travels:";

const COLUMNS: [&str; 11] = [
    "id",
    "role",
    "name",
    "start_date",
    "end_date",
    "country_id",
    "locale",
    "remarks",
    "created_datetime",
    "last_modified_datetime",
    "country",
];

/// Whose travels these are.
const TRAVELLER: &str = "United States";
const HISTORIAN: &str = "Office of the Historian";

/// A row of which a newer version is known.
const OLDER: &str = "an older version of a row than the one entered";

/// How many trips are remembered, twice over.
const GENERATION: usize = 65_536;

/// The trips that were entered: in this import, and in the journal before.
#[derive(Debug)]
pub(super) struct Trips {
    entered: Recent<u64, (EventId, Instant)>,
    /// Which trip was told first with this content.
    told: Recent<u64, u64>,
}

impl Trips {
    pub(super) fn new() -> Self {
        Self { entered: Recent::new(GENERATION), told: Recent::new(GENERATION) }
    }

    /// Takes in an entry of the journal.
    pub(super) fn know(&mut self, event: &Event) {
        let number = event.cite.as_deref().and_then(|cite| cite.strip_prefix(CITE)?.parse::<u64>().ok());
        if let (Some(number), Payload::MeetingHeld(_)) = (number, &event.data) {
            match self.entered.get_mut(&number) {
                Some((_, recorded)) if *recorded >= event.recorded => {}
                _ => self.entered.insert(number, (event.id, event.recorded)),
            }
        }
    }
}

/// Reads trips.
pub(super) struct Travels<R> {
    records: Records<R>,
}

impl<R: BufRead> Travels<R> {
    pub(super) fn new(input: R) -> Self {
        Self { records: Records::new(input) }
    }
}

impl<R: BufRead> ReadRows for Travels<R> {
    fn row(&mut self, desk: &mut Desk) -> Result<bool, ImportError> {
        let Some(columns) = self.records.columns(&COLUMNS)? else { return Ok(false) };
        let Some(record) = self.records.next()? else { return Ok(false) };
        desk.report.rows += 1;
        let trip = Trip::new(&record, &columns)?;
        let number = trip.number;
        match desk.trips.told.get_mut(&trip.content) {
            Some(first) if *first != number => {
                desk.report.duplicates += 1;
                return Ok(true);
            }
            Some(_) => {}
            None => desk.trips.told.insert(trip.content, number),
        }
        let modified = trip.modified.to_string();
        let event_id = id(FORMAT, "row", &[&number.to_le_bytes(), modified.as_bytes()]);
        let stamp = desk.stamp(Stamp::Numbered(trip.modified, number));
        let recorded = stamp.earliest(Part::Event);
        let Some(mut event) = trip.event(event_id, stamp, desk) else {
            desk.report.set_aside(NO_PARTY);
            return Ok(true);
        };
        if let Some(contradiction) = desk.contradiction(&mut event, stamp) {
            desk.trips.told.remove(&trip.content);
            return Err(contradiction.on(record.line, 1));
        }
        match desk.trips.entered.get_mut(&number).copied() {
            Some((known, _)) if known == event_id => {}
            Some((_, known_recorded)) if known_recorded >= recorded => {
                desk.report.set_aside(OLDER);
                return Ok(true);
            }
            Some((known, _)) => retract(known, &event, &modified, stamp, desk),
            None => {}
        }
        desk.trips.entered.insert(number, (event_id, recorded));
        desk.code_once(event, stamp, record.line).map_err(|kind| kind.on(record.line, 1))?;
        Ok(true)
    }
}

/// Takes back what was entered of a row before it was changed.
fn retract(known: EventId, event: &Event, modified: &str, stamp: Stamp, desk: &mut Desk) {
    let reason = format!("the row was changed on {}", modified.get(..10).unwrap_or(modified)).into();
    let retraction = Event {
        id: id(FORMAT, "retraction", &[known.uuid().as_bytes(), event.id.uuid().as_bytes()]),
        note: None,
        data: EventRetracted { event: known, reason }.into(),
        ..event.clone()
    };
    desk.report.retracted += 1;
    desk.hand_out(retraction, stamp, Part::Retraction);
}

/// What a row says.
struct Trip<'r> {
    number: u64,
    is_president: bool,
    name: &'r str,
    country_id: &'r str,
    country: &'r str,
    locale: &'r str,
    remarks: &'r str,
    occurred: Occurred,
    modified: Instant,
    /// By which two rows of one trip are known.
    content: u64,
}

impl<'r> Trip<'r> {
    fn new(record: &Record<'r>, columns: &[usize]) -> Result<Self, ImportError> {
        let place = |column: usize| columns.get(column).copied().unwrap_or(usize::MAX);
        let at = |column: usize| record.at(place(column));
        let name_of = |column: usize| COLUMNS.get(column).copied().unwrap_or_default();
        let bad = |column: usize, reason: CellError| record.bad(place(column), name_of(column), reason);
        let number = at(0).parse().map_err(|_| bad(0, CellError::NotANumber(cut(at(0)))))?;
        let is_president = match at(1) {
            "president" => true,
            "secretary" => false,
            other => {
                let expected = "one of: president, secretary".into();
                return Err(bad(1, CellError::Unexpected { found: cut(other), expected }));
            }
        };
        let start = Day::new(at(3)).map_err(|reason| bad(3, reason))?;
        let end = Day::new(at(4)).map_err(|reason| bad(4, reason))?;
        let occurred = if start.date == end.date {
            start.occurred
        } else {
            let span: Result<demarche_core::Edtf, _> = format!("{}/{}", start.occurred, end.occurred).parse();
            let span = span.map_err(|error| bad(4, error.into()))?;
            Occurred::new(span).ok_or_else(|| bad(4, CellError::Empty))?
        };
        let instant = |column: usize| at(column).parse::<Instant>().map_err(|error| bad(column, error.into()));
        // What a row says is known since it was last changed, or else since it was made.
        let modified = if at(9).is_empty() { instant(8)? } else { instant(9)?.max(instant(8)?) };
        // All that becomes part of the event, but for who is told as having made the row, and when.
        let content = [at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(10)].join("\t");
        let content = hash(content.as_bytes());
        let (name, country_id, country, locale, remarks) = (at(2), at(5), at(10), at(6), at(7));
        Ok(Self { number, is_president, name, country_id, country, locale, remarks, occurred, modified, content })
    }

    fn event(&self, id: EventId, stamp: Stamp, desk: &mut Desk) -> Option<Event> {
        let traveller = desk.actors.actor(TRAVELLER, || Actor::party(TRAVELLER, true)).ok()?;
        let named = [self.country_id, self.country].join("\t");
        let host = desk.actors.actor(&named, || Actor::state(self.country_id, self.country)).ok()?;
        let cite = format!("{CITE}{}", self.number);
        let opening = Opening { format: FORMAT, track: FORMAT, occurred: &self.occurred, stamp, cite: &cite };
        let (track, parties) = desk.track(&opening, &traveller, &host)?;
        let historian = desk.actors.actor(HISTORIAN, || Actor::within(TRAVELLER, HISTORIAN, HISTORIAN, true)).ok()?;
        let text = |text: &str| (!text.is_empty()).then(|| text.into());
        let source = desk.source(ActorId::clone(&historian.id), None, Attribution::Document);
        let data = MeetingHeld {
            meeting: MeetingId::new(&format!("trip-{}", self.number)).ok()?,
            title: Some(format!("{}: {}", self.name, self.country).into()),
            when: None,
            venue: text(self.locale),
            format: Some(MeetingFormat::InPerson),
            mode: None,
            level: Some(if self.is_president { MeetingLevel::Leaders } else { MeetingLevel::Ministers }),
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
