//! Events that are about to be entered: what a line leaves out and a program can give, and when each is recorded.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta};
use demarche_core::codec::CURRENT_VERSION;
use demarche_core::facts::Facts;
use demarche_core::{Edtf, Event, EventId, Instant};
use serde_json::{Map, Value};

/// When a new entry is recorded.
///
/// ```
/// use demarche_journal::Recorded;
///
/// assert!(matches!("2025-10-23".parse(), Ok(Recorded::Day { .. })));
/// assert!(matches!("2025-10-23T08:00:00Z".parse(), Ok(Recorded::At(_))));
/// assert!("2025-10".parse::<Recorded>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Now, and behind the last entry.
    Now,
    /// At the end of a day, and behind its other entries.
    Day {
        /// Its last minute.
        ends: Instant,
    },
    /// At that instant.
    At(Instant),
}

impl FromStr for Recorded {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(instant) = text.parse() {
            return Ok(Self::At(instant));
        }
        let is_day = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let day: Option<Edtf> = text.parse().ok().filter(|_| is_day);
        let day = day.and_then(|day| Some(Self::Day { ends: last_minute(&day)? }));
        day.ok_or_else(|| "expected a day such as 2025-10-23, or an instant such as 2025-10-23T08:00:00Z".to_owned())
    }
}

impl Recorded {
    /// Returns the instant at which an entry is recorded if there is no other, given the clock.
    #[must_use]
    pub fn at_first(self, clock: Instant) -> Instant {
        match self {
            Self::Now => clock,
            Self::Day { ends } if ends.date() == clock.date() => clock,
            Self::Day { ends } => ends,
            Self::At(instant) => instant,
        }
    }
}

/// Returns the last minute of a day: late enough to be known to all who ask what was known at its end.
fn last_minute(day: &Edtf) -> Option<Instant> {
    let begins = day.earliest()?.date_time();
    Instant::new(begins + TimeDelta::minutes(24 * 60 - 1))
}

/// An event to be: everything but when it is recorded, which is known once no other writer writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The event, recorded as if there were no other.
    pub event: Event,
    /// When it is recorded.
    pub recorded: Recorded,
}

/// What some programs write before the first line.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Completes a line of JSON with the fields that a program can give: `id`, `v` and `recorded`. Returns whether the line
/// left it open when it is recorded.
///
/// Fields are put in at the end, so that an error in the line keeps its place. What is no JSON object stays as it is.
///
/// ```
/// use demarche_journal::complete_line;
///
/// let id = "0199f3c0-5a00-7000-8000-000000000001".parse()?;
/// let clock = "2025-10-23T08:00:00Z".parse()?;
/// let (line, is_open) = complete_line(br#"{"track":"us-ru"}"#, || id, clock);
/// assert!(is_open);
/// assert_eq!(
///     String::from_utf8(line)?,
///     r#"{"track":"us-ru","id":"0199f3c0-5a00-7000-8000-000000000001","v":3,"recorded":"2025-10-23T08:00:00Z"}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn complete_line(line: &[u8], new_id: impl FnOnce() -> EventId, clock: Instant) -> (Vec<u8>, bool) {
    let text = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    let object: Option<Map<String, Value>> = serde_json::from_slice(text).ok();
    let (Some(object), Some(end)) = (object, line.iter().rposition(|byte| *byte == b'}')) else {
        return (line.to_vec(), false);
    };
    let is_missing = |key: &str| !object.contains_key(key);
    let mut fields: Vec<String> = Vec::new();
    if is_missing("id") {
        fields.push(format!("\"id\":\"{}\"", new_id()));
    }
    if is_missing("v") {
        fields.push(format!("\"v\":{CURRENT_VERSION}"));
    }
    if is_missing("recorded") {
        fields.push(format!("\"recorded\":\"{clock}\""));
    }
    let joint = if object.is_empty() || fields.is_empty() { "" } else { "," };
    let (object, rest) = line.split_at(end);
    let completed = [object, joint.as_bytes(), fields.join(",").as_bytes(), rest].concat();
    (completed, is_missing("recorded"))
}

/// Says that an entry cannot be dated behind the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the last entry is of {last}, and no later instant can be written")]
#[non_exhaustive]
pub struct DatingError {
    /// When the last entry was recorded.
    pub last: Instant,
}

/// Dates entries as they are made: now, and behind the last one, unless that one is of the future.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_core::facts::Facts;
/// use demarche_journal::{Dating, Draft, Recorded};
///
/// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":2,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let clock = "2025-10-23T08:00:00Z".parse()?;
/// let draft = Draft { event: decode(line)?, recorded: Recorded::Now };
/// let mut dating = Dating::behind(&Facts::new(), std::slice::from_ref(&draft), clock);
/// // Another writer has entered an event at the same instant: two entries of one instant would have no order.
/// let events = dating.date(vec![draft], Some(clock))?;
/// assert_eq!(events[0].recorded.to_string(), "2025-10-23T08:00:00.000001Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Dating {
    clock: Instant,
    /// The last entry that is not of the future.
    last: Option<Instant>,
    /// The last entry of each day to which a new one is dated, from its last minute on.
    days: BTreeMap<NaiveDate, Option<Instant>>,
    warnings: Vec<String>,
}

impl Dating {
    /// Begins behind the entries of a journal, by a clock.
    #[must_use]
    pub fn behind(entries: &Facts, drafts: &[Draft], clock: Instant) -> Self {
        let recorded = || entries.iter().map(|(_, fact, _)| fact.recorded);
        let last = match entries.last_recorded() {
            Some(last) if last.is_ahead_of(clock) => recorded().filter(|other| !other.is_ahead_of(clock)).max(),
            last => last,
        };
        let days = drafts.iter().filter_map(|draft| {
            let (Recorded::Day { ends }, first) = (draft.recorded, draft.event.recorded) else { return None };
            Some((ends.date(), recorded().filter(|other| *other >= first && other.date() == ends.date()).max()))
        });
        Self { clock, last, days: days.collect(), warnings: Vec::new() }
    }

    /// Dates drafts behind the last entry of the journal, as it is once no other writer writes.
    ///
    /// # Errors
    ///
    /// A [`DatingError`] if the last entry is at the end of time.
    pub fn date(&mut self, drafts: Vec<Draft>, last: Option<Instant>) -> Result<Vec<Event>, DatingError> {
        match last {
            Some(last) if last.is_ahead_of(self.clock) => {
                if drafts.iter().any(|draft| draft.recorded == Recorded::Now) {
                    self.warnings.push(format!(
                        "the last entry is of {last}, in the future of the clock: the new one is recorded now"
                    ));
                }
            }
            last => self.last = self.last.max(last),
        }
        drafts.into_iter().map(|draft| self.date_one(draft)).collect()
    }

    fn date_one(&mut self, Draft { mut event, recorded }: Draft) -> Result<Event, DatingError> {
        let before = match recorded {
            Recorded::Now => self.last,
            Recorded::Day { ends } => self.days.get(&ends.date()).copied().flatten(),
            Recorded::At(_) => None,
        };
        if let Some(last) = before.filter(|last| *last >= event.recorded) {
            // Two entries of one instant would have no order.
            event.recorded = last.plus_nanos(1_000).ok_or(DatingError { last })?;
            if recorded == Recorded::Now && last > self.clock {
                self.warnings.push(format!(
                    "the last entry is of {last}, later than the clock: the new one is recorded at {}",
                    event.recorded
                ));
            }
        }
        if event.recorded.is_ahead_of(self.clock) {
            self.warnings.push(format!("{} is recorded at {}, in the future of the clock", event.id, event.recorded));
        } else {
            self.last = self.last.max(Some(event.recorded));
        }
        Ok(event)
    }

    /// Returns what there is to say of how entries were dated.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
