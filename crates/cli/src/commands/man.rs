//! `demarche man`: the manual pages.

use clap::CommandFactory;

use super::Cli;
use crate::failure::Failure;
use crate::session::Session;

/// The manual page of demarche, or of one of its commands
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  demarche man | man -l -\n  demarche man replay > demarche-replay.1")]
pub(crate) struct Args {
    /// The command; without one, the page of demarche itself
    command: Option<String>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let mut root = Cli::command();
    // Building the command fills in global options and subcommand names.
    root.build();
    let page = match &args.command {
        None => root,
        Some(name) => {
            let known: Vec<String> = root.get_subcommands().map(|command| command.get_name().to_owned()).collect();
            let command = root.find_subcommand(name).cloned();
            command.ok_or_else(|| {
                Failure::usage(format!("there is no command {name}"), format!("expected one of: {}", known.join(", ")))
            })?
        }
    };
    clap_mangen::Man::new(page).render(session.stdout)?;
    Ok(0)
}
