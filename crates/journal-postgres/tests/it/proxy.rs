//! A network between a store and the server, which breaks at a chosen moment.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::Duration;

use demarche_journal_postgres::Address;

/// What happens when the client sends `COMMIT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtCommit {
    /// It is sent on.
    Pass,
    /// The connection is cut before the server has it, nor anything that is sent together with it.
    CutBefore,
    /// The server has what is sent before it, and the connection is cut.
    CutAt,
    /// The server has it, and the connection is cut before the client knows.
    CutBehind,
    /// The server has it, and the network is gone for good before the client knows.
    GoneBehind,
}

/// What happens to what is sent, either way.
#[derive(Debug, Default)]
struct State {
    at_commit: Mutex<Option<AtCommit>>,
    /// Nothing arrives any more, and nobody says so.
    is_silent: AtomicBool,
    /// New connections are refused.
    is_gone: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

/// The network.
pub(crate) struct Proxy {
    state: Arc<State>,
    port: u16,
}

impl Proxy {
    /// Makes a network to a server's port.
    pub(crate) fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.is_gone.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                connect(&client, &server, &shared);
            }
        });
        Self { state, port: own }
    }

    pub(crate) fn address(&self, schema: &str) -> Address {
        format!("postgres://postgres@127.0.0.1:{}/postgres?schema={schema}", self.port).parse().unwrap()
    }

    /// Says what happens at the next `COMMIT`.
    pub(crate) fn at_commit(&self, what: AtCommit) {
        *self.state.at_commit.lock().unwrap() = Some(what);
    }

    /// Drops all that is sent from now on, or not any more.
    pub(crate) fn silence(&self, is_silent: bool) {
        self.state.is_silent.store(is_silent, Ordering::SeqCst);
        if !is_silent {
            self.state.cut();
        }
    }

    /// Cuts all connections.
    pub(crate) fn cut(&self) {
        self.state.cut();
    }

    /// Lets new connections through again.
    pub(crate) fn mend(&self) {
        self.state.is_gone.store(false, Ordering::SeqCst);
    }
}

impl State {
    fn cut(&self) {
        for stream in self.streams.lock().unwrap().drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

fn connect(client: &TcpStream, server: &TcpStream, state: &Arc<State>) {
    let mut streams = state.streams.lock().unwrap();
    streams.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
    drop(streams);
    for (mut from, mut to, is_client) in [
        (client.try_clone().unwrap(), server.try_clone().unwrap(), true),
        (server.try_clone().unwrap(), client.try_clone().unwrap(), false),
    ] {
        let state = Arc::clone(state);
        spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(length @ 1..) = from.read(&mut bytes) {
                let sent = &bytes[..length];
                if state.is_silent.load(Ordering::SeqCst) {
                    continue;
                }
                // The message of a simple query: Q, its length, and the statement.
                let commit = sent.windows(12).position(|message| message == b"Q\0\0\0\x0bCOMMIT\0");
                let commit = commit.filter(|_| is_client);
                let what = commit.and_then(|_| state.at_commit.lock().unwrap().take());
                match what.unwrap_or(AtCommit::Pass) {
                    AtCommit::Pass => drop(to.write_all(sent)),
                    AtCommit::CutBefore => state.cut(),
                    AtCommit::CutAt => {
                        drop(to.write_all(&sent[..commit.unwrap_or_default()]));
                        // Long enough for the server to have done it.
                        sleep(Duration::from_millis(50));
                        state.cut();
                    }
                    AtCommit::CutBehind | AtCommit::GoneBehind => {
                        // The client is cut first, so that it cannot hear the answer.
                        drop(from.shutdown(Shutdown::Both));
                        state.is_gone.store(what == Some(AtCommit::GoneBehind), Ordering::SeqCst);
                        drop(to.write_all(sent));
                        break;
                    }
                }
            }
            drop(to.shutdown(Shutdown::Write));
        });
    }
}
