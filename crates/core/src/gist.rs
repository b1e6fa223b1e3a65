//! The gist of an event: what a fold looks at, without the words.

use std::borrow::Cow;

use crate::edtf::DateBounds;
use crate::{Attribution, Edtf, Event, EventId, EventType, Grade, Instant, Payload};

/// What of an event decides where its track stands, borrowed from the line or the event.
///
/// It is an event as a fold sees it: all that is compared, counted, weighed or named; no title, no summary, no place to
/// read it. Its names are texts, so that only this crate makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gist<'a> {
    /// Its id.
    pub(crate) id: EventId,
    /// Its type.
    pub(crate) event_type: EventType,
    /// The track to which it belongs: the text of a valid [`TrackId`](crate::TrackId).
    pub(crate) track: &'a str,
    /// When it occurred, to the letter.
    pub(crate) occurred: &'a str,
    /// The first instant at which it can have occurred.
    pub(crate) earliest: Instant,
    /// The last nanosecond at which it can have occurred; none where that is unbounded.
    pub(crate) latest: Option<Instant>,
    /// When the desk wrote it down.
    pub(crate) recorded: Instant,
    /// The speaker: the text of a valid [`ActorId`](crate::ActorId).
    pub(crate) who: &'a str,
    /// How the words reached the public.
    pub(crate) attribution: Attribution,
    /// How good source and information are.
    pub(crate) grade: Option<Grade>,
    /// The name of what it is on: its meeting, proposal, agreement, issue, exchange or measure.
    pub(crate) subject: Option<&'a str>,
    /// The bounds of the date that it gives a meeting.
    pub(crate) when: Option<DateBounds>,
    /// The place of its word among the words of its vocabulary ([`TrackKind::ALL`](crate::TrackKind::ALL) for
    /// `track_opened`, [`Answer::ALL`](crate::Answer::ALL) for `proposal_answered`); 0 for every other type.
    pub(crate) word: u8,
    /// The events on which it acts.
    pub(crate) targets: Cow<'a, [EventId]>,
}

impl<'a> Gist<'a> {
    /// A gist to be written over: no event has it.
    pub(crate) const fn blank() -> Self {
        Self {
            id: EventId::new(uuid::Uuid::nil()),
            event_type: EventType::TrackOpened,
            track: "",
            occurred: "",
            earliest: Instant::MIN,
            latest: None,
            recorded: Instant::MIN,
            who: "",
            attribution: Attribution::OnRecord,
            grade: None,
            subject: None,
            when: None,
            word: 0,
            targets: Cow::Borrowed(&[]),
        }
    }

    /// Returns the gist of an event.
    pub(crate) fn of(event: &'a Event) -> Self {
        Self {
            id: event.id,
            event_type: event.event_type(),
            track: event.track.as_str(),
            occurred: event.occurred.as_str(),
            earliest: event.occurred.earliest(),
            latest: event.occurred.latest(),
            recorded: event.recorded,
            who: event.source.who.as_str(),
            attribution: event.source.attribution,
            grade: event.source.grade,
            subject: subject(&event.data),
            when: event.data.when().map(Edtf::bounds),
            word: word(&event.data),
            targets: Cow::Borrowed(event.data.targets()),
        }
    }
}

fn subject(payload: &Payload) -> Option<&str> {
    if let Some(meeting) = payload.meeting() {
        return Some(meeting.as_str());
    }
    match payload {
        Payload::ProposalMade(p) => Some(p.proposal.as_str()),
        Payload::ProposalAnswered(p) => Some(p.proposal.as_str()),
        Payload::AgreementReached(p) => Some(p.agreement.as_str()),
        Payload::AgreementEnded(p) => Some(p.agreement.as_str()),
        Payload::IssueRaised(p) => Some(p.issue.as_str()),
        Payload::IssueResolved(p) => Some(p.issue.as_str()),
        Payload::ExchangeCompleted(p) => Some(p.exchange.as_str()),
        Payload::MeasureTaken(p) => Some(p.measure.as_str()),
        Payload::TrackOpened(_)
        | Payload::TrackStalled(_)
        | Payload::TrackResumed(_)
        | Payload::TrackConcluded(_)
        | Payload::MeetingProposed(_)
        | Payload::MeetingScheduled(_)
        | Payload::MeetingRescheduled(_)
        | Payload::MeetingRelocated(_)
        | Payload::MeetingPostponed(_)
        | Payload::MeetingCancelled(_)
        | Payload::MeetingHeld(_)
        | Payload::StatementMade(_)
        | Payload::ClaimConfirmed(_)
        | Payload::ClaimDenied(_)
        | Payload::ClaimWithdrawn(_)
        | Payload::EventRetracted(_) => None,
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "no other type has a word that decides")]
const fn word(payload: &Payload) -> u8 {
    match payload {
        Payload::TrackOpened(p) => p.kind as u8,
        Payload::ProposalAnswered(p) => p.answer as u8,
        _ => 0,
    }
}
