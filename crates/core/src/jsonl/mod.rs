//! Strict JSON Lines of any kind: lines of bounded length, and objects whose fields know their places.
//!
//! The codec of events is built on this, and so are all other files of JSON objects that people write by hand, such as
//! expectations: the error for a broken line says where it is broken, and what was expected.
//!
//! A line is read in two steps, neither of which looks at a byte twice: [`Lines`] finds its end, and
//! [`Object::of_line`] its fields, which are then taken one by one. Fields that are left at the end are unknown
//! ([`Object::only`]).

mod error;
mod excerpt;
mod lines;
mod object;
mod text;

pub use error::{JsonError, JsonProblem};
pub use excerpt::{Excerpt, locate};
pub use lines::Lines;
pub use object::{Object, Value};
pub(crate) use text::write_plain;
pub use text::{write_list, write_text};

/// The maximum length of a line, without its line end: 1 MiB.
pub const LINE_MAX_BYTES: usize = 1024 * 1024;
