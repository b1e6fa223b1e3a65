//! Names: what tracks, actors, meetings and the rest are called.
//!
//! A *slug* is a segment of `[a-z0-9-]`, not empty, at most [`SEGMENT_MAX_BYTES`] long, neither starting nor ending in
//! `-`. Tracks and actors are *paths*: one to [`PATH_MAX_SEGMENTS`] slugs joined by `/`. Everything else has a single
//! slug. The alphabet is small on purpose: a name is safe in a file name, a URL, a table and a terminal as it stands.

mod measure;

use std::fmt;
use std::str::FromStr;

pub(crate) use measure::{path_at, slug_at};

/// The maximum length of a segment, in bytes.
pub const SEGMENT_MAX_BYTES: usize = 64;

/// The maximum number of segments in the name of a track or an actor.
pub const PATH_MAX_SEGMENTS: usize = 8;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input:?} is not {what}: {reason}")]
#[non_exhaustive]
pub struct NameError {
    /// The text as it was given, cut after 100 characters.
    pub input: Box<str>,
    /// What it should have been, with its article: `a track`.
    pub what: &'static str,
    /// What is wrong with it.
    pub reason: NameProblem,
}

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// The text is empty.
    #[error("it is empty")]
    Empty,
    /// Two slashes in a row, or one at either end.
    #[error("it has an empty segment")]
    EmptySegment,
    /// A character outside `[a-z0-9-]`.
    #[error("{0:?} is not one of a-z, 0-9 and -")]
    Character(char),
    /// A segment starts or ends in `-`.
    #[error("a segment must not start or end in -")]
    Hyphen,
    /// A segment is longer than [`SEGMENT_MAX_BYTES`].
    #[error("a segment has {0} bytes, and {SEGMENT_MAX_BYTES} is the limit")]
    SegmentTooLong(usize),
    /// A path has more than [`PATH_MAX_SEGMENTS`] segments.
    #[error("it has {0} segments, and {PATH_MAX_SEGMENTS} is the limit")]
    TooDeep(usize),
    /// A `/` in a name of one segment.
    #[error("it is a single name, and has no /")]
    Slash,
}

const fn is_slug_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')
}

fn check_segment(segment: &str) -> Result<(), NameProblem> {
    let bytes = segment.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return Err(NameProblem::EmptySegment);
    };
    if !bytes.iter().all(|byte| is_slug_byte(*byte)) {
        let is_odd = |c: &char| !u8::try_from(*c).is_ok_and(is_slug_byte);
        return Err(segment.chars().find(is_odd).map_or(NameProblem::EmptySegment, NameProblem::Character));
    }
    if bytes.len() > SEGMENT_MAX_BYTES {
        return Err(NameProblem::SegmentTooLong(bytes.len()));
    }
    if *first == b'-' || *last == b'-' {
        return Err(NameProblem::Hyphen);
    }
    Ok(())
}

fn check_path(text: &str) -> Result<(), NameProblem> {
    if is_path(text.as_bytes()) {
        return Ok(());
    }
    if text.is_empty() {
        return Err(NameProblem::Empty);
    }
    text.split('/').try_for_each(check_segment)?;
    Err(NameProblem::TooDeep(text.split('/').count()))
}

/// Tells whether a text is a path. If it is not, a second check finds out why.
fn is_path(text: &[u8]) -> bool {
    path_at(text) == Some(text.len())
}

fn check_single(text: &str) -> Result<(), NameProblem> {
    if slug_at(text.as_bytes()) == Some(text.len()) {
        return Ok(());
    }
    if text.is_empty() {
        return Err(NameProblem::Empty);
    }
    if text.contains('/') {
        return Err(NameProblem::Slash);
    }
    check_segment(text)
}

/// Defines a validated name: a private text with one constructor.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Makes the name from its text.
            ///
            /// # Errors
            ///
            /// A [`NameError`] that says what is wrong with the text.
            pub fn new(text: &str) -> Result<Self, NameError> {
                match $check(text) {
                    Ok(()) => Ok(Self(text.into())),
                    Err(reason) => Err(NameError { input: crate::quote::cut(text), what: $what, reason }),
                }
            }

            /// Tells whether a text is a valid name of this kind.
            #[must_use]
            pub fn is_valid(text: &str) -> bool {
                $check(text).is_ok()
            }

            /// Makes the name from a text that is known to be one.
            pub(crate) fn of_valid(text: &str) -> Self {
                debug_assert!(Self::is_valid(text), "{text:?} was taken for {}", $what);
                Self(text.into())
            }

            /// Returns the text of the name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

name!(
    /// The name of a track, a path: `us-ru/irritants/direct-flights`.
    ///
    /// A track is the unit of consistency: claims about claims and retractions act within one track only, so tracks
    /// fold independently of each other.
    ///
    /// ```
    /// use demarche_core::TrackId;
    ///
    /// let flights = TrackId::new("us-ru/irritants/direct-flights")?;
    /// assert_eq!(flights.parent(), Some(TrackId::new("us-ru/irritants")?));
    /// assert_eq!(flights.depth(), 3);
    /// assert!(TrackId::new("US–RU").is_err());
    /// # Ok::<(), demarche_core::NameError>(())
    /// ```
    TrackId,
    "a track",
    check_path
);
name!(
    /// The name of somebody who speaks or acts, a path: `ru/mfa`, `us/white-house`, `the-telegraph`.
    ///
    /// Its first segment is the party to which it belongs.
    ///
    /// ```
    /// use demarche_core::ActorId;
    ///
    /// let spokesman = ActorId::new("ru/kremlin/peskov")?;
    /// let russia = ActorId::new("ru")?;
    /// assert_eq!(spokesman.party(), russia);
    /// assert!(spokesman.is_within(&russia));
    /// assert!(!ActorId::new("rus")?.is_within(&russia));
    /// # Ok::<(), demarche_core::NameError>(())
    /// ```
    ActorId,
    "an actor",
    check_path
);
name!(
    /// The name of a meeting, unique within its track: `round-3`.
    MeetingId,
    "a meeting's name",
    check_single
);
name!(
    /// The name of a proposal, unique within its track: `one-more-year`.
    ProposalId,
    "a proposal's name",
    check_single
);
name!(
    /// The name of an agreement, unique within its track: `istanbul-protocol`.
    AgreementId,
    "an agreement's name",
    check_single
);
name!(
    /// The name of an issue on the agenda, unique within its track: `visas`.
    IssueId,
    "an issue's name",
    check_single
);
name!(
    /// The name of an exchange, unique within its track: `february-swap`.
    ExchangeId,
    "an exchange's name",
    check_single
);
name!(
    /// The name of a measure, unique within its track: `oil-sanctions`.
    MeasureId,
    "a measure's name",
    check_single
);
name!(
    /// The name of the subject of a statement: a meeting, proposal, agreement or issue of its track.
    TopicId,
    "a name",
    check_single
);

impl TrackId {
    /// Returns the track above, which need not exist, or `None` for a track of one segment.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        // A part of a valid path that ends before a slash is a valid path.
        self.0.rsplit_once('/').map(|(above, _)| Self(above.into()))
    }

    /// Returns the number of segments, 1 to [`PATH_MAX_SEGMENTS`].
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.split('/').count()
    }

    /// Returns the last segment of the path.
    #[must_use]
    pub fn last_segment(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, last)| last)
    }

    /// Tells whether this track lies anywhere beneath the other (a track does not lie beneath itself).
    #[must_use]
    pub fn is_beneath(&self, above: &Self) -> bool {
        is_beneath(&self.0, &above.0)
    }
}

impl ActorId {
    /// Returns the party to which the actor belongs: its first segment.
    #[must_use]
    pub fn party(&self) -> Self {
        let party = self.0.split_once('/').map_or(&*self.0, |(party, _)| party);
        Self(party.into())
    }

    /// Tells whether this is the given actor or one beneath it, as `ru/mfa` is within `ru`.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self == other || is_beneath(&self.0, &other.0)
    }
}

fn is_beneath(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn problem(text: &str) -> NameProblem {
        TrackId::new(text).unwrap_err().reason
    }

    #[test]
    fn a_track_is_one_to_eight_slugs() {
        for good in ["a", "us-ru", "us-ru/irritants/direct-flights", "1/2/3/4/5/6/7/8", "a--b"] {
            assert_eq!(TrackId::new(good).unwrap().as_str(), good);
        }
        assert_eq!(problem(""), NameProblem::Empty);
        assert_eq!(problem("a//b"), NameProblem::EmptySegment);
        assert_eq!(problem("/a"), NameProblem::EmptySegment);
        assert_eq!(problem("a/"), NameProblem::EmptySegment);
        assert_eq!(problem("a/-b"), NameProblem::Hyphen);
        assert_eq!(problem("a-/b"), NameProblem::Hyphen);
        assert_eq!(problem("Us"), NameProblem::Character('U'));
        assert_eq!(problem("a b"), NameProblem::Character(' '));
        assert_eq!(problem("é"), NameProblem::Character('é'));
        assert_eq!(problem("1/2/3/4/5/6/7/8/9"), NameProblem::TooDeep(9));
        assert_eq!(problem(&"a".repeat(65)), NameProblem::SegmentTooLong(65));
        assert!(TrackId::new(&"a".repeat(64)).is_ok());
    }

    #[test]
    fn a_meeting_is_one_slug() {
        assert!(MeetingId::new("round-3").is_ok());
        assert_eq!(MeetingId::new("a/b").unwrap_err().reason, NameProblem::Slash);
        assert_eq!(
            MeetingId::new("Round 3").unwrap_err().to_string(),
            "\"Round 3\" is not a meeting's name: 'R' is not one of a-z, 0-9 and -"
        );
    }

    #[test]
    fn paths_know_what_is_above() {
        let track = TrackId::new("a/b/c").unwrap();
        assert_eq!(track.parent().unwrap().as_str(), "a/b");
        assert_eq!(track.last_segment(), "c");
        assert!(track.is_beneath(&TrackId::new("a").unwrap()));
        assert!(!track.is_beneath(&track));
        assert!(!TrackId::new("ab").unwrap().is_beneath(&TrackId::new("a").unwrap()));
        assert_eq!(TrackId::new("a").unwrap().parent(), None);
    }
}
