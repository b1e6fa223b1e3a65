//! Laws on bounds and retractions: what was not known yet, what had not happened yet, and what is void.

use std::collections::BTreeSet;

use demarche_core::{Event, EventId, EventRetracted, EventType, Instant};

use super::{Broken, Law, Trial, answer};
use crate::Projection;
use crate::query::Bounds;

/// Law 5: an answer with `known_at` equals an answer from the log filtered to what had been recorded.
///
/// # Errors
///
/// [`Broken`], if it does not hold.
pub fn known_at<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    for end in ends(trial.bounds.known_at, trial.chosen().map(|event| event.recorded)) {
        let bounded = Bounds { known_at: Some(end), ..trial.bounds };
        let unbounded = Bounds { known_at: None, ..trial.bounds };
        let recorded = trial.log.iter().filter(|event| event.recorded <= end);
        let expected = answer(&make, recorded, &unbounded);
        Law::KnownAt.holds(format!("known at {end}"), &answer(&make, &trial.log, &bounded), &expected)?;
    }
    Ok(())
}

/// Law 5: an answer with `as_of` equals an answer from the log filtered to what had been told, retractions kept.
///
/// # Errors
///
/// [`Broken`], if it does not hold.
pub fn as_of<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    for end in ends(trial.bounds.as_of, trial.chosen().map(Event::told)) {
        let bounded = Bounds { as_of: Some(end), ..trial.bounds };
        let unbounded = Bounds { as_of: None, ..trial.bounds };
        let was_told = |event: &&Event| event.told() <= end || event.event_type() == EventType::EventRetracted;
        let expected = answer(&make, trial.log.iter().filter(was_told), &unbounded);
        Law::AsOf.holds(format!("as of {end}"), &answer(&make, &trial.log, &bounded), &expected)?;
    }
    Ok(())
}

/// Returns the ends to try for a bound: the one asked for, and the very instant of the chosen line.
fn ends(asked: Option<Instant>, of_the_line: Option<Instant>) -> impl Iterator<Item = Instant> {
    asked.into_iter().chain(of_the_line)
}

/// Law 6: retracting an event equals never having written it, and retracting the retraction brings it back.
///
/// # Errors
///
/// [`Broken`], if it does not hold.
pub fn retracting<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    let Some(event) = trial.chosen() else { return Ok(()) };
    let mut free = free_ids(&trial.log);
    // There are more ids than lines.
    let (Some(first), Some(second)) = (free.next(), free.next()) else { return Ok(()) };
    let first = retraction(event, first);
    let second = retraction(&first, second);

    let without = trial.log.iter().filter(|other| other.id != event.id);
    let expected = answer(&make, without, &trial.bounds);
    let retracted = answer(&make, trial.log.iter().chain([&first]), &trial.bounds);
    Law::Retracting.holds(format!("with {} retracted", event.id), &retracted, &expected)?;

    let expected = answer(&make, &trial.log, &trial.bounds);
    let back = answer(&make, trial.log.iter().chain([&first, &second]), &trial.bounds);
    Law::Retracting.holds(format!("with the retraction of {} retracted", event.id), &back, &expected)
}

/// Makes the retraction of an event, recorded together with the event, so that both are known or neither.
fn retraction(of: &Event, id: EventId) -> Event {
    let data = EventRetracted { event: of.id, reason: "a mistake".into() }.into();
    Event { id, cite: None, note: None, data, ..of.clone() }
}

/// Returns ids that no event of the log has.
fn free_ids(log: &[Event]) -> impl Iterator<Item = EventId> {
    let taken: BTreeSet<EventId> = log.iter().map(|event| event.id).collect();
    let ids = (1..u32::MAX).filter_map(|number| format!("0199f3c0-5a00-7000-9000-{number:012x}").parse().ok());
    ids.filter(move |id| !taken.contains(id))
}
