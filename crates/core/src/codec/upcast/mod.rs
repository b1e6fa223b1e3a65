//! Upcasting: older schema versions are brought to the current one on reading, one step a version.
//!
//! A step works on the raw fields of a line, before anything is looked into, and knows only its own version and the
//! next. The line on disk is never rewritten. Old shapes live here and nowhere else.

mod v0;

use super::error::DecodeError;
use crate::jsonl::Object;

/// A step: from the version that is its index to the next.
pub(super) type Step = fn(&mut Object<'_>) -> Result<(), DecodeError>;

/// Every step there is; as many as the current version's number.
pub(super) const STEPS: [Step; super::CURRENT_VERSION as usize] = [v0::upcast];
