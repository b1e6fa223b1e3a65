//! Imports of samples and of broken rows, and the laws that all imports keep.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails must say so"
)]

mod broken;
mod calendar;
mod changed;
mod claims;
mod cloudevents;
mod coding;
mod export;
mod forms;
mod golden;
mod journals;
mod known;
mod laws;
mod order;
mod rejected;
mod support;
mod timeline;
