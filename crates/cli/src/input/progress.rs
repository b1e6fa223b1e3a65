//! A progress bar for long work, on a terminal only.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use demarche_journal::Watcher;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long work may take before a bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// What has been read so far, shown once it takes long.
pub(crate) struct Progress {
    shown: bool,
    total_bytes: Option<u64>,
    started: Instant,
    read_bytes: AtomicU64,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// Starts the clock. A bar is shown only where it may be.
    pub(crate) fn new(shown: bool, total_bytes: Option<u64>) -> Self {
        Self { shown, total_bytes, started: Instant::now(), read_bytes: AtomicU64::new(0), bar: OnceLock::new() }
    }

    /// Prints something without the bar in its way.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match self.bar.get() {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    fn new_bar(&self) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(self.total_bytes, ProgressDrawTarget::stderr());
        let template = match self.total_bytes {
            Some(_) => "reading {wide_bar} {bytes}/{total_bytes}, {eta} left",
            None => "reading {spinner} {bytes}, {bytes_per_sec}",
        };
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// Whichever thread has read it.
impl Watcher for Progress {
    fn advance(&self, bytes: usize) {
        let read_bytes = self.read_bytes.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        if !self.shown || self.started.elapsed() < PATIENCE {
            return;
        }
        self.bar.get_or_init(|| self.new_bar()).set_position(read_bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
