//! What the sealing commands share: the journal as a sequence, and the files beside it.

use std::io;
use std::path::{Path, PathBuf};

use demarche_core::codec::{ReadError, ReadErrorKind};
use demarche_journal::seal::{
    Altered, Checkpoint, CheckpointError, Difference, HashList, KeyFileError, LeafPlace, Leaves, LockedJournal, Sealed,
    SealingKey, Sequence, Stray, VerifierKey, is_last, read_key_file,
};
use demarche_journal::{Disk, scheme_of};

use crate::failure::{Diagnostic, DiagnosticCode, Failure};
use crate::input::{EventName, LogNames, Source, of_arguments, read_at_most};
use crate::recording::{LOCK_WAIT, journal_failure, must_be_kept, tell_finished};
use crate::session::Session;

/// A journal as it is sealed: its logs, and the sequence of their events.
pub(crate) struct SealedJournal {
    sources: Vec<Source>,
    contents: Contents,
}

/// The events of a journal, with its locks if they are held.
enum Contents {
    Locked(LockedJournal<'static>),
    Read(Sequence),
}

impl SealedJournal {
    /// Reads a journal that is to be signed or proved, and keeps it locked: none of its contents may be taken back
    /// afterwards. A store needs no lock, since it gives only what it will not take back.
    pub(crate) fn to_sign(path: &Path, session: &mut Session<'_>) -> Result<Self, Failure> {
        if scheme_of(path).is_some() {
            return Self::read(path, session);
        }
        let kept = LockedJournal::read(&Disk, path, LOCK_WAIT).map_err(|error| proving(journal_failure(error)))?;
        tell_finished(kept.finished(), session)?;
        let sources = kept.logs().iter().cloned().map(Source::File).collect();
        Ok(Self { sources, contents: Contents::Locked(kept) })
    }

    /// Has the original lines count of events whose texts were erased, by redactions that one of the keys has signed;
    /// without keys, by all.
    pub(crate) fn restore(&mut self, keys: Option<&[VerifierKey]>) {
        match &mut self.contents {
            Contents::Locked(kept) => kept.restore(keys),
            Contents::Read(sequence) => sequence.restore(keys),
        }
    }

    /// Returns the sequence of its events.
    pub(crate) const fn sequence(&self) -> &Sequence {
        match &self.contents {
            Contents::Locked(kept) => kept.sequence(),
            Contents::Read(sequence) => sequence,
        }
    }

    /// Reads a journal, a store or standard input for verification. It needs no locks, because nothing is signed.
    pub(crate) fn read(path: &Path, session: &mut Session<'_>) -> Result<Self, Failure> {
        let sources = Self::sources(path)?;
        let mut sequence = Sequence::default();
        for source in &sources {
            let input = source.open(session.stdin, &())?;
            sequence.read(input).map_err(|error| broken_log(source, *error))?;
        }
        Ok(Self { sources, contents: Contents::Read(sequence) })
    }

    /// Returns the logs of a journal, in the order in which they are sealed.
    pub(crate) fn sources(path: &Path) -> Result<Vec<Source>, Failure> {
        let mut sources = of_arguments(&[path.to_owned()])?;
        if let [Source::File(path)] = sources.as_slice() {
            must_be_kept(path)?;
        }
        sources.sort_by_key(|source| matches!(source, Source::File(log) if is_last(log)));
        Ok(sources)
    }

    /// Returns the index of a named event.
    pub(crate) fn find(&self, name: &EventName, session: &mut Session<'_>) -> Result<u64, Failure> {
        let names = LogNames::of(self.sources.iter().map(Source::name).collect());
        name.find(self.sequence().ids().iter().copied().zip(0..), &self.sources, &names, session)
    }

    /// Returns the entry of an event, as tables show it.
    pub(crate) fn entry(&self, number: u64) -> String {
        let LeafPlace { log, line } = self.sequence().place(number);
        let names = LogNames::of(self.sources.iter().map(Source::name).collect());
        names.entry(log, line)
    }

    /// Reads the canonical line of an event again: the sequence does not keep lines.
    pub(crate) fn leaf(&self, number: u64, session: &mut Session<'_>) -> Result<String, Failure> {
        let LeafPlace { log, line } = self.sequence().place(number);
        let source = self.sources.get(log).unwrap_or(&Source::Stdin);
        let input = source.open(session.stdin, &())?;
        let leaf = Leaves::new(input).filter_map(Result::ok).find(|leaf| leaf.line == line);
        let changed = || unread(source, io::Error::other("it changed while it was read"));
        leaf.map(|leaf| leaf.text).ok_or_else(changed)
    }

    /// Returns the name of the log that holds a leaf.
    pub(crate) fn name(&self, place: LeafPlace) -> String {
        self.sources.get(place.log).map_or_else(String::new, Source::name)
    }

    /// Returns the failure of a line that is not in canonical form.
    pub(crate) fn stray(&self, stray: &Stray, place: LeafPlace, note: &str) -> Failure {
        let has_excerpt = stray.excerpt != demarche_core::jsonl::Excerpt::default();
        Failure::Log(Box::new(Diagnostic {
            code: DiagnosticCode::AlteredLog,
            problem: stray.to_string(),
            log: self.name(place),
            line: place.line,
            column: has_excerpt.then_some(stray.column),
            excerpt: has_excerpt.then(|| stray.excerpt.clone()),
            notes: vec![note.to_owned()],
        }))
    }

    /// Returns the failure of a journal that differs from what was sealed.
    pub(crate) fn altered(&self, altered: &Altered) -> Failure {
        match altered {
            Altered::Stray { stray, place } => {
                self.stray(stray, *place, "the event is the one that was sealed; its line was altered since")
            }
            Altered::Events { difference, place } => {
                let remedy = match place {
                    Some(_) => "a line taken out, put in or moved makes all behind it differ",
                    None => "ask who signed them which of the two the journal is to extend",
                };
                let number = if let Difference::Event { index } = difference { Some(*index) } else { None };
                let refused = number.and_then(|number| self.sequence().refused(number));
                let refused = refused.map(|error| format!("a redaction says that its texts were erased, but {error}"));
                Failure::Log(Box::new(Diagnostic {
                    code: DiagnosticCode::AlteredLog,
                    problem: difference.to_string(),
                    log: self.name(place.unwrap_or(LeafPlace { log: 0, line: 0 })),
                    line: place.map_or(0, |place| place.line),
                    column: None,
                    excerpt: None,
                    notes: refused.into_iter().chain([remedy.to_owned()]).collect(),
                }))
            }
        }
    }
}

fn unread(source: &Source, error: io::Error) -> Failure {
    Failure::Read { path: PathBuf::from(source.name()), error }
}

/// Returns the failure of a line that is not an event, in a journal in which nothing may be skipped.
pub(crate) fn broken_log(source: &Source, error: ReadError) -> Failure {
    match error.kind {
        ReadErrorKind::Io(error) => unread(source, error),
        ReadErrorKind::Line(_) => proving(Failure::Log(Box::new(Diagnostic::of(error, &source.name())))),
    }
}

/// Drops the remedies of a failure: nothing may be skipped in what is to be proved.
fn proving(mut failure: Failure) -> Failure {
    if let Failure::Log(report) = &mut failure {
        report.notes.clear();
    }
    failure
}

/// Reads a private key.
pub(crate) fn read_key(path: &Path) -> Result<SealingKey, Failure> {
    read_key_file(path).map_err(|error| match error {
        KeyFileError::Unreadable(error) => Failure::Read { path: path.to_owned(), error },
        KeyFileError::NoKey(error) => broken(path, Some(1), &error),
        exposed @ KeyFileError::Exposed { .. } => {
            let name = path.display();
            Failure::usage(format!("{name}: {exposed}"), format!("keep it to its owner: `chmod 600 {name}`"))
        }
    })
}

/// Reads a checkpoint, verifies its signature, and reads the hashes beside it.
pub(crate) fn read_sealed(path: &Path, keys: &[VerifierKey], origin: &str) -> Result<Sealed, Failure> {
    let checkpoint =
        Checkpoint::open(&read_text(path)?, keys, origin).map_err(|error| broken_checkpoint(path, &error))?;
    // Hashes only help to locate a difference. Without them, the difference is still detected.
    let hashes = HashList::read(&hashes_path(path), &checkpoint);
    Ok(Sealed { checkpoint, hashes })
}

/// Returns the path of the hashes beside a checkpoint.
pub(crate) fn hashes_path(checkpoint: &Path) -> PathBuf {
    let mut path = checkpoint.as_os_str().to_owned();
    path.push(".hashes");
    PathBuf::from(path)
}

/// The maximum size of a checkpoint or a proof, in bytes: room for a line of a log in base64, and far more than its
/// path.
const TEXT_MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a checkpoint or a proof.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_at_most(path, TEXT_MAX_BYTES, "checkpoint or proof")?).map_err(|error| {
        let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        broken(path, Some(valid.filter(|byte| **byte == b'\n').count() + 1), &error)
    })
}

pub(crate) fn broken_checkpoint(path: &Path, error: &CheckpointError) -> Failure {
    broken(path, error.line(), error)
}

/// Returns the failure of a file that is malformed or not to be trusted, with the line if there is one.
pub(crate) fn broken(path: &Path, line: Option<usize>, error: &dyn std::error::Error) -> Failure {
    Failure::Log(Box::new(Diagnostic {
        code: DiagnosticCode::BrokenSeal,
        problem: error.to_string(),
        log: path.display().to_string(),
        line: line.map_or(0, |line| line as u64),
        column: None,
        excerpt: None,
        notes: Vec::new(),
    }))
}
