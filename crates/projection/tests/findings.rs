//! What is strange about a journal (`docs/model.md` §6): each finding where it must be, and nowhere else.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use demarche_core::{Event, EventId, EventRetracted, Instant, Payload, codec, strategy};
use demarche_projection::{Finding, FindingCode, Fold, Patience, Query, Severity, moment};
use proptest::prelude::*;
use proptest::sample::Index;
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

fn number(event: &Event) -> u64 {
    event.id.to_string().rsplit_once('-').unwrap().1.parse().unwrap()
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
    let shown = |finding: &Finding<'_>| {
        let numbers: Vec<String> = finding.events.iter().map(|event| number(event).to_string()).collect();
        format!("{} {}", finding.code, numbers.join(" "))
    };
    fold.findings(query).iter().map(shown).collect()
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
    let findings = fold.findings(query);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings[0].message.clone()
}

const NOTHING: [&str; 0] = [];

mod targets {
    use super::*;

    #[test]
    fn retractions_in_a_circle_are_one_finding_a_circle() {
        let retracts =
            |day: &str, target: u64| on(day, "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
        // 2 → 4 → 3 → 2 is a circle, 5 itself is one, 6 retracts into the circle from outside.
        let log = || {
            [
                retracts("2025-02-02", 4),
                retracts("2025-02-01", 2),
                retracts("2025-02-03", 3),
                retracts("2025-02-04", 5),
                retracts("2025-02-05", 4),
            ]
        };
        assert_eq!(found(log()), ["retraction-cycle 3 2 4", "retraction-cycle 5"]);
        // As far as was known before the circle closed, there is none.
        let known = Query { known_at: moment("2025-02-02").unwrap(), ..Query::default() };
        let fold = fold([opened()].into_iter().chain(log()));
        assert_eq!(found_by(&fold, &known), NOTHING);
    }

    #[test]
    fn a_circle_is_told_in_numbers() {
        let retracts =
            |day: &str, target: u64| on(day, "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
        let query = Query::default();
        assert_eq!(message([retracts("2025-02-01", 2)], &query), "a retraction retracts itself, and is void");
        let two = [retracts("2025-02-01", 3), retracts("2025-02-01", 2)];
        assert_eq!(message(two, &query), "2 retractions retract each other in a circle, and are void");
    }

    #[test]
    fn a_chain_of_retractions_is_no_circle() {
        let retracts =
            |target: u64| on("2025-02-01", "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
        assert_eq!(found([meeting("2025-02-01", "proposed"), retracts(2), retracts(3)]), NOTHING);
    }

    #[test]
    fn what_is_named_must_be_there_and_of_the_same_track() {
        for kind in ["claim_denied", "claim_confirmed", "claim_withdrawn"] {
            let named = on("2025-02-02", "us", kind, json!({ "claims": [99, 2, 99] }));
            let elsewhere = opened().with("track", "u");
            assert_eq!(found([elsewhere, named]), ["unknown-target 3", "foreign-target 3 2"]);
        }
        let retracts =
            |target: u64| on("2025-02-01", "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
        assert_eq!(found([retracts(99)]), ["unknown-target 2"]);
        assert_eq!(found([opened().with("track", "u"), retracts(2)]), ["foreign-target 3 2"]);
    }

    #[test]
    fn a_void_event_is_there_and_a_void_claim_names_nothing() {
        let retracts =
            |target: u64| on("2025-02-03", "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
        let denies = |target: u64| on("2025-02-02", "ru", "claim_denied", json!({ "claims": [target] }));
        assert_eq!(found([meeting("2025-02-01", "proposed"), denies(2), retracts(2)]), NOTHING);
        assert_eq!(found([denies(99), retracts(2)]), NOTHING);
    }

    #[test]
    fn what_as_of_cuts_off_is_there_and_what_known_at_cuts_off_is_not() {
        let retracts = on("2025-02-03", "desk", "event_retracted", json!({ "event": 2, "reason": "r" }));
        let fold =
            fold([opened(), meeting("2025-02-02", "proposed").with("recorded", "2025-02-04T00:00:00Z"), retracts]);
        let as_of = Query { as_of: moment("2025-02-01").unwrap(), ..Query::default() };
        assert_eq!(found_by(&fold, &as_of), NOTHING);
        let known_at = Query { known_at: moment("2025-02-03").unwrap(), ..Query::default() };
        assert_eq!(found_by(&fold, &known_at), ["unknown-target 3"]);
    }

    #[test]
    fn only_the_source_itself_takes_its_claim_back() {
        let withdraws = |who: &str| on("2025-02-02", who, "claim_withdrawn", json!({ "claims": [2, 2] }));
        assert_eq!(found([meeting("2025-02-01", "proposed"), withdraws("us")]), NOTHING);
        assert_eq!(found([meeting("2025-02-01", "proposed"), withdraws("us/a")]), ["foreign-withdrawal 3 2"]);
        let log = [meeting("2025-02-01", "proposed"), withdraws("ru")];
        let expected = format!("ru withdraws {}, which us said", id(2));
        assert_eq!(message(log, &Query::default()), expected);
        // What was never written, nobody can take back.
        let retracts = on("2025-02-03", "desk", "event_retracted", json!({ "event": 2, "reason": "r" }));
        assert_eq!(found([meeting("2025-02-01", "proposed"), withdraws("ru"), retracts]), NOTHING);
    }

    #[test]
    fn a_claim_and_its_target_are_named_in_the_message() {
        let denied = on("2025-02-02", "ru", "claim_denied", json!({ "claims": [99] }));
        let expected = format!("claim_denied by ru names {}, and there is no such event", id(99));
        assert_eq!(message([denied], &Query::default()), expected);
    }
}

mod entries {
    use super::*;

    #[test]
    fn nothing_is_recorded_before_it_can_have_occurred() {
        let recorded = |text: &str| meeting("2025-02-10", "proposed").with("recorded", text);
        assert_eq!(found([recorded("2025-02-09T23:59:59Z")]), ["recorded-early 2"]);
        assert_eq!(found([recorded("2025-02-10T00:00:00Z")]), NOTHING);
        // Somewhere in February it may have occurred before.
        assert_eq!(found([meeting("2025-02", "proposed").with("recorded", "2025-02-01T00:00:00Z")]), NOTHING);
        let expected =
            "meeting_proposed by us occurred in 2025-02-10, and was recorded before, at 2025-02-09T23:59:59Z";
        assert_eq!(message([recorded("2025-02-09T23:59:59Z")], &Query::default()), expected);
    }

    #[test]
    fn a_track_never_opened_is_one_finding_at_its_first_event() {
        let query = Query::default();
        let log = || [meeting("2025-02-02", "proposed"), meeting("2025-02-01", "proposed")];
        assert_eq!(found_by(&fold(log()), &query), ["track-not-opened 2"]);
        // Opened late is opened.
        let late = on("2025-06-01", "us", "track_opened", json!({ "title": "T", "kind": "summit", "parties": [] }));
        assert_eq!(found_by(&fold(log().into_iter().chain([late])), &query), NOTHING);
        // An opening taken back still names the track; one retracted does not.
        let taken_back = |kind: &str, data: Value| fold([opened(), on("2025-02-03", "us", kind, data)]);
        assert_eq!(found_by(&taken_back("claim_withdrawn", json!({ "claims": [1] })), &query), NOTHING);
        assert_eq!(found_by(&taken_back("event_retracted", json!({ "event": 1, "reason": "r" })), &query), NOTHING);
        let retracts = on("2025-02-03", "us", "event_retracted", json!({ "event": 1, "reason": "r" }));
        let fold = fold([opened(), retracts, meeting("2025-02-04", "proposed")]);
        assert_eq!(found_by(&fold, &query), ["track-not-opened 3"]);
    }
}

mod meetings {
    use super::*;

    #[test]
    fn held_after_cancellation_unless_something_brought_it_back() {
        let between = |what: &[&str]| {
            let days = ["2025-02-03", "2025-02-04", "2025-02-05"];
            let middle = days.iter().zip(what).map(|(day, what)| meeting(day, what));
            let ends = [meeting("2025-02-01", "proposed"), meeting("2025-02-02", "cancelled")];
            found(ends.into_iter().chain(middle).chain([meeting("2025-02-06", "held")]))
        };
        assert_eq!(between(&[]), ["held-after-cancellation 4 3"]);
        assert_eq!(between(&["postponed"]), ["held-after-cancellation 5 3"]);
        assert_eq!(between(&["relocated"]), ["held-after-cancellation 5 3"]);
        assert_eq!(between(&["rescheduled", "cancelled"]), ["held-after-cancellation 6 5"]);
        // A second report of the same meeting is not strange again.
        assert_eq!(between(&["held"]), ["held-after-cancellation 4 3"]);
        for back in ["proposed", "scheduled", "rescheduled"] {
            assert_eq!(between(&[back]), NOTHING, "{back}");
        }
    }

    #[test]
    fn a_cancellation_that_does_not_count_is_none() {
        let log = |last: Told| {
            let [proposed, cancelled] = [meeting("2025-02-01", "proposed"), meeting("2025-02-02", "cancelled")];
            found([proposed, cancelled, meeting("2025-02-03", "held"), last])
        };
        let withdrawn = on("2025-02-04", "us", "claim_withdrawn", json!({ "claims": [3] }));
        assert_eq!(log(withdrawn), NOTHING);
        let denied = |grade: &str| on("2025-02-04", "ru", "claim_denied", json!({ "claims": [3] })).grade(grade);
        assert_eq!(log(denied("B2")), ["open-dispute 3 5"]);
        assert_eq!(log(denied("B3")), ["open-dispute 3 5", "held-after-cancellation 4 3"]);
    }

    #[test]
    fn what_was_held_or_cancelled_was_announced_before() {
        assert_eq!(found([meeting("2025-02-01", "held")]), ["never-announced 2"]);
        assert_eq!(found([meeting("2025-02-01", "cancelled")]), ["never-announced 2"]);
        assert_eq!(found([meeting("2025-02-01", "postponed")]), NOTHING);
        for announced in ["proposed", "scheduled", "rescheduled", "relocated"] {
            assert_eq!(
                found([meeting("2025-02-01", announced), meeting("2025-02-02", "held")]),
                NOTHING,
                "{announced}"
            );
            // Only afterwards is too late.
            let late = found([meeting("2025-02-02", announced), meeting("2025-02-01", "held")]);
            assert_eq!(late, ["never-announced 3"], "{announced}");
        }
        // Once a meeting, and of another meeting nothing follows.
        let other = on("2025-02-01", "us", "meeting_proposed", json!({ "meeting": "other" }));
        let log =
            [other, meeting("2025-02-02", "held"), meeting("2025-02-03", "held"), meeting("2025-02-04", "cancelled")];
        assert_eq!(found(log), ["never-announced 3"]);
        let expected = "the meeting m was cancelled, and never proposed or scheduled before";
        assert_eq!(message([meeting("2025-02-01", "cancelled")], &Query::default()), expected);
    }

    #[test]
    fn an_announcement_that_does_not_count_was_still_made() {
        let log = |last: Told| found([meeting("2025-02-01", "proposed"), meeting("2025-02-02", "held"), last]);
        assert_eq!(log(on("2025-02-03", "us", "claim_withdrawn", json!({ "claims": [2] }))), NOTHING);
        let retracted = on("2025-02-03", "us", "event_retracted", json!({ "event": 2, "reason": "r" }));
        assert_eq!(log(retracted), ["never-announced 3"]);
        let held_withdrawn = on("2025-02-03", "us", "claim_withdrawn", json!({ "claims": [2] }));
        assert_eq!(found([meeting("2025-02-02", "held"), held_withdrawn]), NOTHING);
    }

    #[test]
    fn a_date_that_passed_longer_ago_than_the_patience_needs_an_outcome() {
        // 2025-05-01 ends 90 days before 2025-07-30 does.
        let log = || [meeting("2025-02-01", "scheduled")];
        assert_eq!(found_at("2025-07-30", log()), NOTHING);
        assert_eq!(found_at("2025-07-31T00:00:00Z", log()), ["no-outcome 2"]);
        let expected = "the meeting m was to be held in 2025-05-01, 91 days ago, and nobody says what came of it";
        assert_eq!(message(log(), &today("2025-07-31")), expected);
        for outcome in ["held", "cancelled", "postponed", "proposed"] {
            let log = [meeting("2025-02-01", "scheduled"), meeting("2025-05-02", outcome)];
            assert_eq!(found_at("2025-12-01", log), NOTHING, "{outcome}");
        }
        // The last who dated it is to blame, and a date without an end never passes.
        let moved = [meeting("2025-02-01", "scheduled"), meeting("2025-02-02", "rescheduled")];
        assert_eq!(found_at("2025-12-01", moved), ["no-outcome 3"]);
        let open = on("2025-02-01", "us", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-05/.." }));
        assert_eq!(found_at("2026-12-01", [open]), NOTHING);
    }

    #[test]
    fn the_patience_is_that_of_the_kind() {
        let fold = fold([opened(), meeting("2025-02-01", "scheduled")]);
        let by_kind = |kind: &str| Query {
            patience: Patience { days: 90, by_kind: [(kind.parse().unwrap(), 10)].into() },
            ..today("2025-06-01")
        };
        assert_eq!(found_by(&fold, &by_kind("summit")), ["no-outcome 2"]);
        assert_eq!(found_by(&fold, &by_kind("trade")), NOTHING);
    }

    #[test]
    fn two_meetings_at_one_time_and_venue_may_be_one() {
        let held = |name: &str, when: &str, venue: &str| {
            on("2025-03-01", "us", "meeting_held", json!({ "meeting": name, "when": when, "venue": venue }))
        };
        let announced = |name: &str| on("2025-02-01", "us", "meeting_proposed", json!({ "meeting": name }));
        let pair = |a: Told, b: Told| found([announced("a"), announced("b"), a, b]);
        assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("b", "2025-03-01", " GENEVA ")), ["double-booked 5 4"]);
        // The same bounds in other letters.
        assert_eq!(pair(held("a", "2025-03", "Genève"), held("b", "2025-03~", "GENÈVE")), ["double-booked 5 4"]);
        assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("b", "2025-03-02", "Geneva")), NOTHING);
        assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("b", "2025-03", "Geneva")), NOTHING);
        assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("b", "2025-03-01", "Basel")), NOTHING);
        assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("a", "2025-03-01", "Geneva")), NOTHING);
        // No venue is not the same venue.
        let nowhere = |name: &str| on("2025-03-01", "us", "meeting_held", json!({ "meeting": name }));
        assert_eq!(pair(nowhere("a"), nowhere("b")), NOTHING);
        // Event text is quoted and escaped.
        let log =
            [announced("a"), announced("b"), held("a", "2025-03", "\u{1b}[31m\n"), held("b", "2025-03", "\u{1b}[31m")];
        let expected = r#"the meetings a and b were held at the same time (2025-03) and venue ("\u{1b}[31m")"#;
        assert_eq!(message(log, &Query::default()), expected);
    }

    #[test]
    fn each_meeting_but_the_first_is_double_booked() {
        let held = |day: &str, name: &str| {
            on(day, "us", "meeting_held", json!({ "meeting": name, "when": "2025-03-01", "venue": "Geneva" }))
        };
        let names = || ["a", "b", "c"];
        let announced = names().map(|name| on("2025-02-01", "us", "meeting_proposed", json!({ "meeting": name })));
        let log = [held("2025-03-03", "a"), held("2025-03-02", "b"), held("2025-03-01", "c")];
        assert_eq!(found(announced.into_iter().chain(log)), ["double-booked 6 7", "double-booked 5 7"]);
    }
}

mod proposals {
    use super::*;

    fn made(day: &str, deadline: &str) -> Told {
        on(day, "us", "proposal_made", json!({ "proposal": "p", "by": "us", "summary": "S", "deadline": deadline }))
    }

    fn answered(day: &str, answer: &str) -> Told {
        on(day, "ru", "proposal_answered", json!({ "proposal": "p", "by": "ru", "answer": answer }))
    }

    #[test]
    fn what_is_answered_was_made() {
        assert_eq!(
            found([answered("2025-02-02", "rejected"), answered("2025-02-01", "deferred")]),
            ["unmade-proposal 3"]
        );
        // Made is made, in whatever order the dates put it, and taken back or not.
        assert_eq!(found([answered("2025-02-01", "rejected"), made("2025-02-02", "2025-03")]), NOTHING);
        let withdrawn = on("2025-02-04", "us", "claim_withdrawn", json!({ "claims": [2] }));
        assert_eq!(found([made("2025-02-01", "2025-03"), answered("2025-02-02", "rejected"), withdrawn]), NOTHING);
        let retracted = on("2025-02-04", "us", "event_retracted", json!({ "event": 2, "reason": "r" }));
        let log = [made("2025-02-01", "2025-03"), answered("2025-02-02", "rejected"), retracted];
        assert_eq!(message(log, &Query::default()), "the proposal p was answered, and nobody made it");
    }

    #[test]
    fn an_open_proposal_has_its_deadline_ahead() {
        assert_eq!(found_at("2025-03", [made("2025-02-01", "2025-03")]), NOTHING);
        assert_eq!(found_at("2025-04-01T00:00:00Z", [made("2025-02-01", "2025-03")]), ["deadline-passed 2"]);
        let expected = "the proposal p awaits its answer, and was to have one by 2025-03";
        assert_eq!(message([made("2025-02-01", "2025-03")], &today("2025-04")), expected);
        let after = |answer: &str| found_at("2025-04", [made("2025-02-01", "2025-03"), answered("2025-02-02", answer)]);
        assert_eq!(after("deferred"), ["deadline-passed 2"]);
        for answer in ["accepted", "rejected", "countered"] {
            assert_eq!(after(answer), NOTHING, "{answer}");
        }
        let again = [made("2025-02-01", "2025-03"), made("2025-03-01", "2025-05")];
        assert_eq!(found_at("2025-04", again), NOTHING);
        assert_eq!(found_at("2026", [made("2025-02-01", "2025-03/..")]), NOTHING);
    }
}

mod disputes {
    use super::*;

    #[test]
    fn a_denied_claim_is_noted_with_who_denies_it_and_whether_it_stands() {
        let denied = |grade: &str| on("2025-02-02", "ru/mfa", "claim_denied", json!({ "claims": [2] })).grade(grade);
        let log = |grade: &str| [meeting("2025-02-01", "proposed"), denied(grade)];
        assert_eq!(found(log("B2")), ["open-dispute 2 3"]);
        let said = |grade: &str| message(log(grade), &Query::default());
        assert_eq!(said("B2"), "meeting_proposed by us (B2) is denied by ru/mfa (B2), and set aside");
        assert_eq!(said("B3"), "meeting_proposed by us (B2) is denied by ru/mfa (B3), and stands");
    }

    #[test]
    fn a_dispute_ends_where_either_side_takes_its_word_back() {
        let log = |who: &str, claim: u64| {
            let denied = on("2025-02-02", "ru", "claim_denied", json!({ "claims": [2] }));
            found([
                meeting("2025-02-01", "proposed"),
                denied,
                on("2025-02-03", who, "claim_withdrawn", json!({ "claims": [claim] })),
            ])
        };
        assert_eq!(log("us", 2), NOTHING);
        assert_eq!(log("ru", 3), NOTHING);
        assert_eq!(log("hu", 2), ["open-dispute 2 3", "foreign-withdrawal 4 2"]);
    }
}

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
    assert_eq!(FindingCode::ALL.len(), 13);
    let error = "no-such-thing".parse::<FindingCode>().unwrap_err().to_string();
    assert!(error.starts_with("\"no-such-thing\" is no finding: expected retraction-cycle, "), "{error}");
}

#[test]
fn the_view_has_ids_for_events() {
    let fold = fold([opened(), meeting("2025-02-01", "held")]);
    let findings = fold.findings(&Query::default());
    let expected = json!([{
        "code": "never-announced",
        "severity": "warning",
        "track": "t",
        "events": [id(2)],
        "message": "the meeting m was held, and never proposed or scheduled before",
    }]);
    assert_eq!(serde_json::to_value(findings.iter().map(Finding::view).collect::<Vec<_>>()).unwrap(), expected);
    assert!(Fold::new().findings(&Query::default()).is_empty());
}

/// The first real journal: reported meetings that nobody had announced, and what is disputed. Nothing else is strange.
#[test]
fn of_the_first_journal_it_is_remarked_that_meetings_were_merely_reported() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/us-russia-2025.jsonl");
    let journal = std::fs::read(path).unwrap();
    let fold = Fold::of(codec::Reader::new(&*journal).map(|entry| entry.unwrap().event)).unwrap();
    let findings = fold.findings(&Query::default());
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
    let findings = fold.findings(&Query::default());
    let of = |code: FindingCode| findings.iter().filter(|finding| finding.code == code).count();
    let count = usize::try_from(count).unwrap();
    assert_eq!(of(FindingCode::RetractionCycle), 1);
    assert_eq!(of(FindingCode::OpenDispute), 1);
    assert_eq!(of(FindingCode::DoubleBooked), count - 1);
    // The chain has an even number of links, so the last denial is back.
    assert_eq!(of(FindingCode::UnknownTarget), count);
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// Everything about a finding.
fn told_of(fold: &Fold, query: &Query) -> Vec<Value> {
    fold.findings(query).iter().map(|finding| serde_json::to_value(finding.view()).unwrap()).collect()
}

fn queries() -> impl Strategy<Value = Query> {
    let instant = || proptest::option::of(strategy::small::instant());
    let today = strategy::small::instant();
    (instant(), instant(), today, 0..400_u32).prop_map(|(as_of, known_at, today, days)| Query {
        as_of,
        known_at,
        today: Some(today),
        patience: Patience { days, ..Patience::default() },
        ..Query::default()
    })
}

proptest! {
    #![proptest_config(config())]

    /// As the state, the findings are a function of the set of events.
    #[test]
    fn neither_order_nor_repetition_changes_a_finding(
        (log, shuffled) in strategy::log().prop_flat_map(|log| (Just(log.clone()), Just(log).prop_shuffle())),
        query in queries(),
    ) {
        let expected = told_of(&Fold::of(log.clone()).unwrap(), &query);
        prop_assert_eq!(told_of(&Fold::of(shuffled).unwrap(), &query), expected);
    }

    /// What was strange as far as was known is what is strange about what had been recorded.
    #[test]
    fn what_was_not_recorded_yet_gives_no_finding(log in strategy::log(), query in queries(), end in strategy::small::instant()) {
        let known: Vec<Event> = log.iter().filter(|event| event.recorded <= end).cloned().collect();
        let bounded = Query { known_at: Some(end), ..query.clone() };
        let unbounded = Query { known_at: None, ..query };
        prop_assert_eq!(told_of(&Fold::of(log).unwrap(), &bounded), told_of(&Fold::of(known).unwrap(), &unbounded));
    }

    /// Sorted; each with an event of its track that is in bounds; no void event is blamed, but for circles.
    #[test]
    fn findings_stand_in_order_and_blame_what_is_live(log in strategy::log(), query in queries()) {
        let fold = Fold::of(log).unwrap();
        let findings = fold.findings(&query);
        let place = |finding: &Finding<'_>| {
            let blamed = finding.blamed().unwrap();
            (finding.track.clone(), blamed.order(), finding.code)
        };
        let places: Vec<_> = findings.iter().map(place).collect();
        prop_assert!(places.is_sorted(), "{:?}", places);
        for finding in &findings {
            let blamed = finding.blamed().unwrap();
            prop_assert_eq!(&blamed.track, finding.track);
            prop_assert!(query.bounds().contain(blamed));
            let is_live = fold.state(finding.track, &query).is_none_or(|state| {
                state.timeline.iter().any(|(event, _)| event.id == blamed.id)
            });
            prop_assert_eq!(is_live, finding.code != FindingCode::RetractionCycle || fold.state(finding.track, &query).is_none());
            let distinct: BTreeSet<_> = finding.events.iter().map(|event| event.id).collect();
            prop_assert!(finding.code == FindingCode::OpenDispute || distinct.len() == finding.events.len());
        }
    }

    /// A retracted event is never blamed, nor does it excuse anything: but for what names it, the findings are those of a
    /// log in which it was never written.
    #[test]
    fn a_retracted_event_gives_no_finding(log in strategy::log_of(1..=40), which in any::<Index>(), query in queries()) {
        let event = which.get(&log).clone();
        let data = EventRetracted { event: event.id, reason: "a mistake".into() }.into();
        let retraction = Event { id: "0199f3c0-5a00-7000-9000-000000000001".parse().unwrap(), data, ..event.clone() };
        let never: Vec<Event> = log.iter().filter(|other| other.id != event.id).cloned().collect();
        let retracted: Vec<Event> = log.into_iter().chain([retraction.clone()]).collect();
        let but_targets_and_entry = |events: Vec<Event>| -> Vec<Value> {
            let fold = Fold::of(events).unwrap();
            let findings = fold.findings(&query);
            let about_entries = |finding: &&Finding<'_>| {
                matches!(finding.code, FindingCode::UnknownTarget | FindingCode::ForeignTarget | FindingCode::RetractionCycle)
                    || finding.blamed().is_some_and(|blamed| blamed.id == retraction.id)
            };
            findings.iter().filter(|f| !about_entries(f)).map(|f| serde_json::to_value(f.view()).unwrap()).collect()
        };
        prop_assert_eq!(but_targets_and_entry(retracted), but_targets_and_entry(never));
    }

    /// Held against the plainest words for them: unknown and foreign targets, early records, openings.
    #[test]
    fn simple_findings_are_those_of_a_plain_search(log in strategy::log()) {
        let query = Query { today: Some(Instant::MAX), ..Query::default() };
        let fold = Fold::of(log).unwrap();
        let mut expected: BTreeSet<(FindingCode, String)> = BTreeSet::new();
        for track in fold.set().tracks() {
            let Some(state) = fold.state(track, &query) else { continue };
            let live: Vec<&Event> = state.timeline.iter().map(|(event, _)| *event).collect();
            for event in &live {
                if event.recorded < event.occurred.earliest() {
                    expected.insert((FindingCode::RecordedEarly, event.id.to_string()));
                }
                for target in event.data.targets() {
                    match fold.events().find(|other| other.id == *target) {
                        None => expected.insert((FindingCode::UnknownTarget, event.id.to_string())),
                        Some(other) if other.track != event.track => {
                            expected.insert((FindingCode::ForeignTarget, event.id.to_string()))
                        }
                        Some(_) => false,
                    };
                }
            }
            if !live.iter().any(|event| event.event_type().as_str() == "track_opened") {
                let first = live.iter().find(|event| event.event_type().as_str() != "event_retracted").unwrap();
                expected.insert((FindingCode::TrackNotOpened, first.id.to_string()));
            }
        }
        let findings = fold.findings(&query);
        let simple = |finding: &&Finding<'_>| {
            let known = fold.state(finding.track, &query).is_some();
            known && matches!(
                finding.code,
                FindingCode::RecordedEarly
                    | FindingCode::UnknownTarget
                    | FindingCode::ForeignTarget
                    | FindingCode::TrackNotOpened
            )
        };
        let blamed = |finding: &Finding<'_>| (finding.code, finding.blamed().unwrap().id.to_string());
        let found: BTreeSet<_> = findings.iter().filter(simple).map(blamed).collect();
        prop_assert_eq!(found, expected);
    }
}
