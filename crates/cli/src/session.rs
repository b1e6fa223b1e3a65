//! What a command gets from outside: streams, a terminal, a clock.

use std::io::{self, BufRead, Write};

use chrono::{DateTime, Utc};
use demarche_core::Instant;
use demarche_interop::escape::json as escaped;

use crate::failure::Failure;

/// The width of tables if the terminal's width is unknown.
const DEFAULT_COLUMNS: u16 = 80;

/// The streams, the terminal and the clock that a command line runs with.
pub struct Session<'s> {
    /// Standard input, for a log given as `-`.
    pub stdin: &'s mut dyn BufRead,
    /// The destination of results.
    pub stdout: &'s mut dyn Write,
    /// The destination of diagnostics.
    pub stderr: &'s mut dyn Write,
    /// The properties of the terminal.
    pub terminal: Terminal,
    /// The clock. It is read for `--today now`, by commands that record, and by `watch`.
    pub now: fn() -> DateTime<Utc>,
    /// The source of random bytes, used only for the ids of new events.
    pub random: fn() -> [u8; 10],
}

impl Session<'_> {
    /// Returns the clock's instant, to the microsecond.
    pub(crate) fn instant(&self) -> Result<Instant, Failure> {
        let micros = DateTime::from_timestamp_micros((self.now)().timestamp_micros());
        let instant = micros.and_then(Instant::new);
        instant.ok_or_else(|| Failure::usage("the clock shows no date of our era", "set the clock"))
    }

    /// Prints JSON lines that are kept byte for byte, such as canonical lines of a log. On a terminal, characters that
    /// it would act on are escaped.
    pub(crate) fn lines(&mut self, lines: &[u8]) -> io::Result<()> {
        if !self.terminal.stdout_is_terminal {
            return self.stdout.write_all(lines);
        }
        self.stdout.write_all(escaped(String::from_utf8_lossy(lines).into_owned()).as_bytes())
    }

    /// Prints harmless text, wrapped to the terminal.
    pub(crate) fn wrapped(&mut self, text: &str) -> io::Result<()> {
        self.filled(text, "", "")
    }

    /// Prints harmless text, wrapped to the terminal, and a blank line.
    pub(crate) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        self.wrapped(text)?;
        writeln!(self.stdout)
    }

    /// Prints harmless text as an item of a list, wrapped to the terminal.
    pub(crate) fn item(&mut self, text: &str) -> io::Result<()> {
        self.filled(text, "  - ", "    ")
    }

    fn filled(&mut self, text: &str, first_indent: &str, indent: &str) -> io::Result<()> {
        let options = textwrap::Options::new(usize::from(self.terminal.width()))
            .initial_indent(first_indent)
            .subsequent_indent(indent)
            // Never break names at a slash or a hyphen.
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        writeln!(self.stdout, "{}", textwrap::fill(text, options))
    }
}

/// The properties of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal {
    /// The width in columns, if it is known.
    pub columns: Option<u16>,
    /// Whether what is read from standard input is typed.
    pub stdin_is_terminal: bool,
    /// Whether results go to a terminal.
    pub stdout_is_terminal: bool,
    /// Whether diagnostics go to a terminal.
    pub stderr_is_terminal: bool,
    /// Whether results may be coloured.
    pub colour: bool,
}

impl Terminal {
    /// Returns the width to which output is fitted.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.columns.unwrap_or(DEFAULT_COLUMNS)
    }
}
