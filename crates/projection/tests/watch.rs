//! What changes as events come and time goes by: all of that, and nothing else.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::wildcard_enum_match_arm)]
// Examples read best with their JSON in place.
#![allow(clippy::needless_pass_by_value, clippy::wrong_self_convention)]
#![allow(dead_code, unused_imports, unused_macros, reason = "the modules are shared with the other tests")]

mod naive;
mod support;

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Event, EventId, Instant, codec};
use demarche_projection::diff::diff;
use demarche_projection::narrate::Names;
use demarche_projection::query::Query;
use demarche_projection::state::{Dossier, Status, TrackState};
use demarche_projection::{Fold, News, Watch};
use proptest::prelude::*;
use serde_json::{Value, json};

use support::asked;
use support::generate::{log, order, question, reordered, ticks};

/// An event on a track, recorded at noon of a day, on which it also occurred.
fn event(number: u64, day: &str, track: &str, kind: &str, data: Value) -> Event {
    let line = json!({
        "id": id(number), "v": 1, "type": kind, "track": track, "occurred": day,
        "recorded": format!("{day}T12:00:00Z"),
        "source": { "who": "us/state", "attribution": "on_record", "grade": "B2" }, "data": data,
    });
    codec::decode(line.to_string().as_bytes()).unwrap()
}

fn id(number: u64) -> String {
    format!("01940000-0000-7000-8000-{number:012}")
}

/// What a watch tells of an event, in short: `track: from → to`.
fn told(watch: &mut Watch, event: Event) -> Vec<String> {
    statuses(&watch.apply(event).unwrap())
}

fn statuses(news: &[News]) -> Vec<String> {
    let word = |status: Option<Status>| status.map_or("nothing", Status::as_str);
    let short = |news: &News| format!("{}: {} → {}", news.track, word(news.from_status()), word(news.to_status()));
    news.iter().map(short).collect()
}

fn at(day: &str) -> Instant {
    format!("{day}T00:00:00Z").parse().unwrap()
}

#[test]
fn an_event_on_one_track_tells_what_the_time_did_to_the_others() {
    let mut watch = Watch::new(Fold::new(), Query::default()).unwrap();
    let issue = || json!({ "issue": "i" });
    let scheduled = json!({ "meeting": "m", "when": "2025-05" });
    assert_eq!(told(&mut watch, event(1, "2025-01-01", "a", "issue_raised", issue())), ["a: nothing → active"]);
    assert_eq!(
        told(&mut watch, event(2, "2025-03-30", "b", "meeting_scheduled", scheduled)),
        ["b: nothing → scheduled"]
    );
    // Ninety days after the first of January the first track is silent; the last of them is not over at its last hour.
    assert_eq!(told(&mut watch, event(3, "2025-04-01", "c", "issue_raised", issue())), ["c: nothing → active"]);
    assert_eq!(
        told(&mut watch, event(4, "2025-04-02", "c", "issue_raised", issue())),
        ["a: active → stalled", "c: active → active"]
    );
    assert_eq!(told(&mut watch, event(4, "2025-04-02", "c", "issue_raised", issue())), Vec::<String>::new());
    assert_eq!(
        told(&mut watch, event(5, "2025-06-01", "a", "issue_raised", issue())),
        ["b: scheduled → overdue", "a: stalled → active"]
    );
    // Silence is counted from the day that was set, so the one is silent for longer than the other.
    assert_eq!(
        told(&mut watch, event(6, "2026-01-01", "d", "issue_raised", issue())),
        ["c: active → stalled", "b: overdue → stalled", "a: active → stalled", "d: nothing → active"]
    );
    let retracted = json!({ "event": id(6), "reason": "a mistake" });
    assert_eq!(told(&mut watch, event(7, "2026-01-02", "d", "event_retracted", retracted)), ["d: active → nothing"]);
    // Late news brings on no day.
    assert_eq!(told(&mut watch, event(8, "2025-12-30", "c", "issue_raised", issue())), ["c: stalled → active"]);
    assert!(watch.apply(event(8, "2025-12-31", "c", "issue_raised", issue())).is_err());
}

#[test]
fn what_changes_no_status_is_told_too() {
    let mut watch = Watch::new(Fold::new(), Query::default()).unwrap();
    let mut lines = |event: Event| -> Vec<String> {
        watch.apply(event).unwrap().iter().flat_map(|news| news.change().lines(&Names::default())).collect()
    };
    let meeting = |rest: Value| {
        let mut data = json!({ "meeting": "m" });
        data.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        data
    };
    let parties = json!({ "title": "T", "kind": "summit", "parties": ["us", "ru"] });
    assert_eq!(lines(event(1, "2025-01-01", "a", "track_opened", parties)), Vec::<String>::new());
    let first = meeting(json!({ "when": "2025-05-01", "venue": "Geneva" }));
    assert_eq!(
        lines(event(2, "2025-01-02", "a", "meeting_scheduled", first)),
        ["Next meeting: m 2025-05-01 in Geneva (before: none)", "Meeting m: scheduled"]
    );
    let moved = lines(event(3, "2025-01-03", "a", "meeting_rescheduled", meeting(json!({ "when": "2025-05-08" }))));
    assert!(moved.contains(&"Meeting m: 2025-05-08 (before: 2025-05-01)".to_owned()), "{moved:?}");
    let moved = lines(event(4, "2025-01-04", "a", "meeting_relocated", meeting(json!({ "venue": "Vienna" }))));
    assert!(moved.contains(&"Meeting m: Vienna (before: Geneva)".to_owned()), "{moved:?}");
    let renamed = json!({ "title": "U", "kind": "summit", "parties": ["us", "ru"] });
    assert_eq!(lines(event(5, "2025-01-05", "a", "track_opened", renamed)), ["Called “U” (before: “T”)"]);
    let denied = lines(event(6, "2025-01-06", "a", "claim_denied", json!({ "claims": [id(3)] })));
    assert!(denied.iter().any(|line| line.contains("denie")), "{denied:?}");
}

#[test]
fn the_clock_tells_on_its_day_what_passes_without_an_event() {
    let mut watch = Watch::new(Fold::new(), Query::default()).unwrap();
    let made =
        |name: &str, deadline: &str| json!({ "proposal": name, "by": "us", "summary": "S", "deadline": deadline });
    let threat =
        json!({ "measure": "x", "of": "tariffs", "effect": "threatened", "by": "us", "effective": "2025-01-20" });
    let events = [
        event(1, "2025-01-01", "a", "proposal_made", made("p", "2025-01-10")),
        event(2, "2025-01-01", "a", "meeting_proposed", json!({ "meeting": "m", "when": "2025-01-25" })),
        event(3, "2025-01-02", "a", "measure_taken", threat),
        event(4, "2025-01-03", "b", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-01-30" })),
    ];
    events.into_iter().for_each(|event| drop(watch.apply(event).unwrap()));
    let mut on = |day: &str| -> Vec<String> {
        let news = watch.advance(at(day)).unwrap();
        assert!(news.iter().all(|news| news.by.is_none()));
        let told =
            |news: &News| [vec![news.change().headline()], news.change().lines(&Names::default())].concat().join("; ");
        news.iter().map(told).collect()
    };
    assert_eq!(on("2025-01-10"), Vec::<String>::new());
    let still = "a: still proposed since 1 January 2025";
    assert_eq!(on("2025-01-11"), [format!("{still}; The deadline of the proposal p has passed: 2025-01-10")]);
    assert_eq!(on("2025-01-11"), Vec::<String>::new());
    assert_eq!(on("2025-01-21"), [format!("{still}; The day set for the measure x has passed: 2025-01-20")]);
    assert_eq!(on("2025-01-05"), Vec::<String>::new(), "the clock never goes back");
    assert_eq!(on("2025-01-26"), [format!("{still}; The day of the meeting m has passed: 2025-01-25")]);
    let overdue = "b: was scheduled, now overdue since 30 January 2025; Next meeting: none (before: m 2025-01-30)";
    assert_eq!(on("2025-01-31"), [overdue]);
    let stalled = on("2025-04-02");
    assert!(stalled.len() == 1 && stalled[0].starts_with("a: was proposed, now stalled since"), "{stalled:?}");
}

#[test]
fn news_says_by_which_event_it_came() {
    let mut watch = Watch::new(Fold::new(), Query::default()).unwrap();
    told(&mut watch, event(1, "2025-01-01", "a", "issue_raised", json!({ "issue": "i" })));
    let news = watch.apply(event(2, "2025-06-01", "b", "issue_raised", json!({ "issue": "i" }))).unwrap();
    assert_eq!(
        serde_json::to_value(news[0].view()).unwrap(),
        json!({
            "track": "a",
            "change": "changed",
            "from": { "status": "active", "since": "2025-01-01", "decided_by": id(1), "next": null },
            "to": { "status": "stalled", "since": "2025-04-01", "decided_by": id(1), "next": null },
            "changes": [{ "what": "status", "from": "active", "to": "stalled" }],
            "new_events": [],
            "gone_events": [],
            "by": id(2),
        })
    );
    let news = watch.advance(at("2026-01-01")).unwrap();
    assert_eq!(serde_json::to_value(news[0].view()).unwrap()["by"], Value::Null);
}

#[test]
fn where_the_question_names_a_day_the_clock_tells_nothing() {
    let query = Query { today: Some(at("2025-01-02")), ..Query::default() };
    let mut watch = Watch::new(Fold::new(), query.clone()).unwrap();
    told(&mut watch, event(1, "2025-01-01", "a", "issue_raised", json!({ "issue": "i" })));
    assert_eq!(watch.advance(at("2026-01-01")).unwrap(), []);
    assert_eq!(watch.query(), query);
}

/// The state of each track, as JSON.
type Told = BTreeMap<String, Value>;

/// The state of each track as it is told; which events suffice for it is not told of.
fn pictures<'d>(dossiers: impl IntoIterator<Item = &'d Dossier>) -> Told {
    dossiers.into_iter().map(|dossier| (dossier.state.track.to_string(), picture(dossier))).collect()
}

fn picture(dossier: &Dossier) -> Value {
    let mut picture = serde_json::to_value(&dossier.state).unwrap();
    picture.as_object_mut().unwrap().remove("evidence");
    picture
}

/// A state without the day on which it was judged, and without when it may change.
fn lasting(state: &TrackState) -> TrackState {
    let mut lasting = state.clone();
    (lasting.today, lasting.due) = (Instant::MIN, None);
    lasting
}

#[test]
fn the_evidence_alone_may_go_silent_sooner_than_the_track() {
    let proposed = event(1, "2025-12-31", "a", "meeting_proposed", json!({ "meeting": "m" }));
    let raised = event(2, "2026-02-11", "a", "issue_raised", json!({ "issue": "i" }));
    let fold = support::fold(&[proposed, raised]);
    let state = |day: &str| fold.states(&Query { today: Some(at(day)), ..Query::default() }).unwrap().remove(0);
    let (before, after) = (state("2026-03-01"), state("2026-04-05"));
    assert_eq!((before.status, before.evidence.len()), (Status::Proposed, 1));
    assert_eq!((after.status, after.evidence.len()), (Status::Proposed, 2), "the second keeps it from being stalled");
    assert_eq!(before.due.map(|due| due.to_string()).as_deref(), Some("2026-03-31T12:00:00Z"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_change_of_every_track_is_told_and_nothing_else(
        log in log(),
        order in order(),
        question in question(),
        is_open in any::<bool>(),
        first in 0_usize..8,
        ticks in ticks(),
    ) {
        // Where no day is asked for, each record and each tick may bring it on.
        let asked = asked(&question.to(&log));
        let open = Query { as_of: None, known_at: None, today: None, ..asked.clone() };
        let query = if is_open { open } else { asked };
        let events = reordered(&log, &order).0;
        let (there, coming) = events.split_at(first.min(events.len()));
        let mut watch = Watch::new(support::fold(there), query).unwrap();
        let whole = |watch: &Watch| watch.fold().dossiers(&watch.query()).unwrap();
        let mut told = pictures(&whole(&watch));
        let idle = ticks.around(&log, &question).map(|tick| (None, tick)).take(24);
        let busy = coming.iter().map(Some).zip(ticks.around(&log, &question));
        for (event, tick) in busy.chain(idle) {
            for by_clock in [false, true] {
                let before = whole(&watch);
                let (by, news) = match (event, tick) {
                    (Some(event), _) if !by_clock => (Some(event.id), watch.apply(event).unwrap()),
                    (_, Some(now)) if by_clock => (None, watch.advance(now).unwrap()),
                    _ => continue,
                };
                let after = whole(&watch);
                let view = |value: Value, by: Option<EventId>| {
                    let mut view = value;
                    view["by"] = serde_json::to_value(by).unwrap();
                    (view["track"].as_str().unwrap().to_owned(), view)
                };
                let changes = diff(&before, &after);
                let expected: Told =
                    changes.iter().map(|change| view(serde_json::to_value(change.view()).unwrap(), by)).collect();
                let found: Told = news.iter().map(|news| view(serde_json::to_value(news.view()).unwrap(), news.by)).collect();
                prop_assert_eq!(news.len(), found.len(), "each once");
                prop_assert_eq!(found, expected);
                // Each begins where the last one on its track ended.
                for news in &news {
                    let from = news.before.as_ref().map(picture);
                    prop_assert_eq!(told.get(news.track.as_str()), from.as_ref());
                    match &news.after {
                        Some(after) => drop(told.insert(news.track.to_string(), picture(after))),
                        None => drop(told.remove(news.track.as_str())),
                    }
                }
                prop_assert_eq!(&told, &pictures(&after), "what was told leads to what is");
            }
        }
        // And it leads to the same picture in whatever order the events came.
        prop_assert_eq!(told, pictures(&support::fold(&log.0).dossiers(&watch.query()).unwrap()));
    }

    #[test]
    fn a_state_stays_as_it_is_until_it_is_due(log in log(), question in question(), ticks in ticks()) {
        let asked = asked(&question.to(&log));
        let open = Query { as_of: None, known_at: None, today: None, ..asked };
        let fold = support::fold(&log.0);
        let mut days: Vec<Instant> = ticks.around(&log, &question).take(24).flatten().collect();
        days.sort_unstable();
        let states = |day: Instant| fold.states(&Query { today: Some(day), ..open.clone() }).unwrap();
        for pair in days.windows(2) {
            for (before, after) in states(pair[0]).iter().zip(&states(pair[1])) {
                if before.due.is_none_or(|due| pair[1] < due) {
                    prop_assert_eq!(lasting(before), lasting(after));
                }
            }
        }
    }

    #[test]
    fn events_that_come_together_tell_each_track_once_and_lead_to_the_same(
        log in log(),
        order in order(),
        question in question(),
        parts in 1_usize..9,
    ) {
        let query = Query { as_of: None, known_at: None, today: None, ..asked(&question.to(&log)) };
        let events = reordered(&log, &order).0;
        let whole = |watch: &Watch| watch.fold().dossiers(&watch.query()).unwrap();
        let mut watch = Watch::new(Fold::new(), query.clone()).unwrap();
        for part in events.chunks(events.len().div_ceil(parts).max(1)) {
            let before = whole(&watch);
            let mut seen = BTreeSet::new();
            let is_new = |event: &&Event| watch.fold().number_of(event.id).is_none() && seen.insert(event.id);
            let new: Vec<&Event> = part.iter().filter(is_new).collect();
            let lines: Vec<String> = part.iter().map(codec::encode).collect();
            let (news, conflicts) = watch.apply_all(part.iter().zip(lines.iter().map(String::as_str))).unwrap();
            prop_assert!(conflicts.is_empty(), "a log has none");
            let after = whole(&watch);
            let view = |value: Value| (value["track"].as_str().unwrap().to_owned(), value);
            let expected: Told =
                diff(&before, &after).iter().map(|change| view(serde_json::to_value(change.view()).unwrap())).collect();
            let found: Told =
                news.iter().map(|news| view(serde_json::to_value(news.change().view()).unwrap())).collect();
            prop_assert_eq!(news.len(), found.len(), "each once");
            prop_assert_eq!(found, expected);
            // Each by the last event of its track that is new, or by one that brought on the day.
            for news in news {
                let last = new.iter().rfind(|event| event.track == news.track);
                let by = new.iter().find(|event| Some(event.id) == news.by).unwrap();
                prop_assert!(last.is_none_or(|last| last.id == by.id));
            }
        }
        let mut one_by_one = Watch::new(Fold::new(), query).unwrap();
        events.iter().for_each(|event| drop(one_by_one.apply(event).unwrap()));
        prop_assert_eq!(pictures(&whole(&watch)), pictures(&whole(&one_by_one)));
    }

    #[test]
    fn the_clock_tells_on_each_day_that_is_due_what_a_fold_says_of_it(log in log(), question in question()) {
        let asked = asked(&question.to(&log));
        let query = Query { as_of: None, known_at: None, today: None, ..asked };
        let fold = support::fold(&log.0);
        let mut watch = Watch::new(fold.clone(), query.clone()).unwrap();
        let states = |fold: &Fold, query: &Query| fold.states(query).unwrap();
        let mut told: BTreeMap<String, Status> =
            states(&fold, &query).iter().map(|state| (state.track.to_string(), state.status)).collect();
        for _ in 0..64 {
            let due = states(watch.fold(), &watch.query()).iter().filter_map(|state| state.due).min();
            let Some(now) = due.and_then(|due| due.plus_nanos(1)) else { break };
            for news in watch.advance(now).unwrap() {
                told.insert(news.track.to_string(), news.to_status().unwrap());
            }
            for (track, status) in &told {
                let query = Query { today: Some(now), ..query.clone() };
                let state = fold.state(&track.parse().unwrap(), &query).unwrap().unwrap();
                prop_assert_eq!(state.status, *status, "{} at {}", track, now);
            }
        }
    }
}
