//! What changed between two pictures: each kind of change where it must be, and nowhere else; and laws over any two.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "diff/laws.rs"]
mod laws;

use demarche_core::codec;
use demarche_projection::Fold;
use demarche_projection::diff::{Change, diff};
use demarche_projection::narrate::Names;
use demarche_projection::query::{Query, Reading, moment};
use demarche_projection::state::Dossier;
use serde_json::{Value, json};

/// Events on the track `t`, numbered from 1, each recorded at noon of its first day, on record, of grade B2.
fn fold(told: &[(&str, &str, &str, Value)]) -> Fold {
    let line = |number: usize, (occurred, who, kind, data): &(&str, &str, &str, Value)| {
        let mut data = data.clone();
        for target in data.get_mut("claims").and_then(Value::as_array_mut).into_iter().flatten() {
            *target = id(target.as_u64().unwrap()).into();
        }
        if let Some(target) = data.get_mut("event") {
            *target = id(target.as_u64().unwrap()).into();
        }
        json!({
            "id": id(number.try_into().unwrap()), "v": 1, "type": kind, "track": "t", "occurred": occurred,
            "recorded": format!("{occurred}T12:00:00Z"),
            "source": { "who": who, "attribution": "on_record", "grade": "B2" }, "data": data,
        })
    };
    let lines = (1..).zip(told).map(|(number, told)| line(number, told).to_string());
    Fold::of(lines.map(|line| codec::decode(line.as_bytes()).unwrap())).unwrap()
}

fn id(number: u64) -> String {
    format!("01940000-0000-7000-8000-{number:012}")
}

fn known_at(day: &str) -> Query {
    Query { known_at: moment(day).unwrap(), ..Query::default() }
}

/// What changed from the one day to the other, as JSON, with numbers for ids.
#[track_caller]
fn changed(told: &[(&str, &str, &str, Value)], from: &str, to: &str) -> Value {
    let fold = fold(told);
    let (before, after) = (fold.dossiers(&known_at(from)).unwrap(), fold.dossiers(&known_at(to)).unwrap());
    match diff(&before, &after).as_slice() {
        [] => Value::Null,
        [change] => numbered(&serde_json::to_value(change.view()).unwrap()),
        several => panic!("one track, and {} changes", several.len()),
    }
}

fn numbered(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix("01940000-0000-7000-8000-") {
            Some(number) => number.parse::<u64>().unwrap().into(),
            None => value.clone(),
        },
        Value::Array(values) => values.iter().map(numbered).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), numbered(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// The changes of one kind.
fn of_kind(change: &Value, what: &str) -> Value {
    change["changes"].as_array().into_iter().flatten().filter(|kind| kind["what"] == what).cloned().collect()
}

/// Every kind of change that there is.
fn kinds(change: &Value) -> Vec<&str> {
    change["changes"].as_array().unwrap().iter().map(|kind| kind["what"].as_str().unwrap()).collect()
}

fn opened() -> (&'static str, &'static str, &'static str, Value) {
    ("2025-01-01", "us", "track_opened", json!({ "title": "T", "kind": "summit", "parties": ["us", "ru"] }))
}

#[test]
fn a_track_appears_with_what_it_has() {
    let log = [
        ("2025-01-02", "us", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-05-01", "venue": "Geneva" })),
        ("2025-01-03", "us", "proposal_made", json!({ "proposal": "p", "by": "us", "summary": "S" })),
    ];
    let expected = json!({
        "track": "t",
        "change": "appeared",
        "from": null,
        "to": {
            "status": "scheduled",
            "since": "2025-01-02",
            "decided_by": 1,
            "next": { "meeting": "m", "when": "2025-05-01", "venue": "Geneva" },
        },
        "changes": [
            { "what": "meeting", "meeting": "m", "from": null, "to": "scheduled" },
            { "what": "proposal_opened", "proposal": "p", "by": "us", "deadline": null },
        ],
        "new_events": [1, 2],
        "gone_events": [],
    });
    assert_eq!(changed(&log, "2025-01-01", "2025-01-03"), expected);
}

#[test]
fn a_track_vanishes_with_what_it_had() {
    let log = [
        ("2025-01-02", "us", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-05-01" })),
        ("2025-01-03", "desk", "event_retracted", json!({ "event": 1, "reason": "r" })),
    ];
    let change = changed(&log, "2025-01-02", "2025-01-03");
    assert_eq!((&change["change"], &change["to"]), (&json!("vanished"), &json!(null)));
    let expected = json!([{ "what": "meeting", "meeting": "m", "from": "scheduled", "to": null }]);
    assert_eq!((&change["changes"], &change["gone_events"]), (&expected, &json!([1])));
    assert_eq!(change["new_events"], json!([]));
}

#[test]
fn where_nothing_changed_nothing_is_told() {
    let log = [opened(), ("2025-01-03", "us", "meeting_proposed", json!({ "meeting": "m" }))];
    assert_eq!(changed(&log, "2025-01-03", "2025-01-04"), Value::Null);
    assert_eq!(changed(&log, "2024-01-03", "2024-01-04"), Value::Null);
}

#[test]
fn the_status_changes_and_since_goes_with_it() {
    let log = [opened(), ("2025-01-03", "us", "meeting_proposed", json!({ "meeting": "m" }))];
    let change = changed(&log, "2025-01-02", "2025-01-03");
    assert_eq!(of_kind(&change, "status"), json!([{ "what": "status", "from": "open", "to": "proposed" }]));
    assert_eq!(kinds(&change), ["status", "meeting"]);
    assert_eq!((&change["from"]["since"], &change["to"]["since"]), (&json!("2025-01-01"), &json!("2025-01-03")));
    assert_eq!(change["change"], "changed");
}

#[test]
fn the_same_status_may_hold_since_another_date_by_another_event() {
    let log =
        [opened(), ("2025-01-03", "us", "track_resumed", json!({})), ("2025-01-04", "us", "track_resumed", json!({}))];
    let change = changed(&log, "2025-01-03", "2025-01-04");
    let expected = json!([
        { "what": "since", "from": "2025-01-03", "to": "2025-01-04" },
        { "what": "decided_by", "from": 2, "to": 3 },
    ]);
    assert_eq!((&change["changes"], &change["new_events"]), (&expected, &json!([3])));
}

#[test]
fn the_next_meeting_changes_with_its_date_and_venue() {
    let next = |name: &str, when: &str| json!({ "meeting": name, "when": when, "venue": null });
    let log = [
        opened(),
        ("2025-01-02", "us", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-05-01" })),
        ("2025-01-03", "us", "meeting_rescheduled", json!({ "meeting": "m", "when": "2025-05-02" })),
        ("2025-01-04", "us", "meeting_relocated", json!({ "meeting": "m", "venue": "Basel" })),
        ("2025-01-05", "us", "meeting_scheduled", json!({ "meeting": "n", "when": "2025-02-01" })),
        ("2025-01-06", "us", "statement_made", json!({ "summary": "S" })),
    ];
    let first = changed(&log, "2025-01-01", "2025-01-02");
    assert_eq!(of_kind(&first, "next"), json!([{ "what": "next", "from": null, "to": next("m", "2025-05-01") }]));
    assert_eq!(of_kind(&first, "meeting_date"), json!([]));

    let moved = changed(&log, "2025-01-02", "2025-01-03");
    let expected = json!([{ "what": "next", "from": next("m", "2025-05-01"), "to": next("m", "2025-05-02") }]);
    assert_eq!(of_kind(&moved, "next"), expected);
    let expected = json!([{ "what": "meeting_date", "meeting": "m", "from": "2025-05-01", "to": "2025-05-02" }]);
    assert_eq!(of_kind(&moved, "meeting_date"), expected);
    assert_eq!(of_kind(&moved, "meeting"), json!([]));

    let relocated = changed(&log, "2025-01-03", "2025-01-04");
    let expected = json!([{ "what": "meeting_venue", "meeting": "m", "from": null, "to": "Basel" }]);
    assert_eq!(of_kind(&relocated, "meeting_venue"), expected);
    assert_eq!(of_kind(&relocated, "next")[0]["to"]["venue"], "Basel");

    let another = changed(&log, "2025-01-04", "2025-01-05");
    assert_eq!(of_kind(&another, "next")[0]["to"], next("n", "2025-02-01"));
    let said = changed(&log, "2025-01-05", "2025-01-06");
    assert_eq!((&said["changes"], &said["new_events"]), (&json!([]), &json!([6])));
}

#[test]
fn meetings_change_phase() {
    let meeting = |day: &'static str, kind: &'static str| (day, "us", kind, json!({ "meeting": "m" }));
    let log = [
        opened(),
        meeting("2025-01-02", "meeting_proposed"),
        meeting("2025-01-03", "meeting_postponed"),
        meeting("2025-01-04", "meeting_cancelled"),
        meeting("2025-01-05", "meeting_held"),
    ];
    let phases = ["proposed", "postponed", "cancelled", "held"];
    let days = ["2025-01-02", "2025-01-03", "2025-01-04", "2025-01-05"];
    for at in 0..3 {
        let change = changed(&log, days[at], days[at + 1]);
        let expected = json!([{ "what": "meeting", "meeting": "m", "from": phases[at], "to": phases[at + 1] }]);
        assert_eq!(of_kind(&change, "meeting"), expected);
    }
}

#[test]
fn other_parties_say_so() {
    let log = [
        opened(),
        ("2025-01-02", "us", "meeting_proposed", json!({ "meeting": "m" })),
        ("2025-01-03", "ru/mfa", "claim_confirmed", json!({ "claims": [2] })),
    ];
    let change = changed(&log, "2025-01-02", "2025-01-03");
    let expected = json!([
        { "what": "said_by", "from": ["us"], "to": ["ru", "us"] },
        { "what": "confirmed", "claim": 2, "by": [3] },
    ]);
    assert_eq!(change["changes"], expected);
}

#[test]
fn disputes_come_up_are_decided_otherwise_and_end() {
    let log = [
        opened(),
        ("2025-01-02", "us", "meeting_proposed", json!({ "meeting": "m" })),
        ("2025-01-03", "us", "meeting_cancelled", json!({ "meeting": "m" })),
        ("2025-01-04", "ru", "claim_denied", json!({ "claims": [3] })),
        ("2025-01-05", "hu", "claim_confirmed", json!({ "claims": [2] })),
        ("2025-01-06", "ru", "claim_withdrawn", json!({ "claims": [4] })),
    ];
    let disputed = |from: &str, to: &str| of_kind(&changed(&log, from, to), "disputed");
    let dispute =
        |set_aside: bool, because: &str| json!({ "denied_by": [4], "set_aside": set_aside, "because": because });
    let expected = json!([{ "what": "disputed", "claim": 3, "from": null, "to": dispute(true, "rival") }]);
    assert_eq!(disputed("2025-01-03", "2025-01-04"), expected);
    assert_eq!(disputed("2025-01-04", "2025-01-05"), json!([]));
    let expected = json!([{ "what": "disputed", "claim": 3, "from": dispute(true, "rival"), "to": null }]);
    assert_eq!(disputed("2025-01-05", "2025-01-06"), expected);

    // Somebody better vouches for the claim: it stands again.
    let mut told = log[..4].to_vec();
    told.push(("2025-01-05", "hu", "claim_confirmed", json!({ "claims": [3] })));
    let weak = told.clone();
    assert_eq!(of_kind(&changed(&weak, "2025-01-04", "2025-01-05"), "disputed"), json!([]));
    let fold = fold(&told);
    let better = fold.events().map(Result::unwrap).map(|mut event| {
        if event.id.to_string() == id(5) {
            event.source.grade = Some("A1".parse().unwrap());
        }
        event
    });
    let better = Fold::of(better).unwrap();
    let (before, after) =
        (better.dossiers(&known_at("2025-01-04")).unwrap(), better.dossiers(&known_at("2025-01-05")).unwrap());
    let view = numbered(&serde_json::to_value(diff(&before, &after)[0].view()).unwrap());
    let expected =
        json!([{ "what": "disputed", "claim": 3, "from": dispute(true, "rival"), "to": dispute(false, "supports") }]);
    assert_eq!(of_kind(&view, "disputed"), expected);
}

#[test]
fn proposals_open_and_close() {
    let answered = |day: &'static str, answer: &str| {
        (day, "ru", "proposal_answered", json!({ "proposal": "p", "by": "ru", "answer": answer }))
    };
    let made = (
        "2025-01-02",
        "us",
        "proposal_made",
        json!({ "proposal": "p", "by": "us", "summary": "S", "deadline": "2025-03" }),
    );
    let log = [
        opened(),
        made.clone(),
        answered("2025-01-03", "deferred"),
        answered("2025-01-04", "rejected"),
        answered("2025-01-05", "accepted"),
        ("2025-01-06", "us", "proposal_made", json!({ "proposal": "p", "by": "us", "summary": "S" })),
    ];
    let of = |from: &str, to: &str, what: &str| of_kind(&changed(&log, from, to), what);
    let opened_now = json!([{ "what": "proposal_opened", "proposal": "p", "by": "us", "deadline": "2025-03" }]);
    let closed = |answer: &str, by: u64| json!([{ "what": "proposal_closed", "proposal": "p", "answer": answer, "answered_by": by }]);
    assert_eq!(of("2025-01-01", "2025-01-02", "proposal_opened"), opened_now);
    assert_eq!(of("2025-01-02", "2025-01-03", "proposal_opened"), json!([]));
    assert_eq!(of("2025-01-02", "2025-01-03", "proposal_closed"), json!([]));
    assert_eq!(of("2025-01-03", "2025-01-04", "proposal_closed"), closed("rejected", 4));
    // Answered again; made and answered between; made again.
    assert_eq!(of("2025-01-04", "2025-01-05", "proposal_closed"), closed("accepted", 5));
    assert_eq!(of("2025-01-01", "2025-01-05", "proposal_closed"), closed("accepted", 5));
    assert_eq!(of("2025-01-01", "2025-01-05", "proposal_opened"), json!([]));
    assert_eq!(of("2025-01-05", "2025-01-06", "proposal_opened"), opened_now);
    assert_eq!(of("2025-01-05", "2025-01-06", "proposal_closed"), json!([]));

    // A deferral after the answer answers nothing; a proposal answered and made again is open as it was.
    let deferred = [opened(), made.clone(), answered("2025-01-03", "rejected"), answered("2025-01-04", "deferred")];
    assert_eq!(of_kind(&changed(&deferred, "2025-01-03", "2025-01-04"), "proposal_closed"), json!([]));
    assert_eq!(of_kind(&changed(&deferred, "2025-01-02", "2025-01-04"), "proposal_closed"), closed("rejected", 3));
    let mut again = made.clone();
    again.0 = "2025-01-04";
    let again = [opened(), made.clone(), answered("2025-01-03", "rejected"), again];
    let change = changed(&again, "2025-01-02", "2025-01-04");
    assert_eq!(kinds(&change), ["since", "decided_by"]);

    let taken_back = [opened(), made, ("2025-01-03", "us", "claim_withdrawn", json!({ "claims": [2] }))];
    let change = changed(&taken_back, "2025-01-02", "2025-01-03");
    let expected = json!([{ "what": "proposal_closed", "proposal": "p", "answer": null, "answered_by": null }]);
    assert_eq!(of_kind(&change, "proposal_closed"), expected);
    assert_eq!((&change["new_events"], &change["gone_events"]), (&json!([3]), &json!([])));
}

#[test]
fn agreements_and_issues_move() {
    let log = [
        opened(),
        ("2025-01-02", "us", "agreement_reached", json!({ "agreement": "a", "stage": "signed" })),
        ("2025-01-03", "us", "agreement_ended", json!({ "agreement": "a", "how": "suspended" })),
        ("2025-01-04", "us", "agreement_reached", json!({ "agreement": "a", "stage": "signed" })),
        ("2025-01-05", "us", "issue_raised", json!({ "issue": "i" })),
        ("2025-01-06", "us", "issue_resolved", json!({ "issue": "i", "extent": "partly" })),
        ("2025-01-07", "us", "issue_raised", json!({ "issue": "i", "title": "Again" })),
        ("2025-01-08", "us", "issue_raised", json!({ "issue": "i", "title": "And again" })),
    ];
    let of = |from: &str, to: &str, what: &str| of_kind(&changed(&log, from, to), what);
    let agreement = |ended: Option<&str>| json!({ "stage": "signed", "ended": ended });
    let change = |from: Value, to: Value| json!([{ "what": "agreement", "agreement": "a", "from": from, "to": to }]);
    assert_eq!(of("2025-01-01", "2025-01-02", "agreement"), change(Value::Null, agreement(None)));
    assert_eq!(of("2025-01-02", "2025-01-03", "agreement"), change(agreement(None), agreement(Some("suspended"))));
    assert_eq!(of("2025-01-03", "2025-01-04", "agreement"), change(agreement(Some("suspended")), agreement(None)));
    assert_eq!(of("2025-01-04", "2025-01-05", "agreement"), json!([]));

    let issue = |resolved: Option<&str>| json!({ "resolved": resolved });
    let change = |from: Value, to: Value| json!([{ "what": "issue", "issue": "i", "from": from, "to": to }]);
    assert_eq!(of("2025-01-04", "2025-01-05", "issue"), change(Value::Null, issue(None)));
    assert_eq!(of("2025-01-05", "2025-01-06", "issue"), change(issue(None), issue(Some("partly"))));
    assert_eq!(of("2025-01-06", "2025-01-07", "issue"), change(issue(Some("partly")), issue(None)));
    assert_eq!(of("2025-01-07", "2025-01-08", "issue"), json!([]));
}

#[test]
fn two_readings_differ_in_the_events_that_they_consider() {
    let log = [
        opened(),
        ("2025-01-02", "us", "meeting_proposed", json!({ "meeting": "m" })),
        ("2025-01-03", "ru", "meeting_cancelled", json!({ "meeting": "m" })),
    ];
    let fold = fold(&log);
    let who = |actor: &str| Query { reading: Reading::Who(actor.parse().unwrap()), ..Query::default() };
    let (us, ru) = (fold.dossiers(&who("us")).unwrap(), fold.dossiers(&who("ru")).unwrap());
    let view = numbered(&serde_json::to_value(diff(&us, &ru)[0].view()).unwrap());
    assert_eq!((&view["new_events"], &view["gone_events"]), (&json!([3]), &json!([1, 2])));
    assert_eq!(of_kind(&view, "status"), json!([{ "what": "status", "from": "proposed", "to": "cancelled" }]));
}

#[test]
fn what_the_track_is_called_changes_with_its_last_opening() {
    let again = json!({ "title": "U", "kind": "summit", "parties": ["us", "ru"], "mediators": ["tr"] });
    let change = changed(&[opened(), ("2025-01-02", "us", "track_opened", again)], "2025-01-01", "2025-01-02");
    let called = |title: &str, mediators: Value| json!({ "title": title, "kind": "summit", "parties": ["us", "ru"], "mediators": mediators });
    assert_eq!(
        of_kind(&change, "opening"),
        json!([{ "what": "opening", "from": called("T", json!([])), "to": called("U", json!(["tr"])) }])
    );
}

#[test]
fn a_day_that_was_ahead_passes_and_is_told_once() {
    let made = |name: &str| json!({ "proposal": name, "by": "us", "summary": "S", "deadline": "2025-01-10" });
    let log = [
        ("2025-01-01", "us", "proposal_made", made("answered")),
        ("2025-01-02", "us", "proposal_made", made("open")),
        ("2025-01-03", "us", "meeting_scheduled", json!({ "meeting": "next", "when": "2025-01-10" })),
        ("2025-01-04", "us", "meeting_scheduled", json!({ "meeting": "other", "when": "2025-01-11" })),
        (
            "2025-01-05",
            "us",
            "agreement_reached",
            json!({ "agreement": "a", "stage": "signed", "until": "2025-01-12" }),
        ),
        ("2025-01-06", "us", "agreement_ended", json!({ "agreement": "b", "how": "expired" })),
        ("2025-01-09", "ru", "proposal_answered", json!({ "proposal": "answered", "by": "ru", "answer": "deferred" })),
        ("2025-01-09", "ru", "proposal_answered", json!({ "proposal": "answered", "by": "ru", "answer": "accepted" })),
    ];
    let change = changed(&log, "2025-01-06", "2025-01-20");
    let passed = |on: &str, what: &str, name: &str| json!({ "what": "passed", "ahead": { "on": on, "what": what, "name": name } });
    // Of the next meeting it is told that it is next no more, of an answered proposal what was answered.
    let expected = json!([
        passed("2025-01-10", "deadline", "open"),
        passed("2025-01-11", "meeting", "other"),
        passed("2025-01-12", "agreement", "a"),
    ]);
    assert_eq!(of_kind(&change, "passed"), expected);
    assert_eq!(of_kind(&changed(&log, "2025-01-20", "2025-01-30"), "passed"), json!([]));
}

#[test]
fn a_meeting_that_moves_because_the_parties_are_others_is_read_along() {
    let open = |parties: Value| json!({ "title": "T", "kind": "summit", "parties": parties });
    let log = [
        ("2025-01-01", "us", "track_opened", open(json!(["us"]))),
        ("2025-01-02", "us", "meeting_proposed", json!({ "meeting": "m" })),
        ("2025-01-03", "us", "meeting_declined", json!({ "meeting": "m", "by": "us" })),
        ("2025-01-04", "ru", "meeting_proposed", json!({ "meeting": "m", "venue": "Vienna" })),
        ("2025-01-05", "us", "track_opened", open(json!(["us", "ru"]))),
    ];
    let differing = fold(&log).differing(&[known_at("2025-01-04"), known_at("2025-01-05")]).unwrap();
    let (before, after) = &differing[0];
    let change = Change::between(before.as_ref(), after.as_ref()).unwrap();
    let moved = json!([{ "what": "meeting", "meeting": "m", "from": "proposed", "to": "declined" }]);
    assert_eq!(of_kind(&numbered(&serde_json::to_value(change.view()).unwrap()), "meeting"), moved);
}

#[test]
fn a_meeting_that_is_wished_for_is_read_along() {
    let log = [
        ("2025-01-01", "us", "meeting_held", json!({ "meeting": "first" })),
        ("2025-01-02", "us", "meeting_proposed", json!({ "meeting": "next" })),
        ("2025-01-03", "us", "track_concluded", json!({ "outcome": "agreed" })),
    ];
    // What changes is that the track is concluded no more; the wish is the same on both sides.
    let queries = [known_at("2025-01-03"), known_at("2025-01-02")];
    let sentence = |side: &Dossier| side.sentence(&Names::default());
    let whole = sentence(&fold(&log).dossiers(&queries[1]).unwrap()[0]);
    assert!(whole.ends_with("a next meeting, next, is wanted or expected."), "{whole}");
    let differing = fold(&log).differing(&queries).unwrap();
    assert_eq!(differing[0].1.as_ref().map(sentence), Some(whole));
}
