//! Unnamed sources of which only the role is known.

use super::countries::country;
use super::slug::{SMALL, capitalised, is_abbreviation};

/// Adjectives that English writes with a capital letter.
const PROPER_ADJECTIVES: [&str; 24] = [
    "african",
    "american",
    "arab",
    "asian",
    "british",
    "chinese",
    "egyptian",
    "european",
    "french",
    "german",
    "indian",
    "iranian",
    "iraqi",
    "israeli",
    "japanese",
    "omani",
    "pakistani",
    "palestinian",
    "qatari",
    "russian",
    "saudi",
    "turkish",
    "ukrainian",
    "western",
];

/// An unnamed source of which only the role is known: "a European diplomat who was not named". A slug that names no
/// role is a source.
pub(super) fn unnamed(role: &str) -> String {
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut words: Vec<&str> = role.split('-').filter(is_word).collect();
    let of_country = words.iter().position(|word| is_code(word) && !is_adjective(word) && country(word).is_some());
    // "A Russia official" is not English.
    let from = of_country.and_then(|at| country(words.remove(at)));
    let from = from.map_or_else(String::new, |country| format!(" from {country}"));
    let Some(last) = words.last().filter(|_| words != ["source"]) else {
        return format!("an anonymous source{from}");
    };
    let in_place = |word: &&str| {
        let is_capital = is_code(word) || is_abbreviation(word) || PROPER_ADJECTIVES.contains(word);
        if is_capital { capitalised(word) } else { (*word).to_owned() }
    };
    let shown = words.iter().map(in_place).collect::<Vec<_>>().join(" ");
    if last.ends_with('s') && !last.ends_with("ss") {
        return format!("{shown}{from} who were not named");
    }
    format!("{} {shown}{from} who was not named", article(&shown))
}

/// Tells whether a word is a code of two letters rather than a short English word.
fn is_code(word: &str) -> bool {
    word.len() == 2 && !SMALL.contains(&word)
}

/// Tells whether a code stands before a noun as an adjective does: "a US official".
fn is_adjective(code: &str) -> bool {
    matches!(code, "us" | "uk" | "eu" | "un")
}

/// Returns the indefinite article for a word, by its sound.
fn article(words: &str) -> &'static str {
    let first = words.split(' ').next().unwrap_or_default();
    let sounds_like_you = first.starts_with("Euro") || matches!(first, "US" | "UK" | "UN" | "UAE");
    if words.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) && !sounds_like_you { "an" } else { "a" }
}
