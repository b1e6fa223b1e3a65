//! What changed between two pictures: each kind of change where it must be, and nowhere else; and laws over any two.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Event, EventId, TrackId, codec, strategy};
use demarche_projection::{Change, ChangeKind, Fold, Patience, Query, Reading, Status, TrackState, diff, moment};
use proptest::prelude::*;
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
    let (before, after) = (fold.states(&known_at(from)), fold.states(&known_at(to)));
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
    change["changes"].as_array().unwrap().iter().filter(|kind| kind["what"] == what).cloned().collect()
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
    let log = [
        opened(),
        ("2025-01-03", "us", "meeting_proposed", json!({ "meeting": "m" })),
        ("2025-01-04", "us", "meeting_proposed", json!({ "meeting": "m" })),
    ];
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
    assert_eq!(change["changes"], json!([{ "what": "said_by", "from": ["us"], "to": ["ru", "us"] }]));
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
    let contested = |from: &str, to: &str| of_kind(&changed(&log, from, to), "contested");
    let dispute = |set_aside: bool| json!({ "denied_by": [4], "set_aside": set_aside });
    let expected = json!([{ "what": "contested", "claim": 3, "from": null, "to": dispute(true) }]);
    assert_eq!(contested("2025-01-03", "2025-01-04"), expected);
    assert_eq!(contested("2025-01-04", "2025-01-05"), json!([]));
    let expected = json!([{ "what": "contested", "claim": 3, "from": dispute(true), "to": null }]);
    assert_eq!(contested("2025-01-05", "2025-01-06"), expected);

    // Somebody better vouches for the claim: it stands again.
    let mut told = log[..4].to_vec();
    told.push(("2025-01-05", "hu", "claim_confirmed", json!({ "claims": [3] })));
    let weak = told.clone();
    assert_eq!(of_kind(&changed(&weak, "2025-01-04", "2025-01-05"), "contested"), json!([]));
    let fold = fold(&told);
    let better = fold.events().cloned().map(|mut event| {
        if event.id.to_string() == id(5) {
            event.source.grade = Some("A1".parse().unwrap());
        }
        event
    });
    let better = Fold::of(better).unwrap();
    let (before, after) = (better.states(&known_at("2025-01-04")), better.states(&known_at("2025-01-05")));
    let view = numbered(&serde_json::to_value(diff(&before, &after)[0].view()).unwrap());
    let expected = json!([{ "what": "contested", "claim": 3, "from": dispute(true), "to": dispute(false) }]);
    assert_eq!(of_kind(&view, "contested"), expected);
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
    let (us, ru) = (fold.states(&who("us")), fold.states(&who("ru")));
    let view = numbered(&serde_json::to_value(diff(&us, &ru)[0].view()).unwrap());
    assert_eq!((&view["new_events"], &view["gone_events"]), (&json!([3]), &json!([1, 2])));
    assert_eq!(of_kind(&view, "status"), json!([{ "what": "status", "from": "proposed", "to": "cancelled" }]));
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn queries() -> impl Strategy<Value = Query> {
    let instant = || proptest::option::of(strategy::small::instant());
    const READINGS: [&str; 6] = ["prudent", "latest", "on-record", "grade:B2", "who:us", "side:ru"];
    let reading = prop_oneof![Just("prudent"), proptest::sample::select(&READINGS[..])];
    (instant(), instant(), strategy::small::instant(), reading).prop_map(|(as_of, known_at, today, reading)| Query {
        as_of,
        known_at,
        today: Some(today),
        reading: reading.parse().unwrap(),
        patience: Patience::default(),
    })
}

fn considered(state: &TrackState<'_>) -> BTreeSet<EventId> {
    let considered = state.timeline.iter().filter(|(_, standing)| standing.is_considered());
    considered.map(|(event, _)| event.id).collect()
}

fn of_track<'s, 'e>(states: &'s [TrackState<'e>], track: &TrackId) -> Option<&'s TrackState<'e>> {
    states.iter().find(|state| state.track == track)
}

/// What a state has, by the kind and the name of each thing: everything of which a change is told.
fn things(state: Option<&TrackState<'_>>) -> BTreeMap<String, String> {
    let Some(state) = state else { return BTreeMap::new() };
    let meetings = state.meetings.iter().map(|m| (format!("meeting {}", m.name), m.phase.to_string()));
    let issues = state.issues.iter().map(|i| (format!("issue {}", i.name), format!("{:?}", i.resolved)));
    let agreements = state.agreements.iter();
    let agreements = agreements.map(|a| (format!("agreement {}", a.name), format!("{:?} {:?}", a.stage, a.ended)));
    let open = state.proposals.iter().filter(|p| p.open).map(|p| (format!("proposal {}", p.name), "open".into()));
    let disputes = state.contested.iter().map(|d| (format!("dispute {}", d.claim.id), d.set_aside.to_string()));
    meetings.chain(issues).chain(agreements).chain(open).chain(disputes).collect()
}

/// The changes of things as their names with what they become; nothing where they are gone.
fn told(change: &Change<'_, '_>) -> BTreeMap<String, Option<String>> {
    let becomes = |kind: &ChangeKind<'_, '_>| {
        Some(match kind {
            ChangeKind::Meeting { name, to, .. } => (format!("meeting {name}"), to.map(|phase| phase.to_string())),
            ChangeKind::Issue { name, to, .. } => (format!("issue {name}"), to.map(|i| format!("{:?}", i.resolved))),
            ChangeKind::Agreement { name, to, .. } => {
                (format!("agreement {name}"), to.map(|a| format!("{:?} {:?}", a.stage, a.ended)))
            }
            ChangeKind::ProposalOpened { proposal } => (format!("proposal {}", proposal.name), Some("open".into())),
            ChangeKind::ProposalClosed { name, .. } => (format!("proposal {name}"), None),
            ChangeKind::Contested { from, to } => {
                (format!("dispute {}", to.or(*from)?.claim.id), to.map(|d| d.set_aside.to_string()))
            }
            ChangeKind::Appeared
            | ChangeKind::Vanished
            | ChangeKind::Status { .. }
            | ChangeKind::Since { .. }
            | ChangeKind::Decided { .. }
            | ChangeKind::Next { .. }
            | ChangeKind::SaidBy { .. }
            | ChangeKind::MeetingDate { .. }
            | ChangeKind::MeetingVenue { .. }
            | ChangeKind::NewEvents(_)
            | ChangeKind::GoneEvents(_) => return None,
        })
    };
    change.kinds.iter().filter_map(becomes).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn from_a_picture_to_itself_nothing_changes(log in strategy::log(), query in queries()) {
        let (one, other) = (Fold::of(log.clone()).unwrap(), Fold::of(log.into_iter().rev()).unwrap());
        let (before, after) = (one.states(&query), other.states(&query));
        prop_assert_eq!(diff(&before, &after), []);
    }

    /// What a track had, changed as told, is what it has. So no change of a thing is left out, and none is made up.
    #[test]
    fn the_changes_lead_from_the_one_picture_to_the_other(log in strategy::log(), a in queries(), b in queries()) {
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.states(&a), fold.states(&b));
        let changes = diff(&before, &after);
        prop_assert!(changes.is_sorted_by_key(|change| change.track));
        for track in fold.set().tracks() {
            let (old, new) = (of_track(&before, track), of_track(&after, track));
            let change = changes.iter().find(|change| change.track == track);
            let mut things_then = things(old);
            for (name, becomes) in change.map(told).unwrap_or_default() {
                match becomes {
                    Some(thing) => prop_assert_ne!(things_then.insert(name, thing.clone()), Some(thing)),
                    None => { things_then.remove(&name); }
                }
            }
            prop_assert_eq!(things_then, things(new));
        }
    }

    /// Without a change, the contract says the same, but for what the track is called, what it rests on, and its last
    /// progress.
    #[test]
    fn where_no_change_is_told_the_view_is_the_same(log in strategy::log(), a in queries(), same in any::<bool>(), b in queries()) {
        // Often only the day is another.
        let b = if same { Query { today: b.today, ..a.clone() } } else { b };
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.states(&a), fold.states(&b));
        let changed: BTreeSet<_> = diff(&before, &after).iter().map(|change| change.track.clone()).collect();
        let views = |states: &[TrackState<'_>]| -> BTreeMap<String, Value> {
            let kept = states.iter().filter(|state| !changed.contains(state.track));
            let view = |state: &TrackState<'_>| {
                let mut view = serde_json::to_value(state.view()).unwrap();
                let fields = view.as_object_mut().unwrap();
                // `silent` is the rest of the parties.
                let aside = ["title", "kind", "parties", "silent", "evidence", "last_progress", "rule", "contested"];
                fields.retain(|key, _| !aside.contains(&key.as_str()));
                (state.track.to_string(), view)
            };
            kept.map(view).collect()
        };
        prop_assert_eq!(views(&before), views(&after));
    }

    /// Backwards everything is told the other way round.
    #[test]
    fn backwards_the_changes_are_mirrored(log in strategy::log(), a in queries(), b in queries()) {
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.states(&a), fold.states(&b));
        let (there, back) = (diff(&before, &after), diff(&after, &before));
        prop_assert_eq!(there.len(), back.len());
        for (there, back) in there.iter().zip(&back) {
            prop_assert_eq!((there.track, there.before, there.after), (back.track, back.after, back.before));
            let (view, mirror) = (serde_json::to_value(there.view()).unwrap(), serde_json::to_value(back.view()).unwrap());
            prop_assert_eq!(&view["new_events"], &mirror["gone_events"]);
            prop_assert_eq!(&view["from"], &mirror["to"]);
            for what in ["status", "since", "decided_by", "next", "said_by"] {
                let ends = |change: &Value, from: &str, to: &str| {
                    let kinds = of_kind(change, what);
                    kinds.as_array().unwrap().iter().map(|kind| (kind[from].clone(), kind[to].clone())).collect::<Vec<_>>()
                };
                prop_assert_eq!(ends(&view, "from", "to"), ends(&mirror, "to", "from"));
            }
        }
    }

    /// Events that are new or gone are those that the one picture considers and the other does not; the heads are those
    /// of the states.
    #[test]
    fn new_and_gone_events_are_the_difference(log in strategy::log(), a in queries(), b in queries()) {
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.states(&a), fold.states(&b));
        for change in diff(&before, &after) {
            let events = |state: Option<&TrackState<'_>>| state.map(considered).unwrap_or_default();
            let (old, new) = (events(change.before), events(change.after));
            let ids = |events: &[&Event]| events.iter().map(|event| event.id).collect::<BTreeSet<_>>();
            let (mut new_events, mut gone_events) = (BTreeSet::new(), BTreeSet::new());
            for kind in &change.kinds {
                if let ChangeKind::NewEvents(events) = kind {
                    prop_assert!(events.is_sorted_by_key(|event| event.order()) && !events.is_empty());
                    new_events = ids(events);
                } else if let ChangeKind::GoneEvents(events) = kind {
                    prop_assert!(events.is_sorted_by_key(|event| event.order()) && !events.is_empty());
                    gone_events = ids(events);
                }
            }
            prop_assert_eq!(&new_events, &new.difference(&old).copied().collect());
            prop_assert_eq!(&gone_events, &old.difference(&new).copied().collect());
            let status = |state: Option<&TrackState<'_>>| state.map(|state| state.status);
            let told = change.kinds.iter().find_map(|kind| {
                let ChangeKind::Status { from, to } = kind else { return None };
                Some((*from, *to))
            });
            let expected: Option<(Status, Status)> = status(change.before).zip(status(change.after));
            prop_assert_eq!(told, expected.filter(|(from, to)| from != to));
        }
    }
}
