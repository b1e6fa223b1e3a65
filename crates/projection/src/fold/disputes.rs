//! The disputes over what decided: taken from all live events whatever the reading, so that dissent is never hidden.

use demarche_core::{Event, Payload};

use super::case::Case;
use crate::Reading;
use crate::standing::{Record, Standing};
use crate::state::Dispute;

/// Returns the disputes over the subject of the event at a place: the same meeting, else the same proposal, else the
/// same agreement, else that event alone.
pub(super) fn over<'e>(case: &Case<'e, '_>, by: usize) -> Vec<Dispute<'e>> {
    let record = &case.record;
    let Some(deciding) = record.events.get(by).filter(|_| record.has_claims()) else { return Vec::new() };
    let standings = record.standings(&Reading::Prudent);
    let is_on_subject = |event: &Event| has_subject_of(event, deciding);
    (0..record.events.len()).filter_map(|at| dispute(record, &standings, at, is_on_subject)).collect()
}

/// Returns the disputes over claims that their source has not taken back, in the order of the claims.
pub(crate) fn open<'e>(record: &Record<'e>, prudent: &[Standing]) -> Vec<Dispute<'e>> {
    if !record.has_claims() {
        return Vec::new();
    }
    let is_open = |at: &usize| prudent.get(*at) != Some(&Standing::Withdrawn);
    (0..record.events.len()).filter(is_open).filter_map(|at| dispute(record, prudent, at, |_| true)).collect()
}

fn dispute<'e>(
    record: &Record<'e>,
    prudent: &[Standing],
    at: usize,
    is_on_subject: impl Fn(&Event) -> bool,
) -> Option<Dispute<'e>> {
    let claim = *record.events.get(at)?;
    if matches!(claim.data, Payload::EventRetracted(_)) || !is_on_subject(claim) {
        return None;
    }
    let mut denials: Vec<&Event> = record.denials(at, prudent).collect();
    denials.sort_unstable_by_key(|denial| denial.id);
    let set_aside = record.is_outweighed(at, prudent);
    (!denials.is_empty()).then_some(Dispute { claim, denials, set_aside })
}

fn has_subject_of(event: &Event, deciding: &Event) -> bool {
    let (own, other) = (&event.data, &deciding.data);
    if other.meeting().is_some() {
        own.meeting() == other.meeting()
    } else if other.proposal().is_some() {
        own.proposal() == other.proposal()
    } else if other.agreement().is_some() {
        own.agreement() == other.agreement()
    } else {
        event.id == deciding.id
    }
}
