//! A sheet's own words for tracks and actors: a list that the desk keeps.

use std::collections::HashMap;
use std::str::FromStr;

/// The meanings of a sheet's names for tracks and actors.
///
/// ```
/// use demarche_interop::import::Aliases;
///
/// let aliases: Aliases = "name\tmeans\nArdenia – Börland\tardenia-borland\n".parse()?;
/// # Ok::<(), demarche_interop::import::AliasesError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aliases {
    by_name: HashMap<String, Box<str>>,
}

/// What is wrong with a list of aliases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the aliases: {problem}")]
pub struct AliasesError {
    /// The line, from 1.
    pub line: usize,
    /// The problem.
    pub problem: Box<str>,
}

const HEADER: &str = "name\tmeans";

impl FromStr for Aliases {
    type Err = AliasesError;

    fn from_str(text: &str) -> Result<Self, AliasesError> {
        let mut aliases = Self::default();
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
        for (at, (line, row)) in lines.enumerate() {
            let error = |problem: &str| AliasesError { line, problem: problem.into() };
            if at == 0 {
                if row.trim_start_matches('\u{feff}').trim_end() != HEADER {
                    return Err(error("the first line must be the header: name, means, separated by a tab"));
                }
                continue;
            }
            let cells = row.split_once('\t').map(|(name, means)| (folded(name), means.trim()));
            let Some((name, means)) = cells.filter(|(name, means)| !name.is_empty() && !means.is_empty()) else {
                return Err(error(
                    "expected a name and what it means, such as `ardenia-borland/border`, separated by a tab",
                ));
            };
            let is_name = demarche_core::TrackId::new(means).is_ok();
            if !is_name {
                return Err(error(&format!("{means:?} is no name of a track or an actor, such as `ardenia/mfa`")));
            }
            if aliases.by_name.insert(name, means.into()).is_some() {
                return Err(error("this name was given before"));
            }
        }
        Ok(aliases)
    }
}

impl Aliases {
    /// Returns the meaning of a name, or the name itself if the list does not have it.
    pub(super) fn meaning<'a>(&'a self, name: &'a str) -> &'a str {
        if self.by_name.is_empty() { name } else { self.by_name.get(&folded(name)).map_or(name, |means| means) }
    }
}

/// Normalizes a name for comparison: case and spaces do not matter.
fn folded(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
