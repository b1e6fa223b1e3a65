//! What calendars and linked data ask of a meeting, and calendars of whatever else has a date.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::facts::{Fact, Facts};
use demarche_core::{Edtf, Event, EventId, EventType, Instant, MeetingId, Payload, TrackId};
use demarche_projection::state::{AheadKind, Dossier, Meeting};
use uuid::Uuid;

/// The namespace of the ids of entries (RFC 9562 §5.5). It must never change.
const NAMESPACE: Uuid = Uuid::from_u128(0x21c6_8fb0_13d5_4a5e_8f0c_9c5a_40a8_be3d);

/// The id of a meeting, whatever becomes of it.
pub(super) fn uid(track: &TrackId, meeting: &MeetingId) -> Uuid {
    // Neither name can hold a blank.
    Uuid::new_v5(&NAMESPACE, format!("{track} {meeting}").as_bytes())
}

/// The id of the date of a proposal, a measure or an agreement, whatever that date is.
pub(super) fn uid_of_date(track: &TrackId, what: AheadKind, name: &str) -> Uuid {
    // With a word more than that of a meeting, it is never the same.
    Uuid::new_v5(&NAMESPACE, format!("{track} {what} {name}").as_bytes())
}

/// Until when a postponed meeting is put off, where that was said.
pub(super) fn until(meeting: &Meeting) -> Option<&Edtf> {
    let Payload::MeetingPostponed(postponed) = &meeting.set_by.data else { return None };
    postponed.until.as_ref()
}

/// Returns the meetings of which a claim is denied.
pub(super) fn disputed(dossier: &Dossier) -> BTreeSet<&MeetingId> {
    let claims = dossier.state.contested.iter().filter_map(|dispute| dossier.event(dispute.claim));
    claims.filter_map(|claim| claim.data.meeting()).collect()
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

/// The date that a meeting had before it was put off or moved, where it had one.
#[allow(clippy::wildcard_enum_match_arm, reason = "every other type gives no date to come")]
pub(super) fn previous<'m>(meeting: &'m Meeting, now: Option<&Edtf>) -> Option<&'m Edtf> {
    let given = |event: &'m Event| match &event.data {
        Payload::MeetingScheduled(scheduled) => Some(&scheduled.when),
        Payload::MeetingRescheduled(rescheduled) => Some(&rescheduled.when),
        _ => None,
    };
    let history = meeting.history.iter().rev();
    history
        .filter(|entry| entry.phase.is_some())
        .filter_map(|entry| given(&entry.event))
        .find(|date| Some(*date) != now)
}
