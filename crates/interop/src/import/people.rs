//! The parties of actors, where the data lacks or misstates them: a list that users keep.

use std::collections::HashMap;
use std::str::FromStr;

use super::actors::{Actor, ActorResult};

/// The party of ICEWS actors, by name, and whether they act for it.
///
/// ```
/// use demarche_interop::import::{Format, Importer, Options, People};
///
/// let people: People = "name\tparty\tofficial\nVladimir Putin\tRussia\tyes\n".parse()?;
/// let options = Options { people: Some(people), ..Options::default() };
/// let mut importer = Importer::new(Format::IcewsQuads, options);
/// let row = "Vladimir Putin\tConsult\tUnited States\t2018-10-23\n";
/// let track = importer.read(row.as_bytes()).next().unwrap().unwrap().track;
/// assert_eq!(track.as_str(), "icews/russia--united-states");
/// # Ok::<(), demarche_interop::import::PeopleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    by_name: HashMap<Box<str>, (Box<str>, bool)>,
}

/// What is wrong with a list of actors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the list of actors: {problem}")]
#[non_exhaustive]
pub struct PeopleError {
    /// The line, from 1.
    pub line: usize,
    /// The problem.
    pub problem: Box<str>,
}

const HEADER: &str = "name\tparty\tofficial";

impl FromStr for People {
    type Err = PeopleError;

    fn from_str(text: &str) -> Result<Self, PeopleError> {
        let mut people = Self::default();
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
        for (at, (line, row)) in lines.enumerate() {
            let error = |problem: &str| PeopleError { line, problem: problem.into() };
            if at == 0 {
                if row.trim_start_matches('\u{feff}') != HEADER {
                    return Err(error("the first line must be the header: name, party, official, separated by tabs"));
                }
                continue;
            }
            let cells: Vec<&str> = row.split('\t').collect();
            let (name, party, is_official) = match *cells.as_slice() {
                [name, party, "yes"] => (name, party, true),
                [name, party, "no"] => (name, party, false),
                _ => return Err(error("expected name, party, and `yes` or `no`, separated by tabs")),
            };
            if name.is_empty() || party.is_empty() {
                return Err(error("a name or a party is empty"));
            }
            if people.by_name.insert(name.into(), (party.into(), is_official)).is_some() {
                return Err(error("this name was given before"));
            }
        }
        Ok(people)
    }
}

impl People {
    /// Returns the actor with a name, if the list has it.
    pub(super) fn who(&self, name: &str) -> Option<ActorResult> {
        let (party, is_official) = self.by_name.get(name)?;
        Some(if **party == *name {
            Actor::party(name, *is_official)
        } else {
            Actor::within(party, name, name, *is_official)
        })
    }
}
