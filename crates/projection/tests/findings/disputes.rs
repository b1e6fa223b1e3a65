//! Disputes.

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
