//! What the commands about seals share: the journal as a sequence, and the files beside it.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use demarche_core::codec::{ReadError, ReadErrorKind};
use demarche_journal::Disk;
use demarche_journal::seal::{
    Altered, Checkpoint, CheckpointError, HashList, KeptJournal, LeafPlace, Leaves, Sealed, Sequence, Stray,
    VerifierKey, is_last,
};

use crate::failure::{Failure, Report, ReportCode};
use crate::input::{EventName, LogNames, Source, of_arguments, read_at_most};
use crate::recording::{LOCK_WAIT, journal_failure, must_be_kept, tell_finished};
use crate::session::Session;

/// A journal as it is sealed: its logs and the sequence of their events.
pub(crate) struct SealedJournal<'k> {
    sources: Vec<Source>,
    pub(crate) sequence: Cow<'k, Sequence>,
}

/// Takes the locks of a journal, from which something is signed or proved, and reads it: nothing of it may be taken
/// back afterwards.
pub(crate) fn read_kept(path: &Path, session: &mut Session<'_>) -> Result<KeptJournal<'static>, Failure> {
    let kept = KeptJournal::read(&Disk, path, LOCK_WAIT).map_err(|error| proving(journal_failure(error)))?;
    tell_finished(kept.finished(), session)?;
    Ok(kept)
}

impl<'k> SealedJournal<'k> {
    /// Takes a journal that was read under its locks.
    pub(crate) fn of(kept: &'k KeptJournal<'_>) -> Self {
        let sources = kept.logs().iter().cloned().map(Source::File).collect();
        Self { sources, sequence: Cow::Borrowed(kept.sequence()) }
    }

    /// Reads a journal, or standard input, to be verified: nothing is written that must stay true of it.
    pub(crate) fn read(path: &Path, session: &mut Session<'_>) -> Result<Self, Failure> {
        if path.as_os_str() != "-" {
            must_be_kept(path)?;
        }
        let mut sources = of_arguments(&[path.to_owned()])?;
        sources.sort_by_key(|source| matches!(source, Source::File(log) if is_last(log)));
        let mut sequence = Sequence::default();
        for source in &sources {
            let input = source.open(session.stdin, &())?;
            sequence.read(input).map_err(|error| broken_log(source, *error))?;
        }
        Ok(Self { sources, sequence: Cow::Owned(sequence) })
    }

    /// The number, from 0, of the event that a name means.
    pub(crate) fn find(&self, name: &EventName, session: &mut Session<'_>) -> Result<u64, Failure> {
        let names = LogNames::of(self.sources.iter().map(Source::name).collect());
        name.find(self.sequence.ids().iter().copied().zip(0..), &self.sources, &names, session)
    }

    /// The entry that an event is, as tables show it.
    pub(crate) fn entry(&self, number: u64) -> String {
        let LeafPlace { log, line } = self.sequence.place(number);
        let names = LogNames::of(self.sources.iter().map(Source::name).collect());
        names.entry(log, line)
    }

    /// The canonical line of an event, read once more: not all are kept.
    pub(crate) fn leaf(&self, number: u64, session: &mut Session<'_>) -> Result<String, Failure> {
        let LeafPlace { log, line } = self.sequence.place(number);
        let source = self.sources.get(log).unwrap_or(&Source::Stdin);
        let input = source.open(session.stdin, &())?;
        let leaf = Leaves::new(input).filter_map(Result::ok).find(|leaf| leaf.line == line);
        let changed = || unread(source, io::Error::other("it changed while it was read"));
        leaf.map(|leaf| leaf.text).ok_or_else(changed)
    }

    /// The name of a log of the journal.
    pub(crate) fn name(&self, place: LeafPlace) -> String {
        self.sources.get(place.log).map_or_else(String::new, Source::name)
    }

    /// The failure that a line is which is not in canonical form.
    pub(crate) fn stray(&self, stray: &Stray, place: LeafPlace, note: &str) -> Failure {
        let has_excerpt = stray.excerpt != demarche_core::jsonl::Excerpt::default();
        Failure::Log(Box::new(Report {
            code: ReportCode::AlteredLog,
            problem: stray.to_string(),
            log: self.name(place),
            line: place.line,
            column: has_excerpt.then_some(stray.column),
            excerpt: has_excerpt.then(|| stray.excerpt.clone()),
            notes: vec![note.to_owned()],
        }))
    }

    /// The failure that a difference from what was sealed is.
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
                Failure::Log(Box::new(Report {
                    code: ReportCode::AlteredLog,
                    problem: difference.to_string(),
                    log: self.name(place.unwrap_or(LeafPlace { log: 0, line: 0 })),
                    line: place.map_or(0, |place| place.line),
                    column: None,
                    excerpt: None,
                    notes: vec![remedy.to_owned()],
                }))
            }
        }
    }
}

fn unread(source: &Source, error: io::Error) -> Failure {
    Failure::Read { path: PathBuf::from(source.name()), error }
}

fn broken_log(source: &Source, error: ReadError) -> Failure {
    match error.kind {
        ReadErrorKind::Io(error) => unread(source, error),
        ReadErrorKind::Line(_) => proving(Failure::Log(Box::new(Report::of(error, &source.name())))),
    }
}

/// The failure without its remedy: there is no passing over what is to be proved.
fn proving(mut failure: Failure) -> Failure {
    if let Failure::Log(report) = &mut failure {
        report.notes.clear();
    }
    failure
}

/// Reads a checkpoint, verifies who signed it, and takes the hashes beside it.
pub(crate) fn read_sealed(path: &Path, key: &VerifierKey, origin: &str) -> Result<Sealed, Failure> {
    let checkpoint =
        Checkpoint::open(&read_text(path)?, key, origin).map_err(|error| broken_checkpoint(path, &error))?;
    // They help to find a difference; where there are none, or they are of no use, one is still known.
    let hashes = HashList::read(&hashes_path(path), &checkpoint);
    Ok(Sealed { checkpoint, hashes })
}

/// Where the hashes beside a checkpoint stand.
pub(crate) fn hashes_path(checkpoint: &Path) -> PathBuf {
    let mut path = checkpoint.as_os_str().to_owned();
    path.push(".hashes");
    PathBuf::from(path)
}

/// What a checkpoint or a proof has at most, in bytes: a line of a log in base64, and much more than its path.
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

/// The failure that a file is which is not what it should be, or not to be believed; with the line, where it is one.
pub(crate) fn broken(path: &Path, line: Option<usize>, error: &dyn std::error::Error) -> Failure {
    Failure::Log(Box::new(Report {
        code: ReportCode::BrokenSeal,
        problem: error.to_string(),
        log: path.display().to_string(),
        line: line.map_or(0, |line| line as u64),
        column: None,
        excerpt: None,
        notes: Vec::new(),
    }))
}
