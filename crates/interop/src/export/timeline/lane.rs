//! What stands in a lane: the status over time, the meetings, the disputes.

use std::collections::BTreeSet;

use demarche_core::{Edtf, Event, Instant};
use demarche_projection::{Dispute, Fold, Meeting, Phase, Query, Status, TrackState};

use crate::export::meetings::disputed;

/// A track over time.
#[derive(Debug)]
pub(super) struct Lane<'s, 'e> {
    pub(super) state: &'s TrackState<'e>,
    /// Its status as events occurred, by what is on record.
    pub(super) spans: Vec<Span>,
    /// Its status as the journal gave it at the time, where that is asked for.
    pub(super) known: Vec<Span>,
    pub(super) marks: Vec<Mark<'s, 'e>>,
}

/// A stretch of time in one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) status: Status,
    /// When it can have begun at the earliest.
    pub(super) start: Instant,
    /// When it has begun for sure.
    pub(super) sure: Instant,
    pub(super) end: Instant,
}

/// A meeting, or a dispute, at a place in time.
#[derive(Debug)]
pub(super) struct Mark<'s, 'e> {
    pub(super) what: What<'s, 'e>,
    /// The bounds of its date; none where it is open.
    pub(super) earliest: Option<Instant>,
    pub(super) latest: Option<Instant>,
    /// Whether it has a date of its own; else it stands where it was spoken of.
    pub(super) is_dated: bool,
    /// Whether the date is said to be uncertain or approximate.
    pub(super) is_doubtful: bool,
}

/// What a mark stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'s, 'e> {
    Meeting { meeting: &'s Meeting<'e>, is_disputed: bool },
    Dispute(&'s Dispute<'e>),
}

/// Along which of the two times a bar goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Along {
    Occurred,
    Recorded,
}

impl<'s, 'e> Lane<'s, 'e> {
    pub(super) fn new(fold: &Fold, query: &Query, state: &'s TrackState<'e>, with_known: bool) -> Self {
        let spans = |along| spans(fold, query, state, along);
        let known = if with_known { spans(Along::Recorded) } else { Vec::new() };
        Self { state, spans: spans(Along::Occurred), known, marks: marks(state) }
    }

    /// Everything that has a place in time, by its bounds.
    pub(super) fn extent(&self) -> impl Iterator<Item = Instant> + '_ {
        let spans = self.spans.iter().chain(&self.known).map(|span| span.start);
        spans.chain(self.marks.iter().flat_map(|mark| mark.earliest.into_iter().chain(mark.latest)))
    }
}

/// The status from each moment on at which an event, or the time alone, changes something.
fn spans(fold: &Fold, query: &Query, state: &TrackState<'_>, along: Along) -> Vec<Span> {
    let today = state.today;
    let events = fold.set().in_order(state.track);
    let of_event = |event: &&Event| match along {
        Along::Occurred => event.occurred.earliest(),
        Along::Recorded => event.recorded,
    };
    let bounds = query.bounds();
    let within = events.iter().filter(|event| bounds.contain(event));
    let moments: BTreeSet<Instant> = within.map(of_event).filter(|moment| *moment <= today).collect();
    let ends = moments.iter().skip(1).copied().map(Some).chain([None]);
    let mut spans: Vec<Span> = Vec::new();
    for (moment, next) in moments.iter().copied().zip(ends) {
        let mut now = Some(moment);
        while let Some(judged) = now {
            let asked = at(query, along, moment, judged);
            let Some(state) = fold.state(state.track, &asked) else { break };
            enter(&mut spans, &state, judged, along);
            // What the silence or a passing date changes before anything else is heard.
            let due = state.due().and_then(|due| due.plus_nanos(1));
            now = due.filter(|due| *due > judged && *due <= today && next.is_none_or(|next| *due < next));
        }
    }
    close(&mut spans, today);
    spans
}

fn at(query: &Query, along: Along, moment: Instant, judged: Instant) -> Query {
    match along {
        Along::Occurred => Query { as_of: Some(moment), today: Some(judged), ..query.clone() },
        Along::Recorded => Query { known_at: Some(moment), today: Some(judged), ..query.clone() },
    }
}

/// Adds a status that holds from a moment on, unless it held before.
fn enter(spans: &mut Vec<Span>, state: &TrackState<'_>, from: Instant, along: Along) {
    if spans.last().is_some_and(|last| last.status == state.status) {
        return;
    }
    let is_told_by_event = state.since.earliest() == Some(from);
    let sure = match along {
        Along::Occurred if is_told_by_event => state.since.latest().unwrap_or(Instant::MAX),
        // What was on record is known to the instant.
        Along::Occurred | Along::Recorded => from,
    };
    spans.push(Span { status: state.status, start: from, sure, end: from });
}

/// Ends each status where the next begins.
fn close(spans: &mut [Span], today: Instant) {
    let mut end = today;
    for span in spans.iter_mut().rev() {
        span.end = end;
        span.sure = span.sure.min(end);
        end = span.start;
    }
}

fn marks<'s, 'e>(state: &'s TrackState<'e>) -> Vec<Mark<'s, 'e>> {
    let disputed = disputed(state);
    let of_meeting = |meeting: &'s Meeting<'e>| {
        let is_disputed = disputed.contains(meeting.name);
        let what = What::Meeting { meeting, is_disputed };
        let mut mark = mark(what, meeting.when.unwrap_or(meeting.set_by.occurred.date()), meeting.when.is_some());
        // What took place, and what was said, is no later than the entry of it.
        if meeting.phase == Phase::Held || !mark.is_dated {
            let recorded = meeting.set_by.recorded.max(mark.earliest.unwrap_or(Instant::MIN));
            mark.latest = Some(mark.latest.map_or(recorded, |latest| latest.min(recorded)));
        }
        mark
    };
    let of_dispute = |dispute: &'s Dispute<'e>| mark(What::Dispute(dispute), dispute.claim.occurred.date(), true);
    let mut marks: Vec<Mark<'s, 'e>> =
        state.contested.iter().map(of_dispute).chain(state.meetings.iter().map(of_meeting)).collect();
    marks.sort_by_key(|mark| (mark.earliest, mark.latest));
    marks
}

fn mark<'s, 'e>(what: What<'s, 'e>, date: &Edtf, is_dated: bool) -> Mark<'s, 'e> {
    let is_doubtful = date.as_str().contains(['?', '~', '%']);
    Mark { what, earliest: date.earliest(), latest: date.latest(), is_dated, is_doubtful }
}

impl Mark<'_, '_> {
    /// The phase of the meeting; none for a dispute.
    pub(super) fn phase(&self) -> Option<Phase> {
        match self.what {
            What::Meeting { meeting, .. } => Some(meeting.phase),
            What::Dispute(_) => None,
        }
    }

    /// Tells whether it stands for one day at most.
    pub(super) fn is_one_day(&self) -> bool {
        let day = |instant: Option<Instant>| instant.map(Instant::date);
        self.earliest.is_some() && day(self.earliest) == day(self.latest)
    }
}
