//! The event: who claimed what about a meeting, a proposal, an agreement, as immutable, attributed facts.
//!
//! A journal of diplomacy is a set of [`Event`]s, one JSON object a line. Each has two times (when it `occurred`,
//! often imprecise; when it was `recorded`, always exact), names its [`Source`] with how it was attributed and how
//! good it is, and carries one of 26 payloads ([`Payload`]). Nothing is edited: a denial and a correction are events,
//! too.
//!
//! ```
//! use demarche_core::codec::{Reader, encode};
//!
//! let log = concat!(
//!     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":3,"type":"meeting_held","track":"us-ru/irritants","#,
//!     r#""occurred":"2025-02-27","recorded":"2025-10-23T08:00:00Z","#,
//!     r#""source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"round-1"}}"#,
//!     "\n",
//! );
//! for entry in Reader::new(log.as_bytes()) {
//!     let entry = entry?;
//!     assert_eq!(entry.event.track.as_str(), "us-ru/irritants");
//!     assert_eq!(encode(&entry.event) + "\n", log);
//! }
//! # Ok::<(), demarche_core::codec::ReadError>(())
//! ```
//!
//! What is valid is valid by its type: [`TrackId`], [`ActorId`], [`Edtf`], [`Grade`], [`Instant`] and the like have one
//! constructor each, so nobody who holds an [`Event`] need check it again. The crate does no I/O except through the
//! readers and writers handed in, and uses neither clock nor environment.
//!
//! # From here to a service
//!
//! A service opens a journal, appends, folds, asks and follows. The ten lines that do so are on the front page of
//! [`demarche-journal`], the file that keeps events; [`demarche-projection`] folds them and says where talks stand. To
//! make an event in code, fill in an [`Event`]: its fields are public, and it says how each is made.
//!
//! [`demarche-journal`]: https://docs.rs/demarche-journal
//! [`demarche-projection`]: https://docs.rs/demarche-projection
//!
//! # Features
//!
//! * `proptest`: strategies for every newtype, event and whole logs (`strategy`).

pub mod codec;
mod edtf;
mod erasing;
mod event;
// The compact form in which `demarche-projection` folds lines, and the strict JSON reader beneath the codec. Both are
// for the crates of this workspace, and change with them.
#[doc(hidden)]
pub mod facts;
mod grade;
mod hash;
mod id;
mod instant;
#[doc(hidden)]
pub mod jsonl;
mod name;
mod pattern;
mod payload;
mod quote;
mod simd;
mod source;
#[cfg(feature = "proptest")]
pub mod strategy;
mod vocabulary;

/// The crate behind [`Instant`], re-exported so that versions agree.
pub use chrono;
/// The crate behind [`EventId`], re-exported so that versions agree.
pub use uuid;

pub use edtf::{DateBounds, Edtf, EdtfError, EdtfProblem, Occurred, OccurredError};
pub use erasing::ERASED;
pub use event::{Event, EventOrder, heard};
pub use grade::{Credibility, Grade, GradeError, Reliability};
pub use hash::{Hash, HashError};
pub use id::{EventId, IdError};
pub use instant::{Instant, InstantError};
pub use name::{
    ActorId, AgreementId, ExchangeId, IssueId, MeasureId, MeetingId, NameError, NameProblem, PATH_MAX_SEGMENTS,
    ProposalId, SEGMENT_MAX_BYTES, TopicId, TrackId,
};
pub use pattern::{PatternError, TrackPattern};
pub use payload::{
    AgreementEnded, AgreementReached, ClaimConfirmed, ClaimDenied, ClaimWithdrawn, Claims, EventRedacted,
    EventRetracted, ExchangeCompleted, IssueRaised, IssueResolved, MeasureTaken, MeetingCancelled, MeetingDeclined,
    MeetingHeld, MeetingPostponed, MeetingProposed, MeetingRelocated, MeetingRescheduled, MeetingScheduled, Payload,
    ProposalAnswered, ProposalMade, StatementMade, TrackConcluded, TrackOpened, TrackResumed, TrackStalled,
};
pub use source::Source;
pub use vocabulary::{
    AgreementEnd, AgreementStage, Answer, Attribution, EventType, ExchangeOf, Extent, MeasureEffect, MeasureOf,
    MeetingFormat, MeetingLevel, MeetingMode, Stance, TextField, TrackKind, TrackOutcome, WordError,
};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
