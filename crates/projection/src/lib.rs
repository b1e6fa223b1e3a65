//! The fold: where every track of a journal stands.
mod diff;
mod event_set;
mod expectation;
mod findings;
mod fold;
#[cfg(feature = "testing")]
pub mod laws;
pub mod narrate;
mod projection;
mod query;
mod reading;
mod rollup;
mod standing;
mod state;
mod status;
mod view;

pub use diff::{Change, ChangeKind, ChangeView, diff};
pub use event_set::{Applied, Conflict, EventSet};
pub use expectation::{Expectation, ExpectationError, ExpectationProblem, Found, Unmet, read_expectations};
pub use findings::{Finding, FindingCode, FindingCodeError, FindingView, Severity};
pub use fold::Fold;
pub use projection::{Projection, Replay};
pub use query::{Bounds, DEFAULT_PATIENCE_DAYS, Patience, Query, moment};
pub use reading::{Reading, ReadingError};
pub use rollup::{Node, rollup};
pub use standing::Standing;
pub use state::{Agreement, Dispute, Issue, Meeting, Proposal, TrackState};
pub use status::{Phase, Rule, Status, StatusError};
pub use view::{FullView, TrackView, event_json};
