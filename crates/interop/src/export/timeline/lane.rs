//! What stands in a lane: the status over time, the meetings, the disputes.

use std::collections::BTreeSet;
use std::sync::Arc;

use demarche_core::{Edtf, Event, Instant, TrackId};
use demarche_projection::narrate::{actor_in_words, clause, slug_in_words};
use demarche_projection::{Dispute, Dossier, Fold, LogChanged, Phase, Query, Status, TrackState};

use crate::export::meetings::disputed;

/// A track over time. It has of the events only what is drawn.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) track: TrackId,
    /// What the track is called, else its name.
    pub(super) title: String,
    /// Where it stands, in a sentence.
    pub(super) sentence: String,
    /// Its status as events occurred, by what is on record.
    pub(super) spans: Vec<Span>,
    /// Its status as the journal gave it at the time, where that is asked for.
    pub(super) known: Vec<Span>,
    /// Its meetings, in the order of the first event on each.
    pub(super) meetings: Vec<Arc<Meeting>>,
    /// The meetings and the disputes, by their dates.
    pub(super) marks: Vec<Mark>,
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
pub(super) struct Mark {
    pub(super) what: What,
    /// The bounds of its date; none where it is open.
    pub(super) earliest: Option<Instant>,
    pub(super) latest: Option<Instant>,
    /// Whether it has a date of its own; else it stands where it was spoken of.
    pub(super) is_dated: bool,
    /// Whether the date is said to be uncertain or approximate.
    pub(super) is_doubtful: bool,
}

/// What a mark stands for.
#[derive(Debug)]
pub(super) enum What {
    Meeting(Arc<Meeting>),
    /// A dispute, in words.
    Dispute(String),
}

/// A meeting, as far as it is drawn.
#[derive(Debug)]
pub(super) struct Meeting {
    /// Its title, else its name.
    pub(super) name: String,
    pub(super) phase: Phase,
    pub(super) when: Option<Edtf>,
    pub(super) venue: Option<Box<str>>,
    /// When the event occurred that set its phase.
    pub(super) spoken_of: Edtf,
    pub(super) is_disputed: bool,
}

/// Along which of the two times a bar goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Along {
    Occurred,
    Recorded,
}

impl Lane {
    pub(super) fn new(fold: &Fold, query: &Query, dossier: &Dossier, with_known: bool) -> Result<Self, LogChanged> {
        let state = &dossier.state;
        let bounds = query.bounds();
        let mut events = fold.in_order(&state.track)?;
        events.retain(|event| bounds.contain(event));
        let spans = |along| spans(fold, query, state, &events, along);
        let known = if with_known { spans(Along::Recorded)? } else { Vec::new() };
        let (meetings, marks) = marks(dossier);
        let own_name = state.track.as_str().rsplit('/').next().unwrap_or_default();
        Ok(Self {
            track: state.track.clone(),
            title: state.title.as_deref().map_or_else(|| slug_in_words(own_name), str::to_owned),
            sentence: dossier.sentence(),
            spans: spans(Along::Occurred)?,
            known,
            meetings,
            marks,
        })
    }

    /// Everything that has a place in time, by its bounds.
    pub(super) fn extent(&self) -> impl Iterator<Item = Instant> + '_ {
        let spans = self.spans.iter().chain(&self.known).map(|span| span.start);
        spans.chain(self.marks.iter().flat_map(|mark| mark.earliest.into_iter().chain(mark.latest)))
    }
}

/// The status from each moment on at which an event in bounds, or the time alone, changes something.
fn spans(
    fold: &Fold,
    query: &Query,
    state: &TrackState,
    events: &[Event],
    along: Along,
) -> Result<Vec<Span>, LogChanged> {
    let today = state.today;
    let of_event = |event: &Event| match along {
        Along::Occurred => event.occurred.earliest(),
        Along::Recorded => event.recorded,
    };
    let moments: BTreeSet<Instant> = events.iter().map(of_event).filter(|moment| *moment <= today).collect();
    let ends = moments.iter().skip(1).copied().map(Some).chain([None]);
    let mut spans: Vec<Span> = Vec::new();
    for (moment, next) in moments.iter().copied().zip(ends) {
        let mut now = Some(moment);
        while let Some(judged) = now {
            let asked = at(query, along, moment, judged);
            let Some(state) = fold.state(&state.track, &asked)? else { break };
            enter(&mut spans, &state, judged, along);
            // What the silence or a passing date changes before anything else is heard.
            let due = state.due.and_then(|due| due.plus_nanos(1));
            now = due.filter(|due| *due > judged && *due <= today && next.is_none_or(|next| *due < next));
        }
    }
    close(&mut spans, today);
    Ok(spans)
}

fn at(query: &Query, along: Along, moment: Instant, judged: Instant) -> Query {
    match along {
        Along::Occurred => Query { as_of: Some(moment), today: Some(judged), ..query.clone() },
        Along::Recorded => Query { known_at: Some(moment), today: Some(judged), ..query.clone() },
    }
}

/// Adds a status that holds from a moment on, unless it held before.
fn enter(spans: &mut Vec<Span>, state: &TrackState, from: Instant, along: Along) {
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

/// The meetings in the order of the first event on each, and everything that has a place in time, in its order.
fn marks(dossier: &Dossier) -> (Vec<Arc<Meeting>>, Vec<Mark>) {
    let mut meetings = Vec::with_capacity(dossier.meetings.len());
    let mut marks: Vec<Mark> =
        dossier.state.contested.iter().filter_map(|dispute| mark_of_dispute(dossier, dispute)).collect();
    let disputed = disputed(dossier);
    for meeting in &dossier.meetings {
        let shown = Arc::new(Meeting::of(meeting, disputed.contains(&meeting.name)));
        let date = shown.when.as_ref().unwrap_or(&shown.spoken_of);
        let mut mark = mark(What::Meeting(shown.clone()), date, shown.when.is_some());
        // What took place, and what was said, is no later than the entry of it.
        if shown.phase == Phase::Held || !mark.is_dated {
            let recorded = meeting.set_by.recorded.max(mark.earliest.unwrap_or(Instant::MIN));
            mark.latest = Some(mark.latest.map_or(recorded, |latest| latest.min(recorded)));
        }
        marks.push(mark);
        meetings.push(shown);
    }
    marks.sort_by_key(|mark| (mark.earliest, mark.latest));
    (meetings, marks)
}

/// A claim that is denied, where it was made. It is always on file.
fn mark_of_dispute(dossier: &Dossier, dispute: &Dispute) -> Option<Mark> {
    let claim = dossier.event(dispute.claim)?;
    let denials = dispute.denied_by.iter().filter_map(|id| dossier.event(*id));
    let deniers: Vec<String> = denials.map(|denial| actor_in_words(&denial.source.who)).collect();
    let (by, said) = (actor_in_words(&claim.source.who), clause(claim));
    let in_words = format!("{by} said that {said}; denied by {}", deniers.join(", "));
    Some(mark(What::Dispute(in_words), claim.occurred.date(), true))
}

fn mark(what: What, date: &Edtf, is_dated: bool) -> Mark {
    let is_doubtful = date.as_str().contains(['?', '~', '%']);
    Mark { what, earliest: date.earliest(), latest: date.latest(), is_dated, is_doubtful }
}

impl Meeting {
    fn of(meeting: &demarche_projection::Meeting, is_disputed: bool) -> Self {
        Self {
            name: meeting.title.as_deref().unwrap_or(meeting.name.as_str()).to_owned(),
            phase: meeting.phase,
            when: meeting.when.clone(),
            venue: meeting.venue.clone(),
            spoken_of: meeting.set_by.occurred.date().clone(),
            is_disputed,
        }
    }
}

impl Mark {
    /// The phase of the meeting; none for a dispute.
    pub(super) fn phase(&self) -> Option<Phase> {
        match &self.what {
            What::Meeting(meeting) => Some(meeting.phase),
            What::Dispute(_) => None,
        }
    }

    /// Tells whether it stands for one day at most.
    pub(super) fn is_one_day(&self) -> bool {
        let day = |instant: Option<Instant>| instant.map(Instant::date);
        self.earliest.is_some() && day(self.earliest) == day(self.latest)
    }
}
