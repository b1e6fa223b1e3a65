//! The server, asked as a client asks it, without a network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails must say so"
)]

mod caching;
mod changes;
mod description;
mod entering;
mod erasing;
mod feeds;
mod following;
mod hostile;
mod paging;
mod queries;
mod support;
mod views;
