//! Events and states in other people's formats, one file a format.

mod changed;
pub mod cloudevents;
pub mod digest;
mod document;
pub mod flat;
pub mod ics;
pub mod json_ld;
mod meetings;
mod page;
pub mod parquet;
pub mod schema;
pub mod timeline;

use page::page;
