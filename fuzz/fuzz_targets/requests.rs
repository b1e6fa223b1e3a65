//! Any address, and any form or batch, sent to a server: nothing panics, nothing is the server's own fault, no text of
//! a request becomes markup, and what is refused leaves the journal as it was.
#![no_main]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, process};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, Uri};
use chrono::{DateTime, Utc};
use demarche_journal::Journal;
use demarche_server::{Access, Options, Role, Server, World};
use libfuzzer_sys::fuzz_target;
use tower::ServiceExt as _;

/// Where a request may go; the address after it is any bytes.
const PATHS: [&str; 16] = [
    "/", "/tracks/", "/entries/", "/brief", "/agenda", "/check", "/search", "/record/", "/days", "/api/v1/tracks",
    "/api/v1/events", "/api/v1/diff", "/api/v1/compare", "/calendar.ics", "/feed.atom", "/events.jsonl",
];

/// What no answer may have in it, as a request may have: a tag of its own.
const TAG: &str = "<fuzz>";

struct Desk {
    server: Server,
    log: PathBuf,
    runtime: tokio::runtime::Runtime,
}

thread_local! {
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
}

fuzz_target!(|input: &[u8]| {
    let Some((choice, rest)) = input.split_first() else { return };
    let (address, body) = rest.split_at(rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len()));
    let Ok(address) = std::str::from_utf8(address) else { return };
    let uri = format!("{}{address}", PATHS[usize::from(choice & 15)]);
    let Ok(uri) = uri.parse::<Uri>() else { return };
    let method = if choice & 16 == 0 { "GET" } else { "POST" };
    let accept = if choice & 32 == 0 { "text/html" } else { "application/json" };
    let kind = if choice & 64 == 0 { "application/x-www-form-urlencoded" } else { "application/json" };
    DESK.with_borrow_mut(|desk| {
        let desk = desk.get_or_insert_with(open);
        let request = Request::builder()
            .method(method)
            .uri(&uri)
            .header("host", "127.0.0.1")
            .header("accept", accept)
            .header("content-type", kind)
            .body(Body::from(body.to_vec()))
            .unwrap_or_else(|error| panic!("{uri}: {error}"));
        let before = fs::metadata(&desk.log).map(|file| file.len()).unwrap_or_default();
        let (status, text) = desk.runtime.block_on(async {
            let response = desk.server.router().oneshot(request).await.unwrap_or_else(|never| match never {});
            let status = response.status();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
            (status, String::from_utf8_lossy(&bytes).into_owned())
        });
        assert!(!status.is_server_error() || status == StatusCode::SERVICE_UNAVAILABLE, "{method} {uri}: {text}");
        assert!(!text.contains(TAG) || !text.starts_with("<!DOCTYPE"), "{method} {uri}: {text}");
        let after = fs::metadata(&desk.log).map(|file| file.len()).unwrap_or_default();
        assert!(status.is_success() || before == after, "{method} {uri}: refused, and written");
        // Questions must not grow slower by what earlier inputs have entered.
        if after > 1 << 20 {
            desk.server = server(&desk.log);
        }
    });
});

fn open() -> Desk {
    let folder = std::env::temp_dir().join(format!("demarche-fuzz-{}", process::id()));
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("{error}"));
    let log = folder.join("desk.jsonl");
    Desk { server: server(&log), log, runtime }
}

/// A server over the journal of the examples, put down anew.
fn server(log: &Path) -> Server {
    let examples = include_bytes!("../../fixtures/us-russia-2025.jsonl");
    fs::write(log, examples).unwrap_or_else(|error| panic!("{error}"));
    let journal = Journal::open(log, Default::default()).unwrap_or_else(|error| panic!("{error}"));
    let world = World { now, random };
    let options = Options { names: Default::default(), world, read_only: false, access: Access::everyone(Role::Recorder) };
    Server::open(Box::new(journal), options).unwrap_or_else(|error| panic!("{error}"))
}

/// The clock: the first day of 2026.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default()
}

/// Bytes that are other ones each time.
fn random() -> [u8; 10] {
    static GIVEN: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&GIVEN.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}
