//! What is strange about proposals.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{EventType, Payload};

use super::{File, FindingCode, Findings};
use crate::fold::{FactRef, LogChanged};

pub(super) fn check(file: &File<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    unmade(file, found);
    deadline_passed(file, found)
}

/// Reports a proposal that no live event made, once, at its first answer.
fn unmade(file: &File<'_>, found: &mut Findings<'_>) {
    let mut known: BTreeSet<u32> = file.live_of(EventType::ProposalMade).filter_map(|event| event.proposal()).collect();
    for answer in file.counting().filter(|event| event.event_type() == EventType::ProposalAnswered) {
        if answer.proposal().is_some_and(|name| known.insert(name)) {
            let message = format!("the proposal {} was answered, and nobody made it", answer.name());
            found.add(FindingCode::UnmadeProposal, answer, &[], message);
        }
    }
}

fn deadline_passed(file: &File<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    let mut made: BTreeMap<u32, Vec<FactRef<'_>>> = BTreeMap::new();
    for event in file.counting().filter(|event| event.event_type() == EventType::ProposalMade) {
        made.entry(event.proposal().unwrap_or_default()).or_default().push(event);
    }
    for open in file.proposals.open() {
        // The proposal may have been repeated without its deadline.
        let mut deadline = None;
        for made in open.proposal().and_then(|name| made.get(&name)).into_iter().flatten() {
            if let Payload::ProposalMade(made) = file.words.payload(*made)? {
                deadline = made.deadline.or(deadline);
            }
        }
        let Some(deadline) = deadline else { continue };
        if deadline.latest().is_some_and(|latest| latest < file.today) {
            let message = format!("the proposal {} awaits its answer, and was to have one by {deadline}", open.name());
            found.add(FindingCode::DeadlinePassed, open, &[], message);
        }
    }
    Ok(())
}
