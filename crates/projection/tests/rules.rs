//! The rules of `docs/model.md`, one by one: given a log, when one asks, then the answer is so.
//!
//! What is expected was worked out by hand from the rules. Each example is put to the fold and to the oracle, so that
//! the oracle, against which the laws hold the fold, is itself held against something. Where nothing else is said, the
//! track is `t`, events are on record, of grade B2, and recorded at noon of the day on which they occurred.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::wildcard_enum_match_arm)]
// Examples read best with their JSON in place, and ask `as_of` as one speaks.
#![allow(clippy::needless_pass_by_value, clippy::wrong_self_convention)]
#![allow(dead_code, reason = "the modules are shared with the other tests")]
#![allow(unused_imports, unused_macros, reason = "the modules are shared with the other tests")]

mod naive;
mod support;

#[path = "rules/ahead.rs"]
mod ahead;
#[path = "rules/bounds.rs"]
mod bounds;
#[path = "rules/coming_round.rs"]
mod coming_round;
#[path = "rules/contested.rs"]
mod contested;
#[path = "rules/dates.rs"]
mod dates;
#[path = "rules/evidence.rs"]
mod evidence;
#[path = "rules/fixtures.rs"]
mod fixtures;
#[path = "rules/meetings.rs"]
mod meetings;
#[path = "rules/otherwise.rs"]
mod otherwise;
#[path = "rules/readings.rs"]
mod readings;
#[path = "rules/refusals.rs"]
mod refusals;
#[path = "rules/said_by.rs"]
mod said_by;
#[path = "rules/silence.rs"]
mod silence;
#[path = "rules/standing.rs"]
mod standing;
#[path = "rules/status.rs"]
mod status;
#[path = "rules/told.rs"]
mod told;
