//! What an event is about. Things of different kinds may share a name.

use demarche_core::EventType;

use super::fact_ref::FactRef;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Matter {
    /// The track itself: that it was opened, has stalled, moves again or is concluded.
    Track,
    /// A thing of a kind, by the number of its name.
    Of(Kind, Option<u32>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Meeting,
    Proposal,
    Agreement,
    Issue,
    Exchange,
    Measure,
}

impl Matter {
    /// Returns what an event is about, or `None` for a statement and for claims about other events.
    pub(crate) fn of(event: FactRef<'_>) -> Option<Self> {
        let kind = match event.event_type() {
            EventType::TrackOpened | EventType::TrackStalled | EventType::TrackResumed | EventType::TrackConcluded => {
                return Some(Self::Track);
            }
            EventType::MeetingProposed
            | EventType::MeetingScheduled
            | EventType::MeetingRescheduled
            | EventType::MeetingRelocated
            | EventType::MeetingPostponed
            | EventType::MeetingCancelled
            | EventType::MeetingDeclined
            | EventType::MeetingHeld => Kind::Meeting,
            EventType::ProposalMade | EventType::ProposalAnswered => Kind::Proposal,
            EventType::AgreementReached | EventType::AgreementEnded => Kind::Agreement,
            EventType::IssueRaised | EventType::IssueResolved => Kind::Issue,
            EventType::ExchangeCompleted => Kind::Exchange,
            EventType::MeasureTaken => Kind::Measure,
            EventType::StatementMade
            | EventType::ClaimConfirmed
            | EventType::ClaimDenied
            | EventType::ClaimWithdrawn
            | EventType::EventRetracted => return None,
        };
        Some(Self::Of(kind, event.fact().subject()))
    }
}
