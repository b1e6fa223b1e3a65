//! A remark about a journal, with the places that it is about.

use demarche_core::{EventId, TrackId};
use serde::Serialize;

use super::{Finding, Severity};

/// A remark about a journal, as `check --format json` prints it: a finding with the places of its events, or something
/// else that is wrong, such as a broken line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// How bad it is.
    pub severity: Severity,
    /// The code of the kind of remark.
    pub code: String,
    /// The track concerned; a broken line is on none.
    pub track: Option<TrackId>,
    /// The events concerned, with the one to blame first.
    pub events: Vec<EventId>,
    /// The place of each event, as `log:line`.
    pub places: Vec<String>,
    /// What is wrong, in words.
    pub message: String,
}

impl Finding {
    /// Returns the finding as a remark, given where its events stand.
    #[must_use]
    pub fn remark(&self, place: impl Fn(EventId) -> Option<String>) -> Remark {
        Remark {
            severity: self.code.severity(),
            code: self.code.to_string(),
            track: Some(self.track.clone()),
            events: self.events.clone(),
            places: self.events.iter().filter_map(|id| place(*id)).collect(),
            message: self.message.clone(),
        }
    }
}
