//! Strategies for payloads, from one table.

use proptest::collection::vec;
use proptest::option::of as maybe;
use proptest::prelude::*;
use proptest::strategy::Union;

use super::parts::Parts;
use super::{
    agreement_end, agreement_stage, answer, exchange_of, extent, hash, measure_effect, measure_of, meeting_format,
    meeting_level, meeting_mode, stance, text_field, track_kind, track_outcome,
};
use crate::{
    AgreementEnded, AgreementReached, ClaimConfirmed, ClaimDenied, ClaimWithdrawn, EventRedacted, EventRetracted,
    EventType, ExchangeCompleted, IssueRaised, IssueResolved, MeasureTaken, MeetingCancelled, MeetingDeclined,
    MeetingHeld, MeetingPostponed, MeetingProposed, MeetingRelocated, MeetingRescheduled, MeetingScheduled, Payload,
    ProposalAnswered, ProposalMade, StatementMade, TrackConcluded, TrackOpened, TrackResumed, TrackStalled,
};

/// Makes any [`Payload`], all types equally often.
pub fn payload() -> BoxedStrategy<Payload> {
    Union::new(EventType::ALL.iter().map(|event_type| payload_of(*event_type))).boxed()
}

/// Makes any [`Payload`] of one type.
pub fn payload_of(event_type: EventType) -> BoxedStrategy<Payload> {
    payload_from(event_type, &Parts::whole())
}

/// Defines the strategy of each payload. A payload field or a type that is missing from the table does not compile.
macro_rules! payloads {
    ($p:ident; $( $function:ident: $type:ident { $( $field:ident: $strategy:expr ),+ $(,)? } )+) => {
        $(
            #[doc = concat!("Makes any [`", stringify!($type), "`].")]
            pub fn $function() -> BoxedStrategy<$type> {
                from::$function(&Parts::whole())
            }
        )+

        /// The same, from the parts of any world.
        mod from {
            use super::*;

            $(
                pub(super) fn $function($p: &Parts) -> BoxedStrategy<$type> {
                    ($( $strategy, )+).prop_map(|($( $field, )+)| $type { $( $field ),+ }).boxed()
                }
            )+
        }

        /// Makes a payload of one type from the parts of a world.
        pub(super) fn payload_from(event_type: EventType, parts: &Parts) -> BoxedStrategy<Payload> {
            match event_type {
                $( EventType::$type => from::$function(parts).prop_map(Payload::$type).boxed(), )+
            }
        }
    };
}

payloads! { p;
    track_opened: TrackOpened {
        title: p.text.clone(), kind: track_kind(), parties: p.actors.clone(), mediators: p.actors.clone()
    }
    track_stalled: TrackStalled { reason: maybe(p.text.clone()) }
    track_resumed: TrackResumed { reason: maybe(p.text.clone()) }
    track_concluded: TrackConcluded { outcome: track_outcome(), summary: maybe(p.text.clone()) }
    meeting_proposed: MeetingProposed {
        meeting: p.meeting.clone(),
        title: maybe(p.text.clone()),
        by: maybe(p.actor.clone()),
        when: maybe(p.date.clone()),
        venue: maybe(p.text.clone()),
        format: maybe(meeting_format()),
        mode: maybe(meeting_mode()),
        level: maybe(meeting_level()),
        parties: p.actors.clone(),
    }
    meeting_scheduled: MeetingScheduled {
        meeting: p.meeting.clone(),
        when: p.date.clone(),
        title: maybe(p.text.clone()),
        by: maybe(p.actor.clone()),
        venue: maybe(p.text.clone()),
        format: maybe(meeting_format()),
        mode: maybe(meeting_mode()),
        level: maybe(meeting_level()),
        parties: p.actors.clone(),
    }
    meeting_rescheduled: MeetingRescheduled {
        meeting: p.meeting.clone(),
        when: p.date.clone(),
        venue: maybe(p.text.clone()),
        by: maybe(p.actor.clone()),
        reason: maybe(p.text.clone()),
    }
    meeting_relocated: MeetingRelocated {
        meeting: p.meeting.clone(),
        venue: p.text.clone(),
        by: maybe(p.actor.clone()),
        reason: maybe(p.text.clone()),
    }
    meeting_postponed: MeetingPostponed {
        meeting: p.meeting.clone(),
        by: maybe(p.actor.clone()),
        reason: maybe(p.text.clone()),
        until: maybe(p.date.clone()),
    }
    meeting_cancelled: MeetingCancelled {
        meeting: p.meeting.clone(),
        by: maybe(p.actor.clone()),
        reason: maybe(p.text.clone()),
    }
    meeting_declined: MeetingDeclined {
        meeting: p.meeting.clone(),
        by: p.actor.clone(),
        reason: maybe(p.text.clone()),
    }
    meeting_held: MeetingHeld {
        meeting: p.meeting.clone(),
        title: maybe(p.text.clone()),
        when: maybe(p.date.clone()),
        venue: maybe(p.text.clone()),
        format: maybe(meeting_format()),
        mode: maybe(meeting_mode()),
        level: maybe(meeting_level()),
        parties: p.actors.clone(),
        outcome: maybe(p.text.clone()),
    }
    proposal_made: ProposalMade {
        proposal: p.proposal.clone(),
        by: p.actor.clone(),
        summary: p.text.clone(),
        to: p.actors.clone(),
        deadline: maybe(p.date.clone()),
    }
    proposal_answered: ProposalAnswered {
        proposal: p.proposal.clone(),
        by: p.actor.clone(),
        answer: answer(),
        summary: maybe(p.text.clone()),
    }
    agreement_reached: AgreementReached {
        agreement: p.agreement.clone(),
        stage: agreement_stage(),
        summary: maybe(p.text.clone()),
        parties: p.actors.clone(),
        until: maybe(p.date.clone()),
    }
    agreement_ended: AgreementEnded {
        agreement: p.agreement.clone(),
        how: agreement_end(),
        by: maybe(p.actor.clone()),
        reason: maybe(p.text.clone()),
    }
    issue_raised: IssueRaised { issue: p.issue.clone(), title: maybe(p.text.clone()), by: maybe(p.actor.clone()) }
    issue_resolved: IssueResolved { issue: p.issue.clone(), extent: extent(), summary: maybe(p.text.clone()) }
    exchange_completed: ExchangeCompleted {
        exchange: p.exchange.clone(),
        of: exchange_of(),
        summary: maybe(p.text.clone()),
        parties: p.actors.clone(),
    }
    measure_taken: MeasureTaken {
        measure: p.measure.clone(),
        of: measure_of(),
        effect: measure_effect(),
        by: p.actor.clone(),
        against: p.actors.clone(),
        effective: maybe(p.date.clone()),
        summary: maybe(p.text.clone()),
    }
    statement_made: StatementMade { summary: p.text.clone(), stance: maybe(stance()), about: maybe(p.topic.clone()) }
    claim_confirmed: ClaimConfirmed { claims: p.claims.clone(), summary: maybe(p.text.clone()) }
    claim_denied: ClaimDenied { claims: p.claims.clone(), summary: maybe(p.text.clone()) }
    claim_withdrawn: ClaimWithdrawn { claims: p.claims.clone(), summary: maybe(p.text.clone()) }
    event_retracted: EventRetracted { event: p.event_id.clone(), reason: p.text.clone() }
    event_redacted: EventRedacted {
        event: p.event_id.clone(),
        fields: vec(text_field(), 0..4),
        reason: p.text.clone(),
        original: hash(),
        redacted: hash(),
        signature: p.text.clone(),
    }
}
