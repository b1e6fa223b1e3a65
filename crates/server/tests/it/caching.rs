//! What a client may keep, and how it asks whether that still holds.

use super::support::{Api, stalled};

/// Answers that follow from the address and the journal alone.
const SETTLED: [&str; 12] = [
    "/api/v1/tracks",
    "/api/v1/tracks/us-ru/leaders",
    "/api/v1/tracks/us-ru/leaders/why",
    "/api/v1/events",
    "/api/v1/diff?from=2025-10-22",
    "/api/v1/compare?reading=side:us&reading=side:ru",
    "/api/v1/agenda",
    "/api/v1/findings",
    "/api/v1/stats",
    "/calendar.ics",
    "/feed.atom",
    "/events.jsonl",
];

#[test]
fn who_has_an_answer_is_told_so() {
    let api = Api::of_the_fixture();
    for address in SETTLED {
        let tag = api.get(address).header("etag").to_owned();
        assert!(!tag.is_empty(), "{address}");
        for asked in [tag.clone(), format!("\"x\", {tag}"), tag.trim_start_matches("W/").to_owned(), "*".to_owned()] {
            let again = api.ask("GET", address, &[("if-none-match", &asked)], "");
            assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""), "{address}");
            assert_eq!(again.header("etag"), tag);
        }
        assert_eq!(api.ask("GET", address, &[("if-none-match", "\"x\"")], "").status, 200);
    }
}

#[test]
fn what_was_entered_makes_other_answers() {
    let api = Api::of_the_fixture();
    let tags = || SETTLED.map(|address| api.get(address).header("etag").to_owned());
    let before = tags();
    assert_eq!(api.post("/api/v1/events", stalled(None, "us-ru/new")).status, 201);
    for ((address, before), after) in SETTLED.iter().zip(before).zip(tags()) {
        // Nothing that has a date was entered.
        assert_eq!(before == after, *address == "/calendar.ics", "{address}");
    }
}

#[test]
fn another_run_of_the_server_has_other_versions() {
    let (one, other) = (Api::of_the_fixture(), Api::of_the_fixture());
    let tag = |api: &Api| api.get("/api/v1/stats").header("etag").to_owned();
    assert_ne!(tag(&one), tag(&other), "it may be over another journal of the same length");
}

#[test]
fn what_follows_from_the_clock_is_not_kept() {
    let api = Api::of_the_fixture();
    let reply = api.get("/api/v1/tracks?today=now");
    assert_eq!((reply.header("etag"), reply.header("cache-control")), ("", "no-store"));
    assert_eq!(api.ask("GET", "/api/v1/tracks?today=now", &[("if-none-match", "*")], "").status, 200);
}

#[test]
fn head_has_the_headers_alone() {
    let api = Api::of_the_fixture();
    for address in SETTLED {
        let (got, head) = (api.get(address), api.ask("HEAD", address, &[], ""));
        assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""), "{address}");
        for name in ["etag", "content-type", "cache-control", "track-version"] {
            assert_eq!(got.header(name), head.header(name), "{address}");
        }
    }
}
