//! Events and states in other people's formats, one file per format.
//!
//! An export takes an iterator of events, states or dossiers, each of which may be an error. It keeps none of them, so
//! memory does not grow with the log. For values that exist already, `.map(Ok)` fits.
//!
//! ```
//! use demarche_interop::export::flat::Table;
//! use demarche_projection::Fold;
//! use demarche_projection::query::Query;
//!
//! # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
//! # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()])?;
//! let query = Query::default();
//! let states = fold.tracks().into_iter().filter_map(|track| fold.state(track, &query).transpose());
//! let mut csv = Vec::new();
//! Table::of_states(states, &query).write_csv(&mut csv)?;
//! assert!(String::from_utf8(csv)?.contains("\nus-ru,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod cloudevents;
pub mod digest;
mod document;
mod error;
pub mod flat;
#[cfg(feature = "icalendar")]
pub mod ics;
pub mod json_ld;
mod meetings;
mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod schema;
pub mod timeline;
mod titles;

pub use error::ExportError;
