//! The command line of Demarche: it parses arguments, calls the library crates, and prints.
//!
//! It holds no domain rule. [`exec`] takes its streams as arguments, so that tests run it without a process.

mod commands;
mod failure;
mod input;
mod logging;
mod options;
mod output;
mod period;
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

/// The maximum width of help; longer lines are hard to read.
const HELP_MAX_COLUMNS: u16 = 100;

/// Runs a command line, and returns its exit code: 0 done, 1 the answer is no (a log has errors, a seal does not hold,
/// an event is refused), 2 wrong usage, 3 a file cannot be read, written or locked. `docs/json.md` has them in full.
pub fn exec(args: impl IntoIterator<Item = OsString>, session: &mut Session<'_>) -> u8 {
    // Wrap help to the session's terminal, not to the terminal of this process.
    let args: Vec<OsString> = args.into_iter().collect();
    let command = commands::help_for_type(Cli::command(), &args);
    let command = command.term_width(usize::from(session.terminal.width().min(HELP_MAX_COLUMNS)));
    // Libraries wrap the writer's error, which hides that the pipe was closed. So remember it here.
    let mut stdout = Pipe { out: &mut *session.stdout, is_closed: false };
    let outcome = run(
        command.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches)),
        &mut Session {
            stdin: &mut *session.stdin,
            stdout: &mut stdout,
            stderr: &mut *session.stderr,
            terminal: session.terminal,
            now: session.now,
            random: session.random,
        },
    );
    let is_closed = stdout.is_closed;
    match outcome {
        Ok(code) => code,
        // A closed pipe, as from `head`, is not an error, unless the user must be told what was stored.
        Err(Failure::Output(_)) if is_closed => 0,
        Err(failure) => {
            // If even this fails, there is nobody left to tell.
            let _ = session.stdout.flush();
            let _ = failure.report(session);
            failure.code()
        }
    }
}

/// Runs the parsed command, and flushes its output.
fn run(cli: Result<Cli, clap::Error>, session: &mut Session<'_>) -> Result<u8, Failure> {
    let code = match cli {
        Ok(cli) => {
            session.terminal.colour = cli.color.decide(session.terminal.colour);
            commands::run(cli.command, session)?
        }
        Err(error) => usage(&error, session)?,
    };
    session.stdout.flush()?;
    Ok(code)
}

/// Standard output, with a flag that records whether its reader has closed it.
struct Pipe<'s> {
    out: &'s mut dyn Write,
    is_closed: bool,
}

impl Pipe<'_> {
    fn watch<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        self.is_closed |= outcome.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        outcome
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = self.out.write(bytes);
        self.watch(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        let outcome = self.out.flush();
        self.watch(outcome)
    }
}

/// Prints a message of clap: help and version to standard output, errors to standard error.
fn usage(error: &clap::Error, session: &mut Session<'_>) -> Result<u8, Failure> {
    let text = if session.terminal.colour { error.render().ansi().to_string() } else { error.render().to_string() };
    if error.use_stderr() {
        // If even this fails, there is nobody left to tell.
        let _ = session.stderr.write_all(text.as_bytes()).and_then(|()| session.stderr.flush());
        return Ok(2);
    }
    session.stdout.write_all(text.as_bytes())?;
    Ok(0)
}
