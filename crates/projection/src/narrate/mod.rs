//! Plain words: a state in a sentence that could be read out, an event in a clause.
//!
//! The words are English, and the same for the same state. Names and texts of events stand in them as they are: who
//! prints them makes control characters visible first.

mod change;
mod clause;
mod dates;
mod names;
mod sentence;

pub use clause::clause;
pub use dates::{date_in_words, short_date};
pub use names::{actor_in_words, slug_in_words, speaker_in_words};
