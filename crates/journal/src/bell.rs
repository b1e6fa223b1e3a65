//! A bell that a store rings when others have stored something.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Is rung when something may have been stored, so that a reader need not wait until its next look. Every reader has
/// its own bell: [`Store::bell`](crate::Store::bell).
///
/// A bell promises nothing. It may ring for nothing, and a store that cannot hear others never rings it; so a reader
/// waits for it no longer than it would sleep between two looks.
///
/// ```
/// use std::time::Duration;
///
/// use demarche_journal::Bell;
///
/// let mut bell = Bell::default();
/// let ringer = bell.clone();
/// assert!(!bell.wait(Duration::from_millis(1)));
/// ringer.ring();
/// assert!(bell.wait(Duration::from_secs(60)), "it returns at once");
/// assert!(!bell.wait(Duration::from_millis(1)), "it has been heard");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Bell {
    shared: Arc<Shared>,
    /// How often it had been rung when it was last heard.
    heard: u64,
}

#[derive(Debug, Default)]
struct Shared {
    rung: Mutex<u64>,
    changed: Condvar,
}

impl Bell {
    /// Rings this bell and its clones.
    pub fn ring(&self) {
        *self.rung() += 1;
        self.shared.changed.notify_all();
    }

    /// Waits until it is rung, at most as long as given. Returns whether it was rung since it was last heard.
    pub fn wait(&mut self, most: Duration) -> bool {
        let heard = self.heard;
        let waited = self.shared.changed.wait_timeout_while(self.rung(), most, |rung| *rung == heard);
        let now = *waited.unwrap_or_else(PoisonError::into_inner).0;
        std::mem::replace(&mut self.heard, now) != now
    }

    fn rung(&self) -> MutexGuard<'_, u64> {
        self.shared.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
