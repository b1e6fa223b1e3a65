//! Claims that somebody denies.

use std::collections::BTreeSet;

use super::{File, FindingCode, Findings};
use crate::fold::FactRef;
use crate::fold::disputes;

pub(super) fn check(file: &File<'_>, found: &mut Findings<'_>) {
    for dispute in disputes::disputed(&file.record, &file.standings) {
        let denied_by: BTreeSet<String> = dispute.denials.iter().map(|denial| speaker(*denial)).collect();
        let message = format!(
            "{} by {} is denied by {}, and {}",
            dispute.claim.event_type(),
            speaker(dispute.claim),
            Vec::from_iter(denied_by).join(", "),
            if dispute.set_aside { "set aside" } else { "stands" }
        );
        found.add(FindingCode::OpenDispute, dispute.claim, &dispute.denials, message);
    }
}

/// Names the speaker and the grade.
pub(super) fn speaker(event: FactRef<'_>) -> String {
    match event.grade() {
        Some(grade) => format!("{} ({grade})", event.who()),
        None => format!("{} (no grade)", event.who()),
    }
}
