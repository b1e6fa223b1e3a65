//! What is strange about entries as such.

use demarche_core::{Event, EventType};

use super::{File, FindingCode, Findings};

pub(super) fn check<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    for event in &file.record.events {
        recorded_early(event, found);
    }
    not_opened(file, found);
}

fn recorded_early<'e>(event: &'e Event, found: &mut Findings<'e>) {
    if event.recorded < event.occurred.earliest() {
        let message = format!(
            "{} by {} occurred in {}, and was recorded before, at {}",
            event.event_type(),
            event.source.who,
            event.occurred,
            event.recorded
        );
        found.add(FindingCode::RecordedEarly, vec![event], message);
    }
}

/// Once a track, at its first event. Retractions need no opened track: they are about entries.
fn not_opened<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    if file.live_of(EventType::TrackOpened).next().is_some() {
        return;
    }
    let first = file.record.events.iter().find(|event| event.event_type() != EventType::EventRetracted);
    if let Some(first) = first {
        let message = format!("the track {} was never opened", first.track);
        found.add(FindingCode::TrackNotOpened, vec![first], message);
    }
}
