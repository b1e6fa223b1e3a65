//! `demarche prove`: that one event is among those sealed, for those who have not the journal.

use std::path::PathBuf;

use demarche_journal::seal::{Checkpoint, Proof, ProofError};

use super::seal::{SealedLog, broken, read_text, write};
use crate::failure::Failure;
use crate::output::text::printable;
use crate::session::Session;

/// Prove that an event is among those that a checkpoint sealed
///
/// The proof holds the event, its place, the hashes and the checkpoint. Whoever has the public key checks it with
/// `demarche verify --proof`, and learns of no other event.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
    demarche prove journal.jsonl 019a11be --checkpoint 2025-10-23.checkpoint -o event.tlog-proof")]
pub(crate) struct Args {
    /// The journal: a file
    #[arg(value_name = "LOG")]
    log: PathBuf,

    /// The event, by its id or the beginning of it
    #[arg(value_name = "ID")]
    id: String,

    /// The checkpoint; the journal may have grown since
    #[arg(long, value_name = "FILE")]
    checkpoint: PathBuf,

    /// Where the proof goes [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let note = read_text(&args.checkpoint)?;
    let size = Checkpoint::of_unverified(&note).map_err(|error| broken(&args.checkpoint, &error))?.size();
    let journal = SealedLog::read(&args.log)?;
    let number = journal.find(&args.id)? as u64;
    let line = journal.leaf(&args.log, number)?;
    let proof = Proof::new(&line, number, &journal.tree, &note).map_err(|error| match error {
        ProofError::NotSealed { .. } => {
            Failure::usage(error.to_string(), "it came later: prove it by a later checkpoint, from `demarche seal`")
        }
        ProofError::Checkpoint(_)
        | ProofError::OtherTree { .. }
        | ProofError::Line { .. }
        | ProofError::Hash { .. }
        | ProofError::Broken { .. } => broken(&args.log, &error),
    })?;
    let Some(output) = &args.output else {
        write!(session.stdout, "{proof}")?;
        return Ok(0);
    };
    write(output, &proof.to_string())?;
    let name = output.display().to_string();
    writeln!(session.stdout, "{}: event {} of the {size} sealed", printable(&name), number + 1)?;
    Ok(0)
}
