//! What the API offers, in one table: the router is made from it, and so is the description of the API.

use super::parameter::{
    AFTER_CHANGE, AFTER_EVENT, ALONG, AS_OF, DRY_RUN, EXPECTED_VERSION, FROM, FROM_YESTERDAY, KNOWN_AT, OCCURRED_FROM,
    ONLY_DIFFERENT, PAGE_AFTER, PAGE_LIMIT, PATIENCE, Parameter, READING, READINGS, STATUS, TEXT, TO, TODAY, TRACK,
    TYPE, UNTIL, WHO,
};
use crate::problem::Problem;
use crate::question::Parameters;

/// Something that a client may ask for, or do.
pub(crate) struct Operation {
    /// Its name, for programs.
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// Its address, with the parts that vary in braces. Slashes in a track may stand as they are.
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) parameters: &'static [&'static Parameter],
    /// The type of the answer, and the name of its schema, if it is JSON.
    pub(crate) answer: (&'static str, Option<Schema>),
}

/// The schema of an answer, by its name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Schema {
    One(&'static str),
    List(&'static str),
}

impl Operation {
    /// Reads the parameters of an address, and refuses those that the operation does not have.
    pub(crate) fn read(&self, query: Option<&str>) -> Result<Parameters, Problem> {
        let parameters = Parameters::of(query);
        parameters.within(self.parameters.iter().map(|parameter| parameter.name))?;
        Ok(parameters)
    }

    /// Returns the address as the router has it.
    pub(super) fn route(&self) -> String {
        // A track may have slashes, so it takes the rest of the address.
        match self.path.split_once("{track}") {
            Some((begin, _)) => format!("{begin}{{*track}}"),
            None => self.path.to_owned(),
        }
    }
}

const JSON: &str = "application/json";

pub(crate) const TRACKS: Operation = Operation {
    id: "listTracks",
    method: "get",
    path: "/api/v1/tracks",
    summary: "Where the tracks stand, by name, as `demarche replay`",
    parameters: &[&TRACK, &STATUS, &AS_OF, &KNOWN_AT, &TODAY, &READING, &PATIENCE, &PAGE_LIMIT, &PAGE_AFTER],
    answer: (JSON, Some(Schema::List("Track"))),
};

pub(crate) const TRACK_IN_FULL: Operation = Operation {
    id: "showTrack",
    method: "get",
    path: "/api/v1/tracks/{track}",
    summary: "One track in full, as `demarche show`",
    parameters: &[&AS_OF, &KNOWN_AT, &TODAY, &READING, &PATIENCE],
    answer: (JSON, Some(Schema::One("TrackInFull"))),
};

pub(crate) const WHY: Operation = Operation {
    id: "explainTrack",
    method: "get",
    path: "/api/v1/tracks/{track}/why",
    summary: "Why a track stands where it does, as `demarche why`",
    answer: (JSON, Some(Schema::One("Why"))),
    ..TRACK_IN_FULL
};

pub(crate) const EVENTS: Operation = Operation {
    id: "listEvents",
    method: "get",
    path: "/api/v1/events",
    summary: "The events in the order in which they are folded, as `demarche events`",
    parameters: &[&TRACK, &TYPE, &WHO, &OCCURRED_FROM, &AS_OF, &KNOWN_AT, &TEXT, &PAGE_LIMIT, &PAGE_AFTER],
    answer: (JSON, Some(Schema::List("Event"))),
};

pub(crate) const ENTER: Operation = Operation {
    id: "enterEvents",
    method: "post",
    path: "/api/v1/events",
    summary: "Enters events: one, JSON Lines, or an array; all of them or none",
    parameters: &[&DRY_RUN, &EXPECTED_VERSION],
    answer: (JSON, Some(Schema::One("Entered"))),
};

pub(crate) const EVENT: Operation = Operation {
    id: "showEvent",
    method: "get",
    path: "/api/v1/events/{id}",
    summary: "One event",
    parameters: &[],
    answer: (JSON, Some(Schema::One("Event"))),
};

pub(crate) const DIFF: Operation = Operation {
    id: "listDifferences",
    method: "get",
    path: "/api/v1/diff",
    summary: "What changed on each track between two moments, as `demarche diff`",
    parameters: &[
        &FROM,
        &TO,
        &ALONG,
        &TRACK,
        &STATUS,
        &AS_OF,
        &KNOWN_AT,
        &TODAY,
        &READING,
        &PATIENCE,
        &PAGE_LIMIT,
        &PAGE_AFTER,
    ],
    answer: (JSON, Some(Schema::List("Change"))),
};

pub(crate) const COMPARE: Operation = Operation {
    id: "compareReadings",
    method: "get",
    path: "/api/v1/compare",
    summary: "The tracks under several readings, as `demarche compare`",
    parameters: &[
        &READINGS,
        &ONLY_DIFFERENT,
        &TRACK,
        &STATUS,
        &AS_OF,
        &KNOWN_AT,
        &TODAY,
        &PATIENCE,
        &PAGE_LIMIT,
        &PAGE_AFTER,
    ],
    answer: (JSON, Some(Schema::List("Comparison"))),
};

pub(crate) const AGENDA: Operation = Operation {
    id: "listAgenda",
    method: "get",
    path: "/api/v1/agenda",
    summary: "What lies ahead, in order of date, and then what is overdue, as `demarche agenda`",
    parameters: &[&TRACK, &UNTIL, &AS_OF, &KNOWN_AT, &TODAY, &READING, &PATIENCE, &PAGE_LIMIT, &PAGE_AFTER],
    answer: (JSON, Some(Schema::List("AgendaItem"))),
};

pub(crate) const FINDINGS: Operation = Operation {
    id: "listFindings",
    method: "get",
    path: "/api/v1/findings",
    summary: "What is strange about the journal, the gravest first, as `demarche check`",
    parameters: &[&TRACK, &AS_OF, &KNOWN_AT, &TODAY, &PATIENCE, &PAGE_LIMIT, &PAGE_AFTER],
    answer: (JSON, Some(Schema::List("Finding"))),
};

pub(crate) const STATS: Operation = Operation {
    id: "countEvents",
    method: "get",
    path: "/api/v1/stats",
    summary: "The counts of the journal, as `demarche stats`",
    parameters: &[],
    answer: (JSON, Some(Schema::One("Stats"))),
};

pub(crate) const CHANGES: Operation = Operation {
    id: "followChanges",
    method: "get",
    path: "/api/v1/changes",
    summary: "Each change as it happens, as `demarche watch`: server-sent events `change`, each with an id and a \
              Change; `reset` where some were missed",
    parameters: &[&AFTER_CHANGE],
    answer: ("text/event-stream", None),
};

pub(crate) const OPENAPI: Operation = Operation {
    id: "describe",
    method: "get",
    path: "/api/v1/openapi.json",
    summary: "This description",
    parameters: &[],
    answer: (JSON, Some(Schema::One("Description"))),
};

pub(crate) const CALENDAR: Operation = Operation {
    id: "subscribeToDates",
    method: "get",
    path: "/calendar.ics",
    summary: "Meetings, deadlines and other dates as iCalendar, as `demarche export ics`",
    parameters: &[&TRACK, &STATUS, &AS_OF, &KNOWN_AT, &TODAY, &READING, &PATIENCE],
    answer: ("text/calendar; charset=utf-8", None),
};

pub(crate) const FEED: Operation = Operation {
    id: "subscribeToStatuses",
    method: "get",
    path: "/feed.atom",
    summary: "The last hundred changes of status as an Atom feed",
    parameters: &[&TRACK, &READING, &PATIENCE],
    answer: ("application/atom+xml; charset=utf-8", None),
};

pub(crate) const DIGEST: Operation = Operation {
    id: "readDigest",
    method: "get",
    path: "/digest.html",
    summary: "What changed between two moments, to read and to print, as `demarche export digest`",
    parameters: &[&FROM_YESTERDAY, &TO, &ALONG, &TRACK, &STATUS, &AS_OF, &KNOWN_AT, &TODAY, &READING, &PATIENCE],
    answer: ("text/html; charset=utf-8", None),
};

pub(crate) const LOG: Operation = Operation {
    id: "copyEvents",
    method: "get",
    path: "/events.jsonl",
    summary: "The journal as JSON Lines, in the order of storing: for the journal of another desk",
    parameters: &[&AFTER_EVENT],
    answer: ("application/x-ndjson", None),
};

/// All that the API offers.
pub(crate) const OPERATIONS: [&Operation; 17] = [
    &TRACKS,
    &TRACK_IN_FULL,
    &WHY,
    &EVENTS,
    &ENTER,
    &EVENT,
    &DIFF,
    &COMPARE,
    &AGENDA,
    &FINDINGS,
    &STATS,
    &CHANGES,
    &OPENAPI,
    &CALENDAR,
    &FEED,
    &DIGEST,
    &LOG,
];
