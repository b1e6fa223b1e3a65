//! The service as its clients see it, and what it does after a crash.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails must say so")]

use std::fs;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use demarche_core::codec::decode;
use demarche_journal::{Journal, Options};
use desk_service::desk::{Changes, Desk, Entered};
use desk_service::service;
use tower::ServiceExt as _;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("service-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// The line of an event; the number is its minute, too.
fn line(number: u32, event_type: &str, data: &str) -> String {
    format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":3,\"type\":\"{event_type}\",\"track\":\"us-ru/leaders\",\
         \"occurred\":\"2025-10-20\",\"recorded\":\"2025-10-21T08:{number:02}:00Z\",\
         \"source\":{{\"who\":\"us\",\"attribution\":\"on_record\",\"grade\":\"B2\"}},\"data\":{data}}}"
    )
}

fn scheduled() -> String {
    line(1, "meeting_scheduled", "{\"meeting\":\"budapest\",\"when\":\"2025-11\"}")
}

fn cancelled() -> String {
    line(2, "meeting_cancelled", "{\"meeting\":\"budapest\"}")
}

async fn answer(service: &Router, request: Request<Body>) -> (StatusCode, String) {
    let response = service.clone().oneshot(request).await.unwrap();
    let status = response.status();
    (status, String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap())
}

async fn enter(service: &Router, line: &str) -> StatusCode {
    answer(service, Request::post("/events").body(line.to_owned().into()).unwrap()).await.0
}

async fn get(service: &Router, url: &str) -> (StatusCode, String) {
    answer(service, Request::get(url).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_event_is_entered_once_and_changes_the_answer() {
    let folder = Folder::new("enter");
    let service = service(&folder.0).unwrap();
    assert_eq!(enter(&service, &scheduled()).await, StatusCode::CREATED);
    assert_eq!(enter(&service, &scheduled()).await, StatusCode::OK);
    let (status, state) = get(&service, "/tracks/us-ru/leaders").await;
    assert_eq!(status, StatusCode::OK);
    assert!(state.contains("\"status\":\"scheduled\""), "{state}");

    assert_eq!(enter(&service, &cancelled()).await, StatusCode::CREATED);
    let (_, states) = get(&service, "/tracks").await;
    assert!(states.contains("\"status\":\"cancelled\""), "{states}");
    assert_eq!(fs::read_to_string(folder.0.join("desk.jsonl")).unwrap(), format!("{}\n{}\n", scheduled(), cancelled()));
}

#[tokio::test]
async fn bad_requests_get_an_error_and_change_nothing() {
    let folder = Folder::new("bad");
    let service = service(&folder.0).unwrap();
    assert_eq!(enter(&service, &scheduled()).await, StatusCode::CREATED);
    assert_eq!(enter(&service, "{\"id\":7}").await, StatusCode::BAD_REQUEST);
    assert_eq!(enter(&service, &scheduled().replace("2025-11", "2025-12")).await, StatusCode::CONFLICT);
    assert_eq!(get(&service, "/tracks/US").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(get(&service, "/tracks/us-cn").await.0, StatusCode::NOT_FOUND);
    assert_eq!(fs::read_to_string(folder.0.join("desk.jsonl")).unwrap(), format!("{}\n", scheduled()));
}

#[test]
fn what_a_crash_left_unpublished_is_published_on_opening() {
    let folder = Folder::new("crash");
    let changes = Changes::new(16);
    let mut desk = Desk::open(&folder.0, changes.clone()).unwrap();
    assert_eq!(desk.enter(&decode(scheduled().as_bytes()).unwrap()).unwrap(), Entered::New);
    drop(desk);
    // The second is appended, and the process ends before it is published.
    let mut journal = Journal::open(&folder.0.join("desk.jsonl"), Options::default()).unwrap();
    journal.append(&[decode(cancelled().as_bytes()).unwrap()], &[]).unwrap();
    drop(journal);

    let mut client = changes.subscribe();
    let desk = Desk::open(&folder.0, changes.clone()).unwrap();
    let change = client.try_recv().unwrap();
    assert!(change.contains("\"cancelled\""), "{change}");
    assert!(client.try_recv().is_err(), "the first was published before");
    drop(desk);
    Desk::open(&folder.0, changes).unwrap();
    assert!(client.try_recv().is_err(), "both were published");
}

#[test]
fn what_other_programs_append_is_published_with_the_next_event() {
    let folder = Folder::new("others");
    let changes = Changes::new(16);
    let mut desk = Desk::open(&folder.0, changes.clone()).unwrap();
    let mut other = Journal::open(&folder.0.join("desk.jsonl"), Options::default()).unwrap();
    other.append(&[decode(scheduled().as_bytes()).unwrap()], &[]).unwrap();

    let mut client = changes.subscribe();
    desk.enter(&decode(cancelled().as_bytes()).unwrap()).unwrap();
    assert!(client.try_recv().unwrap().contains("000000000001"));
    assert!(client.try_recv().unwrap().contains("000000000002"));
}
