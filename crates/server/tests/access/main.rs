//! Who may do what on a server.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails must say so"
)]

mod desk;
mod errors;
mod guard;
mod sessions;
mod tokens;
