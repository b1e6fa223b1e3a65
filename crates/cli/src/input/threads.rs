//! The threads on which logs are read and folded.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::failure::Failure;

/// The minimum input size for several threads, in bytes. One thread reads less in the time that others take to start.
const LEAST_BYTES: usize = 256 * 1024;

/// The threads that a command works on.
pub(crate) struct Threads {
    /// `None` if the current thread works alone.
    ///
    /// If there are several, the current thread waits for them. If it worked with them, the system would often wake
    /// another one on its core, and that one would wait for milliseconds.
    pool: Option<ThreadPool>,
}

impl Threads {
    /// Starts `count` threads; by default one per core, or a single one for small inputs.
    pub(crate) fn new(count: Option<u16>, bytes: usize) -> Result<Self, Failure> {
        // To rayon, zero means one per core.
        let count = count.map_or(if bytes < LEAST_BYTES { 1 } else { 0 }, usize::from);
        if count == 1 && is_on_its_own() {
            return Ok(Self { pool: None });
        }
        match ThreadPoolBuilder::new().num_threads(count).build() {
            Ok(pool) => Ok(Self { pool: Some(pool) }),
            Err(error) => {
                Err(Failure::usage(format!("cannot start the threads: {error}"), "ask for fewer (--threads)"))
            }
        }
    }

    /// Runs work on these threads.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

/// Makes the current thread a permanent pool of one, unless it already is.
fn is_on_its_own() -> bool {
    let is_there = || rayon::current_thread_index().is_some() && rayon::current_num_threads() == 1;
    is_there() || ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().is_ok()
}
