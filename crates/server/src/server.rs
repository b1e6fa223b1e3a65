//! The server: its routes, and what it does besides answering.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use demarche_journal::Store;
use demarche_projection::narrate::Names;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::access::{self, Access};
use crate::desk::{Desk, DeskError, World};
use crate::feeds::Histories;
use crate::form::Form;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::viewer::Viewer;
use crate::{api, assets, connections, headers, health, metrics, observe, page};

/// How often the store and the clock are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The most bytes of the body of a request; a batch of events may have more.
const BODY_MAX: usize = 1 << 20;

/// How long a request may take to be answered; a stream, to begin.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// How a server is opened.
pub struct Options {
    /// What actors are called.
    pub names: Names,
    /// The clock and the source of random bytes.
    pub world: World,
    /// Whether nobody may enter anything.
    pub read_only: bool,
    /// Who may do what.
    pub access: Access,
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
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) histories: Arc<Histories>,
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
        let (metrics, histories, stopping) = (Arc::default(), Arc::default(), Arc::new(watch::Sender::new(false)));
        Ok(Self { desk, options: Arc::new(options), run, metrics, histories, stopping })
    }

    /// Returns the routes, behind the guard that knows who may do what.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(page::routes())
            .merge(api::routes())
            .merge(access::routes())
            .route("/assets/{name}", get(assets::get))
            .route("/health", get(health::show))
            .route("/metrics", get(metrics::show))
            .fallback(not_found)
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .layer(from_fn(in_time))
            .layer(from_fn_with_state(self.clone(), access::guard))
            .layer(from_fn(headers::explain))
            .layer(from_fn(headers::secure))
            .layer(from_fn_with_state(self.clone(), observe::observe))
            .with_state(self.clone())
    }

    /// Returns the clock's time in seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        (self.options.world.now)().timestamp()
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
            return Err(Problem::forbidden(match self.options.access.one_time_path() {
                Some(_) => "to record, open the address that `demarche serve` printed for that; it works once",
                None => "only a recorder may enter events: whoever runs this server can make you one",
            }));
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
        let served = connections::serve(listener, self.router(), signal).await;
        follower.abort();
        served
    }

    /// Looks at the store and at the clock, whenever the store has heard of something new and from time to time, until
    /// it is dropped.
    pub async fn follow(&self) {
        let mut bell = self.desk.bell();
        loop {
            let looked = self.desk.blocking(move |desk| {
                desk.look();
                bell.wait(LOOK_EVERY);
                Ok(bell)
            });
            // The error says that the server is stopping.
            let Ok(waited) = looked.await else { return };
            bell = waited;
        }
    }
}

/// What is not there.
async fn not_found(request: Request) -> Response {
    let path = request.uri().path();
    let form = if Form::is_of_programs(path) { Form::Problem } else { Form::Page };
    form.of_problem(Problem::of_status(StatusCode::NOT_FOUND, format!("there is nothing at {path}")))
}

/// Gives up a request that takes too long. What it has begun to write is finished all the same.
async fn in_time(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let form = Form::of(&parts);
    let answered = tokio::time::timeout(ANSWER_TIMEOUT, next.run(Request::from_parts(parts, body))).await;
    answered.unwrap_or_else(|_| {
        form.of_problem(Problem::timed_out("the answer took too long; if it was a write, it may have been done"))
    })
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::header;
    use tokio_stream::StreamExt as _;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_request_ends_in_time_and_a_stream_goes_on() {
        let ticks = || {
            let every = tokio_stream::iter(0..10).then(|_| async {
                tokio::time::sleep(ANSWER_TIMEOUT).await;
                Ok::<_, io::Error>("tick\n")
            });
            Body::from_stream(every)
        };
        let router = Router::new()
            .route("/slow", get(std::future::pending::<()>))
            .route("/stream", get(move || async move { ticks() }))
            .layer(from_fn(in_time));
        let ask = |path: &str| Request::builder().uri(path).body(Body::empty()).unwrap();
        let slow = router.clone().oneshot(ask("/slow")).await.unwrap();
        assert_eq!(slow.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(slow.headers()[header::CONTENT_TYPE], "application/problem+json");
        let stream = router.oneshot(ask("/stream")).await.unwrap();
        let body = to_bytes(stream.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body.len(), 50);
    }
}
