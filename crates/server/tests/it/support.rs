//! A server over a journal of a test's own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{DateTime, Utc};
use demarche_journal::{Journal, Store};
use demarche_server::{Access, Options, Role, Server, World};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// A server, the folder of its journal, and what drives it.
pub(crate) struct Api {
    pub(crate) server: Server,
    runtime: Runtime,
    folder: PathBuf,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The text of the problem, which must have that status.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let json = self.json();
        assert_eq!(json["status"], status);
        json["detail"].as_str().unwrap().to_owned()
    }
}

/// What a server answers to a request.
pub(crate) async fn answer_of(server: &Server, request: Request<Body>) -> Reply {
    let response = server.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Reply { status: parts.status, headers: parts.headers, body }
}

/// The clock of every test: the first day of 2026.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

/// Bytes that are other ones each time.
fn random() -> [u8; 10] {
    static GIVEN: AtomicU32 = AtomicU32::new(1);
    let mut bytes = [0; 10];
    bytes[..4].copy_from_slice(&GIVEN.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

pub(crate) fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)).unwrap()
}

impl Api {
    /// A server over the journal of the examples.
    pub(crate) fn of_the_fixture() -> Self {
        Self::over(&fixture("us-russia-2025.jsonl"))
    }

    /// A server over some lines.
    pub(crate) fn over(log: &str) -> Self {
        Self::opened(log, false)
    }

    /// A server over some lines, into which perhaps nobody may enter any.
    pub(crate) fn opened(log: &str, read_only: bool) -> Self {
        Self::made(log, read_only, |journal| Box::new(journal))
    }

    /// A server over some lines, in a store that is made of their journal.
    pub(crate) fn over_store(log: &str, store: impl FnOnce(Journal) -> Box<dyn Store>) -> Self {
        Self::made(log, false, store)
    }

    fn made(log: &str, read_only: bool, store: impl FnOnce(Journal) -> Box<dyn Store>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("demarche-api-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("desk.jsonl");
        std::fs::write(&path, log).unwrap();
        let journal = Journal::open(&path, demarche_journal::Options::default()).unwrap();
        let access = Access::everyone(Role::Recorder);
        let options = Options { names: Default::default(), world: World { now, random }, read_only, access };
        let server = Server::open(store(journal), options).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { server, runtime, folder }
    }

    /// The journal as it stands on the disk.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.journal()).unwrap()
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.join("desk.jsonl")
    }

    /// Puts another log in its place, as a program does that rewrites it, and has the server look.
    pub(crate) fn rewrite(&self, log: &str) {
        let other = self.folder.join("other");
        std::fs::write(&other, log).unwrap();
        std::fs::rename(&other, self.folder.join("desk.jsonl")).unwrap();
        let (follow, looks) = (self.server.follow(), std::time::Duration::from_millis(500));
        // It runs until it is stopped.
        let _ = self.wait(async { tokio::time::timeout(looks, follow).await });
    }

    pub(crate) fn get(&self, address: &str) -> Reply {
        self.ask("GET", address, &[], "")
    }

    /// Returns the JSON at an address, which must be there.
    #[track_caller]
    pub(crate) fn json(&self, address: &str) -> Value {
        let reply = self.get(address);
        assert_eq!(reply.status, 200, "{address}: {}", reply.body);
        assert_eq!(reply.header("content-type"), "application/json", "{address}");
        reply.json()
    }

    pub(crate) fn post(&self, address: &str, body: impl Into<String>) -> Reply {
        self.ask("POST", address, &[], body)
    }

    pub(crate) fn ask(&self, method: &str, address: &str, headers: &[(&str, &str)], body: impl Into<String>) -> Reply {
        let mut request = Request::builder().method(method).uri(address).header("host", "127.0.0.1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.into())).unwrap();
        self.wait(answer_of(&self.server, request))
    }

    /// Waits for something of the server.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A line to enter: that the talks on a track have stalled; with an id, if there is a number.
pub(crate) fn stalled(number: Option<u32>, track: &str) -> String {
    let (mut begin, mut recorded) = (String::new(), "");
    if let Some(number) = number {
        begin = format!("\"id\":\"{}\",\"v\":3,", id(number));
        recorded = "\"recorded\":\"2025-12-01T08:00:00Z\",";
    }
    format!(
        "{{{begin}\"type\":\"track_stalled\",\"track\":\"{track}\",\"occurred\":\"2025-11\",{recorded}\
         \"source\":{{\"who\":\"izvestia\",\"attribution\":\"media\"}},\"data\":{{}}}}"
    )
}

/// The id of such a line.
pub(crate) fn id(number: u32) -> String {
    format!("0199f3c0-5a00-7000-8000-{number:012}")
}
