//! §4: the disputes of a track, and which of them bear on its status.

use std::collections::BTreeSet;

use demarche_core::{Edtf, Event, EventId, Payload};
use serde_json::{Value, json};

use super::meeting::{self, Meeting};
use super::objection;
use super::same::{self, Phase, Subject};
use super::standing;
use super::status::{self, Verdict};
use super::{NaiveReading, Track, are_of_one_party, is_among, names, place};

/// Why a dispute or an objection bears on the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Because {
    Supports,
    Rival,
    Decisive,
    Objection,
}

impl Because {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Supports => "supports",
            Self::Rival => "rival",
            Self::Decisive => "decisive",
            Self::Objection => "objection",
        }
    }
}

/// `contested`: "those disputes and objections … that *bear on* what the status rests on, each with the reason".
pub(super) fn contested(track: &Track<'_>, verdict: &Verdict<'_>) -> Vec<Value> {
    let bears = |claim: &Event| Some(told(claim, because(claim, track, verdict)?.into(), track));
    claims(track).into_iter().filter_map(bears).collect()
}

/// `disputes`: "every disputed claim of the track, whatever the reading (all events in bounds and not void), with who
/// denies it, …, set aside or not. Dissent is never hidden."
pub(super) fn disputes(track: &Track<'_>, verdict: &Verdict<'_>) -> Vec<Value> {
    let disputed = claims(track).into_iter().filter(|claim| !denials(claim, track).is_empty());
    disputed.map(|claim| told(claim, because(claim, track, verdict), track)).collect()
}

fn told(claim: &Event, because: Option<Because>, track: &Track<'_>) -> Value {
    let denied_by: BTreeSet<EventId> = denials(claim, track).iter().map(|denial| denial.id).collect();
    json!({
        "claim": claim.id.to_string(),
        "denied_by": denied_by.iter().map(ToString::to_string).collect::<Vec<_>>(),
        // The JSON contract: "`set_aside` is by prudent weighing over all live events, whatever the reading".
        "set_aside": is_set_aside_prudently(claim, track),
        "because": because.map(Because::as_str),
    })
}

/// "Over all events in bounds and neither void nor withdrawn whatever the reading"; "a claim that is withdrawn is no
/// matter of dispute any more".
pub(super) fn claims<'a>(track: &Track<'a>) -> Vec<&'a Event> {
    let all = track.all();
    all.iter().copied().filter(|e| !standing::is_withdrawn(e, &all)).collect()
}

/// "`denied_by` lists the denials that have neither lapsed nor been withdrawn."
pub(super) fn denials<'a>(claim: &Event, track: &Track<'a>) -> Vec<&'a Event> {
    standing::denials(claim, &track.all())
}

fn is_set_aside_prudently(claim: &Event, track: &Track<'_>) -> bool {
    standing::is_set_aside(claim, &track.all(), &NaiveReading::Prudent)
}

/// "Where several reasons fit, the first named here counts."
pub(super) fn because(claim: &Event, track: &Track<'_>, verdict: &Verdict<'_>) -> Option<Because> {
    let is_disputed = !denials(claim, track).is_empty();
    if is_disputed && supports(claim, track, verdict) {
        return Some(Because::Supports);
    }
    if is_disputed && is_rival(claim, track, verdict) {
        return Some(Because::Rival);
    }
    if is_disputed && is_decisive(claim, track, verdict) {
        return Some(Because::Decisive);
    }
    objection::objects(claim, track, verdict).then_some(Because::Objection)
}

/// The meeting that the status rests on, where it rests on one.
pub(super) fn meeting_of<'a>(track: &Track<'a>, verdict: &Verdict<'a>) -> Option<Meeting<'a>> {
    let Subject::Meeting(slug) = verdict.subject() else { return None };
    meeting::meeting(slug, track)
}

/// "`supports`: the disputed claim says what the state says."
fn supports(claim: &Event, track: &Track<'_>, verdict: &Verdict<'_>) -> bool {
    match meeting_of(track, verdict) {
        Some(meeting) => supports_meeting(claim, &meeting, &verdict.run),
        // "Of any other subject: a claim of the run, or a statement `about` it that is not older than the run."
        None => is_among(claim, &verdict.run) || is_statement_about(claim, verdict.subject(), &verdict.run),
    }
}

/// "Of a meeting: the same effect as its phase, with a day in common; of one postponed, cancelled or declined also a
/// claim that had proposed or scheduled it on a day in common; of one not held a relocation to the venue that stands; a
/// statement `about` it that is not older than the run."
///
/// Clarified by the vectors: a stall by silence rests on one event, and the run is that event, not the meeting's run.
fn supports_meeting(claim: &Event, meeting: &Meeting<'_>, run: &[&Event]) -> bool {
    let is_on_it = same::is_on(claim, meeting.slug);
    // Clarified by the vectors: what gives no date has a day in common, also a proposal of a meeting that is off.
    let has_a_day_in_common = same::have_a_day_in_common(same::date(claim), meeting.when);
    let phase = same::phase(claim);
    let is_off = matches!(meeting.phase, Phase::Postponed | Phase::Cancelled | Phase::Declined);
    let same_effect = phase == Some(meeting.phase) && has_a_day_in_common;
    let had_set_it = is_off && phase.is_some_and(Phase::is_to_come) && has_a_day_in_common;
    let gave_its_venue = matches!(claim.data, Payload::MeetingRelocated(_))
        && meeting.phase != Phase::Held
        && same::venue(claim) == meeting.venue;
    (is_on_it && (same_effect || had_set_it || gave_its_venue))
        || is_statement_about(claim, Subject::Meeting(meeting.slug), run)
}

/// A statement `about` the subject "that is not older than the run".
pub(super) fn is_statement_about(claim: &Event, subject: Subject<'_>, run: &[&Event]) -> bool {
    let name = match subject {
        Subject::Meeting(name)
        | Subject::Proposal(name)
        | Subject::Agreement(name)
        | Subject::Issue(name)
        | Subject::Exchange(name) => name,
        Subject::Track | Subject::Nothing => return false,
    };
    let Payload::StatementMade(statement) = &claim.data else { return false };
    statement.about.as_ref().is_some_and(|about| about.as_str() == name) && is_not_older(claim, run)
}

pub(super) fn is_not_older(event: &Event, run: &[&Event]) -> bool {
    run.first().is_some_and(|first| place(event) >= place(first))
}

/// "`rival`: it says otherwise of the meeting, and its own party has neither said nor confirmed anything different of
/// that meeting since (words withdrawn apart)." Clarified by the vectors: a relocation, too, is something different.
/// Undecided: a confirmation stays its party's word where the confirmed claim was withdrawn.
fn is_rival(claim: &Event, track: &Track<'_>, verdict: &Verdict<'_>) -> bool {
    let Some(meeting) = meeting_of(track, verdict) else { return false };
    let claims = claims(track);
    let on_it = |e: &Event| same::is_on(e, meeting.slug);
    let differs = |e: &Event| on_it(e) && !same::says_the_same(e, claim);
    let has_said_different = |later: &Event| {
        differs(later)
            || (matches!(later.data, Payload::ClaimConfirmed(_))
                && track.all().iter().any(|e| names(later, e) && differs(e)))
    };
    let mut later = claims.iter().filter(|e| are_of_one_party(e, claim) && place(e) > place(claim));
    on_it(claim) && says_otherwise(claim, &meeting, track) && !later.any(|e| has_said_different(e))
}

/// "A date (proposed or scheduled) whose `latest` is after `today` and that has no day in common; while the meeting is
/// proposed or scheduled, another venue than stands, or that it is postponed, cancelled or declined."
fn says_otherwise(claim: &Event, meeting: &Meeting<'_>, track: &Track<'_>) -> bool {
    let is_off = matches!(same::phase(claim), Some(Phase::Postponed | Phase::Cancelled | Phase::Declined));
    let sets_a_date = same::phase(claim).is_some_and(Phase::is_to_come);
    (sets_a_date && names_another_day(claim, meeting, track))
        || (meeting.phase.is_to_come() && (names_another_venue(claim, meeting) || is_off))
}

/// "None in common, `latest` after `today`."
pub(super) fn names_another_day(event: &Event, meeting: &Meeting<'_>, track: &Track<'_>) -> bool {
    let is_to_come = |date: &Edtf| date.latest().is_none_or(|latest| latest > track.today);
    same::date(event).is_some_and(is_to_come) && !same::have_a_day_in_common(same::date(event), meeting.when)
}

/// Clarified by the vectors: where no venue stands, none is another one.
pub(super) fn names_another_venue(event: &Event, meeting: &Meeting<'_>) -> bool {
    same::venue(event).is_some() && meeting.venue.is_some() && same::venue(event) != meeting.venue
}

/// "`decisive`: it is set aside (by prudent weighing, or by this reading), and would bear on the *open picture* as
/// `supports` or `rival`: …, where that has another status or subject, or the last claim of its run is one set aside."
fn is_decisive(claim: &Event, track: &Track<'_>, verdict: &Verdict<'_>) -> bool {
    if !is_set_aside(claim, track) {
        return false;
    }
    let open = track.open_picture();
    let picture = status::verdict(&open);
    let differs = picture.status != verdict.status || picture.subject() != verdict.subject();
    let rests_on_one_set_aside = picture.run.last().is_some_and(|last| is_set_aside(last, track));
    (differs || rests_on_one_set_aside) && (supports(claim, &open, &picture) || is_rival(claim, &open, &picture))
}

/// "Set aside (by prudent weighing, or by this reading)."
fn is_set_aside(claim: &Event, track: &Track<'_>) -> bool {
    let by_this_reading =
        is_among(claim, &track.considered) && standing::is_set_aside(claim, &track.considered, track.reading);
    is_set_aside_prudently(claim, track) || by_this_reading
}
