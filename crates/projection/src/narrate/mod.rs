//! Plain words: a state in a sentence to be read aloud, an event in a clause.
//!
//! The words are English, and the same for the same state and the same [`Names`]. Names and texts of events appear
//! unchanged: make control characters visible before you print them. Whatever stands alone on a line begins with a
//! capital letter; a [`clause`] is part of a sentence.

mod change;
mod clause;
mod dates;
mod dissent;
mod names;
mod rest;
mod said;
mod sentence;

pub use clause::clause;
pub use dates::{Preposition, date_in_words, dated, period_in_words, short_date};
pub use names::{NAME_MAX_CHARS, Names, NamesError, NamesProblem, slug_in_words};
