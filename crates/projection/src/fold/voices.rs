//! Who says so: which parties say the same as the deciding event, and which have said nothing of the kind.

use std::collections::BTreeSet;

use demarche_core::{ActorId, Event, EventId, EventType};

use super::case::Case;
use super::rules::Decision;
use crate::{Phase, Rule};

/// Sorts the parties into those that say so and those that are silent; both empty for a stall by silence.
pub(super) fn of<'e>(
    case: &Case<'e, '_>,
    decision: &Decision<'e>,
    parties: &[&'e ActorId],
) -> (Vec<&'e ActorId>, Vec<&'e ActorId>) {
    if decision.rule == Rule::Silence || parties.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let Some(deciding) = case.record.events.get(decision.by) else { return (Vec::new(), Vec::new()) };
    let same = saying_the_same(case, deciding);
    let named: BTreeSet<EventId> = same.iter().map(|event| event.id).collect();
    let confirms = |event: &&'e Event| {
        event.event_type() == EventType::ClaimConfirmed && event.data.targets().iter().any(|id| named.contains(id))
    };
    let confirmations: Vec<&Event> = case.counting().map(|(_, event)| event).filter(confirms).collect();
    let says_so = |party: &ActorId| same.iter().chain(&confirmations).any(|event| event.source.who.is_within(party));
    let mut sorted = parties.to_vec();
    sorted.sort_unstable();
    sorted.into_iter().partition(|party| says_so(party))
}

/// The counting events with the effect of the deciding one on its subject: for meetings the effect is the phase set,
/// else the type.
fn saying_the_same<'e>(case: &Case<'e, '_>, deciding: &Event) -> Vec<&'e Event> {
    if let Some(meeting) = deciding.data.meeting() {
        let Some(meeting) = case.ledger.meetings.get(meeting.as_str()) else { return Vec::new() };
        let of_deciding =
            meeting.history.iter().find(|(event, _)| event.id == deciding.id).and_then(|(_, phase)| *phase);
        let sets_it = |phase: &Option<Phase>| phase.is_some() && *phase == of_deciding;
        return meeting.history.iter().filter(|(_, phase)| sets_it(phase)).map(|(event, _)| *event).collect();
    }
    let same = |event: &&'e Event| {
        event.event_type() == deciding.event_type()
            && event.data.proposal() == deciding.data.proposal()
            && event.data.agreement() == deciding.data.agreement()
    };
    case.counting().map(|(_, event)| event).filter(same).collect()
}
