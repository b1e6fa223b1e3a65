//! The disputes over what decided: taken from all live events whatever the reading, so that dissent is never hidden.

use super::case::Case;
use super::fact_ref::FactRef;
use crate::Reading;
use crate::standing::{Record, Standing};

/// A claim that somebody denies.
pub(crate) struct Denied<'f> {
    pub(crate) claim: FactRef<'f>,
    /// The denials that are not withdrawn, sorted by id.
    pub(crate) denials: Vec<FactRef<'f>>,
    /// Whether prudent weighing sets the claim aside.
    pub(crate) set_aside: bool,
}

/// Returns the disputes over the subject of the event at a place: the same meeting, else the same proposal, else the
/// same agreement, else that event alone.
pub(crate) fn over<'f>(case: &Case<'_, 'f>, by: usize) -> Vec<Denied<'f>> {
    let record = &case.record;
    let Some(deciding) = record.events.get(by).filter(|_| record.has_claims()) else { return Vec::new() };
    let standings = record.standings(&Reading::Prudent);
    let is_on_subject = |event: FactRef<'_>| has_subject_of(event, *deciding);
    record.targets().filter_map(|at| dispute(record, &standings, at, is_on_subject)).collect()
}

/// Returns the disputes over claims that their source has not taken back, in the order of the claims.
pub(crate) fn open<'f>(record: &Record<'f>, prudent: &[Standing]) -> Vec<Denied<'f>> {
    let is_open = |at: &usize| prudent.get(*at) != Some(&Standing::Withdrawn);
    record.targets().filter(is_open).filter_map(|at| dispute(record, prudent, at, |_| true)).collect()
}

fn dispute<'f>(
    record: &Record<'f>,
    prudent: &[Standing],
    at: usize,
    is_on_subject: impl Fn(FactRef<'f>) -> bool,
) -> Option<Denied<'f>> {
    let claim = *record.events.get(at)?;
    if claim.is_retraction() || !is_on_subject(claim) {
        return None;
    }
    let mut denials: Vec<FactRef<'f>> = record.denials(at, prudent).collect();
    denials.sort_unstable_by_key(|denial| denial.id());
    let set_aside = record.is_outweighed(at, prudent);
    (!denials.is_empty()).then_some(Denied { claim, denials, set_aside })
}

fn has_subject_of<'f>(own: FactRef<'f>, other: FactRef<'f>) -> bool {
    if other.meeting().is_some() {
        own.meeting() == other.meeting()
    } else if other.proposal().is_some() {
        own.proposal() == other.proposal()
    } else if other.agreement().is_some() {
        own.agreement() == other.agreement()
    } else {
        own.id() == other.id()
    }
}
