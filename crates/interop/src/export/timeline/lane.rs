//! What stands in a lane: the status over time, the meetings, the disputes.

use std::sync::Arc;

use demarche_core::{Edtf, Instant, TrackId};
use demarche_projection::narrate::{Names, slug_in_words};
use demarche_projection::query::Query;
use demarche_projection::state::{Dispute, Dossier, Phase, Spell, Status};
use demarche_projection::{Along, Fold, LogChanged};

use crate::export::meetings::disputed;
use crate::export::titles;

/// A track over time. It has of the events only what is drawn.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) track: TrackId,
    /// What the track is called, else its name.
    pub(super) title: String,
    /// Where it stands, in a sentence.
    pub(super) sentence: String,
    /// Its status as events occurred, by what is on record.
    pub(super) spans: Vec<StatusSpan>,
    /// Its status as the journal gave it at the time, where that is asked for.
    pub(super) known: Vec<StatusSpan>,
    /// Its meetings, in the order of the first event on each.
    pub(super) meetings: Vec<Arc<Meeting>>,
    /// The meetings and the disputes, by their dates.
    pub(super) marks: Vec<Mark>,
}

/// A stretch of time in one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StatusSpan {
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
    /// The bounds of its date; `None` if it is open.
    pub(super) earliest: Option<Instant>,
    pub(super) latest: Option<Instant>,
    /// Whether it has a date; else it stands where it was spoken of.
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

    /// Everything that has a place in time, by its bounds.
    pub(super) fn extent(&self) -> impl Iterator<Item = Instant> + '_ {
        let spans = self.spans.iter().chain(&self.known).map(|span| span.start);
        spans.chain(self.marks.iter().flat_map(|mark| mark.earliest.into_iter().chain(mark.latest)))
    }
}

/// The statuses along one of the two times, until the track is judged.
fn spans(fold: &Fold, query: &Query, track: &TrackId, along: Along) -> Result<Vec<StatusSpan>, LogChanged> {
    let span = |spell: &Spell| {
        let sure = spell.certain_from(along);
        StatusSpan { status: spell.status, start: spell.from, sure, end: spell.end }
    };
    Ok(fold.history(track, query, along)?.iter().map(span).collect())
}

/// The meetings in the order of the first event on each, and everything that has a place in time, in its order.
fn marks(dossier: &Dossier, names: &Names) -> (Vec<Arc<Meeting>>, Vec<Mark>) {
    let mut meetings = Vec::with_capacity(dossier.meetings.len());
    let mut marks: Vec<Mark> =
        dossier.disputes().flat_map(|dispute| marks_of_dispute(dossier, dispute, names)).collect();
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

/// Each denial of a claim where it was said, those of one date once; a word against a meeting that nobody denies stands
/// where it was said itself.
fn marks_of_dispute(dossier: &Dossier, dispute: &Dispute, names: &Names) -> Vec<Mark> {
    let Some(in_words) = dossier.dispute_in_words(dispute, names) else { return Vec::new() };
    let objection = [dispute.claim];
    let against = if dispute.denied_by.is_empty() { &objection[..] } else { &dispute.denied_by[..] };
    let mut dates: Vec<&Edtf> =
        against.iter().filter_map(|id| dossier.event(*id)).map(|event| event.occurred.date()).collect();
    dates.sort_by_key(|date| (date.earliest(), date.as_str()));
    dates.dedup();
    dates.into_iter().map(|date| mark(What::Dispute(in_words.clone()), date, true)).collect()
}

fn mark(what: What, date: &Edtf, is_dated: bool) -> Mark {
    let is_doubtful = date.as_str().contains(['?', '~', '%']);
    Mark { what, earliest: date.earliest(), latest: date.latest(), is_dated, is_doubtful }
}

impl Meeting {
    fn of(meeting: &demarche_projection::state::Meeting, is_disputed: bool) -> Self {
        Self {
            name: titles::of_meeting(meeting),
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
