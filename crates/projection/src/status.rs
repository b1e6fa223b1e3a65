//! The vocabulary of the answer: statuses, the rules that give them, phases.

use demarche_core::EventType;

/// Where a track stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It has come to its end.
    Concluded,
    /// A meeting is ahead, with a date.
    Scheduled,
    /// It does not move: somebody said so, or silence says so.
    Stalled,
    /// The date of a meeting has passed, and nobody has said whether it took place.
    Overdue,
    /// A meeting is put off.
    Postponed,
    /// A meeting is off.
    Cancelled,
    /// A meeting or a proposal is on the table.
    Proposed,
    /// A proposal was turned down.
    Rejected,
    /// It moves.
    Active,
    /// Nothing but its opening, or what says nothing of progress.
    Open,
}

/// The rule by which a track has its status (`docs/model.md` §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The last word on the track itself is that it has concluded.
    Concluded,
    /// A scheduled meeting is not past.
    MeetingAhead,
    /// Somebody said that it has stalled, and nothing has moved since.
    DeclaredStall,
    /// Longer than the patience without a sign of progress.
    Silence,
    /// The last move is on a scheduled meeting whose date has passed.
    MeetingOverdue,
    /// The last move is on a postponed meeting.
    MeetingPostponed,
    /// The last move is on a cancelled meeting.
    MeetingCancelled,
    /// The last move is on a proposed meeting.
    MeetingProposed,
    /// The last move is on a meeting that was held.
    MeetingHeld,
    /// The last move is a proposal that awaits its answer.
    ProposalPending,
    /// The last move is a proposal turned down.
    ProposalRejected,
    /// There is another last move.
    OtherMove,
    /// There is no move, but something else was done than to open the track.
    AgendaMoved,
    /// Nothing of all that.
    NothingYet,
}

impl Status {
    /// Every status, in the order of the rules.
    pub const ALL: [Self; 10] = [
        Self::Concluded,
        Self::Scheduled,
        Self::Stalled,
        Self::Overdue,
        Self::Postponed,
        Self::Cancelled,
        Self::Proposed,
        Self::Rejected,
        Self::Active,
        Self::Open,
    ];

    /// Returns the word for it, as the JSON contract has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Concluded => "concluded",
            Self::Scheduled => "scheduled",
            Self::Stalled => "stalled",
            Self::Overdue => "overdue",
            Self::Postponed => "postponed",
            Self::Cancelled => "cancelled",
            Self::Proposed => "proposed",
            Self::Rejected => "rejected",
            Self::Active => "active",
            Self::Open => "open",
        }
    }
}

impl Rule {
    /// Returns the status that the rule gives.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Concluded => Status::Concluded,
            Self::MeetingAhead => Status::Scheduled,
            Self::DeclaredStall | Self::Silence => Status::Stalled,
            Self::MeetingOverdue => Status::Overdue,
            Self::MeetingPostponed => Status::Postponed,
            Self::MeetingCancelled => Status::Cancelled,
            Self::MeetingProposed | Self::ProposalPending => Status::Proposed,
            Self::ProposalRejected => Status::Rejected,
            Self::MeetingHeld | Self::OtherMove | Self::AgendaMoved => Status::Active,
            Self::NothingYet => Status::Open,
        }
    }

    /// Returns the rule in words.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Concluded => "the last word on the track itself is that it has concluded",
            Self::MeetingAhead => "a scheduled meeting is not past",
            Self::DeclaredStall => "somebody said that it has stalled, and nothing has moved since",
            Self::Silence => "longer than the patience without a sign of progress",
            Self::MeetingOverdue => {
                "the last move is on a scheduled meeting whose date has passed; nobody has said whether it took place"
            }
            Self::MeetingPostponed => "the last move is on a meeting that is postponed",
            Self::MeetingCancelled => "the last move is on a meeting that is cancelled",
            Self::MeetingProposed => "the last move is on a meeting that is proposed",
            Self::MeetingHeld => "the last move is on a meeting that was held",
            Self::ProposalPending => "the last move is a proposal that awaits its answer",
            Self::ProposalRejected => "the last move is a proposal that was rejected",
            Self::OtherMove => "the parties moved, and no meeting or proposal is pending by that",
            Self::AgendaMoved => "no move yet, but the agenda has changed",
            Self::NothingYet => "no move and no other progress since it was opened",
        }
    }
}

/// How far a meeting has come: set by the last counting event on it in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Wanted or expected, without a firm date.
    Proposed,
    /// A date is announced.
    Scheduled,
    /// Off, to come later.
    Postponed,
    /// Off.
    Cancelled,
    /// Took place.
    Held,
}

impl Phase {
    /// Returns the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Scheduled => "scheduled",
            Self::Postponed => "postponed",
            Self::Cancelled => "cancelled",
            Self::Held => "held",
        }
    }

    /// Returns the phase that an event sets on its meeting, which has the given one or none yet: a relocation sets one
    /// only on a meeting never heard of.
    pub(crate) const fn set_by(event_type: EventType, current: Option<Self>) -> Option<Self> {
        match event_type {
            EventType::MeetingProposed => Some(Self::Proposed),
            EventType::MeetingScheduled | EventType::MeetingRescheduled => Some(Self::Scheduled),
            EventType::MeetingPostponed => Some(Self::Postponed),
            EventType::MeetingCancelled => Some(Self::Cancelled),
            EventType::MeetingHeld => Some(Self::Held),
            EventType::MeetingRelocated if current.is_none() => Some(Self::Proposed),
            EventType::MeetingRelocated
            | EventType::TrackOpened
            | EventType::TrackStalled
            | EventType::TrackResumed
            | EventType::TrackConcluded
            | EventType::ProposalMade
            | EventType::ProposalAnswered
            | EventType::AgreementReached
            | EventType::AgreementEnded
            | EventType::IssueRaised
            | EventType::IssueResolved
            | EventType::ExchangeCompleted
            | EventType::MeasureTaken
            | EventType::StatementMade
            | EventType::ClaimConfirmed
            | EventType::ClaimDenied
            | EventType::ClaimWithdrawn
            | EventType::EventRetracted => None,
        }
    }
}

/// Tells whether an event is progress on its track.
pub(crate) const fn is_progress(event_type: EventType) -> bool {
    match event_type {
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

/// Tells whether an event is a move: what the parties do with each other.
pub(crate) const fn is_move(event_type: EventType) -> bool {
    match event_type {
        EventType::TrackResumed
        | EventType::MeetingProposed
        | EventType::MeetingScheduled
        | EventType::MeetingRescheduled
        | EventType::MeetingRelocated
        | EventType::MeetingPostponed
        | EventType::MeetingCancelled
        | EventType::MeetingHeld
        | EventType::ProposalMade
        | EventType::ProposalAnswered
        | EventType::AgreementReached
        | EventType::ExchangeCompleted => true,
        EventType::TrackOpened
        | EventType::TrackStalled
        | EventType::TrackConcluded
        | EventType::AgreementEnded
        | EventType::IssueRaised
        | EventType::IssueResolved
        | EventType::MeasureTaken
        | EventType::StatementMade
        | EventType::ClaimConfirmed
        | EventType::ClaimDenied
        | EventType::ClaimWithdrawn
        | EventType::EventRetracted => false,
    }
}

/// Statuses and phases print and serialise as their words.
macro_rules! words {
    ($($type:ty),+) => { $(
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )+ };
}
words!(Status, Phase);

/// A rule serialises as its explanation.
impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.explanation())
    }
}

/// Says that a word is no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no status: expected {}", Status::ALL.map(Status::as_str).join(", "))]
pub struct StatusError {
    /// The word as it was given.
    pub found: Box<str>,
}

impl std::str::FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| StatusError { found: text.chars().take(100).collect::<String>().into() })
    }
}
