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
        /// Who mediates; empty where it is not said.
        mediators: Vec<ActorId>,
    }
);
payload!(
    /// Somebody says that the track has stalled.
    TrackStalled {
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// Somebody says that the track moves again.
    TrackResumed {
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// The track has come to its end.
    TrackConcluded {
        /// How.
        outcome: TrackOutcome,
        /// In a sentence.
        summary: Option<Box<str>>,
    }
);
