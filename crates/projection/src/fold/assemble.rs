//! The one place where a state is put together: decided by facts, told with the words of the few lines that matter.

use std::collections::BTreeSet;

use demarche_core::{ActorId, Edtf, Instant, MeetingId, Payload, ProposalId, TrackId};

use super::case::Case;
use super::details::Details;
use super::disputes::{self, Denied};
use super::meetings::MeetingFacts;
use super::proposals::Proposals;
use super::rules::{self, Decision, Since};
use super::words::{LogChanged, Words};
use super::{FactRef, corroboration, evidence};
use crate::Phase;
use crate::course::Course;
use crate::state::{Appointment, Dispute, TrackState};

/// Puts the state of a track together; none where there is nothing to say of it.
pub(super) fn state(track: &TrackId, case: &Case<'_, '_>, words: Words<'_>) -> Result<Option<TrackState>, LogChanged> {
    let Some(decision) = rules::decide(case) else { return Ok(None) };
    let event_at = |at: usize| case.record.events.get(at).copied();
    let (Some(deciding), Some((_, last))) = (event_at(decision.by), case.considered().next_back()) else {
        return Ok(None);
    };
    let last_activity = words.occurred(last)?;
    // Often enough the last event decides, and is the last progress.
    let occurred = |event: FactRef<'_>| match event.number() == last.number() {
        true => Ok(last_activity.clone()),
        false => words.occurred(event),
    };
    let (title, parties) = match case.opened {
        Some((_, opened)) => opening(words.payload(opened)?),
        None => (None, Vec::new()),
    };
    let (said_by, silent) = corroboration::of(case, &decision, &parties);
    Ok(Some(TrackState {
        track: track.clone(),
        title,
        kind: case.opened.and_then(|(_, opened)| opened.kind()),
        parties,
        status: decision.rule.status(),
        since: match decision.since {
            Since::ItOccurred => occurred(deciding)?,
            Since::TheDayOf(instant) => day_of(instant),
        },
        decided_by: deciding.id(),
        evidence: evidence::gather(case, &decision).into_iter().filter_map(event_at).map(FactRef::id).collect(),
        next: rules::next_meeting(case).map(|next| appointment(case, next, words)).transpose()?,
        meetings_held: case.meetings.held().count(),
        last_held: case.meetings.last_held().map(|held| date(held, words)).transpose()?.flatten(),
        open_proposals: open_proposals(case),
        last_progress: case.progress().next_back().map(|(_, event)| occurred(event)).transpose()?,
        last_activity,
        sources: case.sources(),
        events: case.considered().count(),
        said_by,
        silent,
        contested: contested(case, &decision),
        rule: decision.rule,
        descendants: None,
        meetings: case.meetings.iter().count(),
        today: case.today,
        patience_days: case.patience_days,
        due: due(case),
    }))
}

/// The date of the UTC day of an instant.
fn day_of(instant: Instant) -> Edtf {
    Edtf::day(instant.date()).unwrap_or_else(|| Edtf::from(instant))
}

/// What a track is called, and whose it is, each party once.
fn opening(payload: Payload) -> (Option<Box<str>>, Vec<ActorId>) {
    let Payload::TrackOpened(opened) = payload else { return (None, Vec::new()) };
    let mut known = BTreeSet::new();
    let mut parties = opened.parties;
    parties.retain(|party| known.insert(party.clone()));
    (Some(opened.title), parties)
}

fn contested(case: &Case<'_, '_>, decision: &Decision) -> Vec<Dispute> {
    disputes::over(case, decision.by).iter().map(Dispute::of).collect()
}

impl Dispute {
    pub(crate) fn of(denied: &Denied<'_>) -> Self {
        Self {
            claim: denied.claim.id(),
            denied_by: denied.denials.iter().map(|denial| denial.id()).collect(),
            set_aside: denied.set_aside,
        }
    }
}

/// What is ahead on a track, or came last ([`Course`]); of the state that it has.
pub(super) fn course(state: &TrackState, case: &Case<'_, '_>, words: Words<'_>) -> Result<Vec<Course>, LogChanged> {
    let wanted = || case.meetings.iter().rev().find(|meeting| meeting.phase == Phase::Proposed);
    let meeting = match (&state.next, wanted()) {
        (Some(next), _) => Some(Course::Next(next.clone())),
        (None, Some(wanted)) => Some(Course::Wanted(appointment(case, wanted, words)?)),
        (None, None) => None,
    };
    let unanswered = state.open_proposals.iter().cloned().map(Course::Unanswered);
    let ahead: Vec<Course> = meeting.into_iter().chain(unanswered).collect();
    if !ahead.is_empty() {
        return Ok(ahead);
    }
    let last = case.meetings.last_held().map(|held| appointment(case, held, words)).transpose()?;
    Ok(last.into_iter().map(Course::Last).collect())
}

fn appointment(case: &Case<'_, '_>, meeting: &MeetingFacts<'_>, words: Words<'_>) -> Result<Appointment, LogChanged> {
    let mut venue = None;
    let is_on_it = |(_, event, _): &(_, FactRef<'_>, _)| event.meeting() == meeting.first.meeting();
    for (_, event, _) in case.meetings.steps().rev().filter(is_on_it) {
        venue = Details::of(&words.event(event)?).venue.map(Into::into);
        if venue.is_some() {
            break;
        }
    }
    Ok(Appointment { meeting: meeting_name(meeting), when: date(meeting, words)?, venue })
}

#[allow(clippy::expect_used, reason = "the name of a meeting was one when its line was read")]
fn meeting_name(meeting: &MeetingFacts<'_>) -> MeetingId {
    MeetingId::new(meeting.first.name()).expect("invariant: a fact on a meeting has its name")
}

/// The date of a meeting as last given, to the letter.
fn date(meeting: &MeetingFacts<'_>, words: Words<'_>) -> Result<Option<Edtf>, LogChanged> {
    let Some((dated_by, _)) = meeting.dated else { return Ok(None) };
    Ok(Details::of(&words.event(dated_by)?).when.cloned())
}

#[allow(clippy::expect_used, reason = "the name of a proposal was one when its line was read")]
fn open_proposals(case: &Case<'_, '_>) -> Vec<ProposalId> {
    let proposals = Proposals::of(case.counting().map(|(_, event)| event));
    let name = |event: FactRef<'_>| ProposalId::new(event.name());
    let mut open: Vec<ProposalId> =
        proposals.open().map(|made| name(made).expect("invariant: a fact on a proposal has its name")).collect();
    open.sort_unstable();
    open
}

/// The instant after which time alone may change the status.
fn due(case: &Case<'_, '_>) -> Option<Instant> {
    let scheduled = case.meetings.iter().filter(|meeting| meeting.phase == Phase::Scheduled);
    let silent = case.last_sign().map(|(_, sign)| sign.heard().plus_days(case.patience_days));
    scheduled.filter_map(MeetingFacts::latest).chain(silent).filter(|instant| *instant >= case.today).min()
}
