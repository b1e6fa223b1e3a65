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

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn listening() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_finish_its_question_is_cut_off() {
        let (listener, address) = listening().await;
        tokio::spawn(serve(listener, Router::new(), std::future::pending()));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nHost: x").await.unwrap();
        let mut answer = Vec::new();
        // The clock of the test moves on once there is nothing else to do.
        client.read_to_end(&mut answer).await.unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&answer));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_stops_does_not_wait_for_ever() {
        let (listener, address) = listening().await;
        let router = Router::new().route("/", get(std::future::pending::<()>));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let served = tokio::spawn(serve(listener, router, async move { drop(stopped.await) }));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let told = tokio::time::Instant::now();
        drop(stop);
        served.await.unwrap().unwrap();
        assert_eq!(told.elapsed().as_secs(), STOP_TIMEOUT.as_secs());
        assert!(TcpStream::connect(address).await.is_err());
    }
}
