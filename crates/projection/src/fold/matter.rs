//! What an event is about. Things of different kinds may share a name.

use demarche_core::EventType;

use super::fact_ref::FactRef;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Matter {
    /// The track itself: that it was opened, has stalled, moves again or is concluded.
    Track,
    /// A thing of a kind, by the number of its name.
    Of(MatterKind, Option<u32>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MatterKind {
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
            | EventType::MeetingHeld => MatterKind::Meeting,
            EventType::ProposalMade | EventType::ProposalAnswered => MatterKind::Proposal,
            EventType::AgreementReached | EventType::AgreementEnded => MatterKind::Agreement,
            EventType::IssueRaised | EventType::IssueResolved => MatterKind::Issue,
            EventType::ExchangeCompleted => MatterKind::Exchange,
            EventType::MeasureTaken => MatterKind::Measure,
            EventType::StatementMade
            | EventType::ClaimConfirmed
            | EventType::ClaimDenied
            | EventType::ClaimWithdrawn
            | EventType::EventRetracted
            | EventType::EventRedacted => return None,
        };
        Some(Self::Of(kind, event.fact().subject()))
    }
}
