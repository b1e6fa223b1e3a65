//! What is asked: the keywords that the questions about tracks share.

use demarche_core::chrono::Utc;
use demarche_core::{Instant, TrackPattern};
use demarche_projection::Along;
use demarche_projection::query::{PatienceRule, Query, Reading, TrackChoice, beginning, moment};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arguments::{parsed, several, text};
use crate::errors::{question_error, unexpected};

/// The keywords that say how a track is judged.
pub(crate) const JUDGED: [&str; 5] = ["as_of", "known_at", "today", "reading", "patience"];

/// The keywords that choose tracks, too.
pub(crate) const CHOSEN: [&str; 7] = ["as_of", "known_at", "today", "reading", "patience", "track", "status"];

/// A question about tracks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    pub(crate) query: Query,
    pub(crate) choice: TrackChoice,
}

impl Question {
    /// Reads a question from keywords, of which only some are allowed.
    pub(crate) fn of(keywords: Option<&Bound<'_, PyDict>>, allowed: &[&str]) -> PyResult<Self> {
        let mut question = Self::default();
        for (name, value) in keywords.into_iter().flat_map(|keywords| keywords.iter()) {
            let name: String = name.extract()?;
            if !allowed.contains(&name.as_str()) {
                return Err(unexpected(&name, allowed));
            }
            if !value.is_none() {
                question.set(&name, &value)?;
            }
        }
        Ok(question)
    }

    fn set(&mut self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        match name {
            "as_of" => self.query.as_of = end(name, value)?,
            "known_at" => self.query.known_at = end(name, value)?,
            "today" => self.query.today = Some(today(value)?),
            "reading" => self.query.reading = parsed::<Reading>(name, &text(name, value)?)?,
            "patience" => self.query.patience = patience(value)?.into_iter().collect(),
            "track" => self.choice.tracks = patterns(value)?,
            _ => {
                let words = several(name, Some(value))?;
                self.choice.statuses = words.iter().map(|word| parsed(name, word)).collect::<PyResult<_>>()?;
            }
        }
        Ok(())
    }
}

/// Reads patterns of track names.
pub(crate) fn patterns(value: &Bound<'_, PyAny>) -> PyResult<Vec<TrackPattern>> {
    let patterns = several("track", Some(value))?;
    patterns.iter().map(|pattern| TrackPattern::new(pattern).map_err(question_error)).collect()
}

/// Reads the end of a time bound: the last instant of a date, or an instant; `None` if a date has no end.
pub(crate) fn end(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<Instant>> {
    moment(&text(name, value)?).map_err(|error| question_error(format!("{name}: {error}")))
}

/// Reads the beginning of a time bound: the first instant of a date, or an instant.
pub(crate) fn begin(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<Instant>> {
    beginning(&text(name, value)?).map_err(|error| question_error(format!("{name}: {error}")))
}

/// Reads a moment, which has an end.
pub(crate) fn instant(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Instant> {
    end(name, value)?.ok_or_else(|| question_error(format!("{name}: a date without an end is no moment")))
}

/// Reads the instant at which tracks are judged. The clock is read for `now` alone.
pub(crate) fn today(value: &Bound<'_, PyAny>) -> PyResult<Instant> {
    if value.extract::<&str>().is_ok_and(|text| text == "now") { now() } else { instant("today", value) }
}

/// Reads the clock.
pub(crate) fn now() -> PyResult<Instant> {
    Instant::new(Utc::now()).ok_or_else(|| question_error("the clock shows no instant of the years 1 to 9999"))
}

/// Reads a patience: days, or rules such as `summit=30`, or days by kind.
fn patience(value: &Bound<'_, PyAny>) -> PyResult<Vec<PatienceRule>> {
    if let Ok(days) = value.extract::<u32>() {
        return Ok(vec![PatienceRule { kind: None, days }]);
    }
    if let Ok(kinds) = value.cast::<PyDict>() {
        let rule = |(kind, days): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            let kind = parsed("patience", &text("patience", &kind)?)?;
            Ok(PatienceRule { kind: Some(kind), days: days.extract()? })
        };
        return kinds.iter().map(rule).collect();
    }
    let wrong = |_| PyTypeError::new_err("patience: expected days, rules such as \"summit=30\", or a dict by kind");
    let rules = several("patience", Some(value)).map_err(wrong)?;
    rules.iter().map(|rule| parsed("patience", rule)).collect()
}

/// Reads along which time something goes.
pub(crate) fn along_of(word: &str) -> PyResult<Along> {
    match word {
        "recorded" => Ok(Along::Recorded),
        "occurred" => Ok(Along::Occurred),
        _ => Err(question_error(format!("along: {word:?} is no time: expected \"recorded\" or \"occurred\""))),
    }
}

/// Returns the queries for the two ends of a period.
pub(crate) fn ends(
    query: &Query,
    along: Along,
    from: &Bound<'_, PyAny>,
    to: Option<&Bound<'_, PyAny>>,
) -> PyResult<[Query; 2]> {
    let bound = if along == Along::Recorded { query.known_at } else { query.as_of };
    if bound.is_some() {
        let name = if along == Along::Recorded { "known_at" } else { "as_of" };
        return Err(question_error(format!("{name} bounds the time along which since and until go: leave it out")));
    }
    let from = instant("since", from)?;
    let to = to.map(|to| instant("until", to)).transpose()?;
    if to.is_some_and(|to| to < from) {
        return Err(question_error("since is later than until: nothing can change backwards"));
    }
    let at = |end| match along {
        Along::Recorded => Query { known_at: end, ..query.clone() },
        Along::Occurred => Query { as_of: end, ..query.clone() },
    };
    Ok([at(Some(from)), at(to)])
}
