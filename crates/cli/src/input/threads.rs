//! The threads on which logs are read and folded.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::failure::Failure;

/// What is shorter is read on one thread sooner than others have started.
const LEAST_BYTES: usize = 256 * 1024;

/// Some threads.
pub(crate) struct Threads {
    /// None where the current thread works alone.
    ///
    /// Where there are several, it stands by: were it one of them, others that it wakes would often be put on its own
    /// core, and wait there for milliseconds.
    pool: Option<ThreadPool>,
}

impl Threads {
    /// Starts so many threads, or as many as there are cores and so many bytes are worth.
    pub(crate) fn new(count: Option<u16>, bytes: usize) -> Result<Self, Failure> {
        // Zero stands for as many as there are cores.
        let count = count.map_or(if bytes < LEAST_BYTES { 1 } else { 0 }, usize::from);
        if count == 1 && is_on_its_own() {
            return Ok(Self { pool: None });
        }
        match ThreadPoolBuilder::new().num_threads(count).build() {
            Ok(pool) => Ok(Self { pool: Some(pool) }),
            Err(error) => {
                Err(Failure::usage(format!("so many threads can't be started: {error}"), "ask for fewer (--threads)"))
            }
        }
    }

    /// Works on these threads.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

/// Makes the current thread a pool of its own, once and for all, where it is in none.
fn is_on_its_own() -> bool {
    let is_there = || rayon::current_thread_index().is_some() && rayon::current_num_threads() == 1;
    is_there() || ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().is_ok()
}
