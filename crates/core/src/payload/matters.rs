//! Payloads on what is negotiated: proposals, agreements, issues, exchanges, measures.

use super::payload;
use crate::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Answer, Edtf, ExchangeId, ExchangeOf, Extent, IssueId,
    MeasureEffect, MeasureId, MeasureOf, ProposalId,
};

payload!(
    /// A proposal awaits an answer.
    ProposalMade {
        /// The proposal.
        proposal: ProposalId,
        /// Who made it.
        by: ActorId,
        /// A summary in one sentence.
        summary: Box<str>,
        /// Who should answer; empty if not given.
        to: Vec<ActorId>,
        /// The deadline.
        deadline: Option<Edtf>,
    }
);
payload!(
    /// A proposal was answered.
    ProposalAnswered {
        /// The proposal.
        proposal: ProposalId,
        /// Who answered.
        by: ActorId,
        /// The answer.
        answer: Answer,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// An agreement has reached a stage.
    AgreementReached {
        /// The agreement.
        agreement: AgreementId,
        /// How far it has come.
        stage: AgreementStage,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
        /// Whose agreement it is; empty if not given.
        parties: Vec<ActorId>,
        /// Until when it holds.
        until: Option<Edtf>,
    }
);
payload!(
    /// An agreement has ended.
    AgreementEnded {
        /// The agreement.
        agreement: AgreementId,
        /// How it ended.
        how: AgreementEnd,
        /// Who ended it.
        by: Option<ActorId>,
        /// The reason.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// An issue is put on the agenda.
    IssueRaised {
        /// The issue.
        issue: IssueId,
        /// The title.
        title: Option<Box<str>>,
        /// Who raised it.
        by: Option<ActorId>,
    }
);
payload!(
    /// An issue is settled, partly or fully.
    IssueResolved {
        /// The issue.
        issue: IssueId,
        /// How far it is resolved.
        extent: Extent,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// An exchange took place.
    ExchangeCompleted {
        /// The exchange.
        exchange: ExchangeId,
        /// What was exchanged.
        of: ExchangeOf,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
        /// Who exchanged; empty if not given.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// A measure was threatened, announced, imposed, tightened, eased or lifted.
    MeasureTaken {
        /// The measure.
        measure: MeasureId,
        /// The kind of measure.
        of: MeasureOf,
        /// What it does.
        effect: MeasureEffect,
        /// Who took it.
        by: ActorId,
        /// The targets; empty if not given.
        against: Vec<ActorId>,
        /// When it takes effect, or when the threat falls due.
        effective: Option<Edtf>,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
    }
);
