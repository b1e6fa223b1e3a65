//! The command line, run below the binary: streams in memory, no environment, a pinned clock.

mod broken;
mod commands;
mod contract;
mod expectations;
mod house;
mod input;
mod reference;
mod safety;
mod seeds;
mod support;
