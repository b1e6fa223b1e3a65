//! Addresses that nobody would write: each is answered or refused, and nothing breaks.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::support::Api;

/// Where a track, an event or a list is asked for.
const PATHS: [&str; 15] = [
    "/api/v1/tracks",
    "/api/v1/tracks/us-ru/leaders",
    "/api/v1/tracks/us-ru/leaders/why",
    "/api/v1/events",
    "/api/v1/events/0199f3c0-5a00-7000-8000-000000000001",
    "/api/v1/diff",
    "/api/v1/compare",
    "/api/v1/agenda",
    "/api/v1/findings",
    "/api/v1/stats",
    "/calendar.ics",
    "/feed.atom",
    "/digest.html",
    "/events.jsonl",
    "/api/v1/openapi.json",
];

const NAMES: [&str; 17] = [
    "as_of",
    "known_at",
    "today",
    "reading",
    "patience",
    "track",
    "status",
    "type",
    "who",
    "from",
    "to",
    "along",
    "until",
    "text",
    "limit",
    "after",
    "only_different",
];

/// Values that are right for some parameter.
const VALUES: [&str; 20] = [
    "2025-10-22",
    "2025-10",
    "2025-XX",
    "../2025",
    "2025/..",
    "0001",
    "9999-12-31",
    "now",
    "side:ru",
    "grade:B3",
    "summit=30,0",
    "us-ru/**",
    "stalled",
    "claim_denied",
    "ru",
    "recorded",
    "occurred",
    "true",
    "1",
    "0199f3c0-5a00-7000-8000-000000000001",
];

/// Fields of the forms.
const FIELDS: [&str; 12] = [
    "track",
    "occurred",
    "recorded",
    "who",
    "via",
    "attribution",
    "grade",
    "meeting",
    "when",
    "claims",
    "parties",
    "note",
];

fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(Api::of_the_fixture)
}

/// Any bytes, as an address may have them.
fn encoded(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(&VALUES[..]).prop_map(str::to_owned),
        1 => proptest::collection::vec(any::<u8>(), 0..12).prop_map(|bytes| encoded(&bytes)),
        1 => "[-0-9X/.~?%]{0,12}".prop_map(|text| encoded(text.as_bytes())),
    ]
}

#[track_caller]
fn is_answered(address: &str) {
    let reply = api().get(address);
    let status = reply.status.as_u16();
    assert!(matches!(status, 200 | 400 | 404), "{address}: {status} {}", reply.body);
    if status != 200 {
        assert!(!reply.problem(status).is_empty());
    }
}

/// The types of events that have a form.
fn entered_by_hand() -> impl Strategy<Value = demarche_core::EventType> {
    let types = demarche_core::EventType::ALL.iter().copied().filter(|event_type| !event_type.is_signed());
    proptest::sample::select(types.collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn any_parameters_are_answered_or_refused(
        path in proptest::sample::select(&PATHS[..]),
        pairs in proptest::collection::vec((proptest::sample::select(&NAMES[..]), value()), 0..4),
    ) {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        is_answered(&format!("{path}?{}", pairs.join("&")));
    }

    #[test]
    fn any_bytes_behind_the_question_mark_are_answered_or_refused(
        path in proptest::sample::select(&PATHS[..]),
        bytes in "[!$&-;=?-Z_a-z~%]{0,30}",
    ) {
        prop_assume!(axum::http::Uri::try_from(format!("{path}?{bytes}")).is_ok());
        is_answered(&format!("{path}?{bytes}"));
    }

    #[test]
    fn any_name_of_a_track_or_an_event_is_answered_or_refused(bytes in proptest::collection::vec(any::<u8>(), 1..30)) {
        for path in ["/api/v1/tracks/", "/api/v1/events/"] {
            is_answered(&format!("{path}{}", encoded(&bytes)));
        }
    }

    #[test]
    fn any_form_is_taken_or_refused(
        event_type in entered_by_hand(),
        pairs in proptest::collection::vec((proptest::sample::select(&FIELDS[..]), value()), 0..8),
        bytes in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}&")).collect::<String>();
        let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        let address = format!("/record/{event_type}");
        for body in [pairs.clone() + "action=preview", encoded(&bytes), pairs.clone() + &encoded(&bytes)] {
            let reply = api().ask("POST", &address, &form, body);
            prop_assert!(matches!(reply.status.as_u16(), 200 | 400 | 422), "{pairs}: {} {}", reply.status, reply.body);
        }
        let shown = api().get(&format!("{address}?{pairs}"));
        prop_assert!(matches!(shown.status.as_u16(), 200 | 400), "{pairs}: {} {}", shown.status, shown.body);
    }

    #[test]
    fn any_body_is_entered_or_refused(body in "\\PC{0,60}|[\\[\\]{}\":,0-9a-z \n]{0,60}") {
        let reply = api().post("/api/v1/events?dry_run=true", body);
        prop_assert!(matches!(reply.status.as_u16(), 200 | 400 | 422), "{}", reply.body);
    }
}

#[test]
fn a_parameter_that_nobody_reads_is_refused() {
    let api = api();
    let problem = api.get("/api/v1/stats?track=us-ru").problem(400);
    assert_eq!(problem, "there is no parameter \"track\" here: expected none");
    let problem = api.get("/api/v1/findings?reading=latest").problem(400);
    assert!(problem.starts_with("there is no parameter \"reading\" here: expected track, as_of"), "{problem}");
}

#[test]
fn what_is_not_there_is_a_problem() {
    let api = api();
    for address in ["/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/tracks"] {
        let reply = api.get(address);
        assert_eq!(reply.status, 404, "{address}");
    }
    // What is no text is no name.
    for address in ["/api/v1/tracks/%FF", "/api/v1/tracks/%FF/why", "/api/v1/events/%FF"] {
        assert!(!api.get(address).problem(400).is_empty());
    }
    assert!(api.get("/api/v1/nothing").problem(404).contains("/api/v1/openapi.json"));
    assert!(api.ask("DELETE", "/api/v1/events", &[], "").problem(405).contains("method"));
}

#[test]
fn a_track_that_ends_in_why_has_a_name_and_a_reason() {
    let log = ["us-ru", "us-ru/why"]
        .iter()
        .zip(1..)
        .map(|(track, number)| super::support::stalled(Some(number), track) + "\n");
    let api = Api::over(&log.collect::<String>());
    let of = |address: &str| {
        let json = api.json(&format!("/api/v1/tracks/{address}"));
        (json["track"].as_str().unwrap().to_owned(), json.get("timeline").is_none())
    };
    assert_eq!(of("us-ru"), ("us-ru".to_owned(), false));
    assert_eq!(of("us-ru/why"), ("us-ru".to_owned(), true));
    assert_eq!(of("us-ru%2Fwhy"), ("us-ru/why".to_owned(), false));
    assert_eq!(of("us-ru/why/why"), ("us-ru/why".to_owned(), true));
    assert_eq!(of("us-ru%2Fwhy/why"), ("us-ru/why".to_owned(), true));
}

#[test]
fn a_track_that_is_not_there_has_a_neighbour() {
    let problem = api().get("/api/v1/tracks/us-ru/leadres").problem(404);
    assert_eq!(problem, "there is no event on the track us-ru/leadres: did you mean us-ru/leaders?");
    let problem = api().get("/api/v1/tracks/us-ru/leaders?known_at=2000").problem(404);
    assert!(problem.starts_with("there is nothing to say of us-ru/leaders"), "{problem}");
}
