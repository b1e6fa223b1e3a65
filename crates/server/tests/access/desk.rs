//! A server over a journal of one test, and requests to it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{DateTime, Utc};
use demarche_journal::Journal;
use demarche_server::{Access, Options, Role, Server, Users, World};
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "three blind mice";

/// A folder with a journal and a file of users, removed at the end.
pub(crate) struct Desk(PathBuf);

impl Desk {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("demarche-access-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        let event = event("0199f3c0-5a00-7000-8000-000000000001", "");
        std::fs::write(path.join("desk.jsonl"), format!("{event}\n")).unwrap();
        Self(path)
    }

    /// A desk with a reader, a recorder and an admin.
    pub(crate) fn with_users(name: &str) -> Self {
        let desk = Self::new(name);
        desk.change(|users| {
            for (name, role) in [("rita", Role::Reader), ("anna", Role::Recorder), ("boss", Role::Admin)] {
                users.add(name.parse().unwrap(), role, Some(PASSWORD)).unwrap();
            }
        });
        desk
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.0.join("desk.jsonl")
    }

    pub(crate) fn users(&self) -> PathBuf {
        self.0.join("users.json")
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Users) -> T) -> T {
        let begin = || Ok(Users::new().unwrap());
        Users::change::<T, demarche_server::UsersError>(&self.users(), begin, |users| Ok(change(users))).unwrap()
    }

    /// A server that listens on this machine, with users if there are some.
    pub(crate) fn server(&self) -> Server {
        self.server_with(self.access().listening("127.0.0.1".parse().unwrap(), &["desk.example".to_owned()]), now)
    }

    pub(crate) fn access(&self) -> Access {
        if self.users().exists() { Access::users(&self.users()).unwrap() } else { Access::one_time().unwrap() }
    }

    pub(crate) fn server_with(&self, access: Access, now: fn() -> DateTime<Utc>) -> Server {
        open(&self.journal(), access, now, false)
    }

    pub(crate) fn read_only(&self, access: Access) -> Server {
        open(&self.journal(), access, now, true)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn open(journal: &Path, access: Access, now: fn() -> DateTime<Utc>, read_only: bool) -> Server {
    let journal = Journal::open(journal, demarche_journal::Options::default()).unwrap();
    let world = World { now, random };
    let options = Options { names: demarche_projection::narrate::Names::default(), world, read_only, access };
    Server::open(Box::new(journal), options).unwrap()
}

/// Bytes that are other ones each time.
fn random() -> [u8; 10] {
    static GIVEN: AtomicU8 = AtomicU8::new(1);
    [GIVEN.fetch_add(1, Ordering::Relaxed); 10]
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

/// An event as a line, with more fields.
pub(crate) fn event(id: &str, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"v\":2,\"type\":\"track_stalled\",\"track\":\"us-ru\",\"occurred\":\"2025-05\",\
         \"recorded\":\"2025-10-23T08:00:00Z\",\"source\":{{\"who\":\"izvestia\",\"attribution\":\"media\"}},\
         {more}\"data\":{{}}}}"
    )
}

/// A request.
#[derive(Clone)]
pub(crate) struct Ask {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    peer: &'static str,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

pub(crate) fn get(path: &str) -> Ask {
    Ask { method: "GET", path: path.to_owned(), headers: Vec::new(), body: Vec::new(), peer: "127.0.0.1" }
        .with("host", "localhost:8080")
}

pub(crate) fn post(path: &str, body: impl Into<Vec<u8>>) -> Ask {
    Ask { method: "POST", body: body.into(), ..get(path) }
}

/// A form that a page of the server sends.
pub(crate) fn form(path: &str, body: &str) -> Ask {
    post(path, body).with("sec-fetch-site", "same-origin").with("origin", "http://localhost:8080")
}

pub(crate) fn log_in(name: &str, password: &str) -> Ask {
    form("/login", &format!("name={name}&password={}&to=%2Fagenda", password.replace(' ', "+")))
}

impl Ask {
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn bearing(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// As a browser asks for a page.
    pub(crate) fn browsing(self) -> Self {
        self.with("accept", "text/html,*/*;q=0.8")
    }

    pub(crate) fn from(self, peer: &'static str) -> Self {
        Self { peer, ..self }
    }

    pub(crate) fn by(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub(crate) async fn to(&self, server: &Server) -> Answer {
        self.of(&server.router()).await
    }

    async fn of(&self, router: &Router) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::from(self.body.clone())).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.peer.parse().unwrap(), 4711)));
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What a browser sends back of the cookie that was set.
    pub(crate) fn cookie(&self) -> String {
        self.header(header::SET_COOKIE.as_str()).split(';').next().unwrap().to_owned()
    }

    pub(crate) fn is_page(&self) -> bool {
        self.header("content-type").starts_with("text/html")
    }

    pub(crate) fn is_problem(&self) -> bool {
        self.header("content-type") == "application/problem+json"
    }
}

/// The cookie of somebody who has logged in.
pub(crate) async fn cookie_of(server: &Server, name: &str) -> String {
    let answer = log_in(name, PASSWORD).to(server).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    answer.cookie()
}
