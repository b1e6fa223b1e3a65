//! The coding step: turns a row of two actors, a code and a day into an event or a confirmation, or folds it into an
//! earlier one.

use std::rc::Rc;

use demarche_core::{
    ActorId, Attribution, ClaimConfirmed, Event, EventId, EventType, Occurred, TrackId, TrackKind, TrackOpened,
};

use super::actors::{Actor, ActorResult};
use super::clock::{EntryPart, RecordedAt};
use super::day::{Day, doubted};
use super::error::ImportErrorKind;
use super::ids::id;
use super::payloads::{ReportedRow, payload};
use super::recent::Recent;
use super::state::ImportState;
use super::table::{Coding, Rule, is_words};

/// A row as the coding step sees it, independent of its format.
pub(super) struct CodedRow<'r> {
    /// The format, which appears in ids and in names of tracks.
    pub(super) format: &'static str,
    pub(super) track: &'static str,
    /// The identity of the row within its format.
    pub(super) identity: &'r [u8],
    /// The line of the row.
    pub(super) line: u64,
    pub(super) day: &'r Day,
    /// When it occurred, if that is less exact than the row's day.
    pub(super) occurred: Option<Occurred>,
    /// When it was recorded.
    pub(super) stamp: RecordedAt,
    pub(super) source: ActorResult,
    pub(super) target: ActorResult,
    /// The outlet; `None` if the format has none.
    pub(super) outlet: Option<Rc<ActorId>>,
    pub(super) note: Option<Box<str>>,
}

/// Both sides belong to one party.
pub(super) const DOMESTIC: &str = "both actors of one party: nothing between two";
/// An actor who acts for no party.
pub(super) const NOT_OFFICIAL: &str = "an actor who is no official: citizens, media, business, opposition";
/// A date that cannot be true.
pub(super) const AHEAD: &str = "dated after it was recorded: nothing is known before it happens";
/// A code that the table lacks.
pub(super) const UNKNOWN_CODE: &str = "a code that the table does not have";

/// The size of a generation of remembered occurrences and reports. Two generations are kept.
///
/// Further reports of an occurrence are recognized unless more than this many others came in between. A file need not
/// be sorted.
const GENERATION: usize = 65_536;

/// The occurrences of recent rows.
#[derive(Debug)]
pub(super) struct Occurrences {
    first: Recent<Occurrence, Rc<First>>,
    /// Which outlet reported an occurrence, and from which side.
    reports: Recent<(Occurrence, u64), bool>,
}

/// The key by which two rows report the same thing: the day, what was done, and who did it (in either order, if it is
/// mirrored). Actors and names are 64-bit hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Occurrence {
    day: chrono::NaiveDate,
    family: u64,
    actors: (u64, u64),
}

/// The first report of an occurrence: the event that later reports confirm.
#[derive(Debug)]
struct First {
    id: EventId,
    track: TrackId,
}

impl Occurrences {
    pub(super) fn new() -> Self {
        Self { first: Recent::new(GENERATION), reports: Recent::new(GENERATION) }
    }
}

impl ImportState {
    /// Codes a row by its rule. Fails if an earlier row with the same identity says something else.
    pub(super) fn code_row(
        &mut self,
        row: &CodedRow<'_>,
        rule: impl FnOnce(&super::Table) -> Option<&Rule>,
        cite: impl FnOnce() -> String,
    ) -> Result<(), ImportErrorKind> {
        let table = Rc::clone(&self.table);
        match self.judge(row, rule(&table)) {
            Err(reason) => self.set_aside(reason),
            Ok((coding, label, source, target)) => self.enter(row, coding, label, [source, target], cite)?,
        }
        Ok(())
    }

    /// Decides what becomes of a row, or why it is set aside.
    fn judge<'t, 'r>(
        &self,
        row: &'r CodedRow<'_>,
        rule: Option<&'t Rule>,
    ) -> Result<(&'t Coding, &'t str, &'r Actor, &'r Actor), &'t str> {
        let rule = rule.ok_or(UNKNOWN_CODE)?;
        let coding = rule.coding.as_ref().ok_or(&*rule.reason)?;
        if row.day.occurred.earliest().is_ahead_of(self.stamp(row.stamp).given()) {
            return Err(AHEAD);
        }
        let source = row.source.as_deref().map_err(|reason| *reason)?;
        let target = row.target.as_deref().map_err(|reason| *reason)?;
        if source.party == target.party {
            return Err(DOMESTIC);
        }
        if !source.is_official || !target.is_official {
            return Err(NOT_OFFICIAL);
        }
        Ok((coding, &rule.label, source, target))
    }

    /// Enters what a row reports: as a new event, as a confirmation, or not at all.
    fn enter(
        &mut self,
        row: &CodedRow<'_>,
        coding: &Coding,
        label: &str,
        [source, target]: [&Actor; 2],
        cite: impl FnOnce() -> String,
    ) -> Result<(), ImportErrorKind> {
        let is_turned = coding.mirrored && source.hash > target.hash;
        let actors = if is_turned { (target.hash, source.hash) } else { (source.hash, target.hash) };
        let occurrence = Occurrence { day: row.day.date, family: coding.family, actors };
        let outlet = row.outlet.as_deref();
        let report = (occurrence, outlet.map_or(0, |outlet| crate::names::hash(outlet.as_str().as_bytes())));
        match self.occurrences.reports.get_mut(&report) {
            Some(side) => {
                let is_same_side = *side == is_turned;
                self.fold(is_same_side);
                return Ok(());
            }
            None => self.occurrences.reports.insert(report, is_turned),
        }
        // A row whose own entry is in the journal stays that entry, whatever else is known of the occurrence by now.
        let is_there = !self.known.is_empty() && self.known.has(row.id());
        if let Some(first) = self.occurrences.first.get_mut(&occurrence).cloned()
            && (!is_there || first.id == row.id() || self.known.has(row.confirmation_id(&first)))
        {
            let confirmed = self.confirm(row, coding, &first, true, cite);
            return self.forget_if_refused(&report, confirmed);
        }
        let Some(mut event) = self.event(row, coding, label, [source, target]) else {
            self.set_aside(super::actors::NO_PARTY);
            return Ok(());
        };
        let before = if is_there { None } else { self.known.before(&event, coding.mirrored) };
        let first = First { id: before.as_ref().map_or(event.id, |before| before.id), track: event.track.clone() };
        let first = Rc::new(first);
        if let Some(before) = before {
            self.occurrences.first.insert(occurrence, Rc::clone(&first));
            let confirmed = self.confirm(row, coding, &first, before.is_same_side, cite);
            return self.forget_if_refused(&report, confirmed);
        }
        let cite = cite();
        event.cite = Some(cite.as_str().into());
        let stamp = self.stamp(row.stamp);
        if let Some(contradiction) = self.contradiction(&mut event, stamp) {
            return self.forget_if_refused(&report, Err(contradiction));
        }
        self.occurrences.first.insert(occurrence, first);
        let occurred = row.occurred.as_ref().unwrap_or(&row.day.occurred);
        let (format, track) = (row.format, row.track);
        self.open(&Opening { format, track, occurred, stamp, cite: &cite }, source, target);
        self.code(event, stamp, row.line);
        Ok(())
    }

    /// Makes the event of a row that is the first report of an occurrence, without its citation.
    fn event(
        &mut self,
        row: &CodedRow<'_>,
        coding: &Coding,
        label: &str,
        [source, target]: [&Actor; 2],
    ) -> Option<Event> {
        let dyad = self.actors.dyad(row.track, source, target)?;
        let (track, parties) = (dyad.track.clone(), dyad.parties.clone());
        let told = ReportedRow { day: row.day.date, label, source, target, parties };
        let data = payload(coding, &told)?;
        let source = self.told_by(row, data.event_type(), source);
        let (occurred, recorded, note) = (row.occurred(coding), row.stamp.given(), row.note.clone());
        Some(Event { id: row.id(), track, occurred, recorded, entered_by: None, source, cite: None, note, data })
    }

    /// Forgets an occurrence if its row is refused, since such a row reports nothing.
    fn forget_if_refused(
        &mut self,
        report: &(Occurrence, u64),
        told: Result<(), ImportErrorKind>,
    ) -> Result<(), ImportErrorKind> {
        if told.is_err() {
            self.occurrences.reports.remove(report);
        }
        told
    }

    /// Returns when a row was recorded, unless the user set one instant for all rows.
    pub(super) fn stamp(&self, own: RecordedAt) -> RecordedAt {
        match (self.recorded, own) {
            (None, own) => own,
            (Some(recorded), RecordedAt::Numbered(_, number)) => RecordedAt::Numbered(recorded, number),
            (Some(recorded), RecordedAt::Exact(_) | RecordedAt::From(_)) => RecordedAt::From(recorded),
        }
    }

    /// Adds what a row contributes to an earlier event on the same occurrence: another outlet's confirmation, or
    /// nothing.
    fn confirm(
        &mut self,
        row: &CodedRow<'_>,
        coding: &Coding,
        first: &First,
        is_same_side: bool,
        cite: impl FnOnce() -> String,
    ) -> Result<(), ImportErrorKind> {
        let id = row.confirmation_id(first);
        let outlet = row.outlet.as_deref();
        let Some(outlet) = outlet.filter(|outlet| {
            let has_told = self.known.has_report(first.id, outlet.as_str());
            !has_told || self.known.has(id)
        }) else {
            self.fold(is_same_side);
            return Ok(());
        };
        let stamp = self.stamp(row.stamp);
        let source = self.source(outlet.clone(), None, Attribution::Media);
        let data = ClaimConfirmed { claims: first.id.into(), summary: None }.into();
        let (occurred, track) = (row.occurred(coding), first.track.clone());
        let (cite, note) = (Some(cite().into()), row.note.clone());
        let recorded = stamp.given();
        let event = Event { id, track, occurred, recorded, entered_by: None, source, cite, note, data };
        self.code_once(event, stamp, row.line)
    }

    /// Returns the source: for words, the actor through the outlet; for deeds, the outlet.
    fn told_by(&self, row: &CodedRow<'_>, event_type: EventType, actor: &Actor) -> demarche_core::Source {
        let outlet = match &row.outlet {
            Some(outlet) => Some((**outlet).clone()),
            // The data set itself is the source if it does not name the outlet.
            None => ActorId::new(&format!("media/{}", row.track)).ok(),
        };
        match outlet {
            Some(outlet) if !is_words(event_type) => self.source(outlet, None, Attribution::Media),
            outlet => self.source(actor.id.clone(), outlet, Attribution::Media),
        }
    }

    /// Returns the track between two actors, and opens it if this is the first row on it.
    pub(super) fn track(
        &mut self,
        opening: &Opening<'_>,
        source: &Actor,
        target: &Actor,
    ) -> Option<(TrackId, [ActorId; 2])> {
        self.open(opening, source, target)?;
        let dyad = self.actors.dyad(opening.track, source, target)?;
        Some((dyad.track.clone(), dyad.parties.clone()))
    }

    /// Opens the track between two actors, unless this import or the journal already has.
    fn open(&mut self, opening: &Opening<'_>, source: &Actor, target: &Actor) -> Option<()> {
        let dyad = self.actors.dyad(opening.track, source, target)?;
        if std::mem::replace(&mut dyad.is_opened, true) {
            return Some(());
        }
        let (track, title, parties) = (dyad.track.clone(), dyad.title.clone(), dyad.parties.to_vec());
        let occurred = opening.occurred.clone();
        let before = self.known.opening(&track);
        let recorded =
            before.map_or_else(|| self.clock.next(opening.stamp, EntryPart::Opening), |(_, recorded)| recorded);
        // The id covers everything that the entry says, so an import of another file cannot contradict it.
        let recorded_text = recorded.to_string();
        let said = [track.as_str(), &title, occurred.as_str(), &recorded_text, opening.cite].map(str::as_bytes);
        let id = id(opening.format, "track", &said);
        if before.is_some_and(|(opening, _)| opening != id) {
            return Some(());
        }
        let source = self.source(ActorId::new(&format!("media/{}", opening.track)).ok()?, None, Attribution::Document);
        let data = TrackOpened { title, kind: TrackKind::Contacts, parties, mediators: Vec::new() }.into();
        self.report.opened += 1;
        let cite = Some(opening.cite.into());
        self.pending.push_back(Event {
            id,
            track,
            occurred,
            recorded,
            entered_by: None,
            source,
            cite,
            note: None,
            data,
        });
        Some(())
    }
}

impl CodedRow<'_> {
    /// Returns the id of the row's event, if it is the first report of an occurrence.
    fn id(&self) -> EventId {
        id(self.format, "row", &[self.identity])
    }

    /// Returns the id of the row's confirmation, if it is a further report.
    fn confirmation_id(&self, first: &First) -> EventId {
        id(self.format, "confirmation", &[self.identity, first.id.uuid().as_bytes()])
    }

    /// Returns when it occurred, marked as doubted if the code is.
    fn occurred(&self, coding: &Coding) -> Occurred {
        match (&self.occurred, coding.is_doubted) {
            (Some(occurred), true) => doubted(occurred),
            (Some(occurred), false) => occurred.clone(),
            (None, true) => self.day.doubted().clone(),
            (None, false) => self.day.occurred.clone(),
        }
    }
}

/// The row for which a track is opened.
pub(super) struct Opening<'o> {
    pub(super) format: &'static str,
    pub(super) track: &'static str,
    pub(super) occurred: &'o Occurred,
    pub(super) stamp: RecordedAt,
    pub(super) cite: &'o str,
}
