//! What events would change before they are entered.

use std::collections::BTreeSet;

use demarche_core::{Event, TrackId};

use super::Change;
use crate::findings::Finding;
use crate::fold::{Fold, LogChanged, Sides};
use crate::query::Query;

/// What events would change on their tracks, and what would be strange then.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::diff::Preview;
/// use demarche_projection::query::Query;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let event = decode(line)?;
/// let before = Fold::new();
/// let after = Fold::of([event.clone()])?;
/// let query = Query { today: Some(event.recorded), ..Query::default() };
/// let preview = Preview::of(&before, &after, &[event], &query)?;
/// assert_eq!(preview.changes().next().unwrap().headline(), "us-ru: new, stalled since May 2025");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// Each track of the events before and after, by name.
    pub sides: Vec<(TrackId, Sides)>,
    /// The findings that there are after, and were not before.
    pub findings: Vec<Finding>,
}

impl Preview {
    /// Compares a fold without the events with one that has them. The query should name the day on which both are
    /// judged: otherwise what silence says may change, too.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if somebody has written over a line.
    pub fn of(before: &Fold, after: &Fold, events: &[Event], query: &Query) -> Result<Self, LogChanged> {
        let tracks: BTreeSet<&TrackId> = events.iter().map(|event| &event.track).collect();
        let (mut sides, mut findings) = (Vec::new(), Vec::new());
        for track in tracks {
            sides.push((track.clone(), (before.dossier(track, query)?, after.dossier(track, query)?)));
            let old = before.findings_on(track, query)?;
            findings.extend(after.findings_on(track, query)?.into_iter().filter(|finding| !old.contains(finding)));
        }
        Ok(Self { sides, findings })
    }

    /// Returns what changes, by track.
    pub fn changes(&self) -> impl Iterator<Item = Change<'_>> {
        self.sides.iter().filter_map(|(_, (before, after))| Change::between(before.as_ref(), after.as_ref()))
    }
}
