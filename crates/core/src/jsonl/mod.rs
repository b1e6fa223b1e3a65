//! Strict JSON Lines, whatever they hold: lines of bounded length, and objects whose fields know where they stand.
//!
//! The codec of events is built on this, and so is every other file of JSON objects that people write by hand
//! (expectations, for one): a broken line is told with its place, and what was expected.
//!
//! A line is read in two steps, neither of which looks at a byte twice: [`Lines`] finds its end, and
//! [`Object::of_line`] its fields, which are then taken one by one. What is left at the end nobody knew
//! ([`Object::only`]).

mod error;
mod lines;
mod object;
mod place;
mod text;

pub use error::{JsonError, JsonProblem};
pub use lines::Lines;
pub use object::{Object, Value};
pub use place::{Excerpt, locate};
pub(crate) use text::write_plain;
pub use text::{write_list, write_text};

/// The greatest length of a line, without its line end: 1 MiB.
pub const LINE_MAX_BYTES: usize = 1024 * 1024;
