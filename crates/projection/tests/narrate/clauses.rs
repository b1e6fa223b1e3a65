//! What an event says, in a clause.

use super::*;
use demarche_projection::narrate::clause;

#[track_caller]
fn clause_of(kind: &'static str, data: Value, words: &str) {
    assert_eq!(clause(&events(&[("2025-01-02", "ardenia", kind, data)])[0], &Names::default()), words);
}

#[test]
fn a_meeting_takes_place_on_a_day_and_in_a_place() {
    clause_of(
        "meeting_held",
        json!({ "meeting": "m", "when": "2025-03-05/2025-03-05", "venue": "Muscat" }),
        "the meeting m took place on 5 March 2025 in Muscat",
    );
    clause_of("meeting_held", json!({ "meeting": "m", "venue": "Muscat" }), "the meeting m took place in Muscat");
    clause_of(
        "meeting_scheduled",
        json!({ "meeting": "m", "when": "2025-05-03?", "venue": "the Residence" }),
        "the meeting m is to take place on 3 May 2025 (uncertain) at the Residence",
    );
    clause_of(
        "meeting_proposed",
        json!({ "meeting": "m", "by": "borland", "when": "2025-06-30/2025-07-06", "mode": "indirect" }),
        "the meeting m is wanted or expected by Borland for a date between 30 June and 6 July 2025, as indirect talks",
    );
}

#[test]
fn what_moves_a_meeting_says_by_whom_and_why() {
    clause_of(
        "meeting_rescheduled",
        json!({ "meeting": "m", "when": "2025-06", "venue": "Oslo", "by": "us", "reason": "A strike" }),
        "the meeting m is moved by the US to June 2025 in Oslo (reason given: “A strike”)",
    );
    clause_of(
        "meeting_postponed",
        json!({ "meeting": "m", "by": "us", "until": "2025-06-30/2025-07-06" }),
        "the meeting m is put off by the US until some time between 30 June and 6 July 2025",
    );
    clause_of(
        "meeting_declined",
        json!({ "meeting": "m", "by": "borland", "reason": "A dead end" }),
        "Borland will not come to the meeting m (reason given: “A dead end”)",
    );
    clause_of("track_stalled", json!({ "reason": "A dead end" }), "the track has stalled (reason given: “A dead end”)");
}

#[test]
fn who_is_anonymous_stays_so_in_every_clause() {
    let anonymous = "a European diplomat who was not named";
    let by = |more: Value| {
        let mut data = json!({ "by": "anon/european-diplomat" });
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        data
    };
    for (kind, data) in [
        ("meeting_proposed", by(json!({ "meeting": "m" }))),
        ("meeting_rescheduled", by(json!({ "meeting": "m", "when": "2025" }))),
        ("meeting_relocated", by(json!({ "meeting": "m", "venue": "Oslo" }))),
        ("meeting_postponed", by(json!({ "meeting": "m" }))),
        ("meeting_cancelled", by(json!({ "meeting": "m" }))),
        ("meeting_declined", by(json!({ "meeting": "m" }))),
        ("proposal_made", by(json!({ "proposal": "p", "summary": "S" }))),
        ("proposal_answered", by(json!({ "proposal": "p", "answer": "accepted" }))),
        ("agreement_ended", by(json!({ "agreement": "a", "how": "withdrawn" }))),
        ("issue_raised", by(json!({ "issue": "i" }))),
        ("measure_taken", by(json!({ "measure": "x", "of": "visa", "effect": "eased" }))),
    ] {
        let words = clause(&events(&[("2025-01-02", "ardenia", kind, data)])[0], &Names::default());
        assert!(words.contains(anonymous) && !words.contains("non/"), "{words}");
    }
}

#[test]
fn business_reads_like_english() {
    clause_of(
        "proposal_made",
        json!({ "proposal": "p", "by": "us", "summary": "A truce", "deadline": "2025-05" }),
        "the US makes the proposal p: “A truce”, with an answer due by the end of May 2025",
    );
    clause_of(
        "proposal_answered",
        json!({ "proposal": "p", "by": "us", "answer": "deferred" }),
        "the US puts off its answer to the proposal p",
    );
    clause_of(
        "agreement_ended",
        json!({ "agreement": "a", "how": "withdrawn", "by": "us" }),
        "the US withdraws from the agreement a",
    );
    clause_of(
        "agreement_ended",
        json!({ "agreement": "a", "how": "suspended", "by": "us" }),
        "the agreement a is suspended by the US",
    );
    clause_of(
        "exchange_completed",
        json!({ "exchange": "e", "of": "prisoners" }),
        "an exchange of prisoners (e) took place",
    );
    clause_of("exchange_completed", json!({ "exchange": "e", "of": "other" }), "an exchange (e) took place");
    clause_of("issue_raised", json!({ "issue": "i", "by": "us" }), "the issue i is put on the agenda by the US");
    clause_of(
        "measure_taken",
        json!({
            "measure": "x", "of": "tariffs", "effect": "threatened", "by": "us", "against": ["eu", "un"],
            "effective": "2025-08-01",
        }),
        "the US threatens the measure x (tariffs) against the EU and the UN, to fall due on 1 August 2025",
    );
    clause_of("track_concluded", json!({ "outcome": "failed" }), "the track is concluded without success");
}
