//! Names in words: `ru/kremlin/peskov` is "Peskov (RU, Kremlin)".

use demarche_core::{ActorId, Attribution, Source};

/// Abbreviations that English gives an article.
const WITH_ARTICLE: [&str; 5] = ["us", "uk", "eu", "un", "uae"];

/// Words that are small within a name; where one begins or ends it, it is a code or a name of its own.
const SMALL: [&str; 10] = ["a", "and", "at", "by", "for", "in", "of", "on", "the", "to"];

/// Returns a slug in words, capitalised: `the-telegraph` is "The Telegraph", `us` is "US", `bank-of-israel` is "Bank of
/// Israel".
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails must say so")]
mod tests {
    use super::*;

    #[test]
    fn small_words_within_a_name_are_small() {
        let words = |actor: &str| actor_in_words(&actor.parse().unwrap());
        assert_eq!(words("united-states/office-of-the-historian"), "Office of the Historian (United States)");
        assert_eq!(words("media/the-times-of-india"), "The Times of India (Media)");
        assert_eq!(slug_in_words("talks-on-grain-and-gas"), "Talks on Grain and Gas");
    }

    #[test]
    fn what_begins_or_ends_a_name_is_no_small_word() {
        // Belarus, Tonga and the like have codes of two letters that are words of English, too.
        assert_eq!(slug_in_words("to"), "TO");
        assert_eq!(slug_in_words("the-hague"), "The Hague");
        assert_eq!(slug_in_words("us-in"), "US IN");
    }
}
