//! The `demarche` binary: hands the process's arguments, streams and terminal to the library, and returns its exit
//! code.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use demarche_cli::{Session, Terminal, exec};

fn main() -> ExitCode {
    // Leave standard error unlocked: any reading thread may draw the progress bar on it.
    let (stdout, mut stderr) = (io::stdout(), io::stderr());
    let terminal = Terminal {
        columns: columns(),
        stdin_is_terminal: io::stdin().is_terminal(),
        stdout_is_terminal: stdout.is_terminal(),
        stderr_is_terminal: stderr.is_terminal(),
        colour: anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
    };
    let mut output = io::BufWriter::new(stdout.lock());
    let mut session = Session {
        stdin: &mut io::stdin().lock(),
        stdout: &mut output,
        stderr: &mut stderr,
        terminal,
        now: || chrono::Utc::now(),
        random: demarche_cli::random,
    };
    let code = exec(std::env::args_os(), &mut session);
    // A closed pipe, as from `head`, is not an error.
    let _ = output.flush();
    ExitCode::from(code)
}

/// Returns the width from `COLUMNS`, or else that of the terminal.
fn columns() -> Option<u16> {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    asked.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0))
}
