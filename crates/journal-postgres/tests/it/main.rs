//! The journal in a real PostgreSQL: its promises, its privileges, its secrets, and what it does when things break.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::print_stderr, reason = "the figures are shown with --nocapture")]

mod faults;
mod privileges;
mod processes;
mod promises;
mod secrets;
mod support;
