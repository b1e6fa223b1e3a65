//! §3 and §4: what an event says of its subject, and whether two say the same.

use demarche_core::{Edtf, Event, EventType, MeetingFormat, Payload};

/// §4: "A meeting has a **phase**: proposed, scheduled, postponed, cancelled, declined, held".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Proposed,
    Scheduled,
    Postponed,
    Cancelled,
    Declined,
    Held,
}

impl Phase {
    pub(super) fn is_to_come(self) -> bool {
        matches!(self, Self::Proposed | Self::Scheduled)
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    Meeting(&'a str),
    Proposal(&'a str),
    Agreement(&'a str),
    Issue(&'a str),
    Exchange(&'a str),
    /// The track as a whole.
    Track,
    /// A statement, a measure or a claim about claims.
    Nothing,
}

/// §3: "effect (the type; of what sets a phase, the phase)".
#[derive(Debug, PartialEq, Eq)]
enum Effect {
    Phase(Phase),
    Type(EventType),
}

pub(super) fn subject(event: &Event) -> Subject<'_> {
    match &event.data {
        Payload::IssueRaised(p) => Subject::Issue(p.issue.as_str()),
        Payload::IssueResolved(p) => Subject::Issue(p.issue.as_str()),
        Payload::ExchangeCompleted(p) => Subject::Exchange(p.exchange.as_str()),
        Payload::TrackOpened(_) | Payload::TrackStalled(_) | Payload::TrackResumed(_) | Payload::TrackConcluded(_) => {
            Subject::Track
        }
        data => {
            let meeting = data.meeting().map(|m| Subject::Meeting(m.as_str()));
            let proposal = data.proposal().map(|p| Subject::Proposal(p.as_str()));
            let agreement = data.agreement().map(|a| Subject::Agreement(a.as_str()));
            meeting.or(proposal).or(agreement).unwrap_or(Subject::Nothing)
        }
    }
}

pub(super) fn is_on(event: &Event, meeting: &str) -> bool {
    subject(event) == Subject::Meeting(meeting)
}

/// The phase that the event would set; `None` for a relocation, which keeps the phase, and for what is on no meeting.
pub(super) fn phase(event: &Event) -> Option<Phase> {
    match &event.data {
        Payload::MeetingProposed(_) => Some(Phase::Proposed),
        Payload::MeetingScheduled(_) | Payload::MeetingRescheduled(_) => Some(Phase::Scheduled),
        Payload::MeetingPostponed(_) => Some(Phase::Postponed),
        Payload::MeetingCancelled(_) => Some(Phase::Cancelled),
        Payload::MeetingDeclined(_) => Some(Phase::Declined),
        Payload::MeetingHeld(_) => Some(Phase::Held),
        _ => None,
    }
}

fn effect(event: &Event) -> Effect {
    phase(event).map_or(Effect::Type(event.event_type()), Effect::Phase)
}

/// The date that the event gives its meeting; the `until` of a postponement is none (clarified by the vectors). §4: "A
/// `meeting_held` without `when` took place when it `occurred`."
pub(super) fn date(event: &Event) -> Option<&Edtf> {
    match &event.data {
        Payload::MeetingProposed(p) => p.when.as_ref(),
        Payload::MeetingScheduled(p) => Some(&p.when),
        Payload::MeetingRescheduled(p) => Some(&p.when),
        Payload::MeetingHeld(p) => Some(p.when.as_ref().unwrap_or_else(|| event.occurred.date())),
        _ => None,
    }
}

/// The venue that the event gives its meeting.
pub(super) fn venue(event: &Event) -> Option<&str> {
    match &event.data {
        Payload::MeetingProposed(p) => p.venue.as_deref(),
        Payload::MeetingScheduled(p) => p.venue.as_deref(),
        Payload::MeetingRescheduled(p) => p.venue.as_deref(),
        Payload::MeetingRelocated(p) => Some(&p.venue),
        Payload::MeetingHeld(p) => p.venue.as_deref(),
        _ => None,
    }
}

/// The format that the event gives its meeting.
pub(super) fn format(event: &Event) -> Option<MeetingFormat> {
    match &event.data {
        Payload::MeetingProposed(p) => p.format,
        Payload::MeetingScheduled(p) => p.format,
        Payload::MeetingHeld(p) => p.format,
        _ => None,
    }
}

/// §4: "A **wish** is a `meeting_proposed` with neither `when` nor `venue`."
pub(super) fn is_wish(event: &Event) -> bool {
    matches!(&event.data, Payload::MeetingProposed(p) if p.when.is_none() && p.venue.is_none())
}

/// §4: "a missing date has all days in common with any". Days, not instants, are compared (undecided by the vectors),
/// and are those of UTC; a missing end is unbounded.
pub(super) fn have_a_day_in_common(one: Option<&Edtf>, other: Option<&Edtf>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    let is_over_before = |a: &Edtf, b: &Edtf| match (a.latest(), b.earliest()) {
        (Some(end), Some(begin)) => end.date() < begin.date(),
        _ => false,
    };
    !is_over_before(one, other) && !is_over_before(other, one)
}

/// §3: "Two claims say the same where they have the same subject and effect (…) and their dates can mean the same day;
/// a relocation is said again by any claim on the meeting with that venue; a statement, a measure and the like by
/// nothing."
pub(super) fn says_the_same(event: &Event, claim: &Event) -> bool {
    if let Payload::MeetingRelocated(relocated) = &claim.data {
        return is_on(event, relocated.meeting.as_str()) && venue(event) == Some(&relocated.venue);
    }
    // Clarified by the vectors: "the like" is also what has no subject but the track as a whole, as an opening.
    !matches!(subject(claim), Subject::Nothing | Subject::Track)
        && subject(event) == subject(claim)
        && effect(event) == effect(claim)
        && have_a_day_in_common(date(event), date(claim))
}
