//! Void events: retracted, as if they had never been written.

use demarche_core::EventId;

use super::PlacesOf;
use crate::query::Bounds;
use crate::fold::FactRef;

/// The effect of retractions on an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The event stands.
    Live,
    /// The event is retracted by an event that is not void itself.
    Void,
    /// The event is on a cycle of retractions, so it is void, too, and an error in the journal.
    OnCycle,
}

/// Returns the events that are in bounds and not void, in order.
pub(crate) fn live<'f>(in_order: &[FactRef<'f>], bounds: &Bounds) -> Vec<FactRef<'f>> {
    // Nearly all events are in bounds.
    let mut events = Vec::with_capacity(in_order.len());
    events.extend(in_order.iter().copied().filter(|event| bounds.admit(*event)));
    if events.iter().all(|event| !event.is_retraction()) {
        return events;
    }
    let mut verdicts = judge(&events).into_iter();
    events.retain(|_| verdicts.next() == Some(Verdict::Live));
    events
}

/// Returns the events that stand on a cycle of retractions, in order.
pub(crate) fn on_cycles<'f>(in_bounds: &[FactRef<'f>]) -> Vec<FactRef<'f>> {
    let verdicts = judge(in_bounds);
    in_bounds
        .iter()
        .zip(verdicts)
        .filter(|(_, verdict)| *verdict == Verdict::OnCycle)
        .map(|(event, _)| *event)
        .collect()
}

/// Judges every event: first those that nothing retracts, then those whose retractions are all judged.
///
/// A retraction names one event, so the events that are left at the end are exactly those on cycles. Chains of
/// retractions may be long: this does not recurse.
fn judge(events: &[FactRef<'_>]) -> Vec<Verdict> {
    let retracted: Vec<EventId> = events.iter().filter_map(|event| retracted_by(*event)).collect();
    let places = PlacesOf::new(retracted, events);
    let place_of_target = |event: &FactRef<'_>| retracted_by(*event).and_then(|id| places.get(id));
    // The retractions of each event, in order, and the event that each event retracts.
    let retractions = events.iter().enumerate();
    let retractions: Vec<(usize, usize)> =
        retractions.filter_map(|(at, event)| Some((at, place_of_target(event)?))).collect();
    // For each event, how many retractions that name it are not judged yet.
    let mut awaited = vec![0_usize; events.len()];
    for (_, target) in &retractions {
        awaited.get_mut(*target).into_iter().for_each(|count| *count += 1);
    }
    let mut verdicts = vec![Verdict::Live; events.len()];
    let mut ready: Vec<(usize, usize)> =
        retractions.iter().copied().filter(|(at, _)| awaited.get(*at) == Some(&0)).collect();
    while let Some((at, target)) = ready.pop() {
        if verdicts.get(at) == Some(&Verdict::Live) {
            verdicts.get_mut(target).into_iter().for_each(|verdict| *verdict = Verdict::Void);
        }
        let Some(count) = awaited.get_mut(target) else { continue };
        *count -= 1;
        if *count == 0 {
            let found = retractions.binary_search_by_key(&target, |(at, _)| *at).ok();
            ready.extend(found.and_then(|found| retractions.get(found)));
        }
    }
    let left = verdicts.iter_mut().zip(awaited).filter(|(_, awaited)| *awaited > 0);
    left.for_each(|(verdict, _)| *verdict = Verdict::OnCycle);
    verdicts
}

/// Returns the event that this one retracts, if it is a retraction.
fn retracted_by(event: FactRef<'_>) -> Option<EventId> {
    event.targets().first().copied().filter(|_| event.is_retraction())
}
