//! What a calendar needs for anything that has a date: the events that concern it, its id, and whether its date is
//! firm.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::facts::{Fact, Facts};
use demarche_core::{Edtf, EventId, EventType, Instant, TrackId};
use demarche_projection::state::AheadKind;
use uuid::Uuid;

use crate::export::meetings::NAMESPACE;

/// Returns the id of the date of a proposal, a measure or an agreement. It does not depend on the date itself.
pub(super) fn uid_of_date(track: &TrackId, what: AheadKind, name: &str) -> Uuid {
    // The extra word keeps it distinct from the id of any meeting.
    Uuid::new_v5(&NAMESPACE, format!("{track} {what} {name}").as_bytes())
}

/// The subject of an event, if it may have a date: what kind of thing, and its name.
type Subject<'f> = (AheadKind, &'f str);

/// The facts of a track's events, grouped by subject.
pub(super) struct Concerns<'f> {
    on: BTreeMap<Subject<'f>, Vec<&'f Fact>>,
    /// For each event, the events about it.
    about: BTreeMap<EventId, Vec<&'f Fact>>,
}

impl<'f> Concerns<'f> {
    /// Groups some of a log's facts.
    pub(super) fn of(facts: &'f Facts, some: Vec<&'f Fact>) -> Self {
        let mut concerns = Self { on: BTreeMap::new(), about: BTreeMap::new() };
        for fact in some {
            if let Some(subject) = kind(fact.event_type).zip(facts.subject(fact)) {
                concerns.on.entry(subject).or_default().push(fact);
            }
            for target in facts.targets(fact) {
                concerns.about.entry(*target).or_default().push(fact);
            }
        }
        concerns
    }

    /// Returns the events that concern a subject: those on it, and those about such events, however indirectly. A
    /// journal only grows, so their number never falls.
    pub(super) fn with(&self, what: AheadKind, name: &str) -> Vec<&'f Fact> {
        let mut found = self.on.get(&(what, name)).cloned().unwrap_or_default();
        let mut known: BTreeSet<EventId> = found.iter().map(|fact| fact.id).collect();
        let mut next = 0;
        while let Some(fact) = found.get(next) {
            let about = self.about.get(&fact.id).into_iter().flatten();
            let more: Vec<&Fact> = about.copied().filter(|fact| known.insert(fact.id)).collect();
            found.extend(more);
            next += 1;
        }
        found
    }
}

/// Returns the kind of subject of an event type, if such a subject may have a date.
fn kind(event_type: EventType) -> Option<AheadKind> {
    let kinds = [
        (event_type.is_on_meeting(), AheadKind::Meeting),
        (event_type.is_on_proposal(), AheadKind::Deadline),
        (event_type.is_on_agreement(), AheadKind::Agreement),
        (event_type == EventType::MeasureTaken, AheadKind::Measure),
    ];
    kinds.into_iter().find_map(|(is_so, kind)| is_so.then_some(kind))
}

/// Tells whether a date is a single day or instant without qualification.
pub(super) fn is_firm(date: &Edtf) -> bool {
    let day = |instant: Option<Instant>| instant.map(Instant::date);
    let is_one_day = date.earliest().is_some() && day(date.earliest()) == day(date.latest());
    is_one_day && !date.as_str().contains(['?', '~', '%', 'X'])
}
