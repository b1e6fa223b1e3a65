//! How many tracks beneath one have each status, counted among states that are sorted by track.

use std::collections::BTreeMap;

use demarche_projection::state::{Status, TrackState};

/// Returns the states of the tracks beneath one. They follow each other, since `/` sorts before what else a name has
/// but `-`.
pub(crate) fn beneath<'s>(state: &TrackState, states: &'s [TrackState]) -> &'s [TrackState] {
    let (begin, end) = (format!("{}/", state.track), format!("{}0", state.track));
    let from = states.partition_point(|other| other.track.as_str() < begin.as_str());
    let to = states.partition_point(|other| other.track.as_str() < end.as_str());
    states.get(from..to).unwrap_or_default()
}

/// Returns a state with the counts of the statuses beneath it.
pub(crate) fn with_descendants(state: &TrackState, states: &[TrackState]) -> TrackState {
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    for other in beneath(state, states) {
        *counts.entry(other.status).or_default() += 1;
    }
    let mut state = state.clone();
    state.descendants = Some(counts);
    state
}
