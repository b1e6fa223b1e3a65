//! The parts of payloads, so that both worlds share one table of payloads.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{
    actor_id, agreement_id, claims, edtf, event_id, exchange_id, issue_id, measure_id, meeting_id, proposal_id, text,
    topic_id,
};
use crate::{
    ActorId, AgreementId, Claims, Edtf, EventId, ExchangeId, IssueId, MeasureId, MeetingId, ProposalId, TopicId,
};

/// A strategy for each part of a payload that differs between the worlds.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) text: BoxedStrategy<Box<str>>,
    pub(super) actor: BoxedStrategy<ActorId>,
    pub(super) actors: BoxedStrategy<Vec<ActorId>>,
    pub(super) meeting: BoxedStrategy<MeetingId>,
    pub(super) proposal: BoxedStrategy<ProposalId>,
    pub(super) agreement: BoxedStrategy<AgreementId>,
    pub(super) issue: BoxedStrategy<IssueId>,
    pub(super) exchange: BoxedStrategy<ExchangeId>,
    pub(super) measure: BoxedStrategy<MeasureId>,
    pub(super) topic: BoxedStrategy<TopicId>,
    pub(super) date: BoxedStrategy<Edtf>,
    pub(super) claims: BoxedStrategy<Claims>,
    pub(super) event_id: BoxedStrategy<EventId>,
}

impl Parts {
    /// The whole input space.
    pub(super) fn whole() -> Self {
        Self {
            text: text(),
            actor: actor_id(),
            actors: vec(actor_id(), 0..4).boxed(),
            meeting: meeting_id(),
            proposal: proposal_id(),
            agreement: agreement_id(),
            issue: issue_id(),
            exchange: exchange_id(),
            measure: measure_id(),
            topic: topic_id(),
            date: edtf(),
            claims: claims(),
            event_id: event_id(),
        }
    }
}
