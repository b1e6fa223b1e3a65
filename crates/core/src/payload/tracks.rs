//! Payloads on a track as a whole.

use super::payload;
use crate::{ActorId, TrackKind, TrackOutcome};

payload!(
    /// Names the track.
    TrackOpened {
        /// What the track is called.
        title: Box<str>,
        /// What kind of undertaking it is.
        kind: TrackKind,
        /// Whose track it is.
        parties: Vec<ActorId>,
        /// Who mediates; empty if not given.
        mediators: Vec<ActorId>,
    }
);
payload!(
    /// Somebody says that the track has stalled.
    TrackStalled {
        /// The reason.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// Somebody says that the track moves again.
    TrackResumed {
        /// The reason.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// The track has come to its end.
    TrackConcluded {
        /// How it ended.
        outcome: TrackOutcome,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
    }
);
