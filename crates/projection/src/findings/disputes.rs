//! Claims that somebody denies.

use std::collections::BTreeSet;

use demarche_core::Event;

use super::{File, FindingCode, Findings};
use crate::fold::open_disputes;

pub(super) fn check<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    for dispute in open_disputes(&file.record, &file.standings) {
        let denied_by: BTreeSet<String> = dispute.denials.iter().map(|denial| speaker(denial)).collect();
        let message = format!(
            "{} by {} is denied by {}, and {}",
            dispute.claim.event_type(),
            speaker(dispute.claim),
            Vec::from_iter(denied_by).join(", "),
            if dispute.set_aside { "set aside" } else { "stands" }
        );
        let events = std::iter::once(dispute.claim).chain(dispute.denials).collect();
        found.add(FindingCode::OpenDispute, events, message);
    }
}

/// Who says so, and how good that is.
fn speaker(event: &Event) -> String {
    match event.source.grade {
        Some(grade) => format!("{} ({grade})", event.source.who),
        None => format!("{} (no grade)", event.source.who),
    }
}
