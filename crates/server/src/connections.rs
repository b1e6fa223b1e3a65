//! Connections: how many there are at once, how long each may take to ask, and how they end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

/// The most connections at once: further ones wait.
const CONNECTIONS_MAX: usize = 1024;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);

/// How long requests that are being answered have when the server is told to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait when no connection can be taken, as when there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Answers connections until a signal comes, and then finishes what is being answered.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    signal: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let open = GracefulShutdown::new();
    let mut signal = std::pin::pin!(signal);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((place, listener.accept().await))
        };
        let (place, accepted) = tokio::select! {
            next = next => next?,
            () = &mut signal => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let answered = answer(stream, address, router.clone(), &open);
                tokio::spawn(async move {
                    // The client has gone: nobody is left to tell.
                    let _ = answered.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(STOP_TIMEOUT, open.shutdown()).await.is_err() {
        tracing::warn!("some clients were cut off, since they took too long");
    }
    Ok(())
}

/// Answers the requests of a connection.
fn answer(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    open: &GracefulShutdown,
) -> impl Future<Output = hyper::Result<()>> + Send + 'static {
    // Small answers are sent at once; where the system cannot, they are sent a little later.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        request
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    open.watch(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)))
}
