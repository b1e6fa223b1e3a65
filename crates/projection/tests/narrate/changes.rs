//! What changed, in words.

use super::*;
use demarche_projection::diff::diff;

/// The lines of what changed between two days.
fn lines(told: &[Told], from: &str, to: &str) -> Vec<String> {
    let fold = Fold::of(events(told)).unwrap();
    let at = |day: &str| {
        let query = Query { known_at: moment(day).unwrap(), ..Query::default() };
        fold.dossiers(&query).unwrap()
    };
    let (before, after) = (at(from), at(to));
    diff(&before, &after).iter().flat_map(|change| change.lines(&Names::default())).collect()
}

#[test]
fn every_claim_newly_denied_confirmed_or_withdrawn_is_told_with_who() {
    // The status rests on the meeting n; the claims are on another one and on an issue.
    let told = [
        opened(),
        ("2025-01-02", "the-times", "meeting_held", json!({ "meeting": "m", "when": "2025-01-01" })),
        ("2025-01-03", "ardenia", "issue_raised", json!({ "issue": "dam" })),
        ("2025-01-04", "the-post", "issue_resolved", json!({ "issue": "dam", "extent": "fully" })),
        ("2025-01-05", "ardenia", "meeting_scheduled", json!({ "meeting": "n", "when": "2025-06" })),
        ("2025-02-01", "borland/mfa", "claim_denied", json!({ "claims": [2] })),
        ("2025-02-01", "om", "claim_confirmed", json!({ "claims": [3] })),
        ("2025-02-01", "the-post", "claim_withdrawn", json!({ "claims": [4] })),
        ("2025-03-01", "anon/x?", "claim_denied", json!({ "claims": [2] })),
        ("2025-04-01", "borland/mfa", "claim_withdrawn", json!({ "claims": [6] })),
    ];
    assert_eq!(
        lines(&told, "2025-01-31", "2025-02-01"),
        [
            "MFA (Borland) (B2) denies what The Times said, that the meeting m took place on 1 January 2025, which \
             outweighs it",
            "Oman confirms what Ardenia said, that the issue dam is on the agenda",
            "The Post takes back its own word, that the issue dam is fully resolved",
            "Meeting m: no longer on record (before: held)",
            "Issue dam: on the agenda",
        ]
    );
    assert_eq!(
        lines(&told, "2025-02-01", "2025-03-01"),
        ["An anonymous source (B2) denies what The Times said, that the meeting m took place on 1 January 2025"]
    );
    assert_eq!(
        lines(&told, "2025-03-01", "2025-04-01"),
        [
            "The denial by MFA (Borland) of what The Times said, that the meeting m took place on 1 January 2025, no \
             longer stands",
            "MFA (Borland) takes back its own denial",
        ]
    );
    assert_eq!(lines(&told, "2025-04-01", "2025-05-01"), [""; 0]);
}

#[test]
fn an_objection_is_told_when_it_is_raised() {
    let told = [
        opened(),
        ("2025-01-02", "ardenia", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-06-01" })),
        (
            "2025-01-03",
            "borland",
            "statement_made",
            json!({ "summary": "We see no reason", "stance": "opposed", "about": "m" }),
        ),
    ];
    assert_eq!(lines(&told, "2025-01-02", "2025-01-03"), ["Borland (B2) speaks against it: “We see no reason”"]);
}

#[test]
fn a_meeting_is_told_with_its_title() {
    let titled = |when: &str| json!({ "meeting": "m", "title": "Second round", "when": when });
    let told = [
        opened(),
        ("2025-01-02", "ardenia", "meeting_scheduled", titled("2025-06-01")),
        ("2025-01-03", "ardenia", "meeting_scheduled", titled("2025-06-01/2025-06-02")),
        ("2025-01-04", "ardenia", "meeting_cancelled", json!({ "meeting": "m" })),
    ];
    assert_eq!(
        lines(&told, "2025-01-03", "2025-01-04"),
        ["Next meeting: none (before: m 2025-06-01/02)", "Meeting m (“Second round”): cancelled (before: scheduled)"]
    );
}
