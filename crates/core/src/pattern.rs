//! Patterns of track names, matched in time that is bounded by the lengths of the pattern and the name.

use crate::TrackId;

/// A pattern of track names.
///
/// `*` stands for any characters within a segment, `?` for one, `[a-d]` and `[!a-d]` for one of a set or outside it.
/// `**` is a whole segment: between two `/` it stands for any number of segments, at the end for the rest.
///
/// A match takes at most a step for each character of the name and each of the pattern, however many `*` there are.
///
/// ```
/// use demarche_core::TrackPattern;
///
/// let pattern = TrackPattern::new("us-*/**")?;
/// assert!(pattern.matches(&"us-ru/irritants/visas".parse().unwrap()));
/// assert!(!pattern.matches(&"us-ru".parse().unwrap()));
/// # Ok::<(), demarche_core::PatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackPattern {
    tokens: Vec<Token>,
}

/// Why a text is not a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// It is empty.
    #[error("an empty pattern matches no track")]
    Empty,
    /// There are more than two `*` in a row.
    #[error("wildcards are either regular `*` or recursive `**` at character {}", at + 1)]
    Wildcards {
        /// How many characters come before.
        at: usize,
    },
    /// A `**` is next to something other than `/`.
    #[error("recursive wildcards must form a single path component at character {}", at + 1)]
    Recursive {
        /// How many characters come before.
        at: usize,
    },
    /// A `[` is not followed by a set.
    #[error("invalid range pattern at character {}", at + 1)]
    Range {
        /// How many characters come before.
        at: usize,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`
    Any,
    /// `[…]`, or `[!…]`, which matches everything else.
    Set {
        ranges: Vec<(char, char)>,
        is_excluded: bool,
    },
    /// `*`
    Sequence,
    /// `**`, with the `/` after it.
    Recursive,
}

impl Token {
    /// Tells whether it stands for one character, rather than for several.
    fn is_one(&self, found: char) -> bool {
        match self {
            Self::Char(char) => *char == found,
            Self::Any => found != '/',
            Self::Set { ranges, is_excluded } => {
                found != '/' && ranges.iter().any(|(first, last)| (first..=last).contains(&&found)) != *is_excluded
            }
            Self::Sequence | Self::Recursive => false,
        }
    }
}

impl TrackPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// A [`PatternError`] that says what is wrong, and where.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let chars: Vec<char> = text.chars().collect();
        if chars.is_empty() {
            return Err(PatternError::Empty);
        }
        let (mut tokens, mut at) = (Vec::new(), 0);
        while let Some(char) = chars.get(at) {
            let (token, length) = match char {
                '?' => (Token::Any, 1),
                '*' => wildcard(&chars, at)?,
                '[' => set(chars.get(at..).unwrap_or_default()).ok_or(PatternError::Range { at })?,
                char => (Token::Char(*char), 1),
            };
            // Two `**` in a row mean the same as one.
            if token != Token::Recursive || tokens.last() != Some(&token) {
                tokens.push(token);
            }
            at += length;
        }
        Ok(Self { tokens })
    }

    /// Tells whether the pattern matches a track.
    #[must_use]
    pub fn matches(&self, track: &TrackId) -> bool {
        self.run(track.as_str()).0
    }

    /// Tells whether the pattern matches a text, and how many steps that took.
    ///
    /// It goes through the text once, and keeps every place in the pattern at which it may be. It enters a place at
    /// most once for each character, so it never tries the same choice again.
    fn run(&self, text: &str) -> (bool, usize) {
        let (mut places, mut next, mut steps) = (Vec::new(), Vec::new(), 0);
        self.enter(0, true, &mut places);
        for char in text.chars() {
            for place in places.drain(..) {
                steps += 1;
                match self.tokens.get(place) {
                    Some(Token::Sequence) if char != '/' => self.enter(place, false, &mut next),
                    Some(Token::Recursive) => self.enter(place, char == '/', &mut next),
                    Some(token) if token.is_one(char) => self.enter(place + 1, char == '/', &mut next),
                    Some(_) | None => {}
                }
            }
            std::mem::swap(&mut places, &mut next);
            if places.is_empty() {
                return (false, steps);
            }
        }
        // At the end, a `**` has matched the rest.
        let is_end = |place: &usize| {
            let rest = self.tokens.get(*place..).unwrap_or_default();
            rest.iter().all(|token| matches!(token, Token::Sequence | Token::Recursive))
        };
        (places.iter().any(is_end), steps)
    }

    /// Adds a place, and the places after it that can be reached without a character: after a `*`, and after a `**` at
    /// the beginning of a segment. Places are added in ascending order, each with all that it reaches, so a place below
    /// the last one is never new.
    fn enter(&self, mut place: usize, begins_segment: bool, places: &mut Vec<usize>) {
        loop {
            if places.last().is_none_or(|last| *last < place) {
                places.push(place);
            }
            match self.tokens.get(place) {
                Some(Token::Sequence) => place += 1,
                Some(Token::Recursive) if begins_segment => place += 1,
                Some(_) | None => return,
            }
        }
    }
}

/// Reads the `*` or `**` at a place, and returns its length.
fn wildcard(chars: &[char], at: usize) -> Result<(Token, usize), PatternError> {
    let rest = chars.get(at..).unwrap_or_default();
    let count = rest.iter().take_while(|char| **char == '*').count();
    match (count, rest.get(count)) {
        (1, _) => Ok((Token::Sequence, 1)),
        (2, _) if at.checked_sub(1).and_then(|before| chars.get(before)).is_some_and(|before| *before != '/') => {
            Err(PatternError::Recursive { at: at - 1 })
        }
        (2, Some('/')) => Ok((Token::Recursive, 3)),
        (2, None) => Ok((Token::Recursive, 2)),
        (2, Some(_)) => Err(PatternError::Recursive { at: at + 2 }),
        _ => Err(PatternError::Wildcards { at: at + 2 }),
    }
}

/// Reads the set at the beginning of a text, and returns its length. A `]` that comes first belongs to the set.
fn set(rest: &[char]) -> Option<(Token, usize)> {
    let is_excluded = rest.get(1) == Some(&'!');
    let start = if is_excluded { 2 } else { 1 };
    let length = 1 + rest.get(start + 1..)?.iter().position(|char| *char == ']')?;
    let mut inside = rest.get(start..start + length)?;
    let mut ranges = Vec::new();
    loop {
        inside = match inside {
            [first, '-', last, more @ ..] => {
                ranges.push((*first, *last));
                more
            }
            [char, more @ ..] => {
                ranges.push((*char, *char));
                more
            }
            [] => return Some((Token::Set { ranges, is_excluded }, start + length + 1)),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARTS: [&str; 9] = ["a", "b", "/", "*", "?", "[ab]", "[!a]", "/**/", "[a-b]"];

    /// Asks the `glob` crate, which is slow on hostile patterns, but right on small ones.
    fn by_glob(pattern: &str, text: &str) -> Result<bool, String> {
        let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
        let pattern = glob::Pattern::new(pattern).map_err(|e| format!("{} at character {}", e.msg, e.pos + 1))?;
        Ok(pattern.matches_with(text, options))
    }

    fn ours(pattern: &str, text: &str) -> Result<bool, String> {
        TrackPattern::new(pattern).map(|pattern| pattern.run(text).0).map_err(|error| error.to_string())
    }

    #[test]
    fn documented_patterns_match_as_documented() {
        for (pattern, text, is_match) in [
            ("us-ru/irritants", "us-ru/irritants", true),
            ("us-ru/*", "us-ru/irritants", true),
            ("us-ru/*", "us-ru/irritants/visas", false),
            ("us-ru/*", "us-ru", false),
            ("us-ru/**", "us-ru/irritants/visas", true),
            ("us-ru/**", "us-ru", false),
            ("**/visas", "us-ru/irritants/visas", true),
            ("**/visas", "visas", true),
            ("us-r?", "us-ru", true),
            ("us-r?", "us-r/", false),
            ("us-[q-s]u", "us-ru", true),
            ("us-[!q-s]u", "us-ru", false),
            ("US-RU", "us-ru", false),
        ] {
            assert_eq!(ours(pattern, text), Ok(is_match), "{pattern} {text}");
        }
    }

    #[test]
    fn hostile_patterns_take_at_most_one_step_per_pair_of_characters() {
        let name = "a".repeat(2_000);
        for pattern in [
            "*a".repeat(200) + "b",
            "**/".repeat(200) + "b",
            "**/*a*/".repeat(100) + "b",
            "?*".repeat(300) + "b",
            "*[a-z]".repeat(200) + "b",
        ] {
            for text in [name.clone(), "a/".repeat(1_000), "aa/a".repeat(500)] {
                let (is_match, steps) = TrackPattern::new(&pattern).unwrap().run(&text);
                assert!(!is_match);
                assert!(steps <= (pattern.len() + 1) * (text.len() + 1), "{pattern}: {steps}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_matches_and_refuses_as_glob_does(
            pattern in "[ab/*?\\[\\]!é-]{1,9}",
            texts in prop::collection::vec("[ab/é-]{0,8}", 8),
        ) {
            for text in texts {
                prop_assert_eq!(ours(&pattern, &text), by_glob(&pattern, &text), "{} {}", pattern, text);
            }
        }

        #[test]
        fn it_matches_as_glob_does_where_the_pattern_is_sound(
            parts in prop::collection::vec(prop::sample::select(PARTS.as_slice()), 1..8),
            texts in prop::collection::vec("[ab/]{0,9}", 16),
        ) {
            let pattern = parts.concat();
            for text in texts {
                prop_assert_eq!(ours(&pattern, &text), by_glob(&pattern, &text), "{} {}", pattern, text);
            }
        }
    }
}
