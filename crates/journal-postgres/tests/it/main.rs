//! The journal in a real PostgreSQL: its promises, its privileges, its secrets, and what it does when things break.
//!
//! At length, some minutes: `DEMARCHE_POSTGRES_KILLS=200 DEMARCHE_STRESS_APPENDS=1000 cargo test -p
//! demarche-journal-postgres --test it -- --nocapture kills processes`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::print_stderr, reason = "the figures are shown with --nocapture")]

mod backups;
mod faults;
mod kills;
mod network;
mod privileges;
mod processes;
mod promises;
mod proxy;
mod secrets;
mod support;
mod tls;
