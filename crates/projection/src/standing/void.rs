//! Void events: retracted, as if they had never been written.

use demarche_core::EventId;

use super::PlacesOf;
use crate::Bounds;
use crate::fold::FactRef;

/// What the retractions make of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It stands.
    Live,
    /// A retraction that is not itself void names it.
    Void,
    /// It stands on a cycle of retractions, so it is void, too, and an error in a journal.
    OnCycle,
}

/// Returns the events in bounds and not void, in order.
pub(crate) fn live<'f>(in_order: &[FactRef<'f>], bounds: &Bounds) -> Vec<FactRef<'f>> {
    // Nearly all are admitted.
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
    /// What is known of an event so far.
    #[derive(Clone)]
    struct Case {
        /// The event that it retracts, if it is a retraction of one of these.
        target: Option<usize>,
        /// How many retractions that name it are not judged yet.
        awaited: usize,
        /// Whether one that stands names it.
        retracted: bool,
        /// None until it is judged.
        verdict: Option<Verdict>,
    }
    let retracted: Vec<EventId> = events.iter().filter_map(|event| retracted_by(*event)).collect();
    let places = PlacesOf::new(retracted, events);
    let new_case = |event: &FactRef<'_>| Case {
        target: retracted_by(*event).and_then(|id| places.get(id)),
        awaited: 0,
        retracted: false,
        verdict: None,
    };
    let mut cases: Vec<Case> = events.iter().map(new_case).collect();
    let targets: Vec<usize> = cases.iter().filter_map(|case| case.target).collect();
    for target in targets {
        if let Some(case) = cases.get_mut(target) {
            case.awaited += 1;
        }
    }
    let mut ready: Vec<usize> = (0..cases.len()).filter(|at| cases.get(*at).is_some_and(|c| c.awaited == 0)).collect();
    while let Some(at) = ready.pop() {
        let Some(case) = cases.get_mut(at) else { continue };
        case.verdict = Some(if case.retracted { Verdict::Void } else { Verdict::Live });
        let stands = !case.retracted;
        let Some((target_at, target)) = case.target.and_then(|at| Some((at, cases.get_mut(at)?))) else { continue };
        target.retracted |= stands;
        target.awaited -= 1;
        if target.awaited == 0 {
            ready.push(target_at);
        }
    }
    cases.into_iter().map(|case| case.verdict.unwrap_or(Verdict::OnCycle)).collect()
}

/// The event that this one retracts, if it is a retraction.
fn retracted_by(event: FactRef<'_>) -> Option<EventId> {
    event.targets().first().copied().filter(|_| event.is_retraction())
}
