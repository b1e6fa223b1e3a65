//! A track under several readings, side by side.

use std::collections::BTreeMap;

use demarche_core::TrackId;
use serde::Serialize;

use crate::fold::{Fold, LogChanged, Track};
use crate::query::Query;
use crate::state::TrackState;

/// What readings are compared in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Where the track stands.
    Status,
    /// The date of the next meeting.
    Next,
    /// The place of the next meeting.
    Place,
}

impl Aspect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Status, Self::Next, Self::Place];

    /// Returns what it is called where readings differ in it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Next => "next",
            Self::Place => "place",
        }
    }

    /// Returns what a state says in it; empty where it says nothing.
    #[must_use]
    pub fn of(self, state: &TrackState) -> String {
        let next = state.next.as_ref();
        match self {
            Self::Status => state.status.to_string(),
            Self::Next => next.and_then(|next| next.when.as_ref()).map_or_else(String::new, ToString::to_string),
            Self::Place => next.and_then(|next| next.venue.as_deref()).unwrap_or_default().to_owned(),
        }
    }
}

/// A track under each reading, in the order in which they were asked for.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::query::{Query, Reading};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let on_record = Query { reading: Reading::OnRecord, ..Query::default() };
/// let comparisons = fold.comparisons(&[Query::default(), on_record], |_| true)?;
/// // A newspaper's word is none on record.
/// assert!(comparisons[0].differs());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// The track.
    pub track: TrackId,
    /// Its states; `None` where there is nothing to say of it.
    pub states: Vec<Option<TrackState>>,
}

/// A comparison as JSON: what `compare --format json` prints.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct ComparisonView<'a> {
    track: &'a TrackId,
    differs: bool,
    readings: BTreeMap<String, Option<&'a TrackState>>,
}

impl Comparison {
    /// Compares a track under several queries, as [`Batches`](crate::Batches) hands it out.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if somebody has written over a line.
    pub fn of(track: &TrackId, sides: &[Option<Track<'_>>]) -> Result<Self, LogChanged> {
        let state = |side: &Option<Track<'_>>| side.as_ref().map_or(Ok(None), Track::state);
        let states = sides.iter().map(state).collect::<Result<_, LogChanged>>()?;
        Ok(Self { track: track.clone(), states })
    }

    /// Tells whether the readings differ in status, next date or place.
    #[must_use]
    pub fn differs(&self) -> bool {
        Aspect::ALL.into_iter().any(|aspect| self.differs_in(aspect))
    }

    /// Tells whether the readings differ in an aspect. To have nothing to say is another status.
    #[must_use]
    pub fn differs_in(&self, aspect: Aspect) -> bool {
        let of = |state: &Option<TrackState>| match (state, aspect) {
            (None, Aspect::Status) => "none".to_owned(),
            (None, Aspect::Next | Aspect::Place) => String::new(),
            (Some(state), aspect) => aspect.of(state),
        };
        let mut all = self.states.iter().map(of);
        let first = all.next();
        all.any(|other| Some(other) != first)
    }

    /// Returns the comparison in the form of the JSON contract, given what was asked.
    #[must_use]
    pub fn view(&self, queries: &[Query]) -> ComparisonView<'_> {
        let views = self.states.iter().map(Option::as_ref);
        let readings = queries.iter().map(|query| query.reading.to_string()).zip(views).collect();
        ComparisonView { track: &self.track, differs: self.differs(), readings }
    }
}

impl Fold {
    /// Compares the tracks that pass the filter under several queries, sorted by track.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if somebody has written over a line.
    pub fn comparisons(
        &self,
        queries: &[Query],
        admits: impl Fn(&TrackId) -> bool,
    ) -> Result<Vec<Comparison>, LogChanged> {
        let mut tracks = self.compared(queries).only(admits);
        let compare = |track: &TrackId, sides: &[Option<Track<'_>>], list: &mut Vec<Comparison>| {
            list.push(Comparison::of(track, sides)?);
            Ok::<_, LogChanged>(())
        };
        let mut all = Vec::new();
        while let Some(parts) = tracks.next_compared(compare)? {
            all.extend(parts.into_iter().flatten());
        }
        Ok(all)
    }
}
