//! The server: its routes, and what it does besides answering.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::get;
use axum::{Extension, Router};
use demarche_journal::Store;
use demarche_projection::narrate::Names;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::desk::{Desk, DeskError, World};
use crate::problem::Problem;
use crate::viewer::{Role, Viewer};
use crate::{api, assets, page};

/// How often the store and the clock are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How a server is opened.
#[derive(Clone)]
pub struct Options {
    /// What actors are called.
    pub names: Names,
    /// The clock and the source of random bytes.
    pub world: World,
    /// Whether nobody may enter anything.
    pub read_only: bool,
}

/// Says why a server cannot be opened: the journal cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct OpenError(#[from] DeskError);

/// A journal behind HTTP.
#[derive(Clone)]
pub struct Server {
    pub(crate) desk: Arc<Desk>,
    pub(crate) options: Arc<Options>,
    /// What tells this run of the server from others.
    run: Arc<str>,
    stopping: Arc<watch::Sender<bool>>,
}

impl Server {
    /// Reads a store, and makes the picture of it. This blocks.
    ///
    /// # Errors
    ///
    /// An [`OpenError`] if the store cannot be read.
    pub fn open(store: Box<dyn Store>, options: Options) -> Result<Self, OpenError> {
        let run = (options.world.random)().iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>().into();
        let desk = Arc::new(Desk::open(store, options.names.clone(), options.world.clone())?);
        Ok(Self { desk, options: Arc::new(options), run, stopping: Arc::new(watch::Sender::new(false)) })
    }

    /// Returns the routes.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(page::routes())
            .merge(api::routes())
            .route("/assets/{name}", get(assets::get))
            .fallback(page::not_found)
            .layer(Extension(Viewer { name: None, role: Role::Recorder }))
            .with_state(self.clone())
    }

    /// Ends the streams that are open, so that the server can stop.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Returns what tells this run of the server from others: versions and numbers of changes are its own.
    pub(crate) fn run(&self) -> &str {
        &self.run
    }

    /// Tells when the server stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Refuses whoever may not enter events here.
    pub(crate) fn may_record(&self, viewer: &Viewer) -> Result<(), Problem> {
        if self.options.read_only {
            return Err(Problem::forbidden("this server is read-only: nothing can be entered"));
        }
        if !viewer.may_record() {
            return Err(Problem::forbidden("only a recorder may enter events: log in as one"));
        }
        Ok(())
    }

    /// Answers on an address until a signal comes: then the streams that are open end, what is being written is
    /// finished, and this returns.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub async fn serve(
        &self,
        listener: TcpListener,
        signal: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let follower = {
            let server = self.clone();
            tokio::spawn(async move { server.follow().await })
        };
        let stopping = self.clone();
        let signal = async move {
            signal.await;
            stopping.stop();
        };
        let served = axum::serve(listener, self.router()).with_graceful_shutdown(signal).await;
        follower.abort();
        served
    }

    /// Looks at the store and at the clock from time to time, until it is dropped.
    pub async fn follow(&self) {
        let mut interval = tokio::time::interval(LOOK_EVERY);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            // The error says that the server is stopping.
            let _ = self
                .desk
                .blocking(|desk| {
                    desk.look();
                    Ok(())
                })
                .await;
        }
    }
}
