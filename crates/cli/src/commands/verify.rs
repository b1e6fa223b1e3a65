//! `demarche verify`: checks that a journal still extends what was sealed, or that a proof holds.

use std::path::{Path, PathBuf};

use demarche_journal::seal::{Checkpoint, Proof, ProofError, Sealed, VerifierKey};

use crate::failure::Failure;
use crate::output::text::{counted, printable};
use crate::sealing::{SealedJournal, broken, read_sealed, read_text};
use crate::session::Session;

/// Proves that a journal extends its checkpoints, or that an event was among those sealed
///
/// Exits with 1 where it does not, byte for byte, and names the first event that differs: exactly where FILE.hashes
/// stands beside a checkpoint, else between which checkpoints. With --proof no journal is read.
///
/// The logs of a directory are one sequence, as `seal` takes them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche verify journal.jsonl --checkpoint 2025-10-23.checkpoint --vkey example.org/desk+1234abcd+AW…\n  \
    demarche verify --proof event.tlog-proof --checkpoint 2025-10-23.checkpoint --vkey example.org/desk+1234abcd+AW…")]
pub(crate) struct Args {
    /// The journal: a file, a directory of *.jsonl, or `-` for standard input; .gz and .zst are read as they are
    #[arg(value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true, required_unless_present = "proof")]
    journal: Option<PathBuf>,

    /// A checkpoint; repeatable
    #[arg(long = "checkpoint", value_name = "FILE", required_unless_present = "proof")]
    checkpoints: Vec<PathBuf>,

    /// The public key of the signer, as `demarche seal --new-key` printed it; repeatable, for a signer who had several
    #[arg(long = "vkey", value_name = "KEY", required = true)]
    vkeys: Vec<VerifierKey>,

    /// The name of the log [default: the name of the first key]
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,

    /// Check a proof, against the checkpoint that it holds; with --checkpoint it must be that one
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let origin = args.origin.as_deref().or_else(|| args.vkeys.first().map(VerifierKey::name)).unwrap_or_default();
    let sealed: Result<Vec<Sealed>, Failure> =
        args.checkpoints.iter().map(|path| read_sealed(path, &args.vkeys, origin)).collect();
    let sealed = sealed?;
    match (&args.proof, &args.journal) {
        (Some(proof), _) => check_proof(args, proof, origin, &sealed, session),
        (None, Some(journal)) => check_journal(args, journal, &sealed, session),
        (None, None) => Err(Failure::usage("there is nothing to verify", "give a JOURNAL, or --proof")),
    }
}

fn check_journal(args: &Args, path: &Path, sealed: &[Sealed], session: &mut Session<'_>) -> Result<u8, Failure> {
    let mut journal = SealedJournal::read(path, session)?;
    journal.restore(Some(&args.vkeys));
    for (path, sealed) in args.checkpoints.iter().zip(sealed) {
        let name = path.display().to_string();
        let word = if journal.sequence().extends(sealed) { "holds" } else { "does not hold" };
        writeln!(session.stdout, "{}: {word}, {}", printable(&name), told(&sealed.checkpoint))?;
    }
    let proved = journal.sequence().verify(sealed).map_err(|altered| journal.altered(&altered))?;
    let behind = journal.sequence().tree().size() - proved;
    writeln!(session.stdout, "the first {proved} events are as they were sealed; {behind} came later")?;
    let erased = journal.sequence().erased().len();
    if erased > 0 {
        let events = counted(erased, "event");
        writeln!(session.stdout, "{events} had texts erased since, by signed redactions")?;
    }
    // Lines that are not sealed yet may have any form, but cannot be sealed like that.
    if let Some((lines, first)) = journal.sequence().strays() {
        session.stdout.flush()?;
        let (lines, place) = (counted(lines, "line"), format!("{}:{}", journal.name(first), first.line));
        writeln!(
            session.stderr,
            "note: {lines} behind them not in canonical form, first {}; run `demarche fmt` before you seal",
            printable(&place)
        )?;
    }
    Ok(0)
}

fn check_proof(
    args: &Args,
    path: &Path,
    origin: &str,
    sealed: &[Sealed],
    session: &mut Session<'_>,
) -> Result<u8, Failure> {
    let proof: Proof = read_text(path)?.parse().map_err(|error: ProofError| broken(path, error.line(), &error))?;
    let checkpoint = proof.verify(&args.vkeys, origin).map_err(|error| broken(path, error.line(), &error))?;
    if !sealed.is_empty() && !sealed.iter().any(|sealed| sealed.checkpoint == checkpoint) {
        let problem = format!("the proof is of another checkpoint: {}", told(&checkpoint));
        return Err(broken(path, None, &std::io::Error::other(problem)));
    }
    let number = proof.index().saturating_add(1);
    writeln!(session.stdout, "event {number} of {}:", told(&checkpoint))?;
    session.lines(format!("{}\n", proof.line()).as_bytes())?;
    Ok(0)
}

fn told(checkpoint: &Checkpoint) -> String {
    let events = counted(usize::try_from(checkpoint.size()).unwrap_or(usize::MAX), "event");
    format!("{events} of {}, root {}", printable(checkpoint.origin()), checkpoint.root())
}
