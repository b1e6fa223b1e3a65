//! Statuses, the rules that give them, and phases.

use demarche_core::EventType;

/// Where a track stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It has come to its end.
    Concluded,
    /// A meeting is ahead, with a date.
    Scheduled,
    /// It does not move: somebody said so, or silence shows it.
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
    /// There is only its opening, or events that are not progress.
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
    /// There was no sign of progress for longer than the patience.
    Silence,
    /// The last move is on a scheduled meeting whose date has passed.
    MeetingOverdue,
    /// The last move is on a meeting put off until a day that has passed.
    PostponedOverdue,
    /// The last move is a proposal whose deadline has passed.
    ProposalOverdue,
    /// The last move is on a postponed meeting.
    MeetingPostponed,
    /// The last move is on a cancelled meeting.
    MeetingCancelled,
    /// The last move is on a meeting that a party declined.
    MeetingDeclined,
    /// The last move is on a proposed meeting.
    MeetingProposed,
    /// The last move is on a meeting that was held.
    MeetingHeld,
    /// The last move is a proposal that awaits its answer.
    ProposalPending,
    /// The last move is a proposal turned down.
    ProposalRejected,
    /// The last move is the end of an agreement.
    AgreementEnded,
    /// The last move is another one.
    OtherMove,
    /// There is no move, but there are events other than the opening.
    AgendaMoved,
    /// None of the above.
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
            Self::DeclaredStall | Self::Silence | Self::AgreementEnded => Status::Stalled,
            Self::MeetingOverdue | Self::PostponedOverdue | Self::ProposalOverdue => Status::Overdue,
            Self::MeetingPostponed => Status::Postponed,
            Self::MeetingCancelled => Status::Cancelled,
            Self::MeetingProposed | Self::ProposalPending => Status::Proposed,
            Self::MeetingDeclined | Self::ProposalRejected => Status::Rejected,
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
            Self::PostponedOverdue => {
                "the last move is on a meeting put off until a date that has passed; nobody has said what became of it"
            }
            Self::ProposalOverdue => "the last move is a proposal whose deadline has passed without an answer",
            Self::MeetingPostponed => "the last move is on a meeting that is postponed",
            Self::MeetingCancelled => "the last move is on a meeting that is cancelled",
            Self::MeetingDeclined => "the last move is on a meeting that a party declined",
            Self::MeetingProposed => "the last move is on a meeting that is proposed",
            Self::MeetingHeld => "the last move is on a meeting that was held",
            Self::ProposalPending => "the last move is a proposal that awaits its answer",
            Self::ProposalRejected => "the last move is a proposal that was rejected",
            Self::AgreementEnded => "the last move is the end of an agreement",
            Self::OtherMove => "the parties moved, and no meeting or proposal is pending by that",
            Self::AgendaMoved => "no move yet, but the agenda has changed",
            Self::NothingYet => "no move and no other progress since it was opened",
        }
    }
}

/// The phase of a meeting: set by the last counting event on it in order.
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
    /// A party will not come.
    Declined,
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
            Self::Declined => "declined",
            Self::Held => "held",
        }
    }

    /// Returns the phase that events of a type set, or `None` if they set none.
    #[must_use]
    pub const fn of(event_type: EventType) -> Option<Self> {
        match event_type {
            EventType::MeetingProposed => Some(Self::Proposed),
            EventType::MeetingScheduled | EventType::MeetingRescheduled => Some(Self::Scheduled),
            EventType::MeetingPostponed => Some(Self::Postponed),
            EventType::MeetingCancelled => Some(Self::Cancelled),
            EventType::MeetingDeclined => Some(Self::Declined),
            EventType::MeetingHeld => Some(Self::Held),
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
            | EventType::EventRetracted
            | EventType::EventRedacted => None,
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

/// Says that a word is not a status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no status: expected {}", Status::ALL.map(Status::as_str).join(", "))]
#[non_exhaustive]
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
