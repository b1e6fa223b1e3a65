//! The one place where a state is put together: facts decide it, and the words come from the few lines that matter.

use demarche_core::{ActorId, Edtf, Instant, MeetingId, ProposalId, TrackId};

use super::case::Case;
use super::details::Details;
use super::disputes::{self, Denied, Disputes};
use super::meetings::MeetingFacts;
use super::opening::Opening;
use super::proposals::Proposals;
use super::rules::{self, Decision, Since};
use super::words::{LogChanged, Words};
use super::{FactRef, ahead, corroboration, evidence};
use crate::milestone::Milestone;
use crate::query::Reading;
use crate::state::{Appointment, Dispute, LastMeeting, Phase, TrackState};

/// Puts the state of a track together; returns `None` if there is nothing to say about it.
pub(super) fn state(track: &TrackId, case: &Case<'_, '_>, words: Words<'_>) -> Result<Option<TrackState>, LogChanged> {
    let Some(decision) = rules::decide(case) else { return Ok(None) };
    let (Some(deciding), Some((_, last))) = (case.event_at(decision.by), case.considered().next_back()) else {
        return Ok(None);
    };
    let last_activity = words.occurred(last)?;
    // The deciding event is often also the last, and the last progress.
    let occurred = |event: FactRef<'_>| match event.number() == last.number() {
        true => Ok(last_activity.clone()),
        false => words.occurred(event),
    };
    let since = match decision.since {
        Since::Occurred(at) => case.event_at(at).map_or_else(|| occurred(deciding), occurred)?,
        Since::TheDayOf(instant) => rules::day_of(instant),
    };
    let opening = match (&case.opening, case.opened) {
        (Some(opening), _) => opening.clone(),
        (None, Some((_, opened))) => Opening::read(opened, words)?,
        (None, None) => Opening::default(),
    };
    let evidence = evidence::gather(case, &decision, &opening.parties);
    let Disputes { list: disputes, due: open_due } = disputes_of(case, &decision, &opening.parties);
    let corroboration = corroboration::of(case, &decision, &disputes, &opening.parties);
    let proposals = Proposals::of(case.counting().map(|(_, event)| event));
    let last_meeting = case.meetings.last_held().map(|held| last_meeting(case, held, words)).transpose()?;
    Ok(Some(TrackState {
        track: track.clone(),
        title: opening.title,
        kind: case.opened.and_then(|(_, opened)| opened.kind()),
        parties: opening.parties,
        mediators: opening.mediators,
        status: decision.rule.status(),
        since,
        decided_by: deciding.id(),
        evidence: evidence.places.into_iter().filter_map(|at| case.event_at(at)).map(FactRef::id).collect(),
        next: rules::next_meeting(case).map(|(_, next)| appointment(next, words)).transpose()?,
        meetings_held: case.meetings.held().count(),
        last_held: last_meeting.as_ref().and_then(|last| last.when.clone()),
        last: last_meeting,
        ahead: ahead::of(case, &proposals, words)?,
        open_proposals: open_proposals(&proposals),
        last_progress: case.progress().next_back().map(|(_, event)| occurred(event)).transpose()?,
        last_activity,
        sources: case.sources(),
        events: case.considered().count(),
        said_by: corroboration.said_by,
        otherwise: corroboration.otherwise,
        silent: corroboration.silent,
        contested: disputes.iter().filter(|denied| denied.because.is_some()).map(Dispute::of).collect(),
        disputes: disputes.iter().filter(|denied| !denied.denials.is_empty()).map(Dispute::of).collect(),
        rule: decision.rule,
        descendants: None,
        meetings: case.meetings.iter().count(),
        today: case.today,
        patience_days: case.patience_days,
        due: due(case).into_iter().chain(open_due).chain(evidence.due).min(),
    }))
}

/// Returns the disputes and objections of a track, which are the same under every reading, except for why they bear on
/// the status.
fn disputes_of<'f>(case: &Case<'_, 'f>, decision: &Decision, parties: &[ActorId]) -> Disputes<'f> {
    if case.query.reading == Reading::Prudent {
        disputes::of(case, decision, &case.standings, parties)
    } else {
        disputes::of(case, decision, &case.record.standings(&Reading::Prudent), parties)
    }
}

impl Dispute {
    pub(crate) fn of(denied: &Denied<'_>) -> Self {
        Self {
            claim: denied.claim.id(),
            denied_by: denied.denials.iter().map(|denial| denial.id()).collect(),
            set_aside: denied.set_aside,
            because: denied.because,
        }
    }
}

/// Returns what lies ahead on a track, or came last ([`Milestone`]), given its state.
pub(super) fn milestones(
    state: &TrackState,
    case: &Case<'_, '_>,
    words: Words<'_>,
) -> Result<Vec<Milestone>, LogChanged> {
    let wanted = || case.meetings.iter().rev().find(|meeting| meeting.phase == Phase::Proposed);
    let meeting = match (&state.next, wanted()) {
        (Some(next), _) => Some(Milestone::Next(next.clone())),
        (None, Some(wanted)) => Some(Milestone::Wanted(appointment(wanted, words)?)),
        (None, None) => None,
    };
    let unanswered = state.open_proposals.iter().cloned().map(Milestone::Unanswered);
    let ahead: Vec<Milestone> = meeting.into_iter().chain(unanswered).collect();
    if !ahead.is_empty() {
        return Ok(ahead);
    }
    let last = case.meetings.last_held().map(|held| appointment(held, words)).transpose()?;
    Ok(last.into_iter().map(Milestone::Last).collect())
}

fn appointment(meeting: &MeetingFacts<'_>, words: Words<'_>) -> Result<Appointment, LogChanged> {
    let dated = meeting.dated_by.map(|dated_by| words.event(dated_by)).transpose()?;
    let placed = match meeting.placed_by {
        Some(placed_by) if meeting.dated_by.map(FactRef::number) != Some(placed_by.number()) => {
            Some(words.event(placed_by)?)
        }
        Some(_) => dated.clone(),
        None => None,
    };
    Ok(Appointment {
        meeting: meeting_name(meeting),
        when: dated.as_ref().and_then(|event| Details::of(event).when.cloned()),
        venue: placed.as_ref().and_then(|event| Details::of(event).venue.map(Into::into)),
    })
}

fn last_meeting(case: &Case<'_, '_>, held: &MeetingFacts<'_>, words: Words<'_>) -> Result<LastMeeting, LogChanged> {
    let moves = case.meetings.steps().rev().filter(|step| step.phase.is_some());
    let mut of_it = moves.filter(|step| step.event.meeting() == held.first.meeting());
    let format = of_it.find_map(|step| step.event.details().format());
    Ok(LastMeeting { meeting: meeting_name(held), when: date(held, words)?, format })
}

#[allow(clippy::expect_used, reason = "the name of a meeting was one when its line was read")]
fn meeting_name(meeting: &MeetingFacts<'_>) -> MeetingId {
    MeetingId::new(meeting.first.name()).expect("invariant: a fact on a meeting has its name")
}

/// Returns the date of a meeting that stands, to the letter.
fn date(meeting: &MeetingFacts<'_>, words: Words<'_>) -> Result<Option<Edtf>, LogChanged> {
    let Some(dated_by) = meeting.dated_by else { return Ok(None) };
    Ok(Details::of(&words.event(dated_by)?).when.cloned())
}

#[allow(clippy::expect_used, reason = "the name of a proposal was one when its line was read")]
fn open_proposals(proposals: &Proposals<'_>) -> Vec<ProposalId> {
    let name = |event: FactRef<'_>| ProposalId::new(event.name());
    let mut open: Vec<ProposalId> =
        proposals.open().map(|made| name(made).expect("invariant: a fact on a proposal has its name")).collect();
    open.sort_unstable();
    open
}

/// The instant after which time alone may change what is told: a day that was set passes, or the patience runs out. A
/// claim that is set aside may still be a rival until its day has passed.
fn due(case: &Case<'_, '_>) -> Option<Instant> {
    let meetings =
        case.meetings.iter().flat_map(|meeting| [meeting.latest(), meeting.until().and_then(|(_, end)| end)]);
    let dates = case.record.events.iter().filter_map(|event| event.details().date?.1);
    let ends = meetings.flatten().chain(dates).chain(case.patience_ends());
    ends.filter(|instant| *instant >= case.today).min()
}
