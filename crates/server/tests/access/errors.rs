//! What every answer has: headers, a form for errors, bounds; and what watches the server.

use std::time::Duration;

use axum::http::StatusCode;
use demarche_server::{Access, Role};

use super::desk::{Desk, cookie_of, event, get, now, post};

const NEW: &str = "0199f3c0-5a00-7000-8000-000000000002";

#[tokio::test]
async fn every_answer_keeps_browsers_from_doing_more_than_the_page() {
    let desk = Desk::with_users("headers");
    let server = desk.server();
    let cookie = cookie_of(&server, "anna").await;
    let paths =
        ["/", "/tracks/us-ru", "/record/track_stalled", "/login", "/assets/demarche.js", "/api/v1/tracks", "/nothing"];
    for ask in paths.map(|path| get(path).with("cookie", &cookie)).into_iter().chain([get("/x").with("host", "evil")]) {
        let answer = ask.to(&server).await;
        let policy = answer.header("content-security-policy");
        for rule in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.split("; ").any(|found| found == rule), "{rule}: {answer:?}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert!(!answer.header("cache-control").is_empty());
        for inline in [" style=\"", "<style", " onclick=", "<script>"] {
            assert!(!answer.body.contains(inline) || !answer.is_page(), "{inline}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn people_get_errors_as_pages_and_programs_as_problems() {
    let desk = Desk::new("errors");
    let server = desk.server_with(Access::everyone(Role::Recorder), now);
    let long = "x".repeat((1 << 20) + 1);
    let pages = [
        (get("/nothing").browsing(), StatusCode::NOT_FOUND),
        (get("/tracks/nothing").browsing(), StatusCode::NOT_FOUND),
        (get("/agenda").browsing().by("DELETE"), StatusCode::METHOD_NOT_ALLOWED),
        (post("/record/track_stalled", long.clone()).browsing(), StatusCode::PAYLOAD_TOO_LARGE),
        (get("/assets/nothing").browsing(), StatusCode::NOT_FOUND),
    ];
    for (ask, status) in pages {
        let answer = ask.to(&server).await;
        assert_eq!((answer.status, answer.is_page()), (status, true), "{answer:?}");
    }
    let problems = [
        (get("/api/v1/nothing").browsing(), StatusCode::NOT_FOUND),
        (get("/api/v1/tracks/nothing"), StatusCode::NOT_FOUND),
        (get("/api/v1/tracks").by("DELETE"), StatusCode::METHOD_NOT_ALLOWED),
        (post("/api/v1/events", "x".repeat((16 << 20) + 1)), StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (ask, status) in problems {
        let answer = ask.to(&server).await;
        assert_eq!((answer.status, answer.is_problem()), (status, true), "{answer:?}");
    }
    let allowed = get("/api/v1/tracks").by("DELETE").to(&server).await;
    assert!(allowed.header("allow").contains("GET"), "{allowed:?}");
}

#[tokio::test]
async fn a_batch_may_be_longer_than_a_form() {
    let desk = Desk::new("batch");
    let server = desk.server_with(Access::everyone(Role::Recorder), now);
    let batch = format!("{}{}\n", "\n".repeat(2 << 20), event(NEW, ""));
    let written = post("/api/v1/events", batch).to(&server).await;
    assert_eq!(written.status, StatusCode::CREATED, "{}", written.body);
}

#[tokio::test]
async fn no_file_of_the_machine_is_reachable() {
    let desk = Desk::with_users("files");
    let server = desk.server();
    let cookie = cookie_of(&server, "boss").await;
    for path in [
        "/assets/../users.json",
        "/assets/..%2F..%2F..%2Fetc%2Fpasswd",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/%2Fetc%2Fpasswd",
        "/users.json",
        "/desk.jsonl",
        "/assets/",
    ] {
        let answer = get(path).with("cookie", &cookie).to(&server).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.body.contains("root:") && !answer.body.contains("argon2"), "{path}");
    }
}

#[tokio::test]
async fn the_health_says_whether_the_journal_can_be_read() {
    let desk = Desk::with_users("health");
    let server = desk.server();
    let well = get("/health").to(&server).await;
    assert_eq!((well.status, &*well.body), (StatusCode::OK, "{\"position\":\"1-1\",\"status\":\"ok\"}"));
    let follower = {
        let server = server.clone();
        tokio::spawn(async move { server.follow().await })
    };
    std::fs::write(desk.journal(), "this is no event\n").unwrap();
    for _ in 0..100 {
        let answer = get("/health").to(&server).await;
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(answer.body.contains("\"cut off\"") && !answer.body.contains("desk.jsonl"), "{}", answer.body);
            follower.abort();
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it stays well");
}

#[tokio::test]
async fn the_numbers_are_for_readers_and_for_this_machine() {
    let desk = Desk::with_users("metrics");
    let server = desk.server();
    let cookie = cookie_of(&server, "rita").await;
    let _ = get("/tracks/us-ru").with("cookie", &cookie).to(&server).await;
    let _ = get("/api/v1/tracks/us-ru").with("cookie", &cookie).to(&server).await;
    let _ = get("/no/such/page").with("cookie", &cookie).to(&server).await;
    let numbers = get("/metrics").to(&server).await;
    assert_eq!(numbers.status, StatusCode::OK);
    for line in [
        "demarche_http_requests_total{method=\"GET\",route=\"/tracks/{*track}\",status=\"200\"} 1",
        "demarche_http_requests_total{method=\"GET\",route=\"/api/v1/tracks/{*track}\",status=\"200\"} 1",
        "demarche_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "demarche_http_requests_total{method=\"POST\",route=\"/login\",status=\"303\"} 1",
        "demarche_events 1",
        "demarche_journal_readable 1",
        "demarche_streams 0",
    ] {
        assert!(numbers.body.lines().any(|found| found == line), "{line}\n{}", numbers.body);
    }
    let elsewhere = get("/metrics").from("192.0.2.9");
    assert_eq!(elsewhere.to(&server).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(elsewhere.with("cookie", &cookie).to(&server).await.status, StatusCode::OK);
    // A proxy on this machine passes on the name under which it was asked.
    assert_eq!(get("/metrics").with("host", "desk.example").to(&server).await.status, StatusCode::UNAUTHORIZED);
}
