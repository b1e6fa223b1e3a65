//! `demarche prove`: proves that an event was sealed, to people who do not have the journal.

use std::path::PathBuf;

use demarche_core::codec::decode;
use demarche_journal::seal::{Checkpoint, Proof, ProofError};

use crate::failure::Failure;
use crate::input::{EventName, tell_named};
use crate::output::naming::NamesArgs;
use crate::output::replacing::OutputArgs;
use crate::output::text::printable;
use crate::sealing::{SealedJournal, broken, broken_checkpoint, read_text};
use crate::session::Session;

/// Proves that an event is among those that a checkpoint sealed
///
/// The proof holds the event, its place, the hashes and the checkpoint. Anyone with the public key checks it with
/// `demarche verify --proof`, and learns of no other event.
#[derive(Debug, clap::Args)]
#[command(
    allow_missing_positional = true,
    after_help = "Example:\n  \
    demarche prove journal.jsonl 019a11be --checkpoint 2025-10-23.checkpoint -o event.tlog-proof"
)]
pub(crate) struct Args {
    /// The journal: a file, or a directory of *.jsonl; not standard input
    #[arg(value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    journal: Option<PathBuf>,

    /// The event: its entry as the tables show it, such as '#7', or at least eight characters of its id
    #[arg(value_name = "EVENT", required = true)]
    event: EventName,

    /// The checkpoint; the journal may have grown since
    #[arg(long, value_name = "FILE")]
    checkpoint: PathBuf,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let path = args.journal.as_deref().filter(|path| path.as_os_str() != "-").ok_or_else(|| {
        Failure::usage("there is no journal to prove it from", "name a file or a directory before the event's id")
    })?;
    let note = read_text(&args.checkpoint)?;
    let checkpoint = Checkpoint::of_unverified(&note).map_err(|error| broken_checkpoint(&args.checkpoint, &error))?;
    let mut journal = SealedJournal::to_sign(path, session)?;
    // The tree is held against the root of the checkpoint: whose redactions these are does not matter.
    journal.restore(None);
    let number = journal.find(&args.event, session)?;
    if journal.sequence().erased().contains(&number) {
        let problem = format!("texts of {} were erased, and the line that was sealed is gone", journal.entry(number));
        return Err(Failure::usage(problem, "a proof that was made before still holds"));
    }
    let line = journal.leaf(number, session)?;
    if let Ok(event) = decode(line.as_bytes()) {
        let names = NamesArgs::default().read(&[path.to_owned()])?;
        tell_named("proving", &event, &journal.entry(number), &names, session)?;
    }
    let proof = Proof::new(&line, number, journal.sequence().tree(), &note).map_err(|error| match error {
        ProofError::NotSealed { .. } => {
            Failure::usage(error.to_string(), "it came later: prove it by a later checkpoint, from `demarche seal`")
        }
        ProofError::Checkpoint(_)
        | ProofError::OtherTree { .. }
        | ProofError::Line { .. }
        | ProofError::Hash { .. }
        | ProofError::Broken { .. } => broken(path, error.line(), &error),
    })?;
    args.output.write(&[path.to_owned(), args.checkpoint.clone()], session, |out| Ok(write!(out, "{proof}")?))?;
    let Some(output) = args.output.file() else { return Ok(0) };
    let name = output.display().to_string();
    let told =
        writeln!(session.stdout, "{}: event {} of the {} sealed", printable(&name), number + 1, checkpoint.size());
    let stored = || [format!("the proof is in {name}")];
    told.and_then(|()| session.stdout.flush()).map_err(|error| Failure::Output(error).after(stored()))?;
    Ok(0)
}
