//! Slugs that nobody has named, in words.

/// Words in lower case within a name; at the end, or before another code, they are codes or names.
pub(super) const SMALL: [&str; 10] = ["a", "and", "at", "by", "for", "in", "of", "on", "the", "to"];

/// Abbreviations that are written in capitals, though they are longer than the two letters of a country code.
const ABBREVIATIONS: [&str; 8] = ["uae", "mfa", "mod", "nato", "osce", "iaea", "dprk", "usa"];

/// Returns a slug in words, capitalised: `the-telegraph` is "The Telegraph", `us` is "US", `bank-of-israel` is "Bank of
/// Israel", `in-person-2025-10-23` is "In Person 2025-10-23". For actors, use [`Names`](super::Names).
#[must_use]
pub fn slug_in_words(slug: &str) -> String {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let mut text = String::with_capacity(slug.len());
    let (mut before, mut words) = (None, slug.split('-').peekable());
    while let Some(word) = words.next() {
        let next = words.peek();
        match before {
            // The parts of a date stay together.
            Some(before) if is_number(before) && is_number(word) => text.push('-'),
            Some(_) => text.push(' '),
            None => {}
        }
        let is_small = SMALL.contains(&word);
        text.push_str(&match (before, next) {
            (Some(_), Some(_)) if is_small => word.to_owned(),
            // "In Person", and not the code of India.
            (None, Some(next)) if is_small && next.len() > 2 => begun(word),
            _ => capitalised(word),
        });
        before = Some(word);
    }
    text
}

pub(super) fn is_abbreviation(word: &str) -> bool {
    ABBREVIATIONS.contains(&word)
}

/// Two-letter codes and known abbreviations are written in capitals.
pub(super) fn capitalised(word: &str) -> String {
    if word.len() <= 2 || is_abbreviation(word) {
        return word.to_uppercase();
    }
    begun(word)
}

/// Returns a text as it begins a line: with a capital letter.
pub(in crate::narrate) fn begun(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
