//! What is strange about entries themselves.

use std::collections::BTreeMap;

use demarche_core::{Edtf, EventType};

use super::{File, FindingCode, Findings};
use crate::fold::matter::Matter;
use crate::fold::{FactRef, LogChanged};

pub(super) fn check(file: &File<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    for event in &file.record.events {
        recorded_early(file, *event, found)?;
        ends_ahead(file, *event, found)?;
    }
    tied(file, found)?;
    not_opened(file, found);
    Ok(())
}

fn recorded_early(file: &File<'_>, event: FactRef<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    if event.recorded() < event.fact().earliest {
        let message = format!(
            "{} by {} occurred in {}, and was recorded before, at {}",
            event.event_type(),
            event.who(),
            file.words.occurred(event)?,
            event.recorded()
        );
        found.add(FindingCode::RecordedEarly, event, &[], message);
    }
    Ok(())
}

/// An interval states its end. If the end had not come when the entry was made, it cannot have been known.
fn ends_ahead(file: &File<'_>, event: FactRef<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    let (recorded, fact) = (event.recorded(), event.fact());
    if recorded < fact.earliest || fact.latest().is_none_or(|latest| latest <= recorded) {
        return Ok(());
    }
    let occurred = file.words.occurred(event)?;
    let end = occurred.as_str().split_once('/').and_then(|(_, end)| end.parse::<Edtf>().ok()?.earliest());
    if end.is_some_and(|end| end > recorded) {
        let message = format!(
            "{} by {} occurred in {occurred}, whose end had not come when it was recorded, at {recorded}",
            event.event_type(),
            event.who(),
        );
        found.add(FindingCode::EndsAhead, event, &[], message);
    }
    Ok(())
}

/// Finds counting entries on one matter that are tied in time with an earlier one and say something else.
fn tied(file: &File<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    let time = |event: FactRef<'_>| (event.told(), event.recorded());
    let all: Vec<FactRef<'_>> = file.counting().collect();
    for tied in all.chunk_by(|a, b| time(*a) == time(*b)).filter(|tied| tied.len() > 1) {
        let mut first: BTreeMap<Matter, FactRef<'_>> = BTreeMap::new();
        for event in tied {
            let Some(matter) = Matter::of(*event) else { continue };
            let other = *first.entry(matter).or_insert(*event);
            if (event.event_type(), event.details()) != (other.event_type(), other.details()) {
                let message = format!(
                    "{} by {} and {} by {} occurred in {} and were recorded at one instant: only their ids order them",
                    other.event_type(),
                    other.who(),
                    event.event_type(),
                    event.who(),
                    file.words.occurred(*event)?,
                );
                found.add(FindingCode::TiedOrder, *event, &[other], message);
            }
        }
    }
    Ok(())
}

/// Reports a track without an opening once, at its first event. Retractions need no opened track: they are about
/// entries.
fn not_opened(file: &File<'_>, found: &mut Findings<'_>) {
    if file.live_of(EventType::TrackOpened).next().is_some() {
        return;
    }
    let first = file.record.events.iter().find(|event| !event.is_housekeeping());
    if let Some(first) = first {
        let message = format!("the track {} was never opened", file.track);
        found.add(FindingCode::TrackNotOpened, *first, &[], message);
    }
}
