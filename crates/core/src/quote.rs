//! What an error quotes of its input.

/// The most characters that an error keeps of an offending text.
const QUOTED_CHARS: usize = 100;

/// Cuts an offending text to what an error should quote; a cut text ends in `…`.
pub(crate) fn cut(text: &str) -> Box<str> {
    match text.char_indices().nth(QUOTED_CHARS) {
        None => text.into(),
        Some((end, _)) => {
            let kept = text.get(..end).unwrap_or_default();
            format!("{kept}…").into()
        }
    }
}
