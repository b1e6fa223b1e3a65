//! Whether dates can mean the same day.

use demarche_core::{DateBounds, Instant};

/// Tells whether two dates have a day (UTC) in common. A missing date shares a day with any date.
pub(crate) fn in_common(one: Option<DateBounds>, other: Option<DateBounds>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    begins_by(one, other) && begins_by(other, one)
}

/// Tells whether a date begins on the last day of another, or before it.
fn begins_by((earliest, _): DateBounds, (_, latest): DateBounds) -> bool {
    match (earliest, latest) {
        (Some(earliest), Some(latest)) => earliest.date() <= latest.date(),
        _ => true,
    }
}

/// Tells whether a date holds all of another date, and more.
pub(crate) fn strictly_contains(wide: DateBounds, narrow: DateBounds) -> bool {
    let begins = wide.0.is_none_or(|wide| narrow.0.is_some_and(|narrow| wide <= narrow));
    let ends = wide.1.is_none_or(|wide| narrow.1.is_some_and(|narrow| narrow <= wide));
    begins && ends && wide != narrow
}

/// Tells whether a date has certainly passed at an instant.
pub(crate) fn is_past((_, latest): DateBounds, today: Instant) -> bool {
    latest.is_some_and(|latest| latest < today)
}
