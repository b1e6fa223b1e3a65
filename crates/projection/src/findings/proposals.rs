//! What is strange about proposals.

use std::collections::BTreeSet;

use demarche_core::{Event, EventType, Payload};

use super::{File, FindingCode, Findings};
use crate::state::Proposal;

pub(super) fn check<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    let made: BTreeSet<&str> =
        file.live_of(EventType::ProposalMade).filter_map(|event| Some(event.data.proposal()?.as_str())).collect();
    for proposal in file.ledger.proposals.iter() {
        if !made.contains(proposal.name.as_str()) {
            unmade(proposal, found);
        }
        deadline_passed(file, proposal, found);
    }
}

/// Once a proposal, at its first answer.
fn unmade<'e>(proposal: &Proposal<'e>, found: &mut Findings<'e>) {
    let answers = |event: &Event| matches!(event.data, Payload::ProposalAnswered(_));
    if let Some(answer) = proposal.history.iter().find(|event| answers(event)) {
        let message = format!("the proposal {} was answered, and nobody made it", proposal.name);
        found.add(FindingCode::UnmadeProposal, vec![answer], message);
    }
}

fn deadline_passed<'e>(file: &File<'e>, proposal: &Proposal<'e>, found: &mut Findings<'e>) {
    let Some(made) = proposal.made.filter(|_| proposal.open) else { return };
    let Some(deadline) = proposal.deadline else { return };
    if deadline.latest().is_some_and(|latest| latest < file.today) {
        let message = format!("the proposal {} awaits its answer, and was to have one by {deadline}", proposal.name);
        found.add(FindingCode::DeadlinePassed, vec![made], message);
    }
}
