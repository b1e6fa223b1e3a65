//! `demarche seal`: a signed checkpoint of what is on file; and what `verify` and `prove` share with it.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use demarche_core::EventId;
use demarche_core::codec::ReadErrorKind;
use demarche_journal::replace_file;
use demarche_journal::seal::{
    Checkpoint, Difference, Hash, HashList, Leaves, Sealed, SealingKey, Tree, VerifierKey, create_key_file, verify,
};

use crate::failure::{Failure, Report};
use crate::output::text::{counted, printable};
use crate::session::Session;

/// Sign a checkpoint of a journal: its events can then be proved, and no change of them goes unseen
///
/// Beside the checkpoint stands FILE.hashes, by which `demarche verify` finds the first event that differs; it can be
/// deleted. Nothing is signed that does not extend what FILE and the checkpoints of --extends sealed before.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche seal --new-key desk.key --origin example.org/desk\n  \
    demarche seal journal.jsonl --key desk.key -o 2025-10-23.checkpoint")]
pub(crate) struct Args {
    /// The journal: a file
    #[arg(value_name = "LOG", required_unless_present = "new_key", conflicts_with = "new_key")]
    log: Option<PathBuf>,

    /// The private key
    #[arg(long, value_name = "FILE", required_unless_present = "new_key", conflicts_with = "new_key")]
    key: Option<PathBuf>,

    /// The name of the log, such as `example.org/desk` [default: the name of the key]
    #[arg(long, value_name = "NAME", required_unless_present = "key")]
    origin: Option<String>,

    /// Where the checkpoint goes; what stands there must be a checkpoint that the journal extends
    #[arg(short, long, value_name = "FILE", required_unless_present = "new_key", conflicts_with = "new_key")]
    output: Option<PathBuf>,

    /// A checkpoint that the journal must extend; repeatable
    #[arg(long, value_name = "FILE", conflicts_with = "new_key")]
    extends: Vec<PathBuf>,

    /// Leave FILE.hashes out
    #[arg(long, conflicts_with = "new_key")]
    no_hashes: bool,

    /// Make a new key instead, write it to a new file, and print the public key that others verify with
    #[arg(long, value_name = "FILE")]
    new_key: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let missing = |what: &str| Failure::usage(format!("{what} is missing"), "`demarche seal --help` has examples");
    if let Some(path) = &args.new_key {
        return new_key(path, args.origin.as_deref().ok_or_else(|| missing("--origin"))?, session);
    }
    let log = args.log.as_deref().ok_or_else(|| missing("LOG"))?;
    let key_path = args.key.as_deref().ok_or_else(|| missing("--key"))?;
    let output = args.output.as_deref().ok_or_else(|| missing("--output"))?;
    let key: SealingKey = read_text(key_path)?.trim_end().parse().map_err(|error| broken(key_path, &error))?;
    let origin = args.origin.as_deref().unwrap_or_else(|| key.name());

    let journal = SealedLog::read(log)?;
    let mut before: Vec<&Path> = args.extends.iter().map(PathBuf::as_path).collect();
    if output.exists() {
        before.push(output);
    }
    let before: Result<Vec<Sealed>, Failure> =
        before.into_iter().map(|path| read_sealed(path, &key.verifier(), origin)).collect();
    verify(&journal.tree, &before?).map_err(|difference| journal.differs(log, &difference, Vec::new()))?;

    let checkpoint = Checkpoint::of(&journal.tree, origin)
        .map_err(|error| Failure::usage(error.to_string(), "give a name with --origin"))?;
    if !args.no_hashes {
        write(&hashes_path(output), &HashList::of(&journal.tree).to_string())?;
    }
    write(output, &checkpoint.sign(&key))?;
    let events = counted(journal.lines.len(), "event");
    writeln!(session.stdout, "{events} of {} sealed, root {}", printable(origin), checkpoint.root())?;
    journal.remark(log, session)?;
    Ok(0)
}

fn new_key(path: &Path, name: &str, session: &mut Session<'_>) -> Result<u8, Failure> {
    let key = SealingKey::generate(name)
        .map_err(|error| Failure::usage(error.to_string(), "give the key a name with --origin"))?;
    create_key_file(path, &key).map_err(|error| cannot_write(path, &error))?;
    writeln!(session.stdout, "{}", key.verifier())?;
    Ok(0)
}

/// A journal as it is sealed and verified.
pub(super) struct SealedLog {
    pub(super) tree: Tree,
    /// The line of each event.
    lines: Vec<u64>,
    ids: Vec<EventId>,
    /// How many lines are not in canonical form, and the first of them.
    strays: usize,
    first_stray: Option<u64>,
}

impl SealedLog {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::Read { path: path.to_owned(), error };
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            let problem = format!("{} is a folder", path.display());
            return Err(Failure::usage(problem, "what is sealed is a file: name the journal in it"));
        }
        let mut log = Self { tree: Tree::new(), lines: Vec::new(), ids: Vec::new(), strays: 0, first_stray: None };
        let mut leaves = Leaves::new(BufReader::new(file));
        for leaf in leaves.by_ref() {
            let leaf = leaf.map_err(|error| match error.kind {
                ReadErrorKind::Io(error) => failed(error),
                ReadErrorKind::Line(_) => {
                    let mut report = Report::of(error, &path.display().to_string());
                    // There is no passing over what is to be proved.
                    report.notes.clear();
                    Failure::Log(Box::new(report))
                }
            })?;
            log.tree.push(Hash::of_leaf(leaf.text.as_bytes()));
            log.lines.push(leaf.line);
            log.ids.push(leaf.event.id);
            if !leaf.is_canonical {
                log.stray(leaf.line);
            }
        }
        if leaves.goes_on() {
            log.stray(log.lines.last().unwrap_or(&0) + 1);
        }
        Ok(log)
    }

    fn stray(&mut self, line: u64) {
        self.strays += 1;
        self.first_stray.get_or_insert(line);
    }

    /// The number, from 0, of the event whose id begins so.
    pub(super) fn find(&self, prefix: &str) -> Result<usize, Failure> {
        let prefix = prefix.to_ascii_lowercase();
        let mut found = self.ids.iter().enumerate().filter(|(_, id)| id.to_string().starts_with(&prefix));
        let Some((number, id)) = found.next() else {
            return Err(Failure::usage(format!("there is no event {prefix}"), "`demarche events` lists the events"));
        };
        match found.find(|(_, other)| *other != id) {
            Some((_, other)) => {
                Err(Failure::usage(format!("{prefix} may be {id} or {other}"), "give more of the event's id"))
            }
            None => Ok(number),
        }
    }

    /// The canonical line of an event, read once more: not all are kept.
    pub(super) fn leaf(&self, path: &Path, number: u64) -> Result<String, Failure> {
        let failed = |error| Failure::Read { path: path.to_owned(), error };
        let mut leaves = Leaves::new(BufReader::new(File::open(path).map_err(failed)?));
        let leaf = usize::try_from(number).ok().and_then(|number| leaves.nth(number)).and_then(Result::ok);
        leaf.map(|leaf| leaf.text).ok_or_else(|| failed(io::Error::other("it changed while it was read")))
    }

    /// The line on which an event stands, or would.
    pub(super) fn line(&self, number: u64) -> u64 {
        let line = usize::try_from(number).ok().and_then(|number| self.lines.get(number));
        line.copied().unwrap_or_else(|| self.lines.last().unwrap_or(&0) + 1)
    }

    /// Says where the bytes are not as they were sealed and the events are.
    pub(super) fn remark(&self, path: &Path, session: &mut Session<'_>) -> Result<(), Failure> {
        let Some(line) = self.first_stray else { return Ok(()) };
        session.stdout.flush()?;
        let (name, lines) = (path.display().to_string(), counted(self.strays, "line"));
        writeln!(
            session.stderr,
            "note: {lines} not in canonical form, first {}:{line}; what is sealed is the canonical form",
            printable(&name)
        )?;
        Ok(())
    }

    /// The failure that a difference is.
    pub(super) fn differs(&self, log: &Path, difference: &Difference, notes: Vec<String>) -> Failure {
        let number = match difference {
            Difference::Event { index } => *index,
            Difference::Missing { size, .. } => *size,
            Difference::Fewer { proved, .. } => *proved,
            Difference::Between { after, .. } => *after,
            Difference::Contradiction { .. } => 0,
        };
        let (problem, log) = (difference.to_string(), log.display().to_string());
        let line = self.line(number);
        let report = Report { code: "altered-log", problem, log, line, column: None, excerpt: None, notes };
        Failure::Log(Box::new(report))
    }
}

/// Reads a checkpoint, verifies who signed it, and takes the hashes beside it.
pub(super) fn read_sealed(path: &Path, key: &VerifierKey, origin: &str) -> Result<Sealed, Failure> {
    let checkpoint = Checkpoint::open(&read_text(path)?, key, origin).map_err(|error| broken(path, &error))?;
    // They help to find a difference; where there are none, or they are of no use, one is still known.
    let hashes = std::fs::read_to_string(hashes_path(path)).ok().and_then(|text| text.parse().ok());
    Ok(Sealed { checkpoint, hashes })
}

/// Where the hashes beside a checkpoint stand.
fn hashes_path(checkpoint: &Path) -> PathBuf {
    let mut path = checkpoint.as_os_str().to_owned();
    path.push(".hashes");
    PathBuf::from(path)
}

pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::Read { path: path.to_owned(), error })?;
    String::from_utf8(bytes).map_err(|error| broken(path, &error))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    replace_file(path, text.as_bytes()).map_err(|error| Failure::Output(io::Error::other(error)))
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::Output(io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

/// The failure that a file is which is not what it should be, or not to be believed.
pub(super) fn broken(path: &Path, error: &dyn std::error::Error) -> Failure {
    let (problem, log) = (error.to_string(), path.display().to_string());
    let report = Report { code: "broken-seal", problem, log, line: 1, column: None, excerpt: None, notes: Vec::new() };
    Failure::Log(Box::new(report))
}
