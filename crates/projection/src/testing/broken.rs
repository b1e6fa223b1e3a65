//! The report on a broken law.

use std::fmt;

use crate::ApplyError;

/// A law of projections (`docs/model.md` §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// Law 1.
    Permuting,
    /// Law 2.
    Duplicating,
    /// Law 3.
    Merging,
    /// Law 4, its first half.
    OneAtATime,
    /// Law 4, its second half.
    Snapshot,
    /// Law 5, along `recorded`.
    KnownAt,
    /// Law 5, along `occurred`.
    AsOf,
    /// Law 6.
    Retracting,
}

impl Law {
    /// Returns the law in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permuting => "permuting the log changes nothing",
            Self::Duplicating => "duplicating lines changes nothing",
            Self::Merging => "folding parts and merging equals folding the whole, for any cut",
            Self::OneAtATime => "folding one event at a time equals folding the batch",
            Self::Snapshot => "a snapshot plus the rest equals the whole",
            Self::KnownAt => "`known_at` equals the log filtered to what had been recorded",
            Self::AsOf => "`as_of` equals the log filtered to what had occurred, retractions kept",
            Self::Retracting => "retracting an event equals never having written it",
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Says that a projection breaks a law.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("broken law: {law}\n{how}, it must answer (-) and does answer (+):\n{}", difference(expected, found))]
pub struct Broken {
    /// The law.
    pub law: Law,
    /// What was done, such as "with the lines in another order".
    pub how: String,
    /// The expected answer, as its `Debug` prints it.
    pub expected: String,
    /// The actual answer.
    pub found: String,
}

impl Law {
    /// Compares an answer with the one that the law demands.
    pub(super) fn holds<A: PartialEq + fmt::Debug>(
        self,
        how: impl Into<String>,
        found: &Result<A, ApplyError>,
        expected: &Result<A, ApplyError>,
    ) -> Result<(), Broken> {
        if let (Ok(found), Ok(expected)) = (found, expected)
            && found == expected
        {
            return Ok(());
        }
        Err(Broken { law: self, how: how.into(), expected: shown(expected), found: shown(found) })
    }
}

fn shown<A: fmt::Debug>(answer: &Result<A, ApplyError>) -> String {
    match answer {
        Ok(answer) => format!("{answer:#?}"),
        Err(refused) => format!("refused: {refused}"),
    }
}

/// Returns the lines in which two texts differ, without the lines that they share at either end.
fn difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let start = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let (expected, found) = (expected.get(start..).unwrap_or_default(), found.get(start..).unwrap_or_default());
    let end = expected.iter().rev().zip(found.iter().rev()).take_while(|(a, b)| a == b).count();
    let marked = |mark: char, lines: &[&str]| -> String {
        lines.iter().take(lines.len() - end).map(|line| format!("{mark} {line}\n")).collect()
    };
    marked('-', expected) + &marked('+', found)
}
