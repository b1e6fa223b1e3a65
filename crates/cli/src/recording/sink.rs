//! A destination for many events: a journal, standard output, or nothing.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use demarche_core::codec::{ReadErrorKind, Reader, encode_into};
use demarche_core::{Event, EventId};
use demarche_journal::{Appended, Disk, LogLocks};

use super::dating::FutureEntries;
use super::kept::KeptJournal;
use super::write::{LOCK_WAIT, is_there, journal_failure, must_be_kept, tell_finished};
use crate::failure::{Diagnostic, Failure};
use crate::input::{LogNames, Progress, Source, kept_log, of_arguments};
use crate::session::Session;

/// How many events are made durable together.
const BATCH: usize = 4096;

/// The destination of imported events.
pub(crate) struct Sink {
    place: Target,
    batch: Vec<Event>,
    ahead: FutureEntries,
    pub(crate) added: u64,
    pub(crate) already_there: u64,
}

enum Target {
    Stdout,
    Journal(KeptJournal),
    /// A dry run. Holds the ids of the journal, if one is named, to count what is already there.
    Nowhere(Option<HashSet<EventId>>),
}

impl Sink {
    /// Opens the journal, or standard output if there is none. A dry run opens nothing for writing.
    pub(crate) fn open(journal: Option<&Path>, dry_run: bool, session: &mut Session<'_>) -> Result<Self, Failure> {
        let place = match journal {
            _ if dry_run => {
                let mut ids = journal.map(|_| HashSet::new());
                if let (Some(path), Some(ids)) = (journal, &mut ids) {
                    each_event(path, false, session, |event, _| {
                        ids.insert(event.id);
                    })?;
                }
                Target::Nowhere(ids)
            }
            None => Target::Stdout,
            Some(path) => Target::Journal(KeptJournal::open(path, LOCK_WAIT, session)?),
        };
        Ok(Self { place, batch: Vec::new(), ahead: FutureEntries::new(session), added: 0, already_there: 0 })
    }

    /// Stores an event. In a journal it is durable once [`Sink::end`] returns.
    pub(crate) fn put(&mut self, event: Event, session: &mut Session<'_>) -> Result<(), Failure> {
        self.ahead.see(&event);
        match &mut self.place {
            Target::Stdout => {
                let mut line = Vec::with_capacity(1024);
                encode_into(&event, &mut line);
                line.push(b'\n');
                session.lines(&line)?;
            }
            Target::Nowhere(ids) => match ids.as_mut().is_none_or(|ids| ids.insert(event.id)) {
                true => self.added += 1,
                false => self.already_there += 1,
            },
            Target::Journal(_) => {
                self.batch.push(event);
                if self.batch.len() >= BATCH {
                    self.end(session)?;
                }
            }
        }
        Ok(())
    }

    /// Prints how many of the events lie in the future.
    pub(crate) fn tell_ahead(&self, session: &mut Session<'_>) -> std::io::Result<()> {
        self.ahead.tell(session)
    }

    /// Makes the stored events durable.
    pub(crate) fn end(&mut self, session: &mut Session<'_>) -> Result<(), Failure> {
        if let Target::Journal(journal) = &mut self.place
            && !self.batch.is_empty()
        {
            for (_, outcome) in journal.append(std::mem::take(&mut self.batch), session)? {
                match outcome {
                    Appended::Added => self.added += 1,
                    Appended::AlreadyThere => self.already_there += 1,
                }
            }
        }
        Ok(())
    }
}

/// Reads the events of a journal, if it exists, each with its entry, in bounded memory. It reads under the journal's
/// locks if what is written next depends on it.
pub(crate) fn each_event(
    path: &Path,
    is_locked: bool,
    session: &mut Session<'_>,
    mut told: impl FnMut(&Event, &str),
) -> Result<(), Failure> {
    if !is_there(path) {
        return Ok(());
    }
    must_be_kept(path)?;
    let sources = of_arguments(&[path.to_owned()])?;
    let kept: Vec<PathBuf> = if is_locked { sources.iter().filter_map(kept_log).collect() } else { Vec::new() };
    let locks = LogLocks::of_logs(&Disk, &kept, LOCK_WAIT).map_err(journal_failure)?;
    tell_finished(locks.finished(), session)?;
    let names = LogNames::of(sources.iter().map(Source::name).collect());
    for (log, source) in sources.iter().enumerate() {
        let progress = Progress::new(false, None);
        for entry in Reader::new(source.open(session.stdin, &progress)?) {
            let error = match entry {
                Ok(entry) => {
                    told(&entry.event, &names.entry(log, entry.line));
                    continue;
                }
                Err(error) => error,
            };
            return Err(match error.kind {
                ReadErrorKind::Io(error) => Failure::Read { path: source.name().into(), error },
                ReadErrorKind::Line(_) => Failure::Log(Box::new(Diagnostic::of(error, &source.name()))),
            });
        }
    }
    Ok(())
}
