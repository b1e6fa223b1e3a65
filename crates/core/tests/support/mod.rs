//! What the property tests share.
#![allow(dead_code, reason = "each test file uses a part")]

use proptest::test_runner::{Config, FileFailurePersistence};

/// The usual configuration: 256 cases, or `PROPTEST_CASES`; failures are kept beside the test for ever.
pub(crate) fn config() -> Config {
    let persistence = FileFailurePersistence::WithSource("proptest-regressions");
    Config { failure_persistence: Some(Box::new(persistence)), ..Config::default() }
}

/// A small source of choices that follow from a seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// Returns a number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let z = z ^ (z >> 31);
        usize::try_from(z % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}
