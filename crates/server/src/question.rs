//! What is asked, as it stands in an address: the two times, the day on which is judged, the reading, the patience.

use demarche_core::{Instant, TrackPattern};
use demarche_projection::query::{Patience, PatienceRule, Query, Reading, TrackChoice, moment};

use crate::problem::Problem;

/// The parameters of an address, in order, as they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

/// The parameters of a question.
const OF_A_QUESTION: [&str; 5] = ["as_of", "known_at", "today", "reading", "patience"];

impl Parameters {
    /// Reads the part of an address behind the question mark. Empty values count as not given, as a form sends them.
    pub(crate) fn of(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Refuses parameters that nobody reads: a slip of the hand must not change the answer silently.
    pub(crate) fn only(&self, also: &[&str]) -> Result<(), Problem> {
        self.within(also.iter().copied().chain(OF_A_QUESTION))
    }

    /// Refuses parameters other than these.
    pub(crate) fn within<'p>(&self, known: impl Iterator<Item = &'p str> + Clone) -> Result<(), Problem> {
        let is_known = |name: &str| known.clone().any(|one| one == name);
        let Some((name, _)) = self.0.iter().find(|(name, _)| !is_known(name)) else { return Ok(()) };
        let known: Vec<&str> = known.collect();
        let expected = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(Problem::bad_request(format!("there is no parameter {name:?} here: expected {expected}")).about(name))
    }

    /// Reads a parameter that is true or false; false if it is not given.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        let flag = |text: &str| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("{text:?} is neither true nor false")),
        };
        Ok(self.read(name, flag)?.unwrap_or(false))
    }

    /// Returns the value of a parameter; if it is given twice, the last one.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Returns all values of a parameter.
    pub(crate) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Reads the value of a parameter.
    pub(crate) fn read<T, E: std::fmt::Display>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Problem> {
        self.one(name).map(|text| read(text).map_err(|error| of_parameter(name, &error))).transpose()
    }

    /// Reads all values of a parameter.
    pub(crate) fn read_all<T, E: std::fmt::Display>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, Problem> {
        self.all(name).map(|text| read(text).map_err(|error| of_parameter(name, &error))).collect()
    }

    /// Returns the parameters with one set to a value, or without it where that is empty.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs: Vec<_> = self.0.iter().filter(|(other, _)| other != name).cloned().collect();
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Self(pairs)
    }

    /// Returns only the parameters of the question: what goes along from page to page.
    pub(crate) fn of_question(&self) -> Self {
        Self(self.0.iter().filter(|(name, _)| OF_A_QUESTION.contains(&name.as_str())).cloned().collect())
    }

    /// Returns the pairs, in order.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Returns the address of a page with these parameters.
    pub(crate) fn at(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish();
        format!("{path}?{query}")
    }
}

fn of_parameter(name: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::bad_request(format!("{name}: {error}")).about(name)
}

/// On which day tracks are judged, where the question sets neither a day nor a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum JudgedAt {
    /// On that of the last entry, as the command line does.
    LastEntry,
    /// Now, as people do who look at a page.
    Now,
}

/// A question: a query whose day may be the present.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    /// The query; without a day where it is judged at the present or at the last entry.
    pub(crate) query: Query,
    /// Whether it is judged at the present.
    pub(crate) is_now: bool,
}

impl Question {
    /// Reads the question of an address.
    pub(crate) fn of(parameters: &Parameters, otherwise: JudgedAt) -> Result<Self, Problem> {
        let end = |name| parameters.read(name, moment).map(Option::flatten);
        let rules = parameters.all("patience").flat_map(|text| text.split(',')).map(str::parse::<PatienceRule>);
        let patience = rules.collect::<Result<Patience, _>>().map_err(|error| of_parameter("patience", &error))?;
        let is_said_now = parameters.one("today") == Some("now");
        let query = Query {
            as_of: end("as_of")?,
            known_at: end("known_at")?,
            today: if is_said_now { None } else { parameters.read("today", day)? },
            reading: parameters.read("reading", str::parse::<Reading>)?.unwrap_or_default(),
            patience,
        };
        let is_open = query.as_of.is_none() && query.known_at.is_none() && query.today.is_none();
        Ok(Self { is_now: is_said_now || (is_open && otherwise == JudgedAt::Now), query })
    }

    /// Returns the same question with another query.
    pub(crate) fn with(&self, query: Query) -> Self {
        Self { query, ..*self }
    }

    /// Returns the query with the day on which it is judged, if that is not the last entry's; given the present.
    pub(crate) fn at(&self, now: Instant, last: Option<Instant>) -> Query {
        // The present is not before what is on record already.
        let now = self.is_now.then(|| last.map_or(now, |last| last.max(now)));
        Query { today: self.query.today.or(now), ..self.query.clone() }
    }
}

/// Reads the day on which tracks are judged.
fn day(text: &str) -> Result<Instant, String> {
    moment(text).map_err(|error| error.to_string())?.ok_or_else(|| "a day at which to judge needs an end".to_owned())
}

/// Reads which tracks are chosen.
pub(crate) fn track_choice(parameters: &Parameters) -> Result<TrackChoice, Problem> {
    Ok(TrackChoice {
        tracks: parameters.read_all("track", TrackPattern::new)?,
        statuses: parameters.read_all("status", str::parse)?,
    })
}
