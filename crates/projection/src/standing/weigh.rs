//! Weighing: a claim against the denials of it.

use demarche_core::{ActorId, EventType, Grade};

use super::{Record, Standing, Standings};
use crate::query::Reading;
use crate::fold::FactRef;

/// Tells whether a reading sets an event aside. The standings must already say which claims act.
pub(super) fn is_set_aside(record: &Record<'_>, standings: &Standings, reading: &Reading, at: usize) -> bool {
    let Some(event) = record.events.get(at).copied() else { return false };
    let disputed = standings.get(at) == Some(&Standing::Counting)
        && !event.event_type().is_about_claims()
        && record.denials(at, standings).next().is_some();
    if !disputed {
        return false;
    }
    match reading {
        Reading::Latest => false,
        Reading::Prudent | Reading::OnRecord | Reading::Grade(_) | Reading::Who(_) => {
            is_outweighed(record, standings, at)
        }
        Reading::Side(side) => {
            let denied = any_within(side, record.denials(at, standings));
            let owned =
                event.is_said_within(side) || any_within(side, record.acting(at, standings, EventType::ClaimConfirmed));
            // If the side says both or neither, its word decides nothing.
            if denied == owned { is_outweighed(record, standings, at) } else { denied }
        }
    }
}

/// Tells whether the best grade among the denials is at least as good as the claim's best support.
///
/// No grade ranks below any grade. A confirmation supports a claim only if it has another `who`.
pub(super) fn is_outweighed(record: &Record<'_>, standings: &Standings, at: usize) -> bool {
    let Some(event) = record.events.get(at).copied() else { return false };
    if event.event_type().is_about_claims() {
        return false;
    }
    let denial: Option<Option<Grade>> = record.denials(at, standings).map(|denial| denial.grade()).max();
    let support = record
        .acting(at, standings, EventType::ClaimConfirmed)
        .filter(|confirmation| confirmation.speaker() != event.speaker())
        .map(|confirmation| confirmation.grade())
        .fold(event.grade(), Option::max);
    denial.is_some_and(|denial| denial >= support)
}

fn any_within<'f>(side: &ActorId, mut claims: impl Iterator<Item = FactRef<'f>>) -> bool {
    claims.any(|claim| claim.is_said_within(side))
}
