//! The commands, one file each with its arguments, help and code. This module only dispatches.

mod agenda;
#[cfg(feature = "archive")]
mod archive;
mod check;
mod claim;
mod compare;
mod completions;
mod copy;
mod diff;
mod erase;
mod events;
mod export;
mod fmt;
mod history;
mod import;
mod man;
mod merge;
mod prove;
mod record;
mod replay;
mod schema;
mod seal;
mod serve;
mod show;
mod stats;
#[cfg(feature = "postgres")]
mod store;
mod timeline;
mod user;
mod verify;
mod watch;
mod why;

use clap::{Parser, Subcommand, ValueEnum};

use crate::failure::Failure;
use crate::session::Session;
pub(crate) use diff::Printer as ChangePrinter;
pub(crate) use record::help_for_type;

/// The journal and the fold for diplomacy: who claimed what, and where it stands
#[derive(Debug, Parser)]
#[command(name = "demarche", version)]
#[command(after_help = "A LOG is a file of events, a directory of such, or - for standard input; a JOURNAL is one \
    that is kept.\n\
    Where none is named, the environment's DEMARCHE_JOURNAL names it.\n\
    `demarche help COMMAND` says more of each, with examples.\n\n\
    Exit codes:\n  \
    0  done\n  \
    1  no: a log has errors, `check` has findings to fail on, `fmt --check` would\n     \
    change a line, a seal does not hold, or the journal refuses an event\n  \
    2  wrong usage: what is asked for does not exist, or cannot be done this way\n  \
    3  a file cannot be read or written, or another writer has it locked\n\n\
    Examples:\n  \
    demarche replay fixtures/us-russia-2025.jsonl\n  \
    demarche why fixtures/us-russia-2025.jsonl --track us-ru/leaders")]
pub struct Cli {
    /// When to use colour; `NO_COLOR` turns it off, too
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto, help_heading = "Output")]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    pub(crate) const fn decide(self, auto: bool) -> bool {
        match self {
            Self::Auto => auto,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Replay(replay::Args),
    Show(show::Args),
    Why(why::Args),
    Events(events::Args),
    Diff(diff::Args),
    History(history::Args),
    Agenda(agenda::Args),
    Compare(compare::Args),
    Check(check::Args),
    Stats(stats::Args),
    Record(record::Args),
    Retract(claim::RetractArgs),
    Deny(claim::DenyArgs),
    Confirm(claim::ConfirmArgs),
    Withdraw(claim::WithdrawArgs),
    Erase(erase::Args),
    Watch(watch::Args),
    Serve(serve::Args),
    User(user::Args),
    Import(import::Args),
    Export(export::Args),
    Timeline(timeline::Args),
    Schema(schema::Args),
    Merge(merge::Args),
    Copy(copy::Args),
    #[cfg(feature = "postgres")]
    Store(store::Args),
    Fmt(fmt::Args),
    Seal(seal::Args),
    Verify(verify::Args),
    Prove(prove::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs a command, and returns its exit code.
pub(crate) fn run(command: Command, session: &mut Session<'_>) -> Result<u8, Failure> {
    match command {
        Command::Replay(args) => replay::run(&args, session),
        Command::Show(args) => show::run(&args, session),
        Command::Why(args) => why::run(&args, session),
        Command::Events(args) => events::run(&args, session),
        Command::Diff(args) => diff::run(&args, session),
        Command::History(args) => history::run(&args, session),
        Command::Agenda(args) => agenda::run(&args, session),
        Command::Compare(args) => compare::run(&args, session),
        Command::Check(args) => check::run(&args, session),
        Command::Stats(args) => stats::run(&args, session),
        Command::Import(args) => import::run(&args, session),
        Command::Export(args) => export::run(&args, session),
        Command::Timeline(args) => timeline::run(&args, session),
        Command::Schema(args) => schema::run(&args, session),
        Command::Merge(args) => merge::run(&args, session),
        Command::Copy(args) => copy::run(&args, session),
        #[cfg(feature = "postgres")]
        Command::Store(args) => store::run(&args, session),
        Command::Fmt(args) => fmt::run(&args, session),
        Command::Seal(args) => seal::run(&args, session),
        Command::Verify(args) => verify::run(&args, session),
        Command::Prove(args) => prove::run(&args, session),
        Command::Record(args) => record::run(&args, session),
        Command::Retract(args) => claim::retract(&args, session),
        Command::Deny(args) => claim::deny(&args, session),
        Command::Confirm(args) => claim::confirm(&args, session),
        Command::Withdraw(args) => claim::withdraw(&args, session),
        Command::Erase(args) => erase::run(&args, session),
        Command::Watch(args) => watch::run(&args, session),
        Command::Serve(args) => serve::run(&args, session),
        Command::User(args) => user::run(&args, session),
        Command::Completions(args) => completions::run(&args, session),
        Command::Man(args) => man::run(&args, session),
    }
}
