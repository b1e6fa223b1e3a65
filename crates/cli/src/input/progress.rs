//! A progress bar for long work, on a terminal only.

use std::sync::Once;
use std::time::{Duration, Instant};

use demarche_journal::Watcher;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long work may take before a bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// A progress bar that appears once reading takes long.
pub(crate) struct Progress {
    /// Exists from the start, so that its rate and remaining time are right once it appears.
    bar: Option<ProgressBar>,
    started: Instant,
    appearance: Once,
}

impl Progress {
    /// Starts the clock. The bar stays hidden for good unless `shown`.
    pub(crate) fn new(shown: bool, total_bytes: Option<u64>) -> Self {
        let bar = shown.then(|| hidden_bar(total_bytes));
        Self { bar, started: Instant::now(), appearance: Once::new() }
    }

    /// Hides the bar while something is printed.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

fn hidden_bar(total_bytes: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total_bytes, ProgressDrawTarget::hidden());
    let template = match total_bytes {
        Some(_) => "reading {wide_bar} {bytes}/{total_bytes}, {eta} left",
        None => "reading {spinner} {bytes}, {bytes_per_sec}",
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Any reading thread may advance the bar.
impl Watcher for Progress {
    fn advance(&self, bytes: usize) {
        let Some(bar) = &self.bar else { return };
        if self.started.elapsed() >= PATIENCE {
            self.appearance.call_once(|| bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
        bar.inc(bytes as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
