//! What a command has of the world: streams, a terminal, a clock.

use std::io::{self, BufRead, Write};

use chrono::{DateTime, Utc};
use demarche_core::Instant;
use demarche_interop::escape::json as escaped;

use crate::failure::Failure;

/// The width of tables where nobody says how wide the terminal is.
const DEFAULT_COLUMNS: u16 = 80;

/// The streams, the terminal and the clock that a command line runs with.
pub struct Session<'s> {
    /// Standard input, where a log is given as `-`.
    pub stdin: &'s mut dyn BufRead,
    /// Where results go.
    pub stdout: &'s mut dyn Write,
    /// Where diagnostics go.
    pub stderr: &'s mut dyn Write,
    /// What is known of the terminal.
    pub terminal: Terminal,
    /// The clock: asked for `--today now`, by what records, and by `watch`.
    pub now: fn() -> DateTime<Utc>,
    /// Random bytes, asked only for the ids of new events.
    pub random: fn() -> [u8; 10],
}

impl Session<'_> {
    /// The clock's instant, to the microsecond.
    pub(crate) fn instant(&self) -> Result<Instant, Failure> {
        let micros = DateTime::from_timestamp_micros((self.now)().timestamp_micros());
        let instant = micros.and_then(Instant::new);
        instant.ok_or_else(|| Failure::usage("the clock shows no date of our era", "set the clock"))
    }

    /// Prints lines of JSON that are kept byte for byte, such as canonical lines of a log; on a terminal what acts on
    /// it is escaped.
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
            // Names are never broken: neither at a slash nor at a hyphen.
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        writeln!(self.stdout, "{}", textwrap::fill(text, options))
    }
}

/// What is known of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal {
    /// Its width in columns, where that is known.
    pub columns: Option<u16>,
    /// Whether results go to one.
    pub stdout_is_terminal: bool,
    /// Whether diagnostics go to one.
    pub stderr_is_terminal: bool,
    /// Whether results may be coloured.
    pub colour: bool,
}

impl Terminal {
    /// Returns the width to which tables are fitted.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.columns.unwrap_or(DEFAULT_COLUMNS)
    }
}
