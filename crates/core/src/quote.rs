//! The part of its input that an error quotes.

/// The maximum number of characters that an error keeps of an offending text.
const QUOTED_CHARS: usize = 100;

/// Cuts an offending text to what an error should quote; a cut text ends in `…`.
pub(crate) fn cut(text: &str) -> Box<str> {
    match text.chars().nth(QUOTED_CHARS) {
        None => text.into(),
        Some(_) => text.chars().take(QUOTED_CHARS).chain(['…']).collect(),
    }
}
