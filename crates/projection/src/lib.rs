//! The fold: where every track of a journal stands, since when, which events decide that, and who says otherwise.
//!
//! [`Fold`] takes events in any order, one by one, in batches or as parts that merge, and answers any [`Query`] without
//! reading them again. A query has two bounds (what had occurred, what was on record), an instant at which tracks are
//! judged, a [`Reading`] that says whose words count, and a patience with silence. `docs/model.md` has the rules.
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
//! | [`Spell`] | the statuses of a track over time |
//! | [`Standing`], [`Reading`] | which claims count |
//! | [`TrackState`], [`Status`], [`Rule`], [`rollup`] | the answer, which serialises as JSON, and the tree of answers |
//! | [`Dossier`], [`Meeting`], [`Proposal`] | a track in full |
//! | [`Watch`] | each change, as events come and time goes by |
//! | [`diff`](diff()), [`Finding`], [`Expectation`] | what changed, what is strange, what was expected |
//! | [`Stats`] | what is in a journal, counted |
//! | [`narrate`] | the answer in words |
//! | [`Projection`], `laws` | your projections over the same events, and the laws that they should keep |
//!
//! The crate is pure: no I/O except through what it is handed, no clock, no environment, no order that depends on a
//! hash.
//!
//! # Features
//!
//! * `parallel`: [`Batches`] are computed on the threads of the current pool of `rayon`. Off by default.
//! * `testing`: the laws of `docs/model.md` §5 as property tests for your projections (`laws`).

mod agenda;
mod course;
mod diff;
mod dossier;
mod expectation;
mod findings;
mod fold;
mod json;
#[cfg(feature = "testing")]
pub mod laws;
pub mod narrate;
mod parallel;
mod projection;
mod query;
mod reading;
mod rollup;
mod standing;
mod state;
mod stats;
mod status;
mod tally;
mod watch;

pub use agenda::{AgendaItem, AgendaView, Dated, Tense};
pub use course::Course;
pub use diff::{Change, ChangeKind, ChangeView, diff};
pub use dossier::{Agreement, Dossier, DossierView, Issue, Meeting, MeetingEntry, Proposal, event_json};
pub use expectation::{Expectation, ExpectationError, ExpectationProblem, Found, Unmet, read_expectations};
pub use findings::{
    CLOCKS_DIFFER_DAYS, Finding, FindingCode, FindingCodeError, FindingView, KnownNames, NameKind, Severity, Slip,
    is_ahead,
};
pub use fold::{
    Along, Applied, ApplyError, Batches, Beneath, Conflict, Fold, LogChanged, Sides, Spell, SpellView, Track,
};
pub use projection::{Projection, Replay};
pub use query::{Bounds, DEFAULT_PATIENCE_DAYS, Patience, Query, moment};
pub use reading::{Reading, ReadingError};
pub use rollup::{Node, rollup};
pub use standing::Standing;
pub use state::{Ahead, AheadKind, Appointment, Because, Dispute, LastMeeting, TrackState};
pub use stats::{Span, Stats};
pub use status::{Phase, Rule, Status, StatusError};
pub use tally::Tally;
pub use watch::{News, NewsView, Watch};
