//! The command line, run below the binary: streams in memory, no environment, a pinned clock.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails must say so"
)]

mod agenda;
mod api;
mod api_docs;
#[cfg(feature = "archive")]
mod archive;
mod broken;
mod changing;
mod code_rules;
mod commands;
mod contract;
mod corpus;
mod day;
mod dissent;
mod erasing;
mod expectations;
mod export;
#[cfg(feature = "archive")]
#[allow(dead_code, reason = "each user takes a part")]
#[path = "../../../archive/tests/it/fake_s3.rs"]
mod fake_s3;
mod fast_path;
mod fmt;
mod history;

mod import;
mod import_forms;
mod input;
mod kept;
mod merge;
mod named;
mod naming;
mod numbers;
mod odd;
mod overwrite;
mod pages;
mod period;
mod process;
mod record;
mod reference;
mod safety;
mod seal;
mod seeds;
mod serving;
mod streaming;
mod support;
mod tables;
mod told;
mod watch;
