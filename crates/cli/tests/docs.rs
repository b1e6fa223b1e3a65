//! Every console block of the documentation, and every snapshot in `tests/cmd`, run against the binary.
//!
//! `TRYCMD=overwrite cargo test -p demarche --test docs` takes what is printed now.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails must say so"
)]

#[test]
fn what_the_documents_show_is_what_is_printed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::set_current_dir(root).unwrap();
    trycmd::TestCases::new()
        .default_bin_name("demarche")
        .env("NO_COLOR", "1")
        .case("README.md")
        .case("docs/*.md")
        // Its commands ask a server: `tests/it/api_docs.rs` runs them.
        .skip("docs/api.md")
        .case("docs/decisions/*.md")
        .case("crates/cli/tests/cmd/*.trycmd");
}
