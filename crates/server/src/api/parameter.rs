//! The parameters of the API: what the handlers accept, and what the description of the API says of them.

use demarche_core::EventType;
use demarche_projection::state::Status;
use serde_json::{Value, json};

/// A parameter of an address.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) values: Values,
    pub(crate) is_repeatable: bool,
    pub(crate) is_required: bool,
}

/// What a parameter may be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// A text, with an example.
    Text(&'static str),
    /// A whole number, from a first to a last, with the number that stands in its place.
    Number { first: usize, last: usize, default: usize },
    /// True or false.
    Flag,
    /// One of some words.
    Words(&'static [&'static str]),
    /// A status.
    Status,
}

/// How many entries a page has where nothing is said, and at most.
pub(crate) const LIMIT: usize = 100;
pub(crate) const LIMIT_MAX: usize = 1000;

impl Values {
    pub(crate) fn schema(&self) -> Value {
        match self {
            Self::Text(example) => json!({ "type": "string", "examples": [example] }),
            Self::Number { first, last, default } => {
                json!({ "type": "integer", "minimum": first, "maximum": last, "default": default })
            }
            Self::Flag => json!({ "type": "boolean", "default": false }),
            Self::Words(words) => json!({ "type": "string", "enum": words }),
            Self::Status => json!({ "type": "string", "enum": Status::ALL.map(Status::as_str) }),
        }
    }
}

const fn text(name: &'static str, example: &'static str, about: &'static str) -> Parameter {
    Parameter { name, about, values: Values::Text(example), is_repeatable: false, is_required: false }
}

const fn repeatable(parameter: Parameter) -> Parameter {
    Parameter { is_repeatable: true, ..parameter }
}

const fn flag(name: &'static str, about: &'static str) -> Parameter {
    Parameter { values: Values::Flag, ..text(name, "", about) }
}

// The question.
pub(crate) const AS_OF: Parameter =
    text("as_of", "2025-05-20", "Only what occurred by then: a date (its last instant), or an instant");
pub(crate) const KNOWN_AT: Parameter =
    text("known_at", "2025-10-22", "Only what was on record by then: a date (its last instant), or an instant");
pub(crate) const TODAY: Parameter = text(
    "today",
    "now",
    "Judge silence and what is ahead as of then: a date, an instant, or `now`. By default as_of, else known_at, else \
     the last entry of the journal",
);
pub(crate) const READING: Parameter =
    text("reading", "side:ru", "Whose words count: prudent, latest, on-record, grade:B3, who:ru, side:ru");
pub(crate) const PATIENCE: Parameter = repeatable(text(
    "patience",
    "summit=30",
    "Days of silence that count as a stall; KIND=DAYS for one kind of track. By default 90",
));
pub(crate) const READINGS: Parameter = Parameter {
    is_repeatable: true,
    is_required: true,
    ..text("reading", "side:ru", "A reading: prudent, latest, on-record, grade:B3, who:ru, side:ru; two at least")
};

// The choice.
pub(crate) const TRACK: Parameter =
    repeatable(text("track", "us-ru/**", "Only tracks that match: us-ru/irritants, us-ru/*, us-ru/**"));
pub(crate) const STATUS: Parameter =
    Parameter { values: Values::Status, ..repeatable(text("status", "", "Only tracks of this status")) };
pub(crate) const TYPE: Parameter =
    Parameter { values: Values::Words(EventType::WORDS), ..repeatable(text("type", "", "Only events of this type")) };
pub(crate) const WHO: Parameter = repeatable(text("who", "ru", "Only what this actor or one beneath it said"));
pub(crate) const OCCURRED_FROM: Parameter =
    text("from", "2025-05", "Only what occurred then or later, at the earliest it can have");
pub(crate) const TEXT: Parameter = text("text", "Anchorage", "Only events in which this text stands, in whatever case");
pub(crate) const UNTIL: Parameter =
    text("until", "2025-12", "Only what can begin by then: a date (its last instant), or an instant");
pub(crate) const ONLY_DIFFERENT: Parameter =
    flag("only_different", "Only tracks on which the readings differ in status, next date or place");

// The period.
const ALONG_WORDS: &[&str] = &["recorded", "occurred"];
pub(crate) const FROM: Parameter = Parameter {
    is_required: true,
    ..text("from", "2025-10-22", "The earlier moment: a date (its last instant), or an instant")
};
pub(crate) const FROM_YESTERDAY: Parameter =
    text("from", "2025-10-22", "The earlier moment: a date (its last instant), or an instant. By default yesterday");
pub(crate) const TO: Parameter = text(
    "to",
    "2025-10-23",
    "The later moment: a date (its last instant), or an instant. By default everything counts",
);
pub(crate) const ALONG: Parameter = Parameter {
    values: Values::Words(ALONG_WORDS),
    ..text("along", "", "Along which time the moments lie: what was on record by then (default), or had occurred")
};

// The page.
pub(crate) const PAGE_LIMIT: Parameter = Parameter {
    values: Values::Number { first: 1, last: LIMIT_MAX, default: LIMIT },
    ..text("limit", "", "How many entries a page has at most")
};
pub(crate) const PAGE_AFTER: Parameter =
    text("after", "us-ru/leaders", "Behind which entry the page begins: follow the `Link` header to the next page");

// Entering and following.
pub(crate) const DRY_RUN: Parameter = flag("dry_run", "Say what the events would change, and enter nothing");
pub(crate) const EXPECTED_VERSION: Parameter = repeatable(text(
    "expected_version",
    "us-ru/leaders=12",
    "How many events the track must have: its `Track-Version`; TRACK=N where the events are on several tracks",
));
pub(crate) const AFTER_CHANGE: Parameter =
    text("after", "9f86d081-42", "The id of the last change that you got, as `Last-Event-ID` has it");
pub(crate) const AFTER_EVENT: Parameter =
    text("after", "0199f3c0-5a00-7000-8000-000000000001", "The id of the last event that you have");
