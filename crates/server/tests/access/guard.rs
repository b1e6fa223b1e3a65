//! What is answered to whom, under which name, and from which page.

use axum::http::StatusCode;
use demarche_server::{Access, Role, Users};

use super::desk::{Desk, cookie_of, event, form, get, now, post};

const NEW: &str = "0199f3c0-5a00-7000-8000-000000000002";

#[tokio::test]
async fn without_users_everyone_reads_and_the_one_time_address_lets_its_holder_record_once() {
    let desk = Desk::new("one-time");
    let access = Access::one_time().unwrap();
    let path = access.one_time_path().unwrap();
    let server = desk.server_with(access.listening("127.0.0.1".parse().unwrap(), &[]), now);
    assert_eq!(get("/").browsing().to(&server).await.status, StatusCode::OK);
    assert_eq!(get("/api/v1/tracks").to(&server).await.status, StatusCode::OK);
    assert_eq!(get("/record").to(&server).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post("/api/v1/events", event(NEW, "")).to(&server).await.status, StatusCode::FORBIDDEN);
    let wrong = get("/enter?key=AAAA").browsing().to(&server).await;
    assert_eq!((wrong.status, wrong.cookie()), (StatusCode::FORBIDDEN, String::new()));
    let entered = get(&path).browsing().to(&server).await;
    assert_eq!((entered.status, entered.header("location")), (StatusCode::SEE_OTHER, "/"));
    let cookie = entered.cookie();
    assert_eq!(get("/record").with("cookie", &cookie).to(&server).await.status, StatusCode::OK);
    let written = form("/api/v1/events", &event(NEW, "")).with("cookie", &cookie).to(&server).await;
    assert_eq!(written.status, StatusCode::CREATED, "{}", written.body);
    assert!(!written.body.contains("entered_by"), "nobody has said a name: {}", written.body);
    let again = get(&path).browsing().to(&server).await;
    assert_eq!((again.status, again.cookie()), (StatusCode::FORBIDDEN, String::new()));
    assert!(again.body.contains("was used already"), "{}", again.body);
    // Whoever has entered is led on.
    assert_eq!(get(&path).with("cookie", &cookie).to(&server).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_read_only_server_lets_nobody_record() {
    let desk = Desk::new("read-only");
    let server = desk.read_only(Access::everyone(Role::Admin));
    let refused = post("/api/v1/events", event(NEW, "")).to(&server).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("read-only"), "{}", refused.body);
    assert_eq!(get("/api/v1/tracks").to(&server).await.status, StatusCode::OK);
}

#[tokio::test]
async fn with_users_everything_needs_a_log_in_but_the_way_in_and_the_health() {
    let desk = Desk::with_users("log-in");
    let server = desk.server();
    for page in ["/", "/tracks/us-ru", "/agenda", "/brief", "/check", "/search", "/record", "/no/such/page"] {
        let answer = get(page).browsing().to(&server).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{page}");
        let to: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
        assert_eq!(answer.header("location"), format!("/login?to={to}"));
    }
    for path in ["/api/v1/tracks", "/api/v1/changes", "/api/v1/nothing", "/live", "/days", "/brief.md", "/calendar.ics"]
    {
        let answer = get(path).to(&server).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.is_problem(), "{path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    assert_eq!(post("/api/v1/events", event(NEW, "")).to(&server).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(form("/record/track_stalled", "").to(&server).await.status, StatusCode::UNAUTHORIZED);
    for open in ["/login", "/assets/demarche.css", "/health"] {
        assert_eq!(get(open).browsing().to(&server).await.status, StatusCode::OK, "{open}");
    }
    assert_eq!(get("/enter?key=x").browsing().to(&server).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_role_may_do_what_it_may_do() {
    let desk = Desk::with_users("roles");
    let server = desk.server();
    let reader = cookie_of(&server, "rita").await;
    assert_eq!(get("/").browsing().with("cookie", &reader).to(&server).await.status, StatusCode::OK);
    let refused = form("/api/v1/events", &event(NEW, "")).with("cookie", &reader).to(&server).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.is_problem());
    let page = form("/record/track_stalled", "action=enter").with("cookie", &reader).to(&server).await;
    assert_eq!((page.status, page.is_page()), (StatusCode::FORBIDDEN, true));
    for name in ["anna", "boss"] {
        let cookie = cookie_of(&server, name).await;
        let answer = get("/record").browsing().with("cookie", &cookie).to(&server).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn who_entered_it_is_kept_and_who_said_it_stays() {
    let desk = Desk::with_users("entered-by");
    let server = desk.server();
    let cookie = cookie_of(&server, "anna").await;
    let line = event(NEW, "\"entered_by\":\"boss\",");
    let written = form("/api/v1/events", &line).with("cookie", &cookie).to(&server).await;
    assert_eq!(written.status, StatusCode::CREATED, "{}", written.body);
    let log = std::fs::read_to_string(desk.journal()).unwrap();
    let last = log.lines().last().unwrap();
    assert!(last.contains("\"entered_by\":\"anna\"") && last.contains("\"who\":\"izvestia\""), "{last}");
}

#[tokio::test]
async fn a_server_answers_only_under_its_names() {
    let desk = Desk::with_users("hosts");
    let server = desk.server();
    for host in ["evil.example", "evil.example:8080", "192.0.2.7"] {
        for path in ["/login", "/health", "/assets/demarche.css", "/"] {
            let answer = get(path).with("host", host).to(&server).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
        }
    }
    for host in ["localhost", "127.0.0.1:8080", "[::1]:8080", "desk.example"] {
        assert_eq!(get("/health").with("host", host).to(&server).await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn a_write_from_a_page_of_another_site_is_refused() {
    let desk = Desk::with_users("cross-site");
    let server = desk.server();
    let cookie = cookie_of(&server, "anna").await;
    let token = desk.change(|users| users.add_token(&"anna".parse().unwrap(), "x", Role::Recorder, at()).unwrap());
    let line = event(NEW, "");
    for path in ["/api/v1/events", "/record/track_stalled", "/login", "/logout"] {
        let write = post(path, line.clone()).with("cookie", &cookie);
        for other in [
            write.clone().with("sec-fetch-site", "cross-site"),
            write.clone().with("sec-fetch-site", "same-site"),
            write.clone().with("origin", "http://evil.example"),
            write.clone().with("origin", "null"),
            write.clone().with("origin", "http://localhost:9999"),
            write.clone().with("sec-fetch-site", "cross-site").bearing(&token),
        ] {
            let answer = other.to(&server).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.body);
        }
    }
    // The cookie alone does not do: a program writes with a token.
    let unsaid = post("/api/v1/events", line.clone()).with("cookie", &cookie).to(&server).await;
    assert_eq!(unsaid.status, StatusCode::FORBIDDEN, "{}", unsaid.body);
    assert_eq!(std::fs::read_to_string(desk.journal()).unwrap().lines().count(), 1);
    let by_token = post("/api/v1/events", line.clone()).bearing(&token).to(&server).await;
    assert_eq!(by_token.status, StatusCode::CREATED, "{}", by_token.body);
    let by_page = form("/api/v1/events", &line).with("cookie", &cookie).to(&server).await;
    assert_eq!(by_page.status, StatusCode::OK, "{}", by_page.body);
}

fn at() -> demarche_core::Instant {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn a_proxy_is_believed_if_its_address_is_named() {
    let desk = Desk::with_users("proxy");
    let access = Access::users(&desk.users()).unwrap();
    let header = Some("remote-user".parse().unwrap());
    let access = access.listening("127.0.0.1".parse().unwrap(), &["desk.example".to_owned()]);
    let server = desk.server_with(access.behind(&["192.0.2.1".parse().unwrap()], header), now);
    let page = get("/record").browsing().with("host", "desk.example").with("remote-user", "anna");
    assert_eq!(page.clone().from("192.0.2.1").to(&server).await.status, StatusCode::OK);
    assert_eq!(page.clone().from("192.0.2.2").to(&server).await.status, StatusCode::SEE_OTHER);
    assert_eq!(page.clone().to(&server).await.status, StatusCode::SEE_OTHER);
    let unknown = page.with("remote-user", "eve").from("192.0.2.1").to(&server).await;
    assert_eq!(unknown.status, StatusCode::FORBIDDEN);
    // What a proxy adds to every request is no proof that a page of this server made it.
    let write = post("/api/v1/events", event(NEW, "")).with("remote-user", "anna").from("192.0.2.1");
    assert_eq!(write.to(&server).await.status, StatusCode::FORBIDDEN);
    let write = form("/api/v1/events", &event(NEW, "")).with("remote-user", "anna").from("192.0.2.1");
    assert_eq!(write.to(&server).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn while_the_file_of_users_cannot_be_read_nobody_is_let_in() {
    let desk = Desk::with_users("no-file");
    let server = desk.server();
    let cookie = cookie_of(&server, "anna").await;
    let text = std::fs::read_to_string(desk.users()).unwrap();
    for broken in ["", "{}", &text.replace("argon2id", "argon2d"), &text.replace("\"version\": 1", "\"version\": 2")] {
        std::fs::write(desk.users(), broken).unwrap();
        let answer = get("/api/v1/tracks").with("cookie", &cookie).to(&server).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{broken}");
        assert!(!answer.body.contains("users.json"), "{}", answer.body);
        assert!(Users::read(&desk.users()).is_err());
    }
    std::fs::write(desk.users(), &text).unwrap();
    assert_eq!(get("/api/v1/tracks").with("cookie", &cookie).to(&server).await.status, StatusCode::OK);
    std::fs::remove_file(desk.users()).unwrap();
    assert_eq!(get("/").with("cookie", &cookie).to(&server).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_file_of_users() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::with_users("mode");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&desk.users()), 0o600);
    desk.change(|users| users.remove(&"rita".parse().unwrap()).unwrap());
    assert_eq!(mode(&desk.users()), 0o600);
    std::fs::set_permissions(desk.users(), std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = Access::users(&desk.users()).unwrap_err().to_string();
    assert!(error.contains("chmod 600"), "{error}");
}
