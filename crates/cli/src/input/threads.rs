//! The threads on which logs are read and folded.

use std::num::NonZeroUsize;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::failure::Failure;

/// Some threads.
pub(crate) struct Threads {
    pool: ThreadPool,
}

impl Threads {
    /// Starts so many threads, or as many as there are cores.
    pub(crate) fn new(count: Option<NonZeroUsize>) -> Result<Self, Failure> {
        // Zero stands for as many as there are cores.
        let pool = ThreadPoolBuilder::new().num_threads(count.map_or(0, NonZeroUsize::get)).build();
        match pool {
            Ok(pool) => Ok(Self { pool }),
            Err(error) => {
                Err(Failure::usage(format!("so many threads can't be started: {error}"), "ask for fewer (--threads)"))
            }
        }
    }

    /// Works on these threads.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }
}
