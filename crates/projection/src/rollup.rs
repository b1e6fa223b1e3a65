//! The roll-up: tracks as a tree, each with counts of the tracks beneath it.

use std::collections::BTreeMap;

use demarche_core::TrackId;

use crate::state::{Status, TrackState};

/// A track in the tree of tracks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<'s> {
    /// The track.
    pub track: TrackId,
    /// The state of the track, or `None` if there is nothing to say about it and it is listed only for the tracks
    /// beneath it.
    pub state: Option<&'s TrackState>,
    /// How many tracks beneath it have each status.
    pub beneath: BTreeMap<Status, usize>,
}

/// Arranges states as a tree: every track and everything above it, each parent before its children, siblings by name.
///
/// ```
/// # use demarche_projection::Fold;
/// # use demarche_projection::query::Query;
/// # use demarche_projection::state::rollup;
/// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru/irritants","occurred":"2025-05","recorded":"2025-05-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
/// let states = fold.states(&Query::default())?;
/// let tree = rollup(&states);
/// assert_eq!(tree[0].track.as_str(), "us-ru");
/// assert_eq!(tree[0].state, None);
/// assert_eq!(tree[0].beneath.values().sum::<usize>(), 1);
/// assert_eq!(tree[1].track.as_str(), "us-ru/irritants");
/// # Ok::<(), demarche_projection::LogChanged>(())
/// ```
#[must_use]
pub fn rollup(states: &[TrackState]) -> Vec<Node<'_>> {
    let mut nodes: BTreeMap<Vec<String>, Node<'_>> = BTreeMap::new();
    let empty = |track: TrackId| Node { track, state: None, beneath: BTreeMap::new() };
    for state in states {
        let node = nodes.entry(segments(&state.track)).or_insert_with(|| empty(state.track.clone()));
        node.state = Some(state);
        let mut above = state.track.parent();
        while let Some(track) = above {
            above = track.parent();
            let node = nodes.entry(segments(&track)).or_insert_with(|| empty(track));
            *node.beneath.entry(state.status).or_default() += 1;
        }
    }
    nodes.into_values().collect()
}

/// Returns the segments of a path. Sorted by segments, unlike by text, a track stands next to those beneath it.
fn segments(track: &TrackId) -> Vec<String> {
    track.as_str().split('/').map(str::to_owned).collect()
}
