//! What calendars and linked data ask of a meeting.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Edtf, Event, EventId, Instant, MeetingId, Payload, TrackId};
use demarche_projection::{Dossier, Meeting};
use uuid::Uuid;

/// The namespace of the ids of meetings (RFC 9562 §5.5). It must never change.
const NAMESPACE: Uuid = Uuid::from_u128(0x21c6_8fb0_13d5_4a5e_8f0c_9c5a_40a8_be3d);

/// The id of a meeting, whatever becomes of it.
pub(super) fn uid(track: &TrackId, meeting: &MeetingId) -> Uuid {
    // Neither name can hold a blank.
    Uuid::new_v5(&NAMESPACE, format!("{track} {meeting}").as_bytes())
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

/// The events on a track, by the meetings that they concern.
pub(super) struct Concerns<'e> {
    on: BTreeMap<&'e MeetingId, Vec<&'e Event>>,
    /// For each event those that are about it.
    about: BTreeMap<EventId, Vec<&'e Event>>,
}

impl<'e> Concerns<'e> {
    pub(super) fn of(events: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut concerns = Self { on: BTreeMap::new(), about: BTreeMap::new() };
        for event in events {
            if let Some(meeting) = event.data.meeting() {
                concerns.on.entry(meeting).or_default().push(event);
            }
            for target in event.data.targets() {
                concerns.about.entry(*target).or_default().push(event);
            }
        }
        concerns
    }

    /// Returns the events that concern a meeting: those on it, and those about such events, however far removed. A
    /// journal only grows, and so does their number.
    pub(super) fn with(&self, meeting: &MeetingId) -> Vec<&'e Event> {
        let mut found = self.on.get(meeting).cloned().unwrap_or_default();
        let mut known: BTreeSet<EventId> = found.iter().map(|event| event.id).collect();
        let mut next = 0;
        while let Some(event) = found.get(next) {
            let about = self.about.get(&event.id).into_iter().flatten();
            let more: Vec<&Event> = about.copied().filter(|event| known.insert(event.id)).collect();
            found.extend(more);
            next += 1;
        }
        found
    }
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
    history.filter_map(|(event, _)| given(event)).find(|date| Some(*date) != now)
}
