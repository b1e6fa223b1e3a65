//! The vocabulary of findings: codes and severities.

use std::fmt;
use std::str::FromStr;

/// How bad a finding is. Worse is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is wrong, but somebody should know.
    Note,
    /// It may be right, but is worth a look.
    Warning,
    /// The journal says something that cannot be meant.
    Error,
}

impl Severity {
    /// Returns the word for the severity.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Defines the codes: for each its text, its severity, what it means and what to do.
macro_rules! codes {
    ($( $code:ident = $text:literal, $severity:ident, $meaning:literal, $remedy:literal; )+) => {
        /// What is strange (`docs/model.md` §6).
        ///
        /// Exhaustive on purpose: code that explains findings must explain each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingCode {
            $(
                #[doc = concat!("`", $text, "`: ", $meaning, ".")]
                #[doc = ""]
                #[doc = concat!("What to do: ", $remedy, ".")]
                $code,
            )+
        }

        impl FindingCode {
            /// Every code, the errors first, then the warnings, then the notes.
            pub const ALL: &'static [Self] = &[$( Self::$code, )+];

            /// The texts of every code, in the same order.
            pub const WORDS: &'static [&'static str] = &[$( $text, )+];

            /// Returns the code as it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$code => $text, )+ }
            }

            /// Returns how bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $( Self::$code => Severity::$severity, )+ }
            }

            /// Returns what it means, in a lowercase fragment of a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$code => $meaning, )+ }
            }

            /// Returns what to do about it, in a lowercase fragment of a sentence.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $( Self::$code => $remedy, )+ }
            }
        }
    };
}

codes! {
    RetractionCycle = "retraction-cycle", Error,
        "retractions retract each other in a circle, or one retracts itself: all of them are void",
        "find out which entry was the mistake, and retract that one by a new event";
    UnknownTarget = "unknown-target", Error,
        "a claim, a retraction or a redaction names an event that is not there",
        "add the journal in which that event stands, or retract this one and name the right event";
    ForeignTarget = "foreign-target", Error,
        "a claim, a retraction or a redaction names an event of another track, on which it can't act",
        "retract it, and enter it on the track of that event";
    HeldAfterCancellation = "held-after-cancellation", Warning,
        "a meeting took place after it had been cancelled, and nobody had proposed or scheduled it anew",
        "enter how it came back, or look whether the cancellation or the meeting is another one";
    NeverAnnounced = "never-announced", Warning,
        "a meeting was held or cancelled, and nobody had proposed or scheduled it before",
        "enter the announcement, where there was one; surprises are real, too";
    NoOutcome = "no-outcome", Warning,
        "a scheduled meeting's date passed longer ago than the patience lasts, and nobody has said what came of it",
        "find out whether it took place, and enter that";
    RecordedEarly = "recorded-early", Warning,
        "an event was recorded before it can have occurred",
        "correct its date; what is only expected is a proposal or a date, and not a meeting held";
    EndsAhead = "ends-ahead", Warning,
        "an event's date is an interval whose end had not come when it was recorded",
        "correct its date, or leave its end open, as in `2025-10-20/..`";
    TiedOrder = "tied-order", Warning,
        "two entries tie in when they occurred and were recorded, and say different things: only their ids order them",
        "enter the one that was told later anew, with a later `--recorded`, and retract it where it stands";
    RecordedAhead = "recorded-ahead", Warning,
        "an event was recorded in the future of the clock, by more than a day",
        "take its line out of the log and enter it anew: a retraction does not change when it was recorded";
    TrackNotOpened = "track-not-opened", Warning,
        "a track has events, and was never opened: it has neither title nor kind nor parties",
        "enter a `track_opened`, or look whether the track's name is misspelt";
    ForeignWithdrawal = "foreign-withdrawal", Warning,
        "a withdrawal names what somebody else said, on which it can't act",
        "enter a denial instead, or correct who is said to have spoken";
    UnmadeProposal = "unmade-proposal", Warning,
        "a proposal was answered, and nobody made it",
        "enter the proposal, or look whether its name is misspelt";
    DeadlinePassed = "deadline-passed", Warning,
        "a proposal awaits its answer, and its deadline has passed",
        "find out what was answered, or until when it was put off";
    DoubleBooked = "double-booked", Warning,
        "two meetings of a track were held at the same time and venue: they may be one under two names",
        "retract the one, and enter what was said of it under the other's name";
    WeakOverturn = "weak-overturn", Warning,
        "a claim graded below B3, or ungraded, takes a matter elsewhere than a claim graded B3 or better had",
        "look for a better source; a denial, or a confirmation of the firm claim, tells what to hold of it";
    OpenDispute = "open-dispute", Note,
        "a claim is denied, and its source has not taken it back",
        "read both; nothing need be done";
}

/// The word is not the code of a finding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no finding: expected {}", FindingCode::WORDS.join(", "))]
#[non_exhaustive]
pub struct FindingCodeError {
    /// The word as it was given, cut after 100 characters.
    pub found: Box<str>,
}

impl FromStr for FindingCode {
    type Err = FindingCodeError;

    fn from_str(text: &str) -> Result<Self, FindingCodeError> {
        let found = Self::ALL.iter().find(|code| code.as_str() == text);
        found.copied().ok_or_else(|| FindingCodeError { found: text.chars().take(100).collect::<String>().into() })
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for FindingCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl serde::Serialize for Severity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
