//! What claims about claims, and retractions, refer to.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{EventId, EventType};

use super::{File, FindingCode, Findings};
use crate::fold::FactRef;
use crate::query::Bounds;
use crate::standing::{on_cycles, places};

pub(super) fn check(file: &File<'_>, found: &mut Findings<'_>) {
    cycles(file, found);
    for event in file.record.events.iter().filter(|event| !event.targets().is_empty()) {
        missing(file, *event, found);
    }
    withdrawals(file, found);
}

/// Reports each cycle once, with its events starting from the first in order, each before the one that it retracts.
fn cycles(file: &File<'_>, found: &mut Findings<'_>) {
    if !file.in_bounds.iter().any(|event| event.is_retraction()) {
        return;
    }
    let events = on_cycles(&file.in_bounds);
    let mut open: BTreeMap<EventId, FactRef<'_>> = events.iter().map(|event| (event.id(), *event)).collect();
    for first in events {
        let mut circle = Vec::new();
        let mut next = open.remove(&first.id());
        while let Some(event) = next {
            circle.push(event);
            next = event.targets().first().and_then(|target| open.remove(target));
        }
        let Some((blamed, others)) = circle.split_first() else { continue };
        let message = match circle.len() {
            1 => "a retraction retracts itself, and is void".to_owned(),
            count => format!("{count} retractions retract each other in a circle, and are void"),
        };
        found.add(FindingCode::RetractionCycle, *blamed, others, message);
    }
}

/// Reports targets that do not exist, or are on another track.
///
/// A void event exists, and so does one that occurred after `as_of`, since retractions of it are in bounds. One
/// recorded after `known_at` does not exist yet.
fn missing(file: &File<'_>, event: FactRef<'_>, found: &mut Findings<'_>) {
    let by = spoken(event);
    let recorded = Bounds { as_of: None, known_at: file.bounds.known_at };
    for id in named(event) {
        let target = file.fold.fact_of_id(id).filter(|target| recorded.admit(*target));
        let track = target.and_then(FactRef::track);
        match target.zip(track) {
            None => {
                let message = format!("{by} names {id}, and there is no such event");
                found.add(FindingCode::UnknownTarget, event, &[], message);
            }
            Some((target, track)) if track != file.track => {
                let message = format!("{by} names {id}, which is on the track {track}");
                found.add(FindingCode::ForeignTarget, event, &[target], message);
            }
            Some(_) => {}
        }
    }
}

/// Reports withdrawals of live claims that another `who` made.
fn withdrawals(file: &File<'_>, found: &mut Findings<'_>) {
    let mut withdrawals = file.live_of(EventType::ClaimWithdrawn).peekable();
    if withdrawals.peek().is_none() {
        return;
    }
    let places = places(&file.record.events);
    for withdrawal in withdrawals {
        let who = withdrawal.who();
        let live = |id| places.get(&id).and_then(|place| file.record.events.get(*place)).copied();
        for claim in named(withdrawal).into_iter().filter_map(live).filter(|claim| claim.who() != who) {
            let message = format!("{who} withdraws {}, which {} said", claim.id(), claim.who());
            found.add(FindingCode::ForeignWithdrawal, withdrawal, &[claim], message);
        }
    }
}

/// Returns the events that an event names, without repetitions, in the order given.
fn named(event: FactRef<'_>) -> Vec<EventId> {
    let mut seen = BTreeSet::new();
    event.targets().iter().copied().filter(|id| seen.insert(*id)).collect()
}

fn spoken(event: FactRef<'_>) -> String {
    format!("{} by {}", event.event_type(), event.who())
}
