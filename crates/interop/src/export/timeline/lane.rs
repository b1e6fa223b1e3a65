//! The contents of a lane: the status over time, the meetings, the disputes.

use std::sync::Arc;

use demarche_core::{Edtf, EventId, Instant, TrackId};
use demarche_projection::narrate::{Names, slug_in_words};
use demarche_projection::query::Query;
use demarche_projection::state::{Dispute, Dossier, Phase, Spell, Status};
use demarche_projection::{Along, Fold, LogChanged};

use crate::export::meetings::disputed;
use crate::export::titles;

/// A track over time. It keeps only what is drawn.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) track: TrackId,
    /// The title of the track, or else its name.
    pub(super) title: String,
    /// A sentence on where the track stands.
    pub(super) sentence: String,
    /// The status over the time in which events occurred, as on record now.
    pub(super) spans: Vec<StatusSpan>,
    /// The status as the journal gave it at each time, if that was asked for.
    pub(super) known: Vec<StatusSpan>,
    /// Its meetings, in the order of the first event on each.
    pub(super) meetings: Vec<Arc<LaneMeeting>>,
    /// The meetings and disputes, in order of date.
    pub(super) marks: Vec<Mark>,
}

/// A period with one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StatusSpan {
    pub(super) status: Status,
    /// The earliest instant at which it may have begun.
    pub(super) start: Instant,
    /// The instant from which it certainly holds.
    pub(super) sure: Instant,
    pub(super) end: Instant,
}

/// A meeting or a dispute on the time axis.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) what: MarkKind,
    /// The bounds of its date; `None` if the date is open on that side.
    pub(super) earliest: Option<Instant>,
    pub(super) latest: Option<Instant>,
    /// Whether it has a date of its own. Otherwise it is placed where it was mentioned.
    pub(super) is_dated: bool,
    /// Whether the date is marked as uncertain or approximate.
    pub(super) is_doubtful: bool,
}

/// What a mark stands for.
#[derive(Debug)]
pub(super) enum MarkKind {
    Meeting(Arc<LaneMeeting>),
    /// A dispute, described in words.
    Dispute {
        in_words: String,
        claim: EventId,
    },
}

/// The parts of a meeting that are drawn.
#[derive(Debug)]
pub(super) struct LaneMeeting {
    /// The title, or else the name.
    pub(super) name: String,
    pub(super) phase: Phase,
    pub(super) when: Option<Edtf>,
    pub(super) venue: Option<Box<str>>,
    /// The date of the event that set its phase.
    pub(super) spoken_of: Edtf,
    /// The event that set its phase.
    pub(super) set_by: EventId,
    pub(super) is_disputed: bool,
}

impl Lane {
    pub(super) fn new(
        fold: &Fold,
        query: &Query,
        dossier: &Dossier,
        names: &Names,
        with_known: bool,
    ) -> Result<Self, LogChanged> {
        let state = &dossier.state;
        let spans = |along| spans(fold, query, &state.track, along);
        let known = if with_known { spans(Along::Recorded)? } else { Vec::new() };
        let (meetings, marks) = marks(dossier, names);
        let own_name = state.track.as_str().rsplit('/').next().unwrap_or_default();
        Ok(Self {
            track: state.track.clone(),
            title: titles::shown(state.title.as_deref()).map_or_else(|| slug_in_words(own_name), str::to_owned),
            sentence: dossier.sentence(names),
            spans: spans(Along::Occurred)?,
            known,
            meetings,
            marks,
        })
    }

    /// Yields the bounds of everything in the lane.
    pub(super) fn extent(&self) -> impl Iterator<Item = Instant> + '_ {
        let spans = self.spans.iter().chain(&self.known).map(|span| span.start);
        spans.chain(self.marks.iter().flat_map(|mark| mark.earliest.into_iter().chain(mark.latest)))
    }
}

/// Returns the statuses along one of the two time axes, until the day as of which the track is judged.
fn spans(fold: &Fold, query: &Query, track: &TrackId, along: Along) -> Result<Vec<StatusSpan>, LogChanged> {
    let span = |spell: &Spell| {
        let sure = spell.certain_from(along);
        StatusSpan { status: spell.status, start: spell.from, sure, end: spell.end }
    };
    Ok(fold.history(track, query, along)?.iter().map(span).collect())
}

/// Returns the meetings in the order of their first events, and all marks in order of date.
fn marks(dossier: &Dossier, names: &Names) -> (Vec<Arc<LaneMeeting>>, Vec<Mark>) {
    let mut meetings = Vec::with_capacity(dossier.meetings.len());
    let mut marks: Vec<Mark> =
        dossier.disputes().flat_map(|dispute| marks_of_dispute(dossier, dispute, names)).collect();
    let disputed = disputed(dossier);
    for meeting in &dossier.meetings {
        let shown = Arc::new(LaneMeeting::of(meeting, disputed.contains(&meeting.name)));
        let date = shown.when.as_ref().unwrap_or(&shown.spoken_of);
        let mut mark = mark(MarkKind::Meeting(shown.clone()), date, shown.when.is_some());
        // What took place or was said cannot be later than its entry.
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

/// Returns a mark for each denial of a claim, where it was made, once per date. An objection that nobody denies is
/// placed where it was made itself.
fn marks_of_dispute(dossier: &Dossier, dispute: &Dispute, names: &Names) -> Vec<Mark> {
    let Some(in_words) = dossier.dispute_in_words(dispute, names) else { return Vec::new() };
    let objection = [dispute.claim];
    let against = if dispute.denied_by.is_empty() { &objection[..] } else { &dispute.denied_by[..] };
    let mut dates: Vec<&Edtf> =
        against.iter().filter_map(|id| dossier.event(*id)).map(|event| event.occurred.date()).collect();
    dates.sort_by_key(|date| (date.earliest(), date.as_str()));
    dates.dedup();
    dates
        .into_iter()
        .map(|date| mark(MarkKind::Dispute { in_words: in_words.clone(), claim: dispute.claim }, date, true))
        .collect()
}

fn mark(what: MarkKind, date: &Edtf, is_dated: bool) -> Mark {
    let is_doubtful = date.as_str().contains(['?', '~', '%']);
    Mark { what, earliest: date.earliest(), latest: date.latest(), is_dated, is_doubtful }
}

impl LaneMeeting {
    fn of(meeting: &demarche_projection::state::Meeting, is_disputed: bool) -> Self {
        Self {
            name: titles::of_meeting(meeting),
            phase: meeting.phase,
            when: meeting.when.clone(),
            venue: meeting.venue.clone(),
            spoken_of: meeting.set_by.occurred.date().clone(),
            set_by: meeting.set_by.id,
            is_disputed,
        }
    }
}

impl Mark {
    /// Returns the phase of the meeting, or `None` for a dispute.
    pub(super) fn phase(&self) -> Option<Phase> {
        match &self.what {
            MarkKind::Meeting(meeting) => Some(meeting.phase),
            MarkKind::Dispute { .. } => None,
        }
    }

    /// Tells whether it spans a single day at most.
    pub(super) fn is_one_day(&self) -> bool {
        let day = |instant: Option<Instant>| instant.map(Instant::date);
        self.earliest.is_some() && day(self.earliest) == day(self.latest)
    }
}
