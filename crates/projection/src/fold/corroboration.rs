//! Who says so: which parties say the same as the deciding event, and which have said nothing of the kind.

use demarche_core::{ActorId, EventId, EventType};

use super::case::Case;
use super::fact_ref::FactRef;
use super::rules::Decision;
use crate::{Phase, Rule};

/// Sorts the parties into those that say so and those that are silent; both empty for a stall by silence.
pub(crate) fn of(case: &Case<'_, '_>, decision: &Decision, parties: &[ActorId]) -> (Vec<ActorId>, Vec<ActorId>) {
    if decision.rule == Rule::Silence || parties.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let Some(deciding) = case.record.events.get(decision.by) else { return (Vec::new(), Vec::new()) };
    let mut saying_so = saying_the_same(case, *deciding);
    if case.record.has_claims() {
        let mut named: Vec<EventId> = saying_so.iter().map(|event| event.id()).collect();
        named.sort_unstable();
        let confirms = |event: &FactRef<'_>| {
            event.event_type() == EventType::ClaimConfirmed
                && event.targets().iter().any(|id| named.binary_search(id).is_ok())
        };
        saying_so.extend(case.counting().map(|(_, event)| event).filter(confirms));
    }
    let says_so = |party: &ActorId| saying_so.iter().any(|event| event.is_said_within(party));
    let mut sorted = parties.to_vec();
    sorted.sort_unstable();
    sorted.into_iter().partition(says_so)
}

/// The counting events with the effect of the deciding one on its subject: for meetings the effect is the phase set,
/// else the type.
fn saying_the_same<'f>(case: &Case<'_, 'f>, deciding: FactRef<'f>) -> Vec<FactRef<'f>> {
    if let Some(meeting) = deciding.meeting() {
        let Some((place, _)) = case.meetings.get(meeting) else { return Vec::new() };
        let steps = || case.meetings.steps().filter(|(of, _, _)| *of == place);
        let of_deciding = steps().find(|(_, event, _)| event.id() == deciding.id()).and_then(|(_, _, phase)| phase);
        let sets_it = |phase: Option<Phase>| phase.is_some() && phase == of_deciding;
        return steps().filter(|(_, _, phase)| sets_it(*phase)).map(|(_, event, _)| event).collect();
    }
    let same = |event: &FactRef<'_>| {
        event.event_type() == deciding.event_type()
            && event.proposal() == deciding.proposal()
            && event.agreement() == deciding.agreement()
    };
    case.counting().map(|(_, event)| event).filter(same).collect()
}
