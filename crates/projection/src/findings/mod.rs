//! Findings: what is strange about a journal, though it is valid (`docs/model.md` §6).
//!
//! The world may be odd, so a finding refuses nothing: it has a code, a severity and the events concerned. Two errors
//! of the model are reported when a log is read, not here: two events with one id, and an unknown schema version.
//!
//! Only live events are examined: in bounds and not void. A retracted entry never causes a finding. A claim that its
//! source withdrew, or that a better denial sets aside, does not count, as in states under the prudent reading. If
//! somebody did announce, make or open a thing, no finding says that it is missing, however weak that claim is.

mod ahead;
mod code;
mod disputes;
mod entries;
mod meetings;
mod overturns;
mod proposals;
mod remark;
mod slips;
mod targets;

use demarche_core::{ActorId, EventId, EventOrder, EventType, Instant, TrackId};
use serde::Serialize;

use crate::fold::meetings::Meetings;
use crate::fold::proposals::Proposals;
use crate::fold::{FactRef, InOrder, LogChanged, Words};
use crate::fold::{Opening, Viewpoint};
use crate::query::{Bounds, Query, Reading};
use crate::standing::Standings;
use crate::standing::{Record, Standing};
use crate::{Fold, parallel};

pub use code::{FindingCode, FindingCodeError, Severity};
pub use remark::Remark;
pub use slips::{KnownNames, NameKind, Slip};

/// Something strange about a journal.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::findings::{FindingCode, Severity};
/// use demarche_projection::query::Query;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"claim_denied","track":"us-ru","occurred":"2025-10-22","recorded":"2025-10-23T08:00:00Z","source":{"who":"ru/mfa","attribution":"on_record"},"data":{"claims":["0199f3c0-5a00-7000-8000-000000000009"]}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let findings = fold.findings(&Query::default())?;
/// assert_eq!(findings[0].code, FindingCode::UnknownTarget);
/// assert_eq!(findings[0].code.severity(), Severity::Error);
/// assert_eq!(
///     findings[0].message,
///     "claim_denied by ru/mfa names 0199f3c0-5a00-7000-8000-000000000009, and there is no such event"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What is strange.
    pub code: FindingCode,
    /// The track concerned.
    pub track: TrackId,
    /// The events concerned, with the one to blame first. Never empty.
    pub events: Vec<EventId>,
    /// What is strange, as a lowercase fragment. Text from events is quoted and escaped.
    pub message: String,
}

/// A finding as JSON: `{ "code", "severity", "track", "events": [ids], "message" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FindingView<'a> {
    code: FindingCode,
    severity: Severity,
    track: &'a TrackId,
    events: &'a [EventId],
    message: &'a str,
}

impl Finding {
    /// Returns the event to blame.
    #[must_use]
    pub fn blamed(&self) -> Option<EventId> {
        self.events.first().copied()
    }

    /// Returns the finding in the form of the JSON contract.
    #[must_use]
    pub fn view(&self) -> FindingView<'_> {
        FindingView {
            code: self.code,
            severity: self.code.severity(),
            track: &self.track,
            events: &self.events,
            message: &self.message,
        }
    }
}

/// How many tracks one thread examines in one batch.
const BATCH: usize = 64;

impl Fold {
    /// Returns the findings, sorted by track, then by the place of the event to blame, then by code.
    ///
    /// It uses the query's bounds, `today` and patience. The reading is always the prudent one.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn findings(&self, query: &Query) -> Result<Vec<Finding>, LogChanged> {
        let Some(today) = self.today(query) else { return Ok(Vec::new()) };
        let on_tracks = |tracks: &[u32]| {
            let (mut found, mut events) = (Vec::new(), InOrder::default());
            for track in tracks {
                found.extend(on_track(self, *track, query, today, &mut events)?);
            }
            Ok(found)
        };
        let parts: Vec<Vec<Finding>> = parallel::try_map(&self.track_numbers(), BATCH, on_tracks)?;
        Ok(parts.into_iter().flatten().collect())
    }

    /// Returns what is strange on a track, as [`Fold::findings`] does of all.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn findings_on(&self, track: &TrackId, query: &Query) -> Result<Vec<Finding>, LogChanged> {
        match (self.today(query), self.facts().track_number(track)) {
            (Some(today), Some(number)) => on_track(self, number, query, today, &mut InOrder::default()),
            _ => Ok(Vec::new()),
        }
    }
}

fn on_track<'f>(
    fold: &'f Fold,
    track: u32,
    query: &Query,
    today: Instant,
    events: &mut InOrder<'f>,
) -> Result<Vec<Finding>, LogChanged> {
    let Some(name) = fold.facts().track(track) else { return Ok(Vec::new()) };
    let file = File::open(fold, name, fold.facts_of(track, events), query, today)?;
    let mut found = Findings { track: name, list: Vec::new() };
    targets::check(&file, &mut found);
    entries::check(&file, &mut found)?;
    meetings::check(&file, &mut found)?;
    proposals::check(&file, &mut found)?;
    overturns::check(&file, &mut found)?;
    disputes::check(&file, &mut found);
    // The sort is stable, so findings with one code and event keep the order in which the event names things.
    found.list.sort_by_key(|(order, finding)| (*order, finding.code));
    Ok(found.list.into_iter().map(|(_, finding)| finding).collect())
}

/// The findings of a track so far, each with the place of the event to blame.
struct Findings<'f> {
    track: &'f TrackId,
    list: Vec<(EventOrder, Finding)>,
}

impl Findings<'_> {
    /// Adds a finding about the event to blame and others that it concerns.
    fn add(&mut self, code: FindingCode, blamed: FactRef<'_>, others: &[FactRef<'_>], message: String) {
        let events = std::iter::once(&blamed).chain(others).map(|event| event.id()).collect();
        self.list.push((blamed.order(), Finding { code, track: self.track.clone(), events, message }));
    }
}

/// A track as the findings see it: its live events, their standing under the prudent reading, and the resulting
/// meetings.
struct File<'f> {
    fold: &'f Fold,
    words: Words<'f>,
    track: &'f TrackId,
    bounds: Bounds,
    today: Instant,
    patience_days: u32,
    /// The events in bounds, including void ones, in order.
    in_bounds: Vec<FactRef<'f>>,
    record: Record<'f>,
    standings: Standings,
    /// The parties of the track.
    parties: Vec<ActorId>,
    meetings: Meetings<'f>,
    proposals: Proposals<'f>,
}

impl<'f> File<'f> {
    fn open(
        fold: &'f Fold,
        track: &'f TrackId,
        in_order: &[FactRef<'f>],
        query: &Query,
        today: Instant,
    ) -> Result<Self, LogChanged> {
        let bounds = query.bounds();
        let in_bounds: Vec<FactRef<'f>> = in_order.iter().copied().filter(|event| bounds.admit(*event)).collect();
        let record = Record::new(&in_bounds, &bounds);
        let standings = record.standings(&Reading::Prudent);
        let kind = record.events.iter().rev().find_map(|event| event.kind());
        let counts = |(event, standing): (&FactRef<'f>, &Standing)| (*standing == Standing::Counting).then_some(*event);
        let counting = || record.events.iter().zip(standings.iter()).filter_map(counts);
        let opened = record.events.iter().rev().find(|event| event.kind().is_some());
        let parties =
            opened.map(|opened| Opening::read(*opened, fold.words())).transpose()?.unwrap_or_default().parties;
        let mut meetings = Meetings::new();
        for event in counting() {
            meetings.enter(event, Viewpoint::new(&parties, &Reading::Prudent));
        }
        let proposals = Proposals::of(counting());
        let patience_days = query.patience.for_kind(kind);
        let words = fold.words();
        Ok(Self {
            fold,
            words,
            track,
            bounds,
            today,
            patience_days,
            in_bounds,
            record,
            standings,
            parties,
            meetings,
            proposals,
        })
    }

    /// Returns the live events of a type, in order.
    fn live_of(&self, event_type: EventType) -> impl Iterator<Item = FactRef<'f>> {
        self.record.events.iter().copied().filter(move |event| event.event_type() == event_type)
    }

    /// Returns the counting events, in order.
    fn counting(&self) -> impl Iterator<Item = FactRef<'f>> {
        self.counting_at().map(|(_, event)| event)
    }

    /// Returns the counting events in order, each with its place in the record.
    fn counting_at(&self) -> impl Iterator<Item = (usize, FactRef<'f>)> {
        let all = self.record.events.iter().zip(self.standings.iter()).enumerate();
        all.filter(|(_, (_, standing))| **standing == Standing::Counting).map(|(at, (event, _))| (at, *event))
    }
}
