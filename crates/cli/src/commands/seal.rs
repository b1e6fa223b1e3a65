//! `demarche seal`: signs a checkpoint of a journal.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use demarche_journal::seal::{HashList, Sealed, SealingKey, SequenceError, VerifierKey, create_key_file};
use demarche_journal::{Act, Overwrite, ReplaceError, Replacement};

use crate::failure::Failure;
use crate::output::replacing::write_file;
use crate::output::text::{counted, printable};
use crate::sealing::{SealedJournal, hashes_path, read_key, read_sealed};
use crate::session::Session;

/// Signs a checkpoint of a journal: its events can then be proved, and no change to them goes unnoticed
///
/// FILE.hashes is written beside the checkpoint; with it `demarche verify` finds the first event that differs. It can
/// be deleted. A journal is signed only if it is in canonical form (`demarche fmt`) and extends what FILE and the
/// checkpoints of --extends sealed before.
///
/// The logs of a directory are one sequence: journal.jsonl, which grows, comes last, and the others come before it, in
/// the order of their names.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche seal --new-key desk.key --origin example.org/desk\n  \
    demarche seal journal.jsonl --key desk.key -o 2025-10-23.checkpoint")]
pub(crate) struct Args {
    /// The journal: a file, or a directory of *.jsonl; not standard input
    #[arg(
        value_name = "JOURNAL",
        env = "DEMARCHE_JOURNAL",
        hide_env_values = true,
        required_unless_present = "new_key"
    )]
    journal: Option<PathBuf>,

    /// The private key
    #[arg(long, value_name = "FILE", required_unless_present = "new_key", conflicts_with = "new_key")]
    key: Option<PathBuf>,

    /// The name of the log, such as `example.org/desk` [default: the name of the key]
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,

    /// Where the checkpoint goes; what stands there must be a checkpoint that the journal extends
    #[arg(short, long, value_name = "FILE", required_unless_present = "new_key", conflicts_with = "new_key")]
    output: Option<PathBuf>,

    /// Replace FILE.hashes whatever it is; what is read, and what holds events, is never replaced
    #[arg(long, conflicts_with = "new_key")]
    force: bool,

    /// A checkpoint that the journal must extend; repeatable
    #[arg(long, value_name = "FILE", conflicts_with = "new_key")]
    extends: Vec<PathBuf>,

    /// A public key that the desk sealed with before: what it signed holds; repeatable
    #[arg(long = "vkey", value_name = "KEY", conflicts_with = "new_key")]
    vkeys: Vec<VerifierKey>,

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
    let path = args.journal.as_deref().ok_or_else(|| missing("JOURNAL"))?;
    let key_path = args.key.as_deref().ok_or_else(|| missing("--key"))?;
    let output = args.output.as_deref().ok_or_else(|| missing("--output"))?;
    if path.as_os_str() == "-" {
        return Err(Failure::usage("standard input is no journal that is kept", "seal a file or a directory"));
    }
    let key = read_key(key_path)?;
    let origin = args.origin.as_deref().unwrap_or_else(|| key.name());
    let keys: Vec<VerifierKey> = std::iter::once(key.verifier()).chain(args.vkeys.iter().cloned()).collect();

    // Hold the locks until the checkpoint is written, so that nobody appends or replaces.
    let mut journal = SealedJournal::to_sign(path, session)?;
    journal.restore(Some(&keys));
    let checkpoint = journal.sequence().checkpoint(origin).map_err(|error| match error {
        SequenceError::Stray { stray, place } => journal.stray(&stray, place, NOT_CANONICAL),
        SequenceError::Checkpoint(error) => Failure::usage(error.to_string(), "give a name with --origin"),
    })?;
    let mut before: Vec<&Path> = args.extends.iter().map(PathBuf::as_path).collect();
    if output.exists() {
        before.push(output);
    }
    let before: Result<Vec<Sealed>, Failure> =
        before.into_iter().map(|path| read_sealed(path, &keys, origin)).collect();
    journal.sequence().verify(&before?).map_err(|altered| journal.altered(&altered))?;

    let mut inputs = vec![path.to_owned(), key_path.to_owned()];
    // `output` may be listed too: an older checkpoint that this one extends and replaces.
    inputs.extend(args.extends.iter().filter(|path| *path != output).cloned());
    // Forced, because the file at `output` was just verified as a checkpoint that the journal extends.
    let mut sealed =
        Replacement::begin(output, Overwrite::Spare { inputs: &inputs, force: true }).map_err(Failure::unwritten)?;
    if !args.no_hashes {
        inputs.push(output.to_owned());
        write_hashes(&hashes_path(output), &HashList::of(journal.sequence().tree()), &inputs, args.force)?;
    }
    let signed = sealed.write_all(checkpoint.sign(&key).as_bytes());
    signed.map_err(|error| Failure::unwritten(ReplaceError::Io { act: Act::Write, path: output.to_owned(), error }))?;
    sealed.commit().map_err(Failure::unwritten)?;
    let refusals = journal.sequence().refusals();
    if refusals > 0 {
        let redactions = counted(refusals, "redaction");
        writeln!(session.stderr, "note: {redactions} signed by another key: {SEALED_AS_IT_READS}")?;
    }
    let events = counted(journal.sequence().ids().len(), "event");
    let told = writeln!(session.stdout, "{events} of {} sealed, root {}", printable(origin), checkpoint.root());
    let stored = || [format!("the checkpoint of {events} is in {}", output.display())];
    told.and_then(|()| session.stdout.flush()).map_err(|error| Failure::Output(error).after(stored()))?;
    Ok(0)
}

/// Writes the hashes beside a checkpoint. Replaces older hashes; replaces other files only when forced.
fn write_hashes(path: &Path, hashes: &HashList, inputs: &[PathBuf], force: bool) -> Result<(), Failure> {
    let are_older = || std::fs::read_to_string(path).is_ok_and(|text| text.parse::<HashList>().is_ok());
    let force = force || are_older();
    write_file(path, hashes.to_string().as_bytes(), Overwrite::Spare { inputs, force })
}

/// What a redaction does whose signature does not count.
const SEALED_AS_IT_READS: &str =
    "what they erased is sealed as it reads now; if the desk had that key before, seal again with its --vkey";

/// The remedy for a line that is not in canonical form.
const NOT_CANONICAL: &str = "only canonical lines are sealed: `demarche fmt` makes them so, and changes no event";

fn new_key(path: &Path, name: &str, session: &mut Session<'_>) -> Result<u8, Failure> {
    let key = SealingKey::generate(name)
        .map_err(|error| Failure::usage(error.to_string(), "give the key a name with --origin"))?;
    create_key_file(path, &key).map_err(|error| cannot_write(path, &error))?;
    let told = writeln!(session.stdout, "{}", key.verifier()).and_then(|()| session.stdout.flush());
    // The private key is never made again, and the public key is printed nowhere else.
    let stored =
        || [format!("the private key is in {}", path.display()), format!("the public key is {}", key.verifier())];
    told.map_err(|error| Failure::Output(error).after(stored()))?;
    Ok(0)
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let name = path.display();
    let is_there = error.kind() == io::ErrorKind::AlreadyExists;
    Failure::File(if is_there {
        format!("{name} is there already, and no key is overwritten: name a new file")
    } else {
        format!("cannot write {name}: {error}")
    })
}
