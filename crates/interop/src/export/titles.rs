//! What tracks and meetings are called: their titles, or their names if the title is missing or blank.

use demarche_projection::narrate::slug_in_words;
use demarche_projection::state::{Meeting, TrackState};

/// Returns a text unless it is blank: the codec admits blank titles and summaries.
pub(super) fn shown(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// Returns the title of a track, or else its name.
pub(super) fn of_track(state: &TrackState) -> &str {
    shown(state.title.as_deref()).unwrap_or(state.track.as_str())
}

/// Returns the title of a meeting, or else its name in words.
pub(super) fn of_meeting(meeting: &Meeting) -> String {
    shown(meeting.title.as_deref()).map_or_else(|| slug_in_words(meeting.name.as_str()), str::to_owned)
}
