//! Archives: what is stored, what is read, and what happens when things go wrong in between.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    reason = "a test that fails must say so"
)]

mod altered;
mod exporting;
#[cfg(feature = "s3")]
mod fake_s3;
mod interrupted;
mod reading;
#[cfg(feature = "s3")]
mod s3;
mod support;
