//! The NATO (Admiralty) code for how good a source and its information are.

use std::fmt;
use std::str::FromStr;

/// How reliable a source is, of the Admiralty code (NATO AJP-2.1): `A` completely, `B` usually, `C` fairly, `D` not
/// usually, `E` unreliable, `F` cannot be judged.
///
/// The order is that of quality: a better letter is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reliability {
    /// Cannot be judged.
    F,
    /// Unreliable.
    E,
    /// Not usually reliable.
    D,
    /// Fairly reliable.
    C,
    /// Usually reliable.
    B,
    /// Completely reliable.
    A,
}

/// How credible a piece of information is, of the Admiralty code: `1` confirmed, `2` probably true, `3` possibly true,
/// `4` doubtful, `5` improbable, `6` cannot be judged.
///
/// The order is that of quality: a better (smaller) number is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credibility {
    /// `6`: cannot be judged.
    CannotBeJudged,
    /// `5`: improbable.
    Improbable,
    /// `4`: doubtful.
    Doubtful,
    /// `3`: possibly true.
    PossiblyTrue,
    /// `2`: probably true.
    ProbablyTrue,
    /// `1`: confirmed by other sources.
    Confirmed,
}

/// A grade of the Admiralty code, as `B2`.
///
/// Grades compare by reliability, then by credibility; the better is the greater. So an `Option<Grade>` compares as the
/// rules want: no grade ranks below `F6`.
///
/// ```
/// use demarche_core::Grade;
///
/// let b2: Grade = "B2".parse()?;
/// let c1: Grade = "C1".parse()?;
/// assert!(b2 > c1);
/// assert!(None < Some("F6".parse::<Grade>()?));
/// // A floor is another question: both parts must reach it.
/// assert!(!c1.reaches("B3".parse()?));
/// assert!(b2.reaches("B3".parse()?));
/// # Ok::<(), demarche_core::GradeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grade {
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible the information is.
    pub credibility: Credibility,
}

/// The text is not a grade.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input:?} is not a grade: expected a letter A-F and a digit 1-6, such as B2")]
#[non_exhaustive]
pub struct GradeError {
    /// The text as it was given, cut after 100 characters.
    pub input: Box<str>,
}

/// The length of the text of a grade, in bytes.
const TEXT_BYTES: usize = 2;

impl Reliability {
    /// Every letter, the best first.
    pub const ALL: [Self; 6] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F];

    const fn letter(self) -> u8 {
        match self {
            Self::A => b'A',
            Self::B => b'B',
            Self::C => b'C',
            Self::D => b'D',
            Self::E => b'E',
            Self::F => b'F',
        }
    }
}

impl Credibility {
    /// Every number, the best first.
    pub const ALL: [Self; 6] = [
        Self::Confirmed,
        Self::ProbablyTrue,
        Self::PossiblyTrue,
        Self::Doubtful,
        Self::Improbable,
        Self::CannotBeJudged,
    ];

    const fn digit(self) -> u8 {
        match self {
            Self::Confirmed => b'1',
            Self::ProbablyTrue => b'2',
            Self::PossiblyTrue => b'3',
            Self::Doubtful => b'4',
            Self::Improbable => b'5',
            Self::CannotBeJudged => b'6',
        }
    }
}

impl Grade {
    /// Tells whether both parts are at least as good as those of another grade.
    #[must_use]
    pub fn reaches(self, floor: Self) -> bool {
        self.reliability >= floor.reliability && self.credibility >= floor.credibility
    }

    /// Writes the grade into the caller's buffer, without the formatting machinery of the standard library.
    #[allow(clippy::expect_used, reason = "both are ASCII")]
    pub(crate) fn encode(self, buffer: &mut [u8; TEXT_BYTES]) -> &str {
        *buffer = [self.reliability.letter(), self.credibility.digit()];
        std::str::from_utf8(buffer).expect("invariant: a letter and a figure")
    }

    /// Reads the text of a grade.
    #[inline]
    pub(crate) fn of_bytes(text: &[u8]) -> Option<Self> {
        let [letter, digit] = *text else { return None };
        let reliability = *Reliability::ALL.get(usize::from(letter.wrapping_sub(b'A')))?;
        let credibility = *Credibility::ALL.get(usize::from(digit.wrapping_sub(b'1')))?;
        Some(Self { reliability, credibility })
    }

    /// Returns a buffer for [`Grade::encode`].
    pub(crate) const fn buffer() -> [u8; TEXT_BYTES] {
        [0; TEXT_BYTES]
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.encode(&mut Self::buffer()))
    }
}

impl FromStr for Grade {
    type Err = GradeError;

    fn from_str(text: &str) -> Result<Self, GradeError> {
        Self::of_bytes(text.as_bytes()).ok_or_else(|| GradeError { input: crate::quote::cut(text) })
    }
}

impl serde::Serialize for Grade {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_read_back_and_are_ordered() {
        let mut last = None;
        for reliability in Reliability::ALL.into_iter().rev() {
            for credibility in Credibility::ALL.into_iter().rev() {
                let grade = Grade { reliability, credibility };
                assert_eq!(grade.to_string().parse(), Ok(grade));
                assert!(Some(grade) > last, "{grade} must be better than {last:?}");
                last = Some(grade);
            }
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", "B", "2B", "b2", "B0", "B7", "G1", "B22", "B2 ", "Б2"] {
            assert!(bad.parse::<Grade>().is_err(), "{bad:?}");
        }
    }
}
