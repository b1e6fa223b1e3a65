//! What a calendar asks of whatever has a date: which events concern it, its id, and whether its date is firm.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::facts::{Fact, Facts};
use demarche_core::{Edtf, EventId, EventType, Instant, TrackId};
use demarche_projection::state::AheadKind;
use uuid::Uuid;

use crate::export::meetings::NAMESPACE;

/// The id of the date of a proposal, a measure or an agreement, whatever that date is.
pub(super) fn uid_of_date(track: &TrackId, what: AheadKind, name: &str) -> Uuid {
    // With a word more than that of a meeting, it is never the same.
    Uuid::new_v5(&NAMESPACE, format!("{track} {what} {name}").as_bytes())
}

/// The subject of an event, if it may have a date: what kind of thing, and its name.
type Subject<'f> = (AheadKind, &'f str);

/// The facts of the events on a track, by what they concern.
pub(super) struct Concerns<'f> {
    on: BTreeMap<Subject<'f>, Vec<&'f Fact>>,
    /// For each event those that are about it.
    about: BTreeMap<EventId, Vec<&'f Fact>>,
}

impl<'f> Concerns<'f> {
    /// Sorts some of the facts of a log.
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

    /// Returns the events that concern something: those on it, and those about such events, however far removed. A
    /// journal only grows, and so does their number.
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

/// Returns the kind of the subjects of a type of event, if they may have dates.
fn kind(event_type: EventType) -> Option<AheadKind> {
    let kinds = [
        (event_type.is_on_meeting(), AheadKind::Meeting),
        (event_type.is_on_proposal(), AheadKind::Deadline),
        (event_type.is_on_agreement(), AheadKind::Agreement),
        (event_type == EventType::MeasureTaken, AheadKind::Measure),
    ];
    kinds.into_iter().find_map(|(is_so, kind)| is_so.then_some(kind))
}

/// Tells whether a date is one day or one instant, without a doubt.
pub(super) fn is_firm(date: &Edtf) -> bool {
    let day = |instant: Option<Instant>| instant.map(Instant::date);
    let is_one_day = date.earliest().is_some() && day(date.earliest()) == day(date.latest());
    is_one_day && !date.as_str().contains(['?', '~', '%', 'X'])
}
