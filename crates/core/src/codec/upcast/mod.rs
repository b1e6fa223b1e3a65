//! Upcasting: older schema versions are brought to the current one on reading, one step a version.
//!
//! A step works on the raw fields of a line, before their values are parsed, and knows only its own version and the
//! next. The line on disk is never rewritten. Old shapes live here and nowhere else.

mod v0;

use super::error::DecodeError;
use crate::jsonl::Object;

/// A step: from the version that is its index to the next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Only the number changes: a line of the older version with a new number is a line of the newer one.
    Number,
    /// Rewrites the fields.
    Fields(fn(&mut Object<'_>) -> Result<(), DecodeError>),
}

/// All steps, as many as the number of the current version.
///
/// Version 2 added `entered_by`, the `mediators` of a track, the `mode` of meetings, the `venue` of a rescheduling, the
/// type `meeting_declined`, and the `effective` date and the effect `threatened` of measures. All of them are optional.
/// Version 3 added the type `event_redacted`.
pub(super) const STEPS: [Step; super::CURRENT_VERSION as usize] =
    [Step::Fields(v0::upcast), Step::Number, Step::Number];
