//! §4: the status of a track, row by row, and what it rests on.

use demarche_core::{Answer, Edtf, Event, EventType, Instant, Payload};

use super::meeting::{self, Meeting};
use super::same::{self, Phase, Subject};
use super::{Track, is, is_among, place, told};

/// A status, since when, and what it rests on.
#[derive(Debug, Clone)]
pub(super) struct Verdict<'a> {
    pub(super) status: &'static str,
    pub(super) since: String,
    pub(super) decided_by: &'a Event,
    /// "What a track's status rests on is always such a run"; never empty.
    pub(super) run: Vec<&'a Event>,
    /// Whether it is a stall that nobody declared.
    pub(super) by_silence: bool,
}

impl<'a> Verdict<'a> {
    /// "`since` is the `occurred` of the first of the run; `decided_by` is the best graded of it, the first in order
    /// among equals."
    fn new(status: &'static str, run: Vec<&'a Event>) -> Self {
        let best = run.iter().map(|e| e.source.grade).max().flatten();
        let decided_by = run.iter().find(|e| e.source.grade == best).unwrap();
        Self { status, since: run[0].occurred.to_string(), decided_by, run, by_silence: false }
    }

    /// "For `overdue` the UTC date of the `latest` of `when`, `until` or `deadline`."
    fn overdue(passed: Instant, run: Vec<&'a Event>) -> Self {
        Self { since: passed.date().to_string(), ..Self::new("overdue", run) }
    }

    /// What the status is about.
    pub(super) fn subject(&self) -> Subject<'a> {
        same::subject(self.decided_by)
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
        .or_else(|| as_the_last_moves_matter(track))
        .or_else(|| active(track))
        .unwrap_or_else(|| open(track))
}

/// §4: "*Progress events* are …" "Statements, claims about claims, measures, relocations, cancellations, postponements,
/// refusals and endings are activity, not progress."
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
        | EventType::MeetingDeclined
        | EventType::AgreementEnded
        | EventType::MeasureTaken
        | EventType::StatementMade
        | EventType::ClaimConfirmed
        | EventType::ClaimDenied
        | EventType::ClaimWithdrawn
        | EventType::EventRetracted
        | EventType::EventRedacted => false,
    }
}

/// §4: "The *last move* is the last counting event, in order, that is a `meeting_*` that moved something, `proposal_*`,
/// `agreement_*`, `exchange_completed` or `track_resumed`."
fn last_move<'a>(track: &Track<'a>) -> Option<&'a Event> {
    let mut moves: Vec<&Event> = Vec::new();
    for event in &track.counting {
        if is_move(event, track) && !is_a_next_round_wanted(event, &moves) {
            moves.push(event);
        }
    }
    moves.last().copied()
}

fn is_move(event: &Event, track: &Track<'_>) -> bool {
    let name = event.event_type().as_str();
    match event.data.meeting() {
        Some(slug) => meeting::meeting(slug.as_str(), track).is_some_and(|m| is_among(event, &m.moved_by)),
        None => {
            name.starts_with("proposal_")
                || name.starts_with("agreement_")
                || ["exchange_completed", "track_resumed"].contains(&name)
        }
    }
}

/// §4: "A wish for another meeting is no move where the last meeting event among the moves before it is a meeting held
/// and nothing but agreements reached and exchanges followed it: talks that have just taken place are active, and a
/// next round is wanted."
fn is_a_next_round_wanted(event: &Event, moves_before: &[&Event]) -> bool {
    let changes_nothing = |e: &Event| is(e, EventType::AgreementReached) || is(e, EventType::ExchangeCompleted);
    let last = moves_before.iter().rfind(|e| !changes_nothing(e));
    let held = last.filter(|e| is(e, EventType::MeetingHeld)).and_then(|e| e.data.meeting());
    same::is_wish(event) && held.is_some() && held != event.data.meeting()
}

/// §4: "An event was heard at its `occurred.latest`, but not after it was `recorded`, and never before it was told."
fn heard(event: &Event) -> Instant {
    let mut heard = event.recorded;
    if let Some(latest) = event.occurred.latest() {
        heard = heard.min(latest);
    }
    heard.max(told(event))
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

/// "Among the counting `track_*` and progress events the last is a `track_concluded`"; rests on "the conclusions at the
/// end of these".
fn concluded<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let of_the_kind = |e: &&Event| e.event_type().as_str().starts_with("track_") || is_progress(e);
    let these: Vec<_> = track.counting.iter().copied().filter(of_the_kind).collect();
    let run = at_the_end(&these, |e| is(e, EventType::TrackConcluded));
    (!run.is_empty()).then(|| Verdict::new("concluded", run))
}

/// The unbroken series at the end of which all are such.
fn at_the_end<'a>(events: &[&'a Event], such: impl Fn(&Event) -> bool) -> Vec<&'a Event> {
    let begin = events.iter().rposition(|e| !such(e)).map_or(0, |last_other| last_other + 1);
    events[begin..].to_vec()
}

/// "Some meeting is in phase scheduled and its `when.latest` is not before `today`": the next of them; rests on "its
/// run".
fn scheduled<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    Some(Verdict::new("scheduled", meeting::next(track)?.run))
}

/// "There are counting `track_stalled` events after the last counting progress event that is neither a wish nor a
/// `track_opened`"; rests on "all of these".
fn stalled_declared<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let contradicts = |e: &Event| is_progress(e) && !same::is_wish(e) && !is(e, EventType::TrackOpened);
    let begin = track.counting.iter().rposition(|e| contradicts(e)).map_or(0, |last| last + 1);
    let after = track.counting[begin..].iter().copied();
    let run: Vec<_> = after.filter(|e| is(e, EventType::TrackStalled)).collect();
    (!run.is_empty()).then(|| Verdict::new("stalled", run))
}

/// "`today` is later than the patience, counted from the latest of: the last sign of progress, the `when.latest` of
/// each meeting in phase scheduled, the `until.latest` of each postponed (nobody is silent before the day that was
/// set)"; rests on "the one event that gave the last sign of progress"; since "the UTC date on which the patience ran
/// out".
fn stalled_by_silence<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let sign = last_sign_of_progress(track)?;
    let mut counted_from = heard(sign);
    for set in meeting::meetings(track).iter().filter_map(day_that_was_set) {
        counted_from = counted_from.max(set.latest()?);
    }
    let ran_out = counted_from.plus_days(track.patience_days());
    (track.today > ran_out).then(|| Verdict {
        since: ran_out.date().to_string(),
        by_silence: true,
        ..Verdict::new("stalled", vec![sign])
    })
}

/// The `when` of a meeting scheduled, the `until` of one postponed.
fn day_that_was_set<'a>(meeting: &Meeting<'a>) -> Option<&'a Edtf> {
    match meeting.phase {
        Phase::Scheduled => meeting.when,
        Phase::Postponed => meeting.until,
        Phase::Proposed | Phase::Cancelled | Phase::Declined | Phase::Held => None,
    }
}

/// The meeting of the last move, where it is on one.
fn last_moves_meeting<'a>(track: &Track<'a>) -> Option<Meeting<'a>> {
    meeting::meeting(last_move(track)?.data.meeting()?.as_str(), track)
}

/// "The last move is on a meeting in phase scheduled (its date has passed), or postponed with an `until` whose `latest`
/// is before `today`; or it is a `proposal_made` whose `deadline.latest` is before `today`: nobody has said what became
/// of it."
fn overdue<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let passed = |date: &Edtf| date.latest().filter(|latest| *latest < track.today);
    if let Some(meeting) = last_moves_meeting(track) {
        return Some(Verdict::overdue(passed(day_that_was_set(&meeting)?)?, meeting.run));
    }
    let last = last_move(track)?;
    let Payload::ProposalMade(made) = &last.data else { return None };
    Some(Verdict::overdue(passed(made.deadline.as_ref()?)?, run_of(last, track)))
}

/// "The last move is on a meeting in that phase"; `rejected`: "the last move is on a meeting declined"; `active`: "the
/// last move is on a meeting that was held".
fn as_the_last_moves_meeting<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let meeting = last_moves_meeting(track)?;
    let status = match meeting.phase {
        Phase::Postponed => "postponed",
        Phase::Cancelled => "cancelled",
        Phase::Proposed => "proposed",
        Phase::Declined => "rejected",
        Phase::Held => "active",
        // It is ahead or overdue, by an earlier rule.
        Phase::Scheduled => return None,
    };
    Some(Verdict::new(status, meeting.run))
}

/// `rejected`: "a `proposal_answered` with `rejected`"; `proposed`: "a `proposal_made`, or a `proposal_answered` with
/// `deferred`"; `stalled`, ended: "the last move is an `agreement_ended`".
fn as_the_last_moves_matter<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let last = last_move(track)?;
    let status = match &last.data {
        Payload::ProposalMade(_) => "proposed",
        Payload::ProposalAnswered(answered) => match answered.answer {
            Answer::Deferred => "proposed",
            Answer::Rejected => "rejected",
            Answer::Accepted | Answer::Countered => return None,
        },
        Payload::AgreementEnded(_) => "stalled",
        _ => return None,
    };
    Some(Verdict::new(status, run_of(last, track)))
}

/// "There is another last move, or no move but a counting progress event other than `track_opened`": "that move's run;
/// else the last such event".
fn active<'a>(track: &Track<'a>) -> Option<Verdict<'a>> {
    let such = |e: &Event| is_progress(e) && !is(e, EventType::TrackOpened);
    let last_such = || track.counting.iter().copied().rfind(|e| such(e)).map(|event| vec![event]);
    let run = last_move(track).map(|last| run_of(last, track)).or_else(last_such)?;
    Some(Verdict::new("active", run))
}

/// "Otherwise": "the last counting `track_opened`, else the first considered event".
fn open<'a>(track: &Track<'a>) -> Verdict<'a> {
    let opened = track.counting.iter().copied().rfind(|e| is(e, EventType::TrackOpened));
    Verdict::new("open", vec![opened.unwrap_or(track.considered[0])])
}

/// "Of a proposal, an agreement, an exchange: the events at its end with the same type, `answer`, `stage`, `how` and
/// `until`; … else a single event."
fn run_of<'a>(last: &'a Event, track: &Track<'a>) -> Vec<&'a Event> {
    let subject = same::subject(last);
    if !matches!(subject, Subject::Proposal(_) | Subject::Agreement(_) | Subject::Exchange(_)) {
        return vec![last];
    }
    let is_on_it = |e: &&Event| same::subject(e) == subject && place(e) <= place(last);
    let on_it: Vec<_> = track.counting.iter().copied().filter(is_on_it).collect();
    at_the_end(&on_it, |e| sort(e) == sort(last))
}

/// "The same type, `answer`, `stage`, `how` and `until`." Undecided by the vectors: dates are the same that cover the
/// same days, however they are written.
fn sort(event: &Event) -> (EventType, Option<&str>, Option<[Option<Instant>; 2]>) {
    let (word, until) = match &event.data {
        Payload::ProposalAnswered(p) => (Some(p.answer.as_str()), None),
        Payload::AgreementReached(p) => (Some(p.stage.as_str()), p.until.as_ref()),
        Payload::AgreementEnded(p) => (Some(p.how.as_str()), None),
        _ => (None, None),
    };
    (event.event_type(), word, until.map(|until| [until.earliest(), until.latest()]))
}
