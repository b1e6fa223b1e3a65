//! What an event says: one payload per type, in the order of the specification (see `docs/log-format.md`).
//!
//! The fields of each payload are in canonical order: first the required ones, then the optional ones.

mod claims;
mod matters;
mod meetings;
mod tracks;

pub use claims::{ClaimConfirmed, ClaimDenied, ClaimWithdrawn, Claims, EventRedacted, EventRetracted, StatementMade};
pub use matters::{
    AgreementEnded, AgreementReached, ExchangeCompleted, IssueRaised, IssueResolved, MeasureTaken, ProposalAnswered,
    ProposalMade,
};
pub use meetings::{
    MeetingCancelled, MeetingDeclined, MeetingHeld, MeetingPostponed, MeetingProposed, MeetingRelocated,
    MeetingRescheduled, MeetingScheduled,
};
pub use tracks::{TrackConcluded, TrackOpened, TrackResumed, TrackStalled};

use crate::{AgreementId, Edtf, EventId, EventType, MeetingId, ProposalId};

/// Defines a payload: a plain struct of public fields.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty, )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name { $( $(#[$field_doc])* pub $field: $type, )* }
    };
}
use payload;

/// Defines the payload of an event from its types: the enum, its types, and the conversions into it.
macro_rules! payloads {
    ($($type:ident),+ $(,)?) => {
        /// What an event says, by its type.
        ///
        /// Exhaustive on purpose: a new type must stop every fold from compiling until it is handled.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each payload documents itself")]
        pub enum Payload { $( $type($type), )+ }

        impl Payload {
            /// Returns the type of the event.
            #[must_use]
            pub const fn event_type(&self) -> EventType {
                match self { $( Self::$type(_) => EventType::$type, )+ }
            }
        }

        $(
            impl From<$type> for Payload {
                fn from(payload: $type) -> Self {
                    Self::$type(payload)
                }
            }
        )+
    };
}

payloads!(
    TrackOpened,
    TrackStalled,
    TrackResumed,
    TrackConcluded,
    MeetingProposed,
    MeetingScheduled,
    MeetingRescheduled,
    MeetingRelocated,
    MeetingPostponed,
    MeetingCancelled,
    MeetingDeclined,
    MeetingHeld,
    ProposalMade,
    ProposalAnswered,
    AgreementReached,
    AgreementEnded,
    IssueRaised,
    IssueResolved,
    ExchangeCompleted,
    MeasureTaken,
    StatementMade,
    ClaimConfirmed,
    ClaimDenied,
    ClaimWithdrawn,
    EventRetracted,
    EventRedacted,
);

impl EventType {
    /// Tells whether the type is on a meeting: `meeting_*`.
    #[must_use]
    pub const fn is_on_meeting(self) -> bool {
        matches!(
            self,
            Self::MeetingProposed
                | Self::MeetingScheduled
                | Self::MeetingRescheduled
                | Self::MeetingRelocated
                | Self::MeetingPostponed
                | Self::MeetingCancelled
                | Self::MeetingDeclined
                | Self::MeetingHeld
        )
    }

    /// Tells whether the type is on a proposal: `proposal_*`.
    #[must_use]
    pub const fn is_on_proposal(self) -> bool {
        matches!(self, Self::ProposalMade | Self::ProposalAnswered)
    }

    /// Tells whether the type is on an agreement: `agreement_*`.
    #[must_use]
    pub const fn is_on_agreement(self) -> bool {
        matches!(self, Self::AgreementReached | Self::AgreementEnded)
    }

    /// Tells whether the type is the desk's own housekeeping, and no claim: `event_retracted` or `event_redacted`.
    #[must_use]
    pub const fn is_housekeeping(self) -> bool {
        matches!(self, Self::EventRetracted | Self::EventRedacted)
    }

    /// Tells whether events of the type are signed, so that nobody enters them field by field: `event_redacted`.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::EventRedacted)
    }

    /// Tells whether the type is a claim about claims: `claim_confirmed`, `claim_denied` or `claim_withdrawn`.
    #[must_use]
    pub const fn is_about_claims(self) -> bool {
        matches!(self, Self::ClaimConfirmed | Self::ClaimDenied | Self::ClaimWithdrawn)
    }
}

impl Payload {
    /// Returns the meeting that the event is on, if it is on one.
    #[must_use]
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is on no meeting")]
    pub const fn meeting(&self) -> Option<&MeetingId> {
        match self {
            Self::MeetingProposed(p) => Some(&p.meeting),
            Self::MeetingScheduled(p) => Some(&p.meeting),
            Self::MeetingRescheduled(p) => Some(&p.meeting),
            Self::MeetingRelocated(p) => Some(&p.meeting),
            Self::MeetingPostponed(p) => Some(&p.meeting),
            Self::MeetingCancelled(p) => Some(&p.meeting),
            Self::MeetingDeclined(p) => Some(&p.meeting),
            Self::MeetingHeld(p) => Some(&p.meeting),
            _ => None,
        }
    }

    /// Returns the date that the event gives its meeting, if it gives one.
    #[must_use]
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other type dates a meeting")]
    pub const fn when(&self) -> Option<&Edtf> {
        match self {
            Self::MeetingProposed(p) => p.when.as_ref(),
            Self::MeetingScheduled(p) => Some(&p.when),
            Self::MeetingRescheduled(p) => Some(&p.when),
            Self::MeetingHeld(p) => p.when.as_ref(),
            _ => None,
        }
    }

    /// Returns the proposal that the event is on, if it is on one.
    #[must_use]
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is on no proposal")]
    pub const fn proposal(&self) -> Option<&ProposalId> {
        match self {
            Self::ProposalMade(p) => Some(&p.proposal),
            Self::ProposalAnswered(p) => Some(&p.proposal),
            _ => None,
        }
    }

    /// Returns the agreement that the event is on, if it is on one.
    #[must_use]
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is on no agreement")]
    pub const fn agreement(&self) -> Option<&AgreementId> {
        match self {
            Self::AgreementReached(p) => Some(&p.agreement),
            Self::AgreementEnded(p) => Some(&p.agreement),
            _ => None,
        }
    }

    /// Returns the events on which this one acts: the claims of a claim about claims, the event of a retraction or a
    /// redaction.
    #[must_use]
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type acts on no event")]
    pub const fn targets(&self) -> &[EventId] {
        match self {
            Self::ClaimConfirmed(p) => p.claims.ids(),
            Self::ClaimDenied(p) => p.claims.ids(),
            Self::ClaimWithdrawn(p) => p.claims.ids(),
            Self::EventRetracted(p) => std::slice::from_ref(&p.event),
            Self::EventRedacted(p) => std::slice::from_ref(&p.event),
            _ => &[],
        }
    }
}
