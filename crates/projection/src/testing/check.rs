//! The laws over generated logs.

use std::fmt;
use std::panic::{self, AssertUnwindSafe};

use demarche_core::{Event, codec, strategy};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use super::{Trial, all};
use crate::Projection;
use crate::query::Bounds;

/// A projection breaks a law, on a log that was shrunk until no line could be left out.
#[derive(Clone)]
pub struct Failed {
    /// Which law is broken and how, in words; or the message of the panic.
    pub reason: String,
    /// The input on which the law was tried.
    pub trial: Trial,
}

/// Tries every law on that many generated trials, over logs from a small world in which events collide: few tracks,
/// actors, meetings and days ([`strategy::log`]).
///
/// ```should_panic
/// # use demarche_core::Event;
/// # use demarche_projection::{ApplyError, Projection, testing};
/// # use demarche_projection::query::Bounds;
/// /// Counts lines: a line told twice counts twice.
/// #[derive(Clone, Default)]
/// struct Lines(usize);
///
/// impl Projection for Lines {
///     type Answer = usize;
///
///     fn apply(&mut self, _: &Event) -> Result<(), ApplyError> {
///         self.0 += 1;
///         Ok(())
///     }
///
///     fn merge(&mut self, other: Self) -> Result<(), ApplyError> {
///         self.0 += other.0;
///         Ok(())
///     }
///
///     fn answer(&self, _: &Bounds) -> usize {
///         self.0
///     }
/// }
///
/// testing::check(Lines::default, 256).unwrap();
/// ```
///
/// # Errors
///
/// [`Failed`], with the least log on which a law is broken. It prints the log as lines that can be copied into a file.
pub fn check<P: Projection>(make: impl Fn() -> P, cases: u32) -> Result<(), Failed> {
    check_over(strategy::log(), make, cases)
}

/// Tries every law on that many trials over logs from a given strategy.
///
/// # Errors
///
/// [`Failed`], with the least log on which a law is broken.
pub fn check_over<P: Projection>(
    logs: impl Strategy<Value = Vec<Event>>,
    make: impl Fn() -> P,
    cases: u32,
) -> Result<(), Failed> {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let lawful = |trial: Trial| tried(&make, &trial).map_err(TestCaseError::fail);
    TestRunner::new(config).run(&trial_over(logs), lawful).map_err(|error| match error {
        TestError::Fail(reason, trial) => least(&make, reason.to_string(), trial),
        TestError::Abort(reason) => Failed { reason: reason.to_string(), trial: Trial::default() },
    })
}

/// Tries every law. A panic counts as a failure.
fn tried<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), String> {
    match panic::catch_unwind(AssertUnwindSafe(|| all(make, trial))) {
        Ok(lawful) => lawful.map_err(|broken| broken.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("it panicked: {}", text.unwrap_or("without a word")))
        }
    }
}

/// Leaves out lines as long as a law is still broken without them. `proptest` itself tried that only while the trial
/// pointed at another line.
fn least<P: Projection>(make: impl Fn() -> P, reason: String, trial: Trial) -> Failed {
    let mut failed = Failed { reason, trial };
    let mut at = 0;
    while at < failed.trial.log.len() {
        let mut trial = failed.trial.clone();
        let chosen = trial.line.checked_rem(trial.log.len()).unwrap_or_default();
        trial.log.remove(at);
        trial.line = if at < chosen { chosen - 1 } else { chosen };
        match tried(&make, &trial) {
            Err(reason) => {
                failed = Failed { reason, trial };
                at = 0;
            }
            Ok(()) => at += 1,
        }
    }
    failed
}

/// Makes a trial over a generated log.
pub fn trial() -> impl Strategy<Value = Trial> {
    trial_over(strategy::log())
}

/// Makes a trial over logs from a given strategy.
pub fn trial_over(logs: impl Strategy<Value = Vec<Event>>) -> impl Strategy<Value = Trial> {
    let end = || proptest::option::weighted(0.3, strategy::small::instant());
    let bounds = (end(), end()).prop_map(|(as_of, known_at)| Bounds { as_of, known_at });
    // More keys than the longest log has lines; a line far beyond it, so that any of them may be meant.
    (logs, vec(any::<u16>(), 1..64), 0..1_000_usize, bounds).prop_map(|(log, keys, line, bounds)| Trial {
        log,
        keys,
        line,
        bounds,
    })
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Trial { log, keys, line, bounds } = &self.trial;
        writeln!(f, "{}", self.reason.trim_end())?;
        writeln!(f, "on a log of {} lines:", log.len())?;
        for event in log {
            writeln!(f, "{}", codec::encode(event))?;
        }
        write!(f, "with {bounds:?}, line {line}, keys {keys:?}")
    }
}

/// Prints the same as `Display`, since `unwrap` in a test shows this.
impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failed {}
