//! Following a store that others write to, too.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use demarche_core::codec::decode;
use demarche_core::{Event, EventId, TrackId};
use demarche_journal::{Appended, Bell, ExpectedVersion, Journal, Options, Store, StoreError, StorePosition, Tail};
use demarche_server::Server;

use tokio::spawn;
use tokio::time::sleep;

use super::support::{Api, answer_of, stalled};

/// A journal that has a reader of its own and hears of others, as one in a database, and whose appends can be held up.
struct Remote {
    journal: Journal,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    bell: Bell,
    /// Whether appends wait.
    is_held: Mutex<bool>,
    let_go: Condvar,
    is_waiting: AtomicBool,
}

impl Shared {
    fn hold(&self, is_held: bool) {
        *self.is_held.lock().unwrap() = is_held;
        self.let_go.notify_all();
    }
}

impl Store for Remote {
    fn append(
        &mut self,
        make: &mut dyn FnMut(Option<demarche_core::Instant>) -> Vec<Event>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
    ) -> Result<Vec<(Event, Appended)>, StoreError> {
        let is_held = self.shared.is_held.lock().unwrap();
        self.shared.is_waiting.store(*is_held, Ordering::SeqCst);
        drop(self.shared.let_go.wait_while(is_held, |is_held| *is_held).unwrap());
        Ok(self.journal.append_with(make, expected, rests_on)?)
    }

    fn append_lines(&mut self, lines: &[(Event, String)]) -> Result<Vec<Appended>, StoreError> {
        Ok(self.journal.append_lines(lines)?)
    }

    fn read(&mut self, after: StorePosition, most: usize) -> Result<Tail, StoreError> {
        Store::read(&mut self.journal, after, most)
    }

    fn position(&mut self) -> Result<StorePosition, StoreError> {
        Store::position(&mut self.journal)
    }

    fn event(&mut self, id: EventId) -> Result<Option<Event>, StoreError> {
        Store::event(&mut self.journal, id)
    }

    fn version(&mut self, track: &TrackId) -> Result<u64, StoreError> {
        Store::version(&mut self.journal, track)
    }

    fn reader(&self) -> Result<Option<Box<dyn Store>>, StoreError> {
        let journal = Journal::open(self.journal.path(), Options::default())?;
        Ok(Some(Box::new(Self { journal, shared: Arc::clone(&self.shared) })))
    }

    fn bell(&self) -> Bell {
        self.shared.bell.clone()
    }
}

/// A server over such a journal, which follows it, and another writer of it.
fn followed() -> (Api, Journal, Arc<Shared>) {
    let shared = Arc::new(Shared::default());
    let for_store = Arc::clone(&shared);
    let api = Api::over_store("", move |journal| Box::new(Remote { journal, shared: for_store }));
    let other = Journal::open(&api.journal(), Options::default()).unwrap();
    (api, other, shared)
}

/// The other writer enters an event on a new track, and says so.
fn enter_elsewhere(other: &mut Journal, shared: &Shared, number: u32) {
    let event = decode(stalled(Some(number), &format!("us-ru/t{number}")).as_bytes()).unwrap();
    other.append(&[event], &[]).unwrap();
    shared.bell.ring();
}

fn request(method: &str, address: &str, body: String) -> Request<Body> {
    Request::builder().method(method).uri(address).header("host", "127.0.0.1").body(Body::from(body)).unwrap()
}

/// Waits until the server has so many tracks.
async fn wait_for_tracks(server: &Server, count: usize) {
    let began = Instant::now();
    loop {
        let tracks = answer_of(server, request("GET", "/api/v1/tracks", String::new())).await.json();
        if tracks.as_array().unwrap().len() == count {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "there are not {count} tracks");
        sleep(Duration::from_millis(1)).await;
    }
}

#[test]
fn what_others_enter_is_seen_while_an_entry_waits_for_its_turn() {
    let (api, mut other, shared) = followed();
    let server = api.server.clone();
    shared.hold(true);
    api.wait(async {
        let following = spawn({
            let server = server.clone();
            async move { server.follow().await }
        });
        let entering = spawn({
            let server = server.clone();
            async move { answer_of(&server, request("POST", "/api/v1/events", stalled(Some(1), "us-ru/t1"))).await }
        });
        while !shared.is_waiting.load(Ordering::SeqCst) {
            assert!(!entering.is_finished());
            sleep(Duration::from_millis(1)).await;
        }
        enter_elsewhere(&mut other, &shared, 2);
        wait_for_tracks(&server, 1).await;
        assert!(!entering.is_finished());
        shared.hold(false);
        assert_eq!(entering.await.unwrap().status, 201);
        wait_for_tracks(&server, 2).await;
        following.abort();
    });
}

#[test]
fn a_store_that_hears_of_others_is_looked_at_at_once() {
    let (api, mut other, shared) = followed();
    let server = api.server.clone();
    api.wait(async {
        let following = spawn({
            let server = server.clone();
            async move { server.follow().await }
        });
        // Each is entered right behind a look, and the next one without a bell comes after a fifth of a second.
        let began = Instant::now();
        for number in 1..=20 {
            enter_elsewhere(&mut other, &shared, number);
            wait_for_tracks(&server, usize::try_from(number).unwrap()).await;
        }
        let took = began.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}");
        following.abort();
    });
}
