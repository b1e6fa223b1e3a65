//! Findings: what is strange about a journal, though nothing in it is refused (`docs/model.md` §6).
//!
//! The world is allowed to be odd, so a finding refuses nothing: it has a code, a severity and the events concerned.
//! Two errors of the model are found where a log is read, and not here: two events of one id, and a schema version that
//! is not known.
//!
//! What is looked at is what is live: in bounds and not void. A retracted entry never gives a finding, and a claim that
//! its source took back or that a better denial set aside counts for nothing, as in the states under the prudent
//! reading. Where somebody did announce, make or open a thing, however badly his word stands, nobody is told that it
//! never was.

mod ahead;
mod code;
mod disputes;
mod entries;
mod meetings;
mod proposals;
mod slips;
mod targets;

use demarche_core::{Event, EventId, EventType, Instant, Payload, TrackId};
use serde::Serialize;

use crate::fold::Ledger;
use crate::standing::{Record, Standing};
use crate::{Bounds, EventSet, Fold, Query, Reading};

pub use ahead::{CLOCKS_DIFFER_DAYS, is_ahead};
pub use code::{FindingCode, FindingCodeError, Severity};
pub use slips::{KnownNames, NameKind, Slip};

/// Something strange about a journal.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{FindingCode, Fold, Query, Severity};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"claim_denied","track":"us-ru","occurred":"2025-10-22","recorded":"2025-10-23T08:00:00Z","source":{"who":"ru/mfa","attribution":"on_record"},"data":{"claims":["0199f3c0-5a00-7000-8000-000000000009"]}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let findings = fold.findings(&Query::default());
/// assert_eq!(findings[0].code, FindingCode::UnknownTarget);
/// assert_eq!(findings[0].code.severity(), Severity::Error);
/// assert_eq!(
///     findings[0].message,
///     "claim_denied by ru/mfa names 0199f3c0-5a00-7000-8000-000000000009, and there is no such event"
/// );
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<'e> {
    /// What is strange.
    pub code: FindingCode,
    /// The track on which it is.
    pub track: &'e TrackId,
    /// The events concerned, the one to blame first. Never empty.
    pub events: Vec<&'e Event>,
    /// What is strange, in a lowercase fragment of a sentence. Text of the events stands in it quoted and escaped.
    pub message: String,
}

/// A finding as JSON: `{ "code", "severity", "track", "events": [ids], "message" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingView<'a> {
    code: FindingCode,
    severity: Severity,
    track: &'a TrackId,
    events: Vec<EventId>,
    message: &'a str,
}

impl<'e> Finding<'e> {
    /// Returns the event to blame.
    #[must_use]
    pub fn blamed(&self) -> Option<&'e Event> {
        self.events.first().copied()
    }

    /// Returns the finding in the form of the JSON contract.
    #[must_use]
    pub fn view(&self) -> FindingView<'_> {
        FindingView {
            code: self.code,
            severity: self.code.severity(),
            track: self.track,
            events: self.events.iter().map(|event| event.id).collect(),
            message: &self.message,
        }
    }
}

impl Fold {
    /// Returns what is strange, sorted by track, then by the place of the event to blame, then by code.
    ///
    /// Of the query the bounds, `today` and the patience are looked at; the reading is always the prudent one.
    #[must_use]
    pub fn findings(&self, query: &Query) -> Vec<Finding<'_>> {
        let Some(today) = self.today(query) else { return Vec::new() };
        self.set().tracks().into_iter().flat_map(|track| of_track(self.set(), track, query, today)).collect()
    }
}

fn of_track<'e>(set: &'e EventSet, track: &'e TrackId, query: &Query, today: Instant) -> Vec<Finding<'e>> {
    let file = File::open(set, track, query, today);
    let mut found = Findings { track, list: Vec::new() };
    targets::check(&file, &mut found);
    entries::check(&file, &mut found);
    meetings::check(&file, &mut found);
    proposals::check(&file, &mut found);
    disputes::check(&file, &mut found);
    // Stable, so that findings of one code and event keep the order in which the event names things.
    found.list.sort_by_key(|finding| (finding.blamed().map(Event::order), finding.code));
    found.list
}

/// The findings of a track, as they are made.
struct Findings<'e> {
    track: &'e TrackId,
    list: Vec<Finding<'e>>,
}

impl<'e> Findings<'e> {
    /// Adds a finding; the event to blame comes first.
    fn add(&mut self, code: FindingCode, events: Vec<&'e Event>, message: String) {
        self.list.push(Finding { code, track: self.track, events, message });
    }
}

/// A track as the findings look at it: its live events, how they stand under the prudent reading, and what the counting
/// ones add up to.
struct File<'e> {
    set: &'e EventSet,
    bounds: Bounds,
    today: Instant,
    patience_days: u32,
    /// The events in bounds, void ones among them, in order.
    in_bounds: Vec<&'e Event>,
    record: Record<&'e Event>,
    standings: Vec<Standing>,
    ledger: Ledger<'e>,
}

impl<'e> File<'e> {
    fn open(set: &'e EventSet, track: &'e TrackId, query: &Query, today: Instant) -> Self {
        let bounds = query.bounds();
        let mut in_bounds = set.in_order(track);
        in_bounds.retain(|event| bounds.contain(event));
        let record = Record::new(&in_bounds, &bounds);
        let standings = record.standings(&Reading::Prudent);
        let kind = record.events.iter().rev().find_map(|event| {
            let Payload::TrackOpened(opened) = &event.data else { return None };
            Some(opened.kind)
        });
        let counts = |(event, standing): (&&'e Event, &Standing)| (*standing == Standing::Counting).then_some(*event);
        let ledger = Ledger::of(record.events.iter().zip(&standings).filter_map(counts));
        let patience_days = query.patience.for_kind(kind);
        Self { set, bounds, today, patience_days, in_bounds, record, standings, ledger }
    }

    /// Returns the live events of a type, in order.
    fn live_of(&self, event_type: EventType) -> impl Iterator<Item = &'e Event> {
        self.record.events.iter().copied().filter(move |event| event.event_type() == event_type)
    }
}
