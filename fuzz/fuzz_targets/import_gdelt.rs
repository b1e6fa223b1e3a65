//! Any bytes as rows of `gdelt`.
#![no_main]

use demarche_interop::import::Format;
use libfuzzer_sys::fuzz_target;

mod importing;

fuzz_target!(|bytes: &[u8]| importing::check(&Format::Gdelt, bytes));
