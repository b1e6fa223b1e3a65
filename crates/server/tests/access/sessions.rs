//! Logging in, and how long that lasts.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use demarche_server::{Access, Role};

use super::desk::{Desk, PASSWORD, cookie_of, form, get, log_in, now};

#[tokio::test]
async fn a_log_in_begins_a_session_and_leads_back() {
    let desk = Desk::with_users("session");
    let server = desk.server();
    let page = get("/login?to=%2Ftracks%2Fus-ru%3Fas_of%3D2025").browsing().to(&server).await;
    assert!(page.body.contains("value=\"/tracks/us-ru?as_of=2025\""), "{}", page.body);
    let answer = log_in("anna", PASSWORD).to(&server).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/agenda"));
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && cookie.contains("; Path=/;"), "{cookie}");
    assert!(!cookie.contains("Secure") && !cookie.contains(PASSWORD), "{cookie}");
    let cookie = answer.cookie();
    let page = get("/").browsing().with("cookie", &cookie).to(&server).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("anna") && page.body.contains("/logout"), "{}", page.body);
    let login = get("/login?to=%2Fcheck").browsing().with("cookie", &cookie).to(&server).await;
    assert_eq!((login.status, login.header("location")), (StatusCode::SEE_OTHER, "/check"));
    let elsewhere = form("/login", "name=anna&password=three+blind+mice&to=%2F%2Fevil.example").to(&server).await;
    assert_eq!(elsewhere.header("location"), "/");
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_the_same() {
    let desk = Desk::with_users("wrong");
    let server = desk.server();
    let answers = [log_in("anna", "three blind rats").to(&server).await, log_in("nobody", PASSWORD).to(&server).await];
    for answer in &answers {
        assert_eq!((answer.status, answer.is_page(), answer.cookie()), (StatusCode::UNAUTHORIZED, true, String::new()));
        assert!(answer.body.contains("The name or the password is wrong."), "{}", answer.body);
    }
    assert_eq!(answers[0].body.replace("anna", ""), answers[1].body.replace("nobody", ""));
}

#[tokio::test]
async fn somebody_without_a_password_cannot_log_in() {
    let desk = Desk::with_users("no-password");
    desk.change(|users| users.add("bot".parse().unwrap(), Role::Recorder, None).unwrap());
    assert_eq!(log_in("bot", "").to(&desk.server()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_survives_a_restart_and_ends_with_the_user_or_the_password() {
    let desk = Desk::with_users("restart");
    let cookies = {
        let server = desk.server();
        [cookie_of(&server, "anna").await, cookie_of(&server, "rita").await, cookie_of(&server, "boss").await]
    };
    let server = desk.server();
    let status = async |cookie: &str, path: &str| get(path).with("cookie", cookie).to(&server).await.status;
    for cookie in &cookies {
        assert_eq!(status(cookie, "/").await, StatusCode::OK);
    }
    let [anna, rita, boss] = cookies;
    desk.change(|users| users.remove(&"anna".parse().unwrap()).unwrap());
    assert_eq!(status(&anna, "/").await, StatusCode::UNAUTHORIZED);
    desk.change(|users| users.add("anna".parse().unwrap(), Role::Recorder, Some(PASSWORD)).unwrap());
    assert_eq!(status(&anna, "/").await, StatusCode::UNAUTHORIZED, "she comes back with another salt");
    desk.change(|users| users.set_password(&"rita".parse().unwrap(), "another one, please").unwrap());
    assert_eq!(status(&rita, "/").await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&boss, "/record").await, StatusCode::OK);
    desk.change(|users| users.set_role(&"boss".parse().unwrap(), Role::Reader).unwrap());
    assert_eq!(status(&boss, "/record").await, StatusCode::FORBIDDEN, "a role holds at once");
}

#[tokio::test]
async fn a_session_ends_after_two_weeks_and_cannot_be_forged() {
    fn later() -> DateTime<Utc> {
        now() + TimeDelta::days(14)
    }
    fn almost() -> DateTime<Utc> {
        later() - TimeDelta::seconds(1)
    }
    let desk = Desk::with_users("expiry");
    let cookie = cookie_of(&desk.server(), "anna").await;
    let status = async |now, cookie: &str| {
        get("/").with("cookie", cookie).to(&desk.server_with(desk.access(), now)).await.status
    };
    assert_eq!(status(almost, &cookie).await, StatusCode::OK);
    assert_eq!(status(later, &cookie).await, StatusCode::UNAUTHORIZED);
    let (name, value) = cookie.split_once('=').unwrap();
    let mut parts: Vec<&str> = value.split('.').collect();
    let until = (later().timestamp() + 1_000_000).to_string();
    parts[1] = &until;
    assert_eq!(status(later, &format!("{name}={}", parts.join("."))).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_cookie_is_for_https_alone_where_a_trusted_proxy_says_https() {
    let desk = Desk::with_users("secure");
    let access = desk.access().behind(&["192.0.2.1".parse().unwrap()], None);
    let server = desk.server_with(access, now);
    let ask = log_in("anna", PASSWORD).with("x-forwarded-proto", "https");
    let is_secure = |answer: super::desk::Answer| answer.header("set-cookie").ends_with("; Secure");
    assert!(is_secure(ask.clone().from("192.0.2.1").to(&server).await));
    assert!(!is_secure(ask.from("192.0.2.2").to(&server).await));
}

#[tokio::test]
async fn a_log_out_removes_the_cookie_and_is_a_write() {
    let desk = Desk::with_users("log-out");
    let server = desk.server();
    let cookie = cookie_of(&server, "anna").await;
    let out = form("/logout", "").with("cookie", &cookie).to(&server).await;
    assert_eq!((out.status, out.header("location")), (StatusCode::SEE_OTHER, "/login"));
    let (name, _) = cookie.split_once('=').unwrap();
    assert!(out.header("set-cookie").starts_with(&format!("{name}=; ")), "{out:?}");
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{out:?}");
    let by_link = get("/logout").browsing().with("cookie", &cookie).to(&server).await;
    assert_eq!(by_link.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_log_out_ends_the_session_wherever_its_cookie_is_and_no_other() {
    let desk = Desk::with_users("ended");
    let server = desk.server();
    let (one, other) = (cookie_of(&server, "anna").await, cookie_of(&server, "anna").await);
    let is_in = async |cookie: &str| get("/").browsing().with("cookie", cookie).to(&server).await.status.is_success();
    assert!(is_in(&one).await && is_in(&other).await);
    form("/logout", "").with("cookie", &one).to(&server).await;
    assert!(!is_in(&one).await);
    assert!(is_in(&other).await);
}

#[tokio::test]
async fn too_many_wrong_passwords_have_to_wait_by_name_and_by_address() {
    let desk = Desk::with_users("limit");
    let server = desk.server();
    for _ in 0..10 {
        assert_eq!(log_in("anna", "wrong wrong wrong").to(&server).await.status, StatusCode::UNAUTHORIZED);
    }
    let refused = log_in("anna", PASSWORD).from("192.0.2.9").to(&server).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() <= 31, "{refused:?}");
    assert_eq!(log_in("rita", PASSWORD).to(&server).await.status, StatusCode::SEE_OTHER);
    for number in 0..20 {
        let answer = log_in(&format!("name-{number}"), "wrong wrong wrong").to(&server).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{number}");
    }
    assert_eq!(log_in("rita", PASSWORD).to(&server).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(log_in("rita", PASSWORD).from("192.0.2.9").to(&server).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn right_passwords_do_not_count_as_tries() {
    let desk = Desk::with_users("right");
    let server = desk.server_with(Access::users(&desk.users()).unwrap(), now);
    for number in 0..40 {
        assert_eq!(log_in("anna", PASSWORD).to(&server).await.status, StatusCode::SEE_OTHER, "{number}");
    }
}

#[tokio::test]
async fn a_stream_ends_with_the_session() {
    let desk = Desk::with_users("stream");
    let server = desk.server();
    let cookie = cookie_of(&server, "rita").await;
    let asked = get("/api/v1/changes").with("cookie", &cookie);
    let (stream, ()) = tokio::join!(tokio::time::timeout(Duration::from_secs(20), asked.to(&server)), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        desk.change(|users| users.remove(&"rita".parse().unwrap()).unwrap());
    });
    assert_eq!(stream.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn an_admin_sees_the_users_and_nobody_else_does() {
    let desk = Desk::with_users("people");
    let server = desk.server();
    let boss = cookie_of(&server, "boss").await;
    let page = get("/users").browsing().with("cookie", &boss).to(&server).await;
    assert!(page.status == StatusCode::OK && page.body.contains("rita"), "{page:?}");
    assert!(!page.body.contains("argon2"), "{page:?}");
    let anna = cookie_of(&server, "anna").await;
    assert_eq!(get("/users").browsing().with("cookie", &anna).to(&server).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get("/users").browsing().to(&server).await.status, StatusCode::SEE_OTHER);
}
