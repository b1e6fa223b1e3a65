//! Claims of little weight that overturn firm ones.

use super::*;

/// An event on the day of that number in February, of a grade; of none, where that is empty.
fn told(day: u32, kind: &str, grade: &str, data: Value) -> Told {
    let mut told = on(&format!("2025-02-{day:02}"), "us", kind, data).grade(grade);
    if grade.is_empty() {
        told.0["source"].as_object_mut().unwrap().remove("grade");
    }
    told
}

fn of_meeting(day: u32, kind: &str, grade: &str, when: &str) -> Told {
    let data = if when.is_empty() { json!({ "meeting": "m" }) } else { json!({ "meeting": "m", "when": when }) };
    told(day, kind, grade, data)
}

fn overturned(told: impl IntoIterator<Item = Told>) -> Vec<String> {
    found(told).into_iter().filter(|finding| finding.starts_with("weak-overturn")).collect()
}

#[test]
fn a_weak_word_that_calls_off_or_moves_what_a_firm_one_had_set_is_told() {
    let set = || of_meeting(1, "meeting_scheduled", "B3", "2025-05-01");
    for grade in ["", "C3", "B4", "C1", "A6"] {
        assert_eq!(
            overturned([set(), of_meeting(2, "meeting_cancelled", grade, "")]),
            ["weak-overturn 3 2"],
            "{grade}"
        );
        let moved = of_meeting(2, "meeting_rescheduled", grade, "2025-05-08");
        assert_eq!(overturned([set(), moved]), ["weak-overturn 3 2"], "{grade}");
    }
    assert_eq!(overturned([set(), of_meeting(2, "meeting_cancelled", "B3", "")]), NOTHING);
    // What a weak word had set, a weak word may move.
    let weak = of_meeting(1, "meeting_scheduled", "C3", "2025-05-01");
    assert_eq!(overturned([weak, of_meeting(2, "meeting_cancelled", "C3", "")]), NOTHING);
    // Each firm word is overturned once.
    let again = [2, 3, 4].map(|day| {
        of_meeting(
            day,
            if day == 3 { "meeting_scheduled" } else { "meeting_cancelled" },
            "C3",
            if day == 3 { "2025-05-01" } else { "" },
        )
    });
    assert_eq!(overturned([set()].into_iter().chain(again)), ["weak-overturn 3 2"]);
    let log = [set(), of_meeting(2, "meeting_cancelled", "", "")];
    let expected = "meeting_cancelled by us (no grade) overturns meeting_scheduled by us (B3)";
    assert_eq!(message(log, &Query::default()), expected);
}

#[test]
fn a_weak_word_that_goes_on_from_a_firm_one_is_not_told() {
    let proposed = || of_meeting(1, "meeting_proposed", "B2", "2025-05");
    let set = of_meeting(2, "meeting_scheduled", "C3", "2025-05-01");
    let held = of_meeting(3, "meeting_held", "C3", "2025-05-01").with("recorded", "2025-05-02T12:00:00Z");
    assert_eq!(overturned([proposed(), set, held]), NOTHING);
    // But the firm word behind them still stands.
    let set = of_meeting(2, "meeting_scheduled", "C3", "2025-05-01");
    assert_eq!(overturned([proposed(), set, of_meeting(3, "meeting_cancelled", "C3", "")]), ["weak-overturn 4 2"]);
    // What leads back to the firm word agrees with it.
    let log = [
        of_meeting(1, "meeting_postponed", "B2", ""),
        of_meeting(2, "meeting_scheduled", "C3", "2025-06-01"),
        of_meeting(3, "meeting_postponed", "C3", ""),
    ];
    assert_eq!(overturned(log), NOTHING);
    // What was put off is set anew, and not for the day that it had.
    let log = |when: &str| {
        let set = of_meeting(1, "meeting_scheduled", "B2", "2025-05-01");
        [set, of_meeting(2, "meeting_postponed", "B2", ""), of_meeting(3, "meeting_scheduled", "C3", when)]
    };
    assert_eq!(overturned(log("2025-06-01")), NOTHING);
    assert_eq!(overturned(log("2025-05-01")), ["weak-overturn 4 3"]);
}

#[test]
fn a_word_that_a_firm_one_confirms_is_firm() {
    let set = |grade| of_meeting(1, "meeting_scheduled", grade, "2025-05-01");
    let confirms = |who: &str, claim: u64| on("2025-02-03", who, "claim_confirmed", json!({ "claims": [claim] }));
    let cancelled = || of_meeting(2, "meeting_cancelled", "C3", "");
    assert_eq!(overturned([set("B2"), cancelled(), confirms("ru", 3)]), NOTHING);
    assert_eq!(overturned([set("C3"), cancelled(), confirms("ru", 2)]), ["weak-overturn 3 2"]);
    assert_eq!(overturned([set("C3"), cancelled(), confirms("us", 2)]), NOTHING, "nobody vouches for himself");
}

#[test]
fn what_a_denial_sets_aside_overturns_nothing() {
    let set = of_meeting(1, "meeting_scheduled", "B2", "2025-05-01");
    let denied = on("2025-02-03", "ru", "claim_denied", json!({ "claims": [3] }));
    assert_eq!(overturned([set, of_meeting(2, "meeting_cancelled", "C3", ""), denied]), NOTHING);
}

#[test]
fn answers_agreements_issues_and_the_track_are_overturned_too() {
    let pair = |first: (&str, Value), second: (&str, Value)| {
        overturned([told(1, first.0, "B2", first.1), told(2, second.0, "C3", second.1)])
    };
    let hit = ["weak-overturn 3 2"];
    let answer = |by: &str, answer: &str| ("proposal_answered", json!({ "proposal": "p", "by": by, "answer": answer }));
    assert_eq!(pair(answer("us", "accepted"), answer("us", "rejected")), hit);
    assert_eq!(pair(answer("us", "accepted"), answer("us", "accepted")), NOTHING);
    assert_eq!(pair(answer("us", "accepted"), answer("ru", "rejected")), NOTHING, "each answers for itself");
    let reached = |stage: &str| ("agreement_reached", json!({ "agreement": "a", "stage": stage }));
    let ended = || ("agreement_ended", json!({ "agreement": "a", "how": "withdrawn" }));
    assert_eq!(pair(reached("signed"), ended()), hit);
    assert_eq!(pair(ended(), reached("signed")), hit);
    assert_eq!(pair(reached("signed"), reached("initialled")), hit);
    assert_eq!(pair(reached("signed"), reached("in_force")), NOTHING);
    let issue = |kind, data| (kind, data);
    let resolved = || issue("issue_resolved", json!({ "issue": "i", "extent": "fully" }));
    assert_eq!(pair(resolved(), issue("issue_raised", json!({ "issue": "i" }))), hit);
    assert_eq!(pair(issue("issue_raised", json!({ "issue": "i" })), resolved()), NOTHING);
    let (stalled, resumed) = (|| ("track_stalled", json!({})), || ("track_resumed", json!({})));
    let concluded = || ("track_concluded", json!({ "outcome": "agreed" }));
    assert_eq!(pair(stalled(), resumed()), hit);
    assert_eq!(pair(resumed(), stalled()), hit);
    assert_eq!(pair(stalled(), stalled()), NOTHING);
    assert_eq!(pair(concluded(), ("issue_raised", json!({ "issue": "i" }))), hit, "it goes on after all");
    assert_eq!(pair(concluded(), ("statement_made", json!({ "summary": "S" }))), NOTHING);
    // What a source takes back, a better report should say.
    assert_eq!(pair(resumed(), ("claim_withdrawn", json!({ "claims": [2] }))), hit);
}
