//! Where a track stands, in a sentence.

use super::*;

fn scheduled(day: &'static str, who: &'static str, when: &str) -> Told {
    (day, who, "meeting_scheduled", json!({ "meeting": "m", "when": when }))
}

#[test]
fn the_sentence_names_the_date_and_place_of_the_run() {
    // The best graded says "in May"; the day and the place come from others of the run.
    let mut told = vec![
        ("2025-02-01", "the-times", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-05" })),
        scheduled("2025-02-02", "ardenia", "2025-05-03"),
    ];
    says(
        "2025-03-01",
        &told,
        "Scheduled since 1 February 2025: The Times reports that the meeting m is to take place in May 2025 (B2); as \
         it stands, it is to take place on 3 May 2025; nobody denies it; Ardenia says so, Borland has said nothing of \
         the kind.",
    );
    told.remove(0);
    told.push(("2025-02-03", "the-times", "meeting_relocated", json!({ "meeting": "m", "venue": "Muscat" })));
    says(
        "2025-03-01",
        &told,
        "Scheduled since 2 February 2025: Ardenia says on the record that the meeting m is to take place on 3 May 2025 \
         (B2); the place is given as Muscat; nobody denies it; Ardenia says so, Borland has said nothing of the kind.",
    );
}

#[test]
fn a_party_is_silent_only_of_the_date_where_it_has_spoken_of_the_meeting() {
    let wanted = |day: &'static str, who: &'static str, data: Value| (day, who, "meeting_proposed", data);
    says(
        "2025-03-01",
        &[
            wanted("2025-02-01", "the-times", json!({ "meeting": "m", "when": "2025-05" })),
            wanted("2025-02-02", "ardenia/mfa", json!({ "meeting": "m" })),
        ],
        "Proposed since 1 February 2025: The Times reports that the meeting m is wanted or expected for May 2025 (B2); \
         nobody denies it; neither side has named that date itself.",
    );
}

#[test]
fn all_say_so_only_where_all_do() {
    let told = [scheduled("2025-02-01", "ardenia", "2025-05-03"), scheduled("2025-02-02", "borland", "2025-05-03")];
    says(
        "2025-03-01",
        &told,
        "Scheduled since 1 February 2025: Ardenia says on the record that the meeting m is to take place on 3 May 2025 \
         (B2); nobody denies it; both parties say so.",
    );
    let told = [scheduled("2025-02-01", "ardenia", "2025-05-12"), scheduled("2025-02-02", "borland", "2025-05-15")];
    says(
        "2025-03-01",
        &told,
        "Scheduled since 2 February 2025: Borland says on the record that the meeting m is to take place on 15 May \
         2025 (B2); Ardenia (B2) names another day: 12 May 2025; Borland says so, Ardenia says otherwise.",
    );
}

#[test]
fn who_denies_it_is_named_with_what_is_denied() {
    let told = [
        scheduled("2025-02-01", "the-times", "2025-05-03"),
        ("2025-02-02", "borland/mfa?", "claim_denied", json!({ "claims": [2] })),
        ("2025-02-03", "ardenia/mfa", "claim_confirmed", json!({ "claims": [2] })),
    ];
    says(
        "2025-02-02",
        &told,
        "Open since 1 January 2025: Desk says on the record that the track “T” is opened (B2); nobody denies that; an \
         anonymous source from MFA (Borland) (B2) denies what The Times said, that the meeting m is \
         to take place on 3 May 2025, which would decide, but the denial outweighs it; there is no other sign of \
         progress yet.",
    );
}

#[test]
fn who_spoke_for_another_place_has_said_so_and_no_more() {
    let told = [
        scheduled("2025-02-01", "borland", "2025-05-03"),
        (
            "2025-02-02",
            "ardenia",
            "meeting_scheduled",
            json!({ "meeting": "m", "when": "2025-05-03", "venue": "Rome" }),
        ),
        ("2025-02-03", "the-times", "meeting_relocated", json!({ "meeting": "m", "venue": "Muscat" })),
    ];
    says(
        "2025-03-01",
        &told,
        "Scheduled since 1 February 2025: Borland says on the record that the meeting m is to take place on 3 May 2025 \
         (B2); the place is given as Muscat; Ardenia (B2) names another place: Rome; both parties have said so.",
    );
}

#[test]
fn an_anonymous_speaker_stays_anonymous() {
    let told = [("2025-02-01", "anon/european-diplomat?", "meeting_cancelled", json!({ "meeting": "m" }))];
    says(
        "2025-03-01",
        &told,
        "Cancelled since 1 February 2025: a European diplomat who was not named says that the meeting m is off (B2); \
         nobody denies it; neither side has said so itself.",
    );
}

#[test]
fn a_day_gone_by_is_told_as_past() {
    says(
        "2025-03-10",
        &[scheduled("2025-02-01", "ardenia", "2025-03-02")],
        "Overdue since 2 March 2025: Ardenia says on the record that the meeting m was to take place on 2 March 2025 \
         (B2), and nobody has said whether it took place; nobody denies it; Ardenia says so, Borland has said nothing \
         of the kind.",
    );
    // Somebody has said so, though a denial outweighs it.
    says(
        "2025-03-10",
        &[
            scheduled("2025-02-01", "ardenia", "2025-03-02"),
            ("2025-03-03", "the-times", "meeting_held", json!({ "meeting": "m", "when": "2025-03-02" })),
            ("2025-03-04", "borland", "claim_denied", json!({ "claims": [3] })),
        ],
        "Overdue since 2 March 2025: Ardenia says on the record that the meeting m was to take place on 2 March 2025 \
         (B2), and whether it took place is disputed; nobody denies that; Borland (B2) denies what The Times said, that \
         the meeting m took place on 2 March 2025, which would decide, but the denial outweighs it; Ardenia says so, \
         Borland has said nothing of the kind.",
    );
}

#[test]
fn a_deadline_that_has_passed_is_told() {
    let made = json!({ "proposal": "p", "by": "ardenia", "summary": "A truce", "deadline": "2025-03-02" });
    says(
        "2025-03-10",
        &[("2025-02-01", "ardenia", "proposal_made", made)],
        "Overdue since 2 March 2025: Ardenia says on the record that Ardenia makes the proposal p: “A truce”, with an \
         answer due by 2 March 2025 (B2), and nobody has answered in time; nobody denies it; Ardenia says so, Borland \
         has said nothing of the kind.",
    );
}

#[test]
fn a_rejection_tells_who_has_accepted() {
    let answered = |day: &'static str, by: &'static str, answer: &str| {
        (day, by, "proposal_answered", json!({ "proposal": "p", "by": by, "answer": answer }))
    };
    let made = ("2025-02-01", "om", "proposal_made", json!({ "proposal": "p", "by": "om", "summary": "A truce" }));
    says(
        "2025-03-10",
        &[made, answered("2025-02-02", "ardenia", "accepted"), answered("2025-02-03", "borland", "rejected")],
        "Rejected since 3 February 2025: Borland says on the record that Borland rejects the proposal p (B2); nobody \
         denies it; Borland says so, Ardenia has said nothing of the kind; Ardenia has accepted it.",
    );
}

#[test]
fn a_refusal_tells_who_has_accepted_and_what_had_been_set() {
    let told = [
        scheduled("2025-02-01", "om", "2025-05-03"),
        scheduled("2025-02-02", "ardenia", "2025-05-03"),
        ("2025-02-03", "borland", "meeting_declined", json!({ "meeting": "m", "by": "borland" })),
    ];
    says(
        "2025-03-10",
        &told,
        "Rejected since 3 February 2025: Borland says on the record that Borland will not come to the meeting m (B2); \
         nobody denies it; Borland says so, Ardenia has said nothing of the kind; it had been set for 3 May 2025; \
         Ardenia has accepted.",
    );
}

#[test]
fn an_agreement_that_has_ended_says_so() {
    let reached = json!({ "agreement": "a", "stage": "signed", "until": "2025-02-15" });
    let ended = json!({ "agreement": "a", "how": "suspended", "by": "borland" });
    let told =
        [("2025-02-01", "ardenia", "agreement_reached", reached), ("2025-02-03", "borland", "agreement_ended", ended)];
    says(
        "2025-03-10",
        &told,
        "Stalled since 3 February 2025: Borland says on the record that the agreement a is suspended by Borland (B2); \
         nobody denies it; Borland says so, Ardenia has said nothing of the kind; it had been signed.",
    );
    says(
        "2025-03-10",
        &told[..1],
        "Active since 1 February 2025: Ardenia says on the record that the agreement a is signed, to hold until 15 \
         February 2025 (B2); that date has passed; nobody denies it; Ardenia says so, Borland has said nothing of the \
         kind.",
    );
}

#[test]
fn indirect_talks_are_told_with_their_mediators() {
    let data = json!({ "meeting": "m", "when": "2025-05-03", "venue": "Muscat", "mode": "indirect" });
    let talks = ("2025-02-01", "ardenia", "meeting_scheduled", data);
    says(
        "2025-03-10",
        std::slice::from_ref(&talks),
        "Scheduled since 1 February 2025: Ardenia says on the record that the meeting m is to take place on 3 May 2025 \
         in Muscat, as indirect talks mediated by Oman (B2); nobody denies it; Ardenia says so, Borland has said \
         nothing of the kind.",
    );
    let held = json!({ "meeting": "m", "when": "2025-05-03", "venue": "Muscat" });
    says(
        "2025-05-10",
        &[talks, ("2025-05-03", "ardenia", "meeting_held", held)],
        "Active since 3 May 2025: Ardenia says on the record that the meeting m took place on 3 May 2025 in Muscat \
         (B2); the talks were indirect, mediated by Oman; nobody denies it; Ardenia says so, Borland has said nothing \
         of the kind.",
    );
}

#[test]
fn a_stall_by_silence_tells_what_became_of_the_last_meeting() {
    let told = [
        scheduled("2025-02-01", "ardenia", "2025-03-02"),
        ("2025-02-03", "borland", "meeting_cancelled", json!({ "meeting": "m" })),
    ];
    says(
        "2025-09-01",
        &told,
        "Stalled since 2 May 2025: no sign of progress for more than 90 days; the last came on 1 February 2025 from \
         Ardenia: the meeting m was to take place on 2 March 2025 (B2); it was called off later.",
    );
    says(
        "2025-09-01",
        &told[..1],
        "Stalled since 31 May 2025: no sign of progress for more than 90 days; the last came on 1 February 2025 from \
         Ardenia: the meeting m was to take place on 2 March 2025 (B2); nobody has said whether it took place.",
    );
}

#[test]
fn a_stall_by_silence_counts_from_the_entry_of_what_is_dated_vaguely() {
    let exchange = json!({ "exchange": "e", "of": "prisoners" });
    says(
        "2025-12-31",
        &[("2025-03-01/2025-11-30", "ardenia", "exchange_completed", exchange)],
        "Stalled since 30 May 2025: no sign of progress for more than 90 days; the last, entered on 1 March 2025, came \
         from Ardenia: an exchange of prisoners (e) took place (B2).",
    );
}

#[test]
fn a_date_in_the_future_by_a_slip_is_marked() {
    let told = events(&[opened(), ("2025-12-01", "ardenia", "track_resumed", json!({}))]);
    let slip = told.into_iter().map(|mut event| {
        event.recorded = event.recorded.min("2025-02-01T12:00:00Z".parse().unwrap());
        event
    });
    let query = Query { as_of: moment("2025-03-01").unwrap(), ..Query::default() };
    let dossier = Fold::of(slip).unwrap().dossier(&"t".parse().unwrap(), &query).unwrap().unwrap();
    let head = "Active since 1 December 2025 (as the entry is dated): Ardenia says";
    assert!(dossier.sentence(&Names::default()).starts_with(head), "{}", dossier.sentence(&Names::default()));
}

#[test]
fn a_statement_is_quoted() {
    let told = [("2025-02-01", "ardenia", "statement_made", json!({ "summary": "To go on when convenient" }))];
    let dossier = dossier(&told, "2025-03-01");
    assert_eq!(
        dossier.sentence(&Names::default()),
        "Open since 1 February 2025: Ardenia says on the record: “To go on when convenient” (B2); nobody denies it; \
         there is no other sign of progress yet."
    );
}

#[test]
fn a_claim_about_claims_tells_whose_they_are_and_what_they_say() {
    let told = [
        scheduled("2025-02-01", "the-times", "2025-05-03"),
        ("2025-02-02", "borland", "claim_denied", json!({ "claims": [1], "summary": "Nothing is set" })),
        ("2025-02-03", "the-times", "claim_withdrawn", json!({ "claims": [1] })),
        ("2025-02-04", "ardenia", "statement_made", json!({ "summary": "We wait" })),
        ("2025-02-05", "om", "claim_confirmed", json!({ "claims": [2, 4] })),
        ("2025-02-06", "borland", "claim_withdrawn", json!({ "claims": [2] })),
    ];
    let dossier = dossier(&told, "2025-03-01");
    let said = |number: usize| dossier.said(&dossier.timeline[number - 1].0, &Names::default());
    let scheduled = "that the meeting m is to take place on 3 May 2025";
    assert_eq!(said(2), format!("Borland denies on the record what The Times said, {scheduled}: “Nothing is set”"));
    assert_eq!(said(3), format!("The Times takes back its own word, {scheduled}"));
    assert_eq!(said(5), "Oman confirms on the record the denial by Borland and what Ardenia said: “We wait”");
    assert_eq!(said(6), "Borland takes back on the record its own denial");
}
