//! The program with a journal in PostgreSQL: it says what it says of a file, and shows no password.
#![cfg(feature = "postgres")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails must say so"
)]

#[cfg(feature = "archive")]
mod archived;
mod copy;
mod erased;
mod program;
mod secrets;
mod servers;
#[allow(dead_code, reason = "it is shared with the tests of the store")]
#[path = "../../../journal-postgres/tests/it/support.rs"]
mod support;
mod written;
