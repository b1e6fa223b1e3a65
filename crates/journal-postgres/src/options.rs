//! Options for a journal in PostgreSQL.

use std::time::Duration;

/// How a journal is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How long to wait for another writer, and for a server that does not answer or is starting.
    pub wait: Duration,
    /// How long to wait for the answer to a question, or to a part of a batch. It must be longer than `wait`, as other
    /// writers are waited for meanwhile.
    pub answer: Duration,
}

impl Default for Options {
    /// Waits ten seconds for others, and thirty for an answer.
    fn default() -> Self {
        Self { wait: Duration::from_secs(10), answer: Duration::from_secs(30) }
    }
}
