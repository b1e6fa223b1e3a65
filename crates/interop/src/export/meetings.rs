//! What calendars, pictures and linked data need to know about a meeting.

use std::collections::BTreeSet;

use demarche_core::{Edtf, Event, MeetingId, Payload, TrackId};
use demarche_projection::state::{Dossier, Meeting};
use uuid::Uuid;

/// The namespace of the entries' ids (RFC 9562 §5.5). It must never change.
pub(super) const NAMESPACE: Uuid = Uuid::from_u128(0x21c6_8fb0_13d5_4a5e_8f0c_9c5a_40a8_be3d);

/// Returns the id of a meeting. It does not depend on what becomes of the meeting.
pub(super) fn uid(track: &TrackId, meeting: &MeetingId) -> Uuid {
    // Neither name can contain a blank.
    Uuid::new_v5(&NAMESPACE, format!("{track} {meeting}").as_bytes())
}

/// Returns the date to which a meeting is postponed, if one was given.
pub(super) fn until(meeting: &Meeting) -> Option<&Edtf> {
    let Payload::MeetingPostponed(postponed) = &meeting.set_by.data else { return None };
    postponed.until.as_ref()
}

/// Returns the meetings with a claim that somebody denies.
pub(super) fn disputed(dossier: &Dossier) -> BTreeSet<&MeetingId> {
    let claims = dossier.state.contested.iter().filter_map(|dispute| dossier.event(dispute.claim));
    claims.filter_map(|claim| claim.data.meeting()).collect()
}

/// Returns the date that a meeting had before it was postponed or moved, if it had one.
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
