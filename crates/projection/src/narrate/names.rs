//! Names in words: `ru/kremlin/peskov` is "Peskov (RU, Kremlin)".

use demarche_core::{ActorId, Attribution, Source};

/// Abbreviations that English gives an article.
const WITH_ARTICLE: [&str; 5] = ["us", "uk", "eu", "un", "uae"];

/// Returns a slug in words, capitalised: `the-telegraph` is "The Telegraph", `us` is "US".
#[must_use]
pub fn slug_in_words(slug: &str) -> String {
    let words: Vec<String> = slug.split('-').map(capitalised).collect();
    words.join(" ")
}

/// Abbreviations that are written in capitals, though they are longer than the two letters of a country's code.
const ABBREVIATIONS: [&str; 8] = ["uae", "mfa", "mod", "nato", "osce", "iaea", "dprk", "usa"];

/// Codes of two letters, and what else is known for an abbreviation, are written in capitals.
fn capitalised(word: &str) -> String {
    if word.len() <= 2 || ABBREVIATIONS.contains(&word) {
        return word.to_uppercase();
    }
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Returns an actor in words: the last segment of its name, with what it stands beneath in brackets.
///
/// ```
/// use demarche_projection::narrate::actor_in_words;
///
/// let words = |actor: &str| actor_in_words(&actor.parse().unwrap());
/// assert_eq!(words("ru/kremlin/peskov"), "Peskov (RU, Kremlin)");
/// assert_eq!(words("us/embassy-moscow"), "Embassy Moscow (US)");
/// assert_eq!(words("the-telegraph"), "The Telegraph");
/// assert_eq!(words("us"), "the US");
/// ```
#[must_use]
pub fn actor_in_words(actor: &ActorId) -> String {
    let name = actor.as_str();
    match name.rsplit_once('/') {
        None if WITH_ARTICLE.contains(&name) => format!("the {}", slug_in_words(name)),
        None => slug_in_words(name),
        Some((above, own)) => {
            let above: Vec<String> = above.split('/').map(slug_in_words).collect();
            format!("{} ({})", slug_in_words(own), above.join(", "))
        }
    }
}

/// Returns a speaker in words, with the outlet that carried it and the verb that fits the attribution: "Peskov (RU,
/// Kremlin), via Izvestia, says on the record".
#[must_use]
pub fn speaker_in_words(source: &Source) -> String {
    let who = actor_in_words(&source.who);
    let via = match &source.via {
        Some(via) if *via != source.who => format!(", via {},", actor_in_words(via)),
        _ => String::new(),
    };
    let verb = match source.attribution {
        Attribution::OnRecord => "says on the record",
        Attribution::Background => "says on background",
        Attribution::Anonymous => "says, unnamed,",
        Attribution::Media => "reports",
        Attribution::Document => "states in a published text",
    };
    format!("{who}{via} {verb}")
}

/// Joins names: "US", "US and RU", "US, RU and HU".
pub(super) fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
