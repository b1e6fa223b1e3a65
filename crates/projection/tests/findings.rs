//! What is strange about a journal (`docs/model.md` §6): each finding where it must be, and nowhere else.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::needless_pass_by_value, reason = "what is told is told once, and reads better so")]

#[path = "findings/disputes.rs"]
mod disputes;
#[path = "findings/entries.rs"]
mod entries;
#[path = "findings/laws.rs"]
mod laws;
#[path = "findings/meetings.rs"]
mod meetings;
#[path = "findings/overturns.rs"]
mod overturns;
#[path = "findings/proposals.rs"]
mod proposals;
#[path = "findings/slips.rs"]
mod slips;
#[path = "findings/targets.rs"]
mod targets;

use demarche_core::{Event, EventId, EventRetracted, Payload, codec};
use demarche_projection::Fold;
use demarche_projection::findings::{Finding, FindingCode, Severity};
use demarche_projection::query::{Query, moment};
use serde_json::{Value, json};

/// An event as a test tells it, on the track `t`, recorded at noon of its first day, on record, of grade B2.
struct Told(Value);

fn on(occurred: &str, who: &str, kind: &str, data: Value) -> Told {
    let source = json!({ "who": who, "attribution": "on_record", "grade": "B2" });
    Told(json!({ "v": 1, "type": kind, "track": "t", "occurred": occurred, "source": source, "data": data }))
}

impl Told {
    fn with(mut self, field: &str, value: &str) -> Self {
        self.0[field] = value.into();
        self
    }

    fn grade(mut self, grade: &str) -> Self {
        self.0["source"]["grade"] = grade.into();
        self
    }

    /// The event of that number; the events that it names are numbers, too.
    fn event(mut self, number: u64) -> Event {
        let line = &mut self.0;
        line["id"] = id(number).into();
        if let Some(target) = line.pointer_mut("/data/event") {
            *target = id(target.as_u64().unwrap()).into();
        }
        for target in line.pointer_mut("/data/claims").and_then(Value::as_array_mut).into_iter().flatten() {
            *target = id(target.as_u64().unwrap()).into();
        }
        if line.get("recorded").is_none() {
            let earliest = line["occurred"].as_str().unwrap().parse::<demarche_core::Occurred>().unwrap().earliest();
            line["recorded"] = format!("{}T12:00:00Z", earliest.date()).into();
        }
        codec::decode(line.to_string().as_bytes()).unwrap_or_else(|error| panic!("event {number}: {error}"))
    }
}

fn id(number: u64) -> String {
    format!("01940000-0000-7000-8000-{number:012}")
}

fn number(id: EventId) -> u64 {
    id.to_string().rsplit_once('-').unwrap().1.parse().unwrap()
}

fn opened() -> Told {
    on("2025-01-01", "us", "track_opened", json!({ "title": "T", "kind": "summit", "parties": ["us", "ru"] }))
}

fn meeting(occurred: &str, what: &str) -> Told {
    let when = if matches!(what, "scheduled" | "rescheduled") { Some("2025-05-01") } else { None };
    let venue = if what == "relocated" { Some("Geneva") } else { None };
    let mut data = json!({ "meeting": "m", "when": when, "venue": venue });
    data.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    on(occurred, "us", &format!("meeting_{what}"), data)
}

fn today(text: &str) -> Query {
    Query { today: moment(text).unwrap(), ..Query::default() }
}

fn fold(told: impl IntoIterator<Item = Told>) -> Fold {
    Fold::of((1..).zip(told).map(|(number, told)| told.event(number))).unwrap()
}

/// Each finding as its code and the numbers of its events, the one to blame first.
fn found_by(fold: &Fold, query: &Query) -> Vec<String> {
    let shown = |finding: &Finding| {
        let numbers: Vec<String> = finding.events.iter().map(|event| number(*event).to_string()).collect();
        format!("{} {}", finding.code, numbers.join(" "))
    };
    fold.findings(query).unwrap().iter().map(shown).collect()
}

/// The same for a log on an opened track, whose events are numbered from 2, on the day after its last entry.
fn found(told: impl IntoIterator<Item = Told>) -> Vec<String> {
    found_at("", told)
}

fn found_at(day: &str, told: impl IntoIterator<Item = Told>) -> Vec<String> {
    let query = if day.is_empty() { Query::default() } else { today(day) };
    found_by(&fold([opened()].into_iter().chain(told)), &query)
}

fn message(told: impl IntoIterator<Item = Told>, query: &Query) -> String {
    let fold = fold([opened()].into_iter().chain(told));
    let findings = fold.findings(query).unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings[0].message.clone()
}

const NOTHING: [&str; 0] = [];

/// Codes are a contract: scripts match them.
#[test]
fn codes_read_back_and_the_worse_come_first() {
    let severities: Vec<Severity> = FindingCode::ALL.iter().map(|code| code.severity()).collect();
    assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
    assert!(FindingCode::ALL.is_sorted());
    for code in FindingCode::ALL {
        assert_eq!(code.as_str().parse(), Ok(*code));
        assert!(!code.meaning().is_empty() && !code.remedy().is_empty());
    }
    assert_eq!(FindingCode::ALL.len(), 17);
    let error = "no-such-thing".parse::<FindingCode>().unwrap_err().to_string();
    assert!(error.starts_with("\"no-such-thing\" is no finding: expected retraction-cycle, "), "{error}");
}

#[test]
fn the_view_has_ids_for_events() {
    let fold = fold([opened(), meeting("2025-02-01", "held")]);
    let findings = fold.findings(&Query::default()).unwrap();
    let expected = json!([{
        "code": "never-announced",
        "severity": "warning",
        "track": "t",
        "events": [id(2)],
        "message": "the meeting m was held, and never proposed or scheduled before",
    }]);
    assert_eq!(serde_json::to_value(findings.iter().map(Finding::view).collect::<Vec<_>>()).unwrap(), expected);
    assert!(Fold::new().findings(&Query::default()).unwrap().is_empty());
}

/// The first real journal: reported meetings that nobody had announced, and what is disputed. Nothing else is strange.
#[test]
fn of_the_first_journal_it_is_remarked_that_meetings_were_merely_reported() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/us-russia-2025.jsonl");
    let journal = std::fs::read(path).unwrap();
    let fold = Fold::of(codec::Reader::new(&*journal).map(|entry| entry.unwrap().event)).unwrap();
    let findings = fold.findings(&Query::default()).unwrap();
    let of = |code: FindingCode| findings.iter().filter(|finding| finding.code == code).count();
    assert_eq!((of(FindingCode::NeverAnnounced), of(FindingCode::OpenDispute)), (7, 4), "{findings:#?}");
    assert_eq!(findings.len(), 11, "{findings:#?}");
}

/// A hundred thousand events on one track, in the shapes that would hurt: one claim denied by all, one chain of
/// retractions, one long circle, one meeting told over and over, all meetings at one place. Were any of it quadratic,
/// this would take hours.
#[test]
fn a_long_track_is_checked_in_a_short_time() {
    let count = 20_000_u64;
    let (denials, chain, circle) = (3, 3 + count, 3 + 2 * count);
    let numbered = |number: u64, template: &Event, data: Payload| Event {
        id: id(number).parse().unwrap(),
        data,
        ..template.clone()
    };
    let known = [opened().event(1), meeting("2025-02-01", "cancelled").event(2)];
    let target = |number: u64| id(number).parse::<EventId>().unwrap();
    let retracts = |number: u64| Payload::from(EventRetracted { event: target(number), reason: "r".into() });
    let denied = on("2025-02-02", "ru", "claim_denied", json!({ "claims": [2, 999_999_999] })).event(0);
    let held = meeting("2025-02-05", "held").event(0);
    let elsewhere = |n: u64| {
        let Payload::MeetingHeld(mut held) = held.data.clone() else { panic!() };
        (held.meeting, held.venue) = (format!("m-{n}").parse().unwrap(), Some("Geneva".into()));
        Payload::from(held)
    };
    let all = (0..count).flat_map(|n| {
        [
            numbered(denials + n, &denied, denied.data.clone()),
            // Each retracts the one before; the first of them the last denial.
            numbered(chain + n, &denied, retracts(chain + n - 1)),
            numbered(circle + n, &denied, retracts(circle + (n + 1) % count)),
            numbered(circle + count + n, &held, held.data.clone()),
            numbered(circle + 2 * count + n, &held, elsewhere(n)),
        ]
    });
    let fold = Fold::of(known.into_iter().chain(all)).unwrap();
    let findings = fold.findings(&Query::default()).unwrap();
    let of = |code: FindingCode| findings.iter().filter(|finding| finding.code == code).count();
    let count = usize::try_from(count).unwrap();
    assert_eq!(of(FindingCode::RetractionCycle), 1);
    assert_eq!(of(FindingCode::OpenDispute), 1);
    assert_eq!(of(FindingCode::DoubleBooked), count - 1);
    // The chain has an even number of links, so the last denial is back.
    assert_eq!(of(FindingCode::UnknownTarget), count);
}

#[test]
fn what_is_recorded_in_the_future_of_a_clock_is_found_only_by_that_clock() {
    let fold = fold([opened(), meeting("2025-02-01", "held")]);
    let last = fold.last_recorded().unwrap();
    assert_eq!(fold.recorded_ahead_of(last), []);

    let early = "2000-01-01T00:00:00Z".parse().unwrap();
    let findings = fold.recorded_ahead_of(early);
    assert_eq!(findings.len(), 2);
    assert!(findings.iter().all(|finding| finding.code == FindingCode::RecordedAhead));
    assert!(findings[0].message.ends_with("and the clock shows 2000-01-01T00:00:00Z"), "{}", findings[0].message);
    let judged = Query { today: Some(early), ..Query::default() };
    assert!(fold.findings(&judged).unwrap().iter().all(|finding| finding.code != FindingCode::RecordedAhead));
}
