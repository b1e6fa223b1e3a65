//! What an event says: one payload a type, in the order of the specification (see `docs/log-format.md`).
//!
//! In each payload the fields stand in canonical order: the required ones first, then the optional ones.

use crate::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Answer, Edtf, EventId, EventType, ExchangeId, ExchangeOf,
    Extent, IssueId, MeasureEffect, MeasureId, MeasureOf, MeetingFormat, MeetingId, MeetingLevel, ProposalId, Stance,
    TopicId, TrackKind, TrackOutcome,
};

/// Defines a payload: a plain struct of public fields.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty, )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name { $( $(#[$field_doc])* pub $field: $type, )* }
    };
}

payload!(
    /// Names the track.
    TrackOpened {
        /// What the track is called.
        title: Box<str>,
        /// What kind of undertaking it is.
        kind: TrackKind,
        /// Whose track it is.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// Somebody says that the track has stalled.
    TrackStalled {
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// Somebody says that the track moves again.
    TrackResumed {
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// The track has come to its end.
    TrackConcluded {
        /// How.
        outcome: TrackOutcome,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// A meeting is wanted or expected, without a firm date.
    MeetingProposed {
        /// Which meeting.
        meeting: MeetingId,
        /// What it is called.
        title: Option<Box<str>>,
        /// Who wants it.
        by: Option<ActorId>,
        /// When it might take place.
        when: Option<Edtf>,
        /// Where.
        venue: Option<Box<str>>,
        /// How.
        format: Option<MeetingFormat>,
        /// At which level.
        level: Option<MeetingLevel>,
        /// Who meets; empty where it is not said.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// A date for a meeting is announced, however imprecise.
    MeetingScheduled {
        /// Which meeting.
        meeting: MeetingId,
        /// When it is to take place.
        when: Edtf,
        /// What it is called.
        title: Option<Box<str>>,
        /// Who announced it.
        by: Option<ActorId>,
        /// Where.
        venue: Option<Box<str>>,
        /// How.
        format: Option<MeetingFormat>,
        /// At which level.
        level: Option<MeetingLevel>,
        /// Who meets; empty where it is not said.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// A new date for a meeting.
    MeetingRescheduled {
        /// Which meeting.
        meeting: MeetingId,
        /// When it is to take place now.
        when: Edtf,
        /// Who moved it.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A new venue for a meeting; its phase stays.
    MeetingRelocated {
        /// Which meeting.
        meeting: MeetingId,
        /// Where it is to take place now.
        venue: Box<str>,
        /// Who moved it.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A meeting is off, to come later.
    MeetingPostponed {
        /// Which meeting.
        meeting: MeetingId,
        /// Who put it off.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
        /// Until when.
        until: Option<Edtf>,
    }
);
payload!(
    /// A meeting is off.
    MeetingCancelled {
        /// Which meeting.
        meeting: MeetingId,
        /// Who called it off.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A meeting took place.
    MeetingHeld {
        /// Which meeting.
        meeting: MeetingId,
        /// What it is called.
        title: Option<Box<str>>,
        /// When it took place; where it is not said, when the event occurred.
        when: Option<Edtf>,
        /// Where.
        venue: Option<Box<str>>,
        /// How.
        format: Option<MeetingFormat>,
        /// At which level.
        level: Option<MeetingLevel>,
        /// Who met; empty where it is not said.
        parties: Vec<ActorId>,
        /// What came of it.
        outcome: Option<Box<str>>,
    }
);
payload!(
    /// A proposal awaits an answer.
    ProposalMade {
        /// Which proposal.
        proposal: ProposalId,
        /// Who made it.
        by: ActorId,
        /// In a sentence.
        summary: Box<str>,
        /// Who is to answer; empty where it is not said.
        to: Vec<ActorId>,
        /// Until when.
        deadline: Option<Edtf>,
    }
);
payload!(
    /// A proposal was answered.
    ProposalAnswered {
        /// Which proposal.
        proposal: ProposalId,
        /// Who answered.
        by: ActorId,
        /// What.
        answer: Answer,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// An agreement has reached a stage.
    AgreementReached {
        /// Which agreement.
        agreement: AgreementId,
        /// How far it has come.
        stage: AgreementStage,
        /// In a sentence.
        summary: Option<Box<str>>,
        /// Whose agreement it is; empty where it is not said.
        parties: Vec<ActorId>,
        /// Until when it holds.
        until: Option<Edtf>,
    }
);
payload!(
    /// An agreement has ended.
    AgreementEnded {
        /// Which agreement.
        agreement: AgreementId,
        /// How.
        how: AgreementEnd,
        /// Who ended it.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// An issue is put on the agenda.
    IssueRaised {
        /// Which issue.
        issue: IssueId,
        /// What it is called.
        title: Option<Box<str>>,
        /// Who raised it.
        by: Option<ActorId>,
    }
);
payload!(
    /// An issue is settled, partly or fully.
    IssueResolved {
        /// Which issue.
        issue: IssueId,
        /// How far.
        extent: Extent,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// An exchange took place.
    ExchangeCompleted {
        /// Which exchange.
        exchange: ExchangeId,
        /// What was exchanged.
        of: ExchangeOf,
        /// In a sentence.
        summary: Option<Box<str>>,
        /// Who exchanged; empty where it is not said.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// A measure was announced, imposed, tightened, eased or lifted.
    MeasureTaken {
        /// Which measure.
        measure: MeasureId,
        /// What kind.
        of: MeasureOf,
        /// What it does.
        effect: MeasureEffect,
        /// Who took it.
        by: ActorId,
        /// Against whom; empty where it is not said.
        against: Vec<ActorId>,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// Somebody said something.
    StatementMade {
        /// What, in a sentence.
        summary: Box<str>,
        /// Where the speaker stands.
        stance: Option<Stance>,
        /// On which meeting, proposal, agreement or issue of the track.
        about: Option<TopicId>,
    }
);
payload!(
    /// The source vouches for somebody's claims.
    ClaimConfirmed {
        /// Which events.
        claims: Claims,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// The source says that claims are not so.
    ClaimDenied {
        /// Which events.
        claims: Claims,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// The claims' own source takes them back.
    ClaimWithdrawn {
        /// Which events.
        claims: Claims,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// The desk's own correction: an entry was a mistake.
    EventRetracted {
        /// Which event.
        event: EventId,
        /// Why.
        reason: Box<str>,
    }
);

/// The events that a claim about claims names: at least one, as given.
///
/// ```
/// use demarche_core::{Claims, EventId};
///
/// let id: EventId = "0199f3c0-5a00-7000-8000-000000000001".parse()?;
/// assert_eq!(Claims::new(vec![id]).unwrap().ids(), [id]);
/// assert_eq!(Claims::new(vec![]), None);
/// # Ok::<(), demarche_core::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claims(Box<[EventId]>);

impl Claims {
    /// Makes it from ids; none where there are none.
    #[must_use]
    pub fn new(ids: Vec<EventId>) -> Option<Self> {
        (!ids.is_empty()).then(|| Self(ids.into()))
    }

    /// Returns the ids, as given.
    #[must_use]
    pub const fn ids(&self) -> &[EventId] {
        &self.0
    }
}

impl From<EventId> for Claims {
    fn from(id: EventId) -> Self {
        Self(Box::new([id]))
    }
}

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
);

impl EventType {
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
            Self::MeetingHeld(p) => Some(&p.meeting),
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

    /// Returns the events on which this one acts: the claims of a claim about claims, the event of a retraction.
    #[must_use]
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type acts on no event")]
    pub const fn targets(&self) -> &[EventId] {
        match self {
            Self::ClaimConfirmed(p) => p.claims.ids(),
            Self::ClaimDenied(p) => p.claims.ids(),
            Self::ClaimWithdrawn(p) => p.claims.ids(),
            Self::EventRetracted(p) => std::slice::from_ref(&p.event),
            _ => &[],
        }
    }
}
