//! Slugs that nobody has named, in words.

/// Words in lower case within a name; at the beginning or the end, they are codes or names.
pub(super) const SMALL: [&str; 10] = ["a", "and", "at", "by", "for", "in", "of", "on", "the", "to"];

/// Abbreviations that are written in capitals, though they are longer than the two letters of a country code.
const ABBREVIATIONS: [&str; 8] = ["uae", "mfa", "mod", "nato", "osce", "iaea", "dprk", "usa"];

/// Returns a slug in words, capitalised: `the-telegraph` is "The Telegraph", `us` is "US", `bank-of-israel` is "Bank of
/// Israel". For actors, use [`Names`](super::Names).
#[must_use]
pub fn slug_in_words(slug: &str) -> String {
    let last = slug.split('-').count() - 1;
    let in_place = |(at, word): (usize, &str)| {
        let is_within = at > 0 && at < last;
        if is_within && SMALL.contains(&word) { word.to_owned() } else { capitalised(word) }
    };
    let words: Vec<String> = slug.split('-').enumerate().map(in_place).collect();
    words.join(" ")
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
