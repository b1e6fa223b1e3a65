//! Payloads on what is negotiated: proposals, agreements, issues, exchanges, measures.

use super::payload;
use crate::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Answer, Edtf, ExchangeId, ExchangeOf, Extent, IssueId,
    MeasureEffect, MeasureId, MeasureOf, ProposalId,
};

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
    /// A measure was threatened, announced, imposed, tightened, eased or lifted.
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
        /// From when it acts, or when the threat falls due.
        effective: Option<Edtf>,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
