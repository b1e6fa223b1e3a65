//! Strategies for property tests: every newtype, every payload, events and whole logs (feature `proptest`).
//!
//! There are two worlds. The functions here use the *whole* input space: any text, names up to their limits, every form
//! of a date, any valid instant; they are for the codec and for code that must accept any event. [`log`] and [`log_of`]
//! draw from a [`small`] world instead, with few tracks, actors, meetings and days, so that events collide: they are
//! for folds, whose mistakes show only where events tie, contradict, deny and retract each other.
//!
//! ```
//! use demarche_core::strategy;
//! use proptest::prelude::*;
//! use proptest::test_runner::TestRunner;
//!
//! let ids_are_kept = |events: Vec<demarche_core::Event>| {
//!     for event in &events {
//!         let line = demarche_core::codec::encode(event);
//!         prop_assert_eq!(demarche_core::codec::decode(line.as_bytes()).unwrap().id, event.id);
//!     }
//!     Ok(())
//! };
//! TestRunner::deterministic().run(&strategy::log_of(0..=8), ids_are_kept).unwrap();
//! ```

mod dates;
mod event;
mod log;
mod names;
mod parts;
mod payloads;
pub mod small;
mod words;

pub use dates::{edtf, instant, occurred};
pub use event::{claims, event, event_id, grade, hash, source, text};
pub use log::{log, log_of};
pub use names::{
    actor_id, agreement_id, exchange_id, issue_id, measure_id, meeting_id, proposal_id, topic_id, track_id,
};
pub use payloads::{
    agreement_ended, agreement_reached, claim_confirmed, claim_denied, claim_withdrawn, event_redacted,
    event_retracted, exchange_completed, issue_raised, issue_resolved, measure_taken, meeting_cancelled,
    meeting_declined, meeting_held, meeting_postponed, meeting_proposed, meeting_relocated, meeting_rescheduled,
    meeting_scheduled, payload, payload_of, proposal_answered, proposal_made, statement_made, track_concluded,
    track_opened, track_resumed, track_stalled,
};
pub use words::{
    agreement_end, agreement_stage, answer, attribution, event_type, exchange_of, extent, measure_effect, measure_of,
    meeting_format, meeting_level, meeting_mode, stance, text_field, track_kind, track_outcome,
};

/// Parses a text that a generator made.
///
/// # Panics
///
/// If the text is invalid: either the generator or the parser is wrong, and the test must say so instead of skipping
/// the case.
#[allow(clippy::panic, reason = "used by tests only, and a silent filter would hide a parser that refuses too much")]
fn made<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Display,
{
    match text.parse() {
        Ok(value) => value,
        Err(error) => panic!("a generator made an invalid text: {error}"),
    }
}
