//! What is strange about entries as such.

use demarche_core::EventType;

use super::{File, FindingCode, Findings};
use crate::fold::{FactRef, LogChanged};

pub(super) fn check(file: &File<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    for event in &file.record.events {
        recorded_early(file, *event, found)?;
    }
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

/// Once a track, at its first event. Retractions need no opened track: they are about entries.
fn not_opened(file: &File<'_>, found: &mut Findings<'_>) {
    if file.live_of(EventType::TrackOpened).next().is_some() {
        return;
    }
    let first = file.record.events.iter().find(|event| !event.is_retraction());
    if let Some(first) = first {
        let message = format!("the track {} was never opened", file.track);
        found.add(FindingCode::TrackNotOpened, *first, &[], message);
    }
}
