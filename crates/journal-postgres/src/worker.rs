//! A thread that drives connections, so that calls may block and connections live on between them.

use std::sync::mpsc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// A runtime of one thread.
///
/// Calls hand it what is to be done and wait for the result, so they may come from any thread, also from one of another
/// runtime that may block.
#[derive(Debug)]
pub(crate) struct Worker(Option<Runtime>);

/// Says that something was not done in time.
#[derive(Debug)]
pub(crate) struct TooLate;

impl Worker {
    pub(crate) fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("journal").enable_all().build()?;
        Ok(Self(Some(runtime)))
    }

    /// Does something, and waits for it, but only so long. What is late is dropped.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        most: Duration,
        act: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, TooLate> {
        let (done, result) = mpsc::sync_channel(1);
        self.spawn(async move {
            // The error says that nobody waits any more.
            let _ = done.send(tokio::time::timeout(most, act).await);
        });
        result.recv().ok().and_then(Result::ok).ok_or(TooLate)
    }

    /// Lets something run by itself.
    pub(crate) fn spawn(&self, act: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.0 {
            drop(runtime.spawn(act));
        }
    }
}

impl Drop for Worker {
    /// Ends without waiting, which a thread of another runtime may not do.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
