//! Names that may be slips of the hand.

use demarche_projection::findings::KnownNames;

use super::*;

/// What is asked about an event, of those who know the others.
fn asked(known: Vec<Told>, told: Told) -> Vec<String> {
    let fold = Fold::of((1..).zip(known).map(|(number, told)| told.event(number))).unwrap();
    let event = told.event(99);
    KnownNames::of(&fold)
        .unwrap()
        .slips(&event)
        .iter()
        .map(|slip| format!("{} {} {}", slip.kind, slip.name, slip.near))
        .collect()
}

fn stalled(track: &str, who: &str) -> Told {
    on("2025-01-01", who, "track_stalled", json!({})).with("track", track)
}

#[track_caller]
fn tracks(known: &str, new: &str, is_slip: bool) {
    let told = asked(vec![stalled(known, "desk")], stalled(new, "desk"));
    let expected = if is_slip { vec![format!("track {new} {known}")] } else { Vec::new() };
    assert_eq!(told, expected, "{known}, {new}");
}

#[test]
fn one_letter_in_a_long_word_is_a_slip() {
    for new in ["us-ru/irritant", "us-ru/irritantss", "us-ru/iritants", "us-ru/irritatns", "us-ru/irrixants"] {
        tracks("us-ru/irritants", new, true);
    }
    for new in ["us-ru/irritants", "us-ru/irrtnts", "us-ru/visas", "us-il/irritants", "hu-ru/irritants", "us-ru"] {
        tracks("us-ru/irritants", new, false);
    }
    tracks("us-ru/newstart", "us-ru/new-start", true);
    tracks("us-ru/round-2", "us-ru/round-3", false);
    tracks("us-ru/round-2", "us-ru/rounds-2", true);
    tracks("eu-ru", "hu-ru", false);
    tracks("us-ru/desk", "us-ru/des", true);
}

#[test]
fn actors_are_asked_about_in_whatever_part_they_appear() {
    let opened = json!({ "title": "T", "kind": "summit", "parties": ["hungary"] });
    let known = || vec![on("2025-01-01", "us/embassy", "track_opened", opened.clone())];
    let measure = |by: &str, against: &str| json!({ "measure": "m", "of": "visa", "effect": "imposed", "by": by, "against": [against] });
    for (who, kind, data) in [
        ("hungray", "track_stalled", json!({})),
        ("desk", "track_opened", json!({ "title": "T", "kind": "summit", "parties": ["us", "hungray"] })),
        ("desk", "meeting_cancelled", json!({ "meeting": "m", "by": "hungray" })),
        ("desk", "meeting_scheduled", json!({ "meeting": "m", "when": "2025", "parties": ["hungray"] })),
        ("desk", "proposal_made", json!({ "proposal": "p", "by": "hungray", "summary": "S" })),
        ("desk", "proposal_made", json!({ "proposal": "p", "by": "us", "summary": "S", "to": ["hungray"] })),
        ("desk", "measure_taken", measure("us", "hungray")),
        ("hungray", "measure_taken", measure("hungray", "us")),
    ] {
        assert_eq!(asked(known(), on("2025-01-02", who, kind, data.clone())), ["actor hungray hungary"], "{data}");
    }
    let mut via = on("2025-01-02", "desk", "track_stalled", json!({}));
    via.0["source"]["via"] = "us/embasy".into();
    assert_eq!(asked(known(), via), ["actor us/embasy us/embassy"]);
    for who in ["uk/embassy", "us/mfa", "us/embassy"] {
        assert_eq!(asked(known(), on("2025-01-02", who, "track_stalled", json!({}))), Vec::<String>::new(), "{who}");
    }
}

#[test]
fn meetings_proposals_and_agreements_are_known_on_their_track() {
    let known = || {
        vec![
            on("2025-01-01", "us", "meeting_proposed", json!({ "meeting": "budapest" })),
            on("2025-01-01", "us", "proposal_made", json!({ "proposal": "freeze", "by": "us", "summary": "S" })),
            on("2025-01-01", "us", "agreement_reached", json!({ "agreement": "treaty", "stage": "signed" })),
        ]
    };
    let meeting = |name: &str| on("2025-01-02", "us", "meeting_held", json!({ "meeting": name }));
    assert_eq!(asked(known(), meeting("budapets")), ["meeting budapets budapest"]);
    assert_eq!(asked(known(), meeting("budapets").with("track", "other")), Vec::<String>::new());
    // A meeting is no agreement.
    assert_eq!(asked(known(), meeting("treatys")), Vec::<String>::new());
    let answered = json!({ "proposal": "freezes", "by": "us", "answer": "accepted" });
    assert_eq!(asked(known(), on("2025-01-02", "us", "proposal_answered", answered)), ["proposal freezes freeze"]);
    let ended = json!({ "agreement": "traety", "how": "expired" });
    assert_eq!(asked(known(), on("2025-01-02", "us", "agreement_ended", ended)), ["agreement traety treaty"]);
}

#[test]
fn who_opens_a_track_means_it_and_a_retracted_slip_is_not_known() {
    let opened = json!({ "title": "T", "kind": "summit", "parties": [] });
    assert_eq!(
        asked(vec![stalled("talks", "desk")], on("2025-01-02", "desk", "track_opened", opened).with("track", "talk")),
        Vec::<String>::new()
    );
    let retracted = on("2025-01-02", "desk", "event_retracted", json!({ "event": 1, "reason": "a slip" }));
    let known = vec![stalled("talsk", "desk"), retracted.with("track", "talsk")];
    assert_eq!(asked(known, stalled("talsk-2", "desks")), ["actor desks desk"]);
    let known = vec![
        stalled("t", "izvesta"),
        on("2025-01-02", "desk", "event_retracted", json!({ "event": 1, "reason": "a slip" })),
    ];
    assert_eq!(asked(known, stalled("t", "izvestia")), Vec::<String>::new());
}

#[test]
fn of_several_events_the_first_makes_its_names_known() {
    let fold = Fold::of([stalled("talks", "desk").event(1)]).unwrap();
    let (first, second) = (stalled("talsk", "desk").event(2), stalled("talsk", "desk").event(3));
    let mut names = KnownNames::of(&fold).unwrap();
    assert_eq!(names.slips(&first).len(), 1);
    names.enter(&first);
    assert_eq!(names.slips(&second), []);
    assert_eq!(fold.nearest_track(&"talkz".parse().unwrap()).map(|track| track.as_str()), Some("talks"));
    assert_eq!(fold.nearest_track(&"sanctions".parse().unwrap()), None);
}
