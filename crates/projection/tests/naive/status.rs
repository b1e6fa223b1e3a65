//! §4: the status of a track, row by row.

use demarche_core::{Answer, Event, EventType, Instant, Payload};

use super::meeting::{self, Meeting, Phase};
use super::{Track, is};

/// A status, since when, and the event that decided it.
#[derive(Debug, Clone)]
pub(super) struct Verdict<'a> {
    pub(super) status: &'static str,
    pub(super) since: String,
    pub(super) decided_by: &'a Event,
    /// Whether it is a stall that nobody declared.
    pub(super) by_silence: bool,
}

impl<'a> Verdict<'a> {
    /// §4: "`since` (the deciding event's `occurred`; …)".
    fn new(status: &'static str, decided_by: &'a Event) -> Self {
        Self { status, since: decided_by.occurred.to_string(), decided_by, by_silence: false }
    }
}

/// §4: "the first rule that applies".
pub(super) fn verdict<'a>(track: &Track<'a>) -> Verdict<'a> {
    concluded(track)
        .or_else(|| scheduled(track))
        .or_else(|| stalled_declared(track))
        .or_else(|| stalled_by_silence(track))
        .or_else(|| overdue(track))
        .or_else(|| as_the_last_moves_meeting(track))
        .or_else(|| as_the_last_moves_proposal(track))
        .or_else(|| active(track))
        .unwrap_or_else(|| open(track))
}

/// §4: "*Progress events* are …"
pub(super) fn is_progress(event: &Event) -> bool {
    match event.event_type() {
        EventType::TrackOpened
        | EventType::TrackResumed
        | EventType::MeetingProposed
        | EventType::MeetingScheduled
        | EventType::MeetingRescheduled
        | EventType::MeetingHeld
        | EventType::ProposalMade
        | EventType::ProposalAnswered
        | EventType::AgreementReached
        | EventType::IssueRaised
        | EventType::IssueResolved
        | EventType::ExchangeCompleted => true,
        EventType::TrackStalled
        | EventType::TrackConcluded
        | EventType::MeetingRelocated
        | EventType::MeetingPostponed
        | EventType::MeetingCancelled
        | EventType::AgreementEnded
        | EventType::MeasureTaken
        | EventType::StatementMade
        | EventType::ClaimConfirmed
        | EventType::ClaimDenied
        | EventType::ClaimWithdrawn
        | EventType::EventRetracted => false,
    }
}

/// §4: "The *last move* is the last counting event, in order, that is a `meeting_*`, `proposal_*`, `agreement_reached`,
/// `exchange_completed` or `track_resumed`."
fn last_move<'a>(track: &Track<'a>) -> Option<&'a Event> {
    let is_move = |e: &Event| {
        let name = e.event_type().as_str();
        name.starts_with("meeting_")
            || name.starts_with("proposal_")
            || ["agreement_reached", "exchange_completed", "track_resumed"].contains(&name)
    };
    track.counting.iter().copied().rfind(|e| is_move(e))
}

/// §4: "An event was heard at its `occurred.latest`, but not after it was `recorded`, and never before
/// `occurred.earliest`."
fn heard(event: &Event) -> Instant {
    let mut heard = event.recorded;
    if let Some(latest) = event.occurred.latest() {
        heard = heard.min(latest);
    }
    heard.max(event.occurred.earliest())
}

/// §4: "The *last sign of progress* is the greatest *heard* instant among the counting progress events (none: among all
/// considered ones), the last in order where several share it."
fn last_sign_of_progress<'a>(track: &Track<'a>) -> Option<&'a Event> {
    let mut candidates: Vec<&Event> = track.counting.iter().copied().filter(|e| is_progress(e)).collect();
    if candidates.is_empty() {
        candidates = track.considered.clone();
    }
    let greatest = candidates.iter().map(|e| heard(e)).max()?;
    candidates.into_iter().rfind(|e| heard(e) == greatest)
}

/// "Among the counting `track_*` and progress events the last is a `track_concluded`."
fn concluded<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let of_the_kind = |e: &Event| e.event_type().as_str().starts_with("track_") || is_progress(e);
    let last = track.counting.iter().copied().rfind(|e| of_the_kind(e))?;
    is(last, EventType::TrackConcluded).then(|| Verdict::new("concluded", last))
}

/// "Some meeting is in phase scheduled and its `when.latest` is not before `today`": the next of them.
fn scheduled<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let next = meeting::next(&track.counting, track.today)?;
    Some(Verdict::new("scheduled", next.phase_set_by))
}

/// "There is a counting `track_stalled` and no progress event after it in order": the last such.
fn stalled_declared<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let at = track.counting.iter().rposition(|e| is(e, EventType::TrackStalled))?;
    let (stalled, after) = track.counting.get(at..)?.split_first()?;
    (!after.iter().any(|e| is_progress(e))).then(|| Verdict::new("stalled", stalled))
}

/// "`today` is more than the patience after the last sign of progress"; since "the UTC date on which the patience,
/// counted from the last sign of progress, ran out".
fn stalled_by_silence<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let sign = last_sign_of_progress(track)?;
    let ran_out = heard(sign).plus_days(track.patience_days());
    (track.today > ran_out).then(|| Verdict {
        since: ran_out.date().to_string(),
        by_silence: true,
        ..Verdict::new("stalled", sign)
    })
}

/// The meeting of the last move, where it is on one.
fn last_moves_meeting<'a>(track: &Track<'a>) -> Option<Meeting<'a>> {
    meeting::meeting(last_move(track)?.data.meeting()?.as_str(), &track.counting)
}

/// "The last move is on a meeting in phase scheduled: its date has passed"; since "the date of `when.latest`".
fn overdue<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let meeting = last_moves_meeting(track).filter(|m| m.phase == Phase::Scheduled)?;
    let passed = meeting.when?.latest?;
    assert!(passed < track.today, "a meeting ahead makes the track scheduled, an earlier rule");
    Some(Verdict { since: passed.date().to_string(), ..Verdict::new("overdue", meeting.phase_set_by) })
}

/// "The last move is on a meeting in that phase"; and "`active`: the last move is on a meeting that was held".
fn as_the_last_moves_meeting<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let meeting = last_moves_meeting(track)?;
    let status = match meeting.phase {
        Phase::Postponed => "postponed",
        Phase::Cancelled => "cancelled",
        Phase::Proposed => "proposed",
        Phase::Held => "active",
        Phase::Scheduled => return None,
    };
    Some(Verdict::new(status, meeting.phase_set_by))
}

/// "`proposed`: the last move is a `proposal_made`, or a `proposal_answered` with `deferred`"; "`rejected`: the last
/// move is a `proposal_answered` with `rejected`".
fn as_the_last_moves_proposal<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let last = last_move(track)?;
    let status = match &last.data {
        Payload::ProposalMade(_) => "proposed",
        Payload::ProposalAnswered(answered) => match answered.answer {
            Answer::Deferred => "proposed",
            Answer::Rejected => "rejected",
            Answer::Accepted | Answer::Countered => return None,
        },
        _ => return None,
    };
    Some(Verdict::new(status, last))
}

/// "There is another last move, or no move but a counting progress event other than `track_opened`": "that move; else
/// the last such event".
fn active<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let such = |e: &Event| is_progress(e) && !is(e, EventType::TrackOpened);
    let last_such = track.counting.iter().copied().rfind(|e| such(e));
    last_move(track).or(last_such).map(|event| Verdict::new("active", event))
}

/// "Otherwise": "the last counting `track_opened`, else the first considered event".
fn open<'a>(track: &Track<'a>) -> Verdict<'a> {
    let opened = track.counting.iter().copied().rfind(|e| is(e, EventType::TrackOpened));
    Verdict::new("open", opened.unwrap_or(track.considered[0]))
}
