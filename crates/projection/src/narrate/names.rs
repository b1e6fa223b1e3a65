//! Names in words: `ru/kremlin/peskov` is "Peskov (Russia, Kremlin)".

mod countries;
mod file;
mod slug;
mod unnamed;

use std::borrow::Cow;
use std::collections::BTreeMap;

use demarche_core::{ActorId, Attribution, Source};

use self::countries::country;
use self::unnamed::unnamed;
pub use file::{NAME_MAX_CHARS, NamesError, NamesProblem};
pub(super) use slug::begun;
pub use slug::slug_in_words;

/// The names of actors in sentences.
///
/// A desk names actors in a file, which [`str::parse`] reads. Any other actor is named after its slug: a country by its
/// name, anybody else by the last segment, followed by what it belongs to in brackets. The first segment of a path is a
/// country if it is an ISO 3166-1 code.
///
/// ```
/// use demarche_projection::narrate::Names;
///
/// let words = |names: &Names, actor: &str| names.actor(&actor.parse().unwrap());
/// let names = Names::default();
/// assert_eq!(words(&names, "ru"), "Russia");
/// assert_eq!(words(&names, "us"), "the US");
/// assert_eq!(words(&names, "ru/kremlin/peskov"), "Peskov (Russia, Kremlin)");
/// assert_eq!(words(&names, "us/embassy-moscow"), "Embassy Moscow (US)");
/// assert_eq!(words(&names, "the-telegraph"), "The Telegraph");
/// assert_eq!(words(&names, "anon/european-diplomat"), "a European diplomat who was not named");
/// assert_eq!(words(&names, "anon/x"), "an anonymous source");
///
/// let names: Names = "irna\tIRNA\nir/mfa\tthe Iranian Foreign Ministry\tIran MFA\n".parse()?;
/// assert_eq!(words(&names, "irna"), "IRNA");
/// assert_eq!(words(&names, "ir/mfa"), "the Iranian Foreign Ministry");
/// assert_eq!(words(&names, "ir/mfa/baghaei"), "Baghaei (Iranian Foreign Ministry)");
/// assert_eq!(names.short(&"ir/mfa".parse()?), "Iran MFA");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The names by actor.
    given: BTreeMap<Box<str>, Given>,
}

/// The names that a desk gives an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Given {
    name: Box<str>,
    short: Option<Box<str>>,
}

impl Names {
    /// Adds the names that another file gives to actors who have none here.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        for (actor, given) in others.given {
            self.given.entry(actor).or_insert(given);
        }
        self
    }

    /// Returns the name of an actor within a sentence. An anonymous source stays anonymous.
    #[must_use]
    pub fn actor(&self, actor: &ActorId) -> String {
        let name = actor.as_str();
        if let Some(given) = self.given.get(name) {
            return given.name.to_string();
        }
        if is_anonymous(actor) {
            return unnamed(name.rsplit_once('/').map_or("", |(_, role)| role));
        }
        match name.rsplit_once('/') {
            None => country(name).map_or_else(|| slug_in_words(name), str::to_owned),
            Some((above, own)) => format!("{} ({})", slug_in_words(own), self.place(above)),
        }
    }

    /// Returns the name of an actor in a table: the short name that the desk gives it, else its name, else the name of
    /// the country; for anybody else the slug.
    #[must_use]
    pub fn short<'n>(&'n self, actor: &'n ActorId) -> &'n str {
        let name = actor.as_str();
        match self.given.get(name) {
            Some(Given { short: Some(short), .. }) => short,
            Some(Given { name, short: None }) => bare(name),
            None => country(name).map_or(name, bare),
        }
    }

    /// Returns the speaker: the actor, or for an anonymous source only whose source it is.
    ///
    /// ```
    /// use demarche_core::{Attribution, Source};
    /// use demarche_projection::narrate::Names;
    ///
    /// let who = "us/administration".parse().unwrap();
    /// let source = Source { who, via: None, attribution: Attribution::Anonymous, grade: None };
    /// assert_eq!(Names::default().source(&source), "an anonymous source from Administration (US)");
    /// ```
    #[must_use]
    pub fn source(&self, source: &Source) -> String {
        let actor = self.actor(&source.who);
        let is_hidden = source.attribution == Attribution::Anonymous && !is_anonymous(&source.who);
        if is_hidden { format!("an anonymous source from {actor}") } else { actor }
    }

    /// Returns a speaker, with the outlet that carried the words: "Peskov (Russia, Kremlin), via Izvestia,".
    pub(super) fn speaker(&self, source: &Source) -> String {
        let who = self.source(source);
        match &source.via {
            Some(via) if *via != source.who => format!("{who}, via {},", self.actor(via)),
            _ => who,
        }
    }

    /// Returns several actors: "the US, Russia and Hungary".
    pub(super) fn actors(&self, actors: &[ActorId]) -> String {
        joined(&actors.iter().map(|actor| self.actor(actor)).collect::<Vec<_>>())
    }

    /// Returns several actors as a heading names them: "US, Russia and Hungary".
    ///
    /// ```
    /// let actors = ["us".parse()?, "ru/mfa".parse()?];
    /// assert_eq!(demarche_projection::narrate::Names::default().heading(&actors), "US and MFA (Russia)");
    /// # Ok::<(), demarche_core::NameError>(())
    /// ```
    #[must_use]
    pub fn heading(&self, actors: &[ActorId]) -> String {
        joined(&actors.iter().map(|actor| begun(bare(&self.actor(actor)))).collect::<Vec<_>>())
    }

    /// Returns what an actor belongs to, for brackets. A name from the desk stands for all above it.
    fn place(&self, above: &str) -> String {
        let named = prefixes(above).find_map(|(head, rest)| Some((Cow::from(&*self.given.get(head)?.name), rest)));
        let (head, rest) = named.unwrap_or_else(|| {
            let (first, rest) = above.split_once('/').unwrap_or((above, ""));
            (country(first).map_or_else(|| slug_in_words(first).into(), Cow::from), rest)
        });
        let rest = rest.split('/').filter(|segment| !segment.is_empty()).map(slug_in_words);
        std::iter::once(bare(&head).to_owned()).chain(rest).collect::<Vec<_>>().join(", ")
    }
}

/// Returns a path and all above it, from the longest to the first segment.
fn prefixes(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = path.rmatch_indices('/').filter_map(|(at, _)| path.split_at_checked(at));
    std::iter::once((path, "")).chain(parts)
}

/// Returns a name without the article that it takes within a sentence.
fn bare(name: &str) -> &str {
    name.strip_prefix("the ").unwrap_or(name)
}

/// By convention, actors beneath `anon` are unnamed.
fn is_anonymous(actor: &ActorId) -> bool {
    let name = actor.as_str();
    name == "anon" || name.starts_with("anon/")
}

/// Returns the verb that fits an attribution, and the adverbial that follows it.
pub(super) const fn says(attribution: Attribution) -> (&'static str, &'static str) {
    match attribution {
        Attribution::OnRecord => ("says", " on the record"),
        Attribution::Background => ("says", " on background"),
        Attribution::Anonymous => ("says", ""),
        Attribution::Media => ("reports", ""),
        Attribution::Document => ("states", " in a published text"),
    }
}

/// Joins names: "Russia", "the US and Russia", "the US, Russia and Hungary".
pub(super) fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
