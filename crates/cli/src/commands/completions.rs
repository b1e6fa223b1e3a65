//! `demarche completions`: what a shell needs to complete command lines.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use crate::failure::Failure;
use crate::session::Session;

/// Shell completions, printed for you to put where your shell looks for them
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  demarche completions bash > demarche.bash")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    // The generator panics when a pipe is closed, so it writes to a buffer.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "demarche", &mut script);
    session.stdout.write_all(&script)?;
    Ok(0)
}
