//! Tokens of programs.

use axum::http::StatusCode;
use demarche_core::Instant;
use demarche_server::Role;

use super::desk::{Desk, event, get, post};

const NEW: &str = "0199f3c0-5a00-7000-8000-000000000002";

fn token(desk: &Desk, name: &str, label: &str, role: Role) -> String {
    let made: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
    desk.change(|users| users.add_token(&name.parse().unwrap(), label, role, made).unwrap())
}

#[tokio::test]
async fn a_program_comes_with_a_token_of_which_only_a_hash_is_kept() {
    let desk = Desk::with_users("token");
    let server = desk.server();
    let token = token(&desk, "anna", "robot", Role::Recorder);
    let text = std::fs::read_to_string(desk.users()).unwrap();
    assert!(!text.contains(token.trim_start_matches("demarche_")), "{text}");
    assert_eq!(get("/api/v1/tracks").bearing(&token).to(&server).await.status, StatusCode::OK);
    let written = post("/api/v1/events", event(NEW, "")).bearing(&token).to(&server).await;
    assert_eq!(written.status, StatusCode::CREATED, "{}", written.body);
    assert!(written.body.contains("\"entered_by\":\"anna\""), "{}", written.body);
    for wrong in ["", "demarche_", &token[1..], &format!("{token}x")] {
        let refused = get("/api/v1/tracks").bearing(wrong).to(&server).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    desk.change(|users| users.remove_token(&"anna".parse().unwrap(), "robot").unwrap());
    assert_eq!(get("/api/v1/tracks").bearing(&token).to(&server).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_may_do_no_more_than_its_user_and_no_more_than_it_was_made_for() {
    let desk = Desk::with_users("token-role");
    let server = desk.server();
    for (name, role) in [("rita", Role::Admin), ("anna", Role::Reader)] {
        let token = token(&desk, name, "x", role);
        let refused = post("/api/v1/events", event(NEW, "")).bearing(&token).to(&server).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[tokio::test]
async fn a_feed_takes_its_token_from_the_address_and_nothing_else_does() {
    let desk = Desk::with_users("feed");
    let server = desk.server();
    let token = token(&desk, "rita", "calendar", Role::Reader);
    for path in ["/calendar.ics", "/feed.atom", "/digest.html", "/events.jsonl"] {
        assert_eq!(get(path).to(&server).await.status, StatusCode::UNAUTHORIZED, "{path}");
        let wrong = get(&format!("{path}?token=demarche_x")).to(&server).await;
        assert_eq!((wrong.status, wrong.is_problem()), (StatusCode::UNAUTHORIZED, true), "{path}");
        let answer = get(&format!("{path}?token={token}")).to(&server).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        assert!(answer.headers.get("set-cookie").is_none());
        assert!(!answer.body.contains(&token), "{}", answer.body);
    }
    let chosen = get(&format!("/calendar.ics?track=none&token={token}")).to(&server).await;
    assert!(chosen.status == StatusCode::OK && !chosen.body.contains("VEVENT"), "{}", chosen.body);
    for path in ["/api/v1/tracks", "/", "/metrics"] {
        let answer = get(&format!("{path}?token={token}")).from("192.0.2.9").to(&server).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn a_server_without_users_knows_no_tokens() {
    let desk = Desk::new("token-no-users");
    let answer = get("/api/v1/tracks").bearing("demarche_x").to(&desk.server()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
