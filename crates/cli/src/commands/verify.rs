//! `demarche verify`: whether a journal still extends what was sealed; whether a proof holds.

use std::path::{Path, PathBuf};

use demarche_journal::seal::{Checkpoint, Proof, Sealed, VerifierKey, verify};

use super::seal::{SealedLog, broken, read_sealed, read_text};
use crate::failure::Failure;
use crate::output::text::{counted, printable};
use crate::session::Session;

/// Prove that a journal extends its checkpoints, or that an event was among those sealed
///
/// Exits with 1 where it does not, and names the first event that differs: exactly where FILE.hashes stands beside a
/// checkpoint, else between which checkpoints. With --proof no journal is needed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche verify journal.jsonl --checkpoint 2025-10-23.checkpoint --vkey example.org/desk+1234abcd+AW…\n  \
    demarche verify --proof event.tlog-proof --checkpoint 2025-10-23.checkpoint --vkey example.org/desk+1234abcd+AW…")]
pub(crate) struct Args {
    /// The journal: a file
    #[arg(value_name = "LOG", required_unless_present = "proof", conflicts_with = "proof")]
    log: Option<PathBuf>,

    /// A checkpoint; repeatable
    #[arg(long = "checkpoint", value_name = "FILE", required_unless_present = "proof")]
    checkpoints: Vec<PathBuf>,

    /// The public key of whoever signed, as `demarche seal --new-key` printed it
    #[arg(long, value_name = "KEY")]
    vkey: VerifierKey,

    /// The name of the log [default: the name of the key]
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,

    /// Check a proof, against the checkpoint that it holds; with --checkpoint it must be that one
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let origin = args.origin.as_deref().unwrap_or_else(|| args.vkey.name());
    let sealed: Result<Vec<Sealed>, Failure> =
        args.checkpoints.iter().map(|path| read_sealed(path, &args.vkey, origin)).collect();
    let sealed = sealed?;
    match (&args.proof, &args.log) {
        (Some(proof), _) => check_proof(args, proof, origin, &sealed, session),
        (None, Some(log)) => check_log(args, log, &sealed, session),
        (None, None) => Err(Failure::usage("there is nothing to verify", "give a LOG, or --proof")),
    }
}

fn check_log(args: &Args, log: &Path, sealed: &[Sealed], session: &mut Session<'_>) -> Result<u8, Failure> {
    let journal = SealedLog::read(log)?;
    for (path, sealed) in args.checkpoints.iter().zip(sealed) {
        let name = path.display().to_string();
        let word = if sealed.holds_for(&journal.tree) { "holds" } else { "does not hold" };
        writeln!(session.stdout, "{}: {word}, {}", printable(&name), told(&sealed.checkpoint))?;
    }
    let proved = verify(&journal.tree, sealed).map_err(|difference| {
        let remedy = "a line taken out, put in or moved makes all behind it differ".to_owned();
        journal.differs(log, &difference, vec![remedy])
    })?;
    let behind = journal.tree.size() - proved;
    writeln!(session.stdout, "the first {proved} events are as they were sealed; {behind} came later")?;
    journal.remark(log, session)?;
    Ok(0)
}

fn check_proof(
    args: &Args,
    path: &Path,
    origin: &str,
    sealed: &[Sealed],
    session: &mut Session<'_>,
) -> Result<u8, Failure> {
    let proof: Proof = read_text(path)?.parse().map_err(|error| broken(path, &error))?;
    let checkpoint = proof.verify(&args.vkey, origin).map_err(|error| broken(path, &error))?;
    if !sealed.is_empty() && !sealed.iter().any(|sealed| sealed.checkpoint == checkpoint) {
        let problem = format!("the proof is of another checkpoint: {}", told(&checkpoint));
        return Err(broken(path, &std::io::Error::other(problem)));
    }
    let number = proof.index().saturating_add(1);
    writeln!(session.stdout, "event {number} of {}:", told(&checkpoint))?;
    writeln!(session.stdout, "{}", printable(proof.line()))?;
    Ok(0)
}

fn told(checkpoint: &Checkpoint) -> String {
    let events = counted(usize::try_from(checkpoint.size()).unwrap_or(usize::MAX), "event");
    format!("{events} of {}, root {}", printable(checkpoint.origin()), checkpoint.root())
}
