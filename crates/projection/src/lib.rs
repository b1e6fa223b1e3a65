//! The fold: where every track of a journal stands, since when, which events decide that, and who says otherwise.
//!
//! [`Fold`] takes events in any order, one by one, in batches or as parts that merge, and answers any
//! [`Query`](query::Query) without reading them again. A query has two bounds (what had occurred, what was on record),
//! an instant at which tracks are judged, a [`Reading`](query::Reading) that says whose words count, and a patience
//! with silence. `docs/model.md` has the rules.
//!
//! ```
//! use demarche_core::codec::Reader;
//! use demarche_projection::Fold;
//! use demarche_projection::query::{Query, Reading};
//! use demarche_projection::state::Status;
//!
//! # let log = concat!(
//! #     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_scheduled","track":"us-ru/leaders","occurred":"2025-10-20","recorded":"2025-10-21T08:00:00Z","source":{"who":"hu/orban","attribution":"on_record","grade":"B2"},"data":{"meeting":"budapest","when":"2025-11"}}"#, "\n",
//! #     r#"{"id":"0199f3c0-5a00-7000-8000-000000000002","v":1,"type":"meeting_cancelled","track":"us-ru/leaders","occurred":"2025-10-22","recorded":"2025-10-22T08:00:00Z","source":{"who":"the-telegraph","attribution":"media","grade":"C3"},"data":{"meeting":"budapest"}}"#, "\n",
//! #     r#"{"id":"0199f3c0-5a00-7000-8000-000000000003","v":1,"type":"claim_denied","track":"us-ru/leaders","occurred":"2025-10-22","recorded":"2025-10-23T08:00:00Z","source":{"who":"ru/kremlin/peskov","attribution":"on_record","grade":"B2"},"data":{"claims":["0199f3c0-5a00-7000-8000-000000000002"]}}"#, "\n",
//! # );
//! // A newspaper calls a summit off, and the Kremlin's spokesman denies that.
//! let mut fold = Fold::new();
//! for entry in Reader::new(log.as_bytes()) {
//!     fold.apply(entry?.event)?;
//! }
//! let states = fold.states(&Query::default())?;
//! assert_eq!(states[0].status, Status::Scheduled);
//! assert_eq!(states[0].contested.len(), 1);
//!
//! let latest = Query { reading: Reading::Latest, ..Query::default() };
//! assert_eq!(fold.states(&latest)?[0].status, Status::Cancelled);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | where | what |
//! | --- | --- |
//! | [`Fold`] | events as a set, and the fold over it |
//! | [`Watch`] | each change, as events come and time goes by |
//! | [`query`] | what to ask: [bounds](query::Bounds), [readings](query::Reading), [patience](query::Patience) |
//! | [`state`] | the answer: [a track's state](state::TrackState), which serialises as JSON |
//! | | [a track in full](state::Dossier), [statuses over time](state::Spell), [the tree of tracks](state::rollup()) |
//! | [`diff`] | what changed between two pictures |
//! | [`findings`] | what is strange in a journal, though valid |
//! | [`expectation`] | what a journal must say, and whether it does |
//! | [`stats`] | what is in a journal, counted |
//! | [`narrate`] | the answer in words |
//! | [`Projection`], `testing` | your projections over the same events, and the laws that they should keep |
//!
//! A service opens a journal, appends, folds, asks and follows. The ten lines that do so are on the front page of
//! [`demarche-journal`](https://docs.rs/demarche-journal), which keeps the events in a file.
//!
//! The crate is pure: no I/O except through what it is handed, no clock, no environment, no order that depends on a
//! hash.
//!
//! # Features
//!
//! * `parallel`: [`Batches`] are computed on the threads of the current pool of `rayon`. Off by default.
//! * `testing`: the laws of `docs/model.md` §5 as property tests for your projections (`testing`).

mod agenda;
mod choice;
mod compare;
pub mod diff;
mod dossier;
pub mod expectation;
pub mod findings;
mod fold;
mod json;
mod milestone;
pub mod narrate;
mod parallel;
mod projection;
pub mod query;
mod reading;
mod rollup;
mod standing;
pub mod state;
pub mod stats;
mod status;
mod tally;
#[cfg(feature = "testing")]
pub mod testing;
mod watch;

pub use fold::{Along, Applied, ApplyError, Batches, Beneath, Conflict, Fold, LogChanged, Sides, Track};
pub use projection::{Projection, Replay};
pub use watch::{News, NewsView, Watch};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
