//! The command line of Demarche: it parses arguments, calls the library crates, and prints.
//!
//! It holds no domain rule. [`exec`] takes its streams as arguments, so that tests run it without a process.

mod commands;
mod failure;
mod input;
mod options;
mod output;
mod recording;
mod sealing;
mod session;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{CommandFactory, FromArgMatches};
pub use commands::Cli;
use failure::Failure;
pub use recording::random;
pub use session::{Session, Terminal};

/// The width beyond which help is hard to read.
const HELP_MAX_COLUMNS: u16 = 100;

/// Runs a command line, and returns its exit code: 0 done, 1 the answer is no (a log has errors, a seal does not hold,
/// an event is refused), 2 wrong usage, 3 a file cannot be read, written or locked. `docs/cli.md` has them in full.
pub fn exec(args: impl IntoIterator<Item = OsString>, session: &mut Session<'_>) -> u8 {
    // The help fits the terminal that was handed in, not the one that happens to be there.
    let command = Cli::command().term_width(usize::from(session.terminal.width().min(HELP_MAX_COLUMNS)));
    let outcome = match command.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => {
            session.terminal.colour = cli.color.decide(session.terminal.colour);
            commands::run(cli.command, session)
        }
        Err(error) => return usage(&error, session),
    };
    let outcome = outcome.and_then(|code| session.stdout.flush().map(|()| code).map_err(Failure::Output));
    match outcome {
        Ok(code) => code,
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(failure) => {
            // Where even this can't be written, there is nobody left to tell.
            let _ = session.stdout.flush();
            let _ = failure.report(session);
            failure.code()
        }
    }
}

/// Prints what clap says: help and version on standard output, errors on standard error.
fn usage(error: &clap::Error, session: &mut Session<'_>) -> u8 {
    let text = if session.terminal.colour { error.render().ansi().to_string() } else { error.render().to_string() };
    let stream: &mut dyn Write = if error.use_stderr() { session.stderr } else { session.stdout };
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    if error.use_stderr() { 2 } else { 0 }
}
