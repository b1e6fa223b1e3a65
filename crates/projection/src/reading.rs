//! Readings: whose words count, and whether denials are weighed.

use std::fmt;
use std::str::FromStr;

use demarche_core::{ActorId, Attribution, Event, Grade, GradeError, NameError};

use crate::fold::FactRef;

/// A way to read the claims (see `docs/readings.md`).
///
/// ```
/// use demarche_projection::query::Reading;
///
/// let reading: Reading = "grade:B3".parse()?;
/// assert_eq!(reading, Reading::Grade("B3".parse().unwrap()));
/// assert_eq!(reading.to_string(), "grade:B3");
/// # Ok::<(), demarche_projection::query::ReadingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Reading {
    /// Everything is considered; a claim is set aside where a denial is at least as good as its best support.
    #[default]
    Prudent,
    /// Everything is considered; denials are noted, not weighed.
    Latest,
    /// Only events attributed `on_record` or `document` are considered; denials are weighed.
    OnRecord,
    /// Only events with at least this grade, in both parts, are considered; denials are weighed.
    Grade(Grade),
    /// Only events by this actor, or one beneath it, are considered; denials are weighed.
    Who(ActorId),
    /// Everything is considered, as this side sees it: claims that it denies, and neither made nor confirmed, are set
    /// aside; claims that it made or confirmed, and does not deny, are not; the rest is weighed against denials.
    Side(ActorId),
}

/// Says why a text is not a reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadingError {
    /// The text names none of the readings.
    #[error("{0:?} is no reading: expected prudent, latest, on-record, grade:B3, who:ru or side:ru")]
    Unknown(Box<str>),
    /// The grade is invalid.
    #[error(transparent)]
    Grade(#[from] GradeError),
    /// The actor is invalid.
    #[error(transparent)]
    Actor(#[from] NameError),
}

impl Reading {
    /// Tells whether the reading considers an event, by its source alone.
    #[must_use]
    pub fn considers(&self, event: &Event) -> bool {
        let source = &event.source;
        self.considers_source(source.attribution, source.grade, || &source.who)
    }

    /// Tells whether the reading considers the event of a fact.
    pub(crate) fn admits(&self, event: FactRef<'_>) -> bool {
        self.considers_source(event.attribution(), event.grade(), || event.who())
    }

    fn considers_source<'a>(
        &self,
        attribution: Attribution,
        grade: Option<Grade>,
        who: impl FnOnce() -> &'a ActorId,
    ) -> bool {
        match self {
            Self::Prudent | Self::Latest | Self::Side(_) => true,
            Self::OnRecord => matches!(attribution, Attribution::OnRecord | Attribution::Document),
            Self::Grade(floor) => grade.is_some_and(|grade| grade.reaches(*floor)),
            Self::Who(actor) => who().is_within(actor),
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prudent => f.write_str("prudent"),
            Self::Latest => f.write_str("latest"),
            Self::OnRecord => f.write_str("on-record"),
            Self::Grade(grade) => write!(f, "grade:{grade}"),
            Self::Who(actor) => write!(f, "who:{actor}"),
            Self::Side(actor) => write!(f, "side:{actor}"),
        }
    }
}

impl FromStr for Reading {
    type Err = ReadingError;

    fn from_str(text: &str) -> Result<Self, ReadingError> {
        match text {
            "prudent" => return Ok(Self::Prudent),
            "latest" => return Ok(Self::Latest),
            "on-record" => return Ok(Self::OnRecord),
            _ => {}
        }
        match text.split_once(':') {
            Some(("grade", grade)) => Ok(Self::Grade(grade.parse()?)),
            Some(("who", actor)) => Ok(Self::Who(actor.parse()?)),
            Some(("side", actor)) => Ok(Self::Side(actor.parse()?)),
            _ => Err(ReadingError::Unknown(text.chars().take(100).collect::<String>().into())),
        }
    }
}
