//! What claims about claims and retractions name.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Event, EventId, EventType};

use super::{File, FindingCode, Findings};
use crate::Bounds;
use crate::standing::{on_cycles, places};

pub(super) fn check<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    cycles(file, found);
    for event in file.record.events.iter().filter(|event| !event.data.targets().is_empty()) {
        missing(file, event, found);
    }
    withdrawals(file, found);
}

/// One finding a circle, with its events from the first in order on, each before the one that it retracts.
fn cycles<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    if !file.in_bounds.iter().any(|event| event.event_type() == EventType::EventRetracted) {
        return;
    }
    let events = on_cycles(&file.in_bounds);
    let mut open: BTreeMap<EventId, &Event> = events.iter().map(|event| (event.id, *event)).collect();
    for first in events {
        let mut circle = Vec::new();
        let mut next = open.remove(&first.id);
        while let Some(event) = next {
            circle.push(event);
            next = event.data.targets().first().and_then(|target| open.remove(target));
        }
        let message = match circle.len() {
            0 => continue,
            1 => "a retraction retracts itself, and is void".to_owned(),
            count => format!("{count} retractions retract each other in a circle, and are void"),
        };
        found.add(FindingCode::RetractionCycle, circle, message);
    }
}

/// Targets that are not there, or on another track.
///
/// A void event is there, and so is one that occurred after `as_of`, since retractions of it are in bounds; one
/// recorded after `known_at` is not yet.
fn missing<'e>(file: &File<'e>, event: &'e Event, found: &mut Findings<'e>) {
    let by = spoken(event);
    let recorded = Bounds { as_of: None, known_at: file.bounds.known_at };
    for id in named(event) {
        match file.set.get(id).filter(|target| recorded.contain(target)) {
            None => {
                let message = format!("{by} names {id}, and there is no such event");
                found.add(FindingCode::UnknownTarget, vec![event], message);
            }
            Some(target) if target.track != event.track => {
                let message = format!("{by} names {id}, which is on the track {}", target.track);
                found.add(FindingCode::ForeignTarget, vec![event, target], message);
            }
            Some(_) => {}
        }
    }
}

/// Withdrawals of what another `who` said, where that is live.
fn withdrawals<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    let mut withdrawals = file.live_of(EventType::ClaimWithdrawn).peekable();
    if withdrawals.peek().is_none() {
        return;
    }
    let places = places(&file.record.events);
    for withdrawal in withdrawals {
        let who = &withdrawal.source.who;
        let live = |id| places.get(&id).and_then(|place| file.record.events.get(*place)).copied();
        for claim in named(withdrawal).into_iter().filter_map(live).filter(|claim| claim.source.who != *who) {
            let message = format!("{who} withdraws {}, which {} said", claim.id, claim.source.who);
            found.add(FindingCode::ForeignWithdrawal, vec![withdrawal, claim], message);
        }
    }
}

/// What the event names, each once, in the order given.
fn named(event: &Event) -> Vec<EventId> {
    let mut seen = BTreeSet::new();
    event.data.targets().iter().copied().filter(|id| seen.insert(*id)).collect()
}

fn spoken(event: &Event) -> String {
    format!("{} by {}", event.event_type(), event.source.who)
}
