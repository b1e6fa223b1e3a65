//! §4: the word of a track's party against a meeting that is proposed or scheduled.

use demarche_core::{ActorId, Event, Payload, Stance};

use super::dispute::{claims, is_not_older, is_statement_about, meeting_of, names_another_day, names_another_venue};
use super::meeting::Meeting;
use super::same::{self, Phase, Subject};
use super::status::Verdict;
use super::{Track, is_or_is_beneath, place};

/// "`objection`: the word of a track's party against a meeting that is proposed or scheduled, while the status is not
/// `overdue`." Clarified by the vectors: also where that word is set aside.
pub(super) fn objects(event: &Event, track: &Track<'_>, verdict: &Verdict<'_>) -> bool {
    let Some(meeting) = meeting_of(track, verdict) else { return false };
    let objects_as = |party: &ActorId| {
        !has_spoken_since(party, event, &meeting, track)
            && (is_against(event, party, &meeting, verdict) || names_otherwise(event, &meeting, track, verdict))
    };
    meeting.phase.is_to_come()
        && verdict.status != "overdue"
        && track.parties_of(&event.source.who).into_iter().any(objects_as)
}

/// "In each case that party has no later `meeting_*` on the meeting." Clarified by the vectors: a relocation is one.
fn has_spoken_since(party: &ActorId, event: &Event, meeting: &Meeting<'_>, track: &Track<'_>) -> bool {
    claims(track).iter().any(|later| {
        is_or_is_beneath(&later.source.who, party) && same::is_on(later, meeting.slug) && place(later) > place(event)
    })
}

/// "A statement `about` it, not older than the run, with stance `opposed`, or `noncommittal` where a claim of that
/// party's is in the run; a `meeting_declined` on it, or a `track_stalled` not older than the run". Clarified by the
/// vectors: a refusal may be older.
fn is_against(event: &Event, party: &ActorId, meeting: &Meeting<'_>, verdict: &Verdict<'_>) -> bool {
    match &event.data {
        Payload::StatementMade(statement) => {
            let is_in_the_run = || verdict.run.iter().any(|e| is_or_is_beneath(&e.source.who, party));
            let objects = match statement.stance {
                Some(Stance::Opposed) => true,
                Some(Stance::Noncommittal) => is_in_the_run(),
                Some(Stance::Committed | Stance::Open) | None => false,
            };
            objects && is_statement_about(event, Subject::Meeting(meeting.slug), &verdict.run)
        }
        Payload::MeetingDeclined(_) => same::is_on(event, meeting.slug),
        Payload::TrackStalled(_) => is_not_older(event, &verdict.run),
        _ => false,
    }
}

/// "Or, of a meeting scheduled, its `meeting_proposed`, `_scheduled`, `_rescheduled` or `_relocated` that names another
/// venue (not older than the run) or another day (none in common, `latest` after `today`)."
fn names_otherwise(event: &Event, meeting: &Meeting<'_>, track: &Track<'_>, verdict: &Verdict<'_>) -> bool {
    let is_such = matches!(
        event.data,
        Payload::MeetingProposed(_)
            | Payload::MeetingScheduled(_)
            | Payload::MeetingRescheduled(_)
            | Payload::MeetingRelocated(_)
    );
    is_such
        && same::is_on(event, meeting.slug)
        && meeting.phase == Phase::Scheduled
        && ((names_another_venue(event, meeting) && is_not_older(event, &verdict.run))
            || names_another_day(event, meeting, track))
}
