//! What is followed: a file that grows, or a store.

use std::path::Path;
use std::time::Duration;

use demarche_core::Event;
use demarche_journal::{Bell, Followed, Follower, Store, StorePosition};

use crate::failure::{Diagnostic, Failure};
use crate::input::{is_store, open_store};
use crate::recording::{LOCK_WAIT, store_failure};

/// How many events are read from a store at once.
const READ_AT_ONCE: usize = 4096;

/// A journal that is followed.
pub(super) enum FollowedJournal {
    File(Follower),
    Stored(Box<StoreFollower>),
}

/// A store, and how far it was read.
pub(super) struct StoreFollower {
    store: Box<dyn Store>,
    bell: Bell,
    position: StorePosition,
    is_cut_off: bool,
}

/// What a look has found.
pub(super) enum Seen {
    Event(Event),
    /// A line that is no event.
    Broken(Diagnostic),
    /// What there is to say of the journal itself.
    Note(String),
}

impl FollowedJournal {
    pub(super) fn open(journal: &Path) -> Result<Self, Failure> {
        if !is_store(journal) {
            return Ok(Self::File(Follower::new(journal)));
        }
        let store = open_store(journal, LOCK_WAIT)?;
        let (bell, position) = (store.bell(), StorePosition::default());
        Ok(Self::Stored(Box::new(StoreFollower { store, bell, position, is_cut_off: false })))
    }

    /// Waits until the next look is due, or a store has said that there is something new.
    pub(super) fn wait(&mut self, most: Duration) {
        match self {
            Self::File(_) => std::thread::sleep(most),
            Self::Stored(follower) => drop(follower.bell.wait(most)),
        }
    }

    /// Returns what is new.
    pub(super) fn look(&mut self, journal: &Path) -> Result<Vec<Seen>, Failure> {
        match self {
            Self::File(follower) => {
                let followed = follower.poll();
                let followed = followed.map_err(|error| Failure::Read { path: journal.to_owned(), error })?;
                Ok(followed.into_iter().map(|followed| of_file(followed, journal)).collect())
            }
            Self::Stored(follower) => follower.look(),
        }
    }
}

fn of_file(followed: Followed, journal: &Path) -> Seen {
    let note = |text: &str| Seen::Note(text.to_owned());
    match followed {
        Followed::Event(event) => Seen::Event(*event),
        Followed::Broken(error) => Seen::Broken(Diagnostic::of(*error, &journal.display().to_string())),
        Followed::Replaced => note("another file took its place: it is read from its beginning"),
        Followed::Truncated => note("it was cut: it is read again from its beginning, and what was read still counts"),
        Followed::Rewritten => {
            note("it was rewritten: it is read again from its beginning, and what was read still counts")
        }
        Followed::Gone => note("it is gone: it is waited for"),
    }
}

impl StoreFollower {
    fn look(&mut self) -> Result<Vec<Seen>, Failure> {
        let mut seen = Vec::new();
        loop {
            let tail = match self.store.read(self.position, READ_AT_ONCE) {
                Ok(tail) => tail,
                // Before anything was read, there is nothing to go on with.
                Err(error) if self.position == StorePosition::default() => return Err(store_failure(error)),
                Err(error) => {
                    if !std::mem::replace(&mut self.is_cut_off, true) {
                        seen.push(Seen::Note(format!("cut off, and trying again: {error}")));
                    }
                    return Ok(seen);
                }
            };
            if std::mem::take(&mut self.is_cut_off) {
                seen.push(Seen::Note("it can be read again".to_owned()));
            }
            if tail.is_anew {
                let text = "it was rewritten: it is read again from its beginning, and what was read still counts";
                seen.push(Seen::Note(text.to_owned()));
            }
            self.position = tail.position;
            if tail.events.is_empty() {
                return Ok(seen);
            }
            seen.extend(tail.events.into_iter().map(Seen::Event));
        }
    }
}
