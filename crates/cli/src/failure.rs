//! Why a command failed, separate from how that is printed.

use std::io::{self, Write};
use std::path::PathBuf;

use demarche_projection::LogChanged;

use demarche_core::codec::{DecodeErrorKind, ReadError, ReadErrorKind};
use demarche_core::jsonl::{Excerpt, JsonProblem};
use demarche_interop::export::ExportError;
use demarche_journal::{FileChange, ReplaceError, SourceError};

use crate::output::text::printable;
use crate::session::Session;

/// Why a command failed. Each kind has its own exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A log has an error.
    #[error("{0}")]
    Log(Box<Diagnostic>),
    /// The command line asks for something that does not exist.
    #[error("{problem}")]
    Usage { problem: String, remedy: String },
    /// The journal refuses an event.
    #[error("{problem}")]
    Refused { problem: String, remedy: String },
    /// A journal, or a file beside it, cannot be written or locked, or changed while it was read.
    #[error("{0}")]
    File(String),
    /// A file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// The command failed after it had stored something: what it stored, and why a retry does no harm.
    #[error("{failure}")]
    Stored { failure: Box<Failure>, stored: Vec<String> },
}

impl From<LogChanged> for Failure {
    fn from(changed: LogChanged) -> Self {
        Self::File(format!("{changed}: run the command again"))
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::LogChanged(changed) => changed.into(),
            ExportError::Io(error) => Self::Output(error),
        }
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        let remedy = match error {
            SourceError::StdinTwice => "give - once",
            SourceError::Address { .. } => "name a file or a directory",
            SourceError::NoLog { .. } => "a log in a directory is a file *.jsonl, *.jsonl.gz or *.jsonl.zst",
            SourceError::Unreadable { path, error } => return Self::Read { path, error },
        };
        Self::usage(error.to_string(), remedy)
    }
}

/// The kind of error in a log; the counterpart of a finding's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiagnosticCode {
    BrokenLine,
    UnknownEvent,
    DuplicateId,
    BrokenRow,
    AlteredLog,
    BrokenSeal,
}

impl DiagnosticCode {
    /// Returns the code that appears in JSON.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::BrokenLine => "broken-line",
            Self::UnknownEvent => "unknown-event",
            Self::DuplicateId => "duplicate-id",
            Self::BrokenRow => "broken-row",
            Self::AlteredLog => "altered-log",
            Self::BrokenSeal => "broken-seal",
        }
    }
}

/// An error in a log, with its place, as it is printed.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    pub(crate) code: DiagnosticCode,
    pub(crate) problem: String,
    /// The name of the log; the line, or 0 for the file as a whole; and the column to blame, if there is one.
    pub(crate) log: String,
    pub(crate) line: u64,
    pub(crate) column: Option<usize>,
    pub(crate) excerpt: Option<Excerpt>,
    /// Further places and remedies, one line each.
    pub(crate) notes: Vec<String>,
}

impl Failure {
    /// Returns the exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Log(_) | Self::Refused { .. } => 1,
            Self::Usage { .. } => 2,
            Self::Read { .. } | Self::Output(_) | Self::File(_) => 3,
            Self::Stored { failure, .. } => failure.code(),
        }
    }

    /// Adds what had been stored before the failure.
    pub(crate) fn after(self, stored: impl IntoIterator<Item = String>) -> Self {
        Self::Stored { failure: Box::new(self), stored: stored.into_iter().collect() }
    }

    pub(crate) fn usage(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Usage { problem: problem.into(), remedy: remedy.into() }
    }

    /// Returns the failure of a log that changed during reading, so that the result may mix two versions.
    pub(crate) fn changed(log: &str, change: FileChange) -> Self {
        let what = match change {
            FileChange::Replaced => "replaced",
            FileChange::Cut => "cut",
            FileChange::Rewritten => "rewritten",
        };
        Self::File(format!("{log} was {what} while it was read: run the command again"))
    }

    /// Returns the failure of a file that could not be written or must not be replaced.
    #[allow(clippy::needless_pass_by_value, reason = "it is what errors are mapped by")]
    pub(crate) fn unwritten(error: ReplaceError) -> Self {
        let remedy = match &error {
            ReplaceError::Input { .. } | ReplaceError::NewLog { .. } => "write to another file",
            ReplaceError::Events { .. } => "write to another file; --force replaces no journal",
            ReplaceError::Occupied { .. } => "write to another file, or replace this one with --force",
            ReplaceError::NotAFile { .. }
            | ReplaceError::ReadOnly { .. }
            | ReplaceError::NotWritable { .. }
            | ReplaceError::Io { .. } => return Self::File(format!("not written: {error}")),
        };
        Self::usage(format!("not written: {error}"), remedy)
    }

    /// Prints the failure on standard error.
    pub(crate) fn report(&self, session: &mut Session<'_>) -> io::Result<()> {
        match self {
            Self::Log(report) => return report.print(session.stderr),
            Self::Usage { problem, remedy } | Self::Refused { problem, remedy } => {
                writeln!(session.stderr, "error: {}", printable(problem))?;
                writeln!(session.stderr, "  = {}", printable(remedy))?;
            }
            Self::Read { .. } | Self::Output(_) | Self::File(_) => {
                writeln!(session.stderr, "error: {}", printable(&self.to_string()))?;
            }
            Self::Stored { failure, stored } => {
                failure.report(session)?;
                for line in stored {
                    writeln!(session.stderr, "  = {}", printable(line))?;
                }
            }
        }
        session.stderr.flush()
    }
}

impl Diagnostic {
    /// Makes a report from an error of the reader.
    pub(crate) fn of(error: ReadError, log: &str) -> Self {
        let is_unknown = matches!(&error.kind, ReadErrorKind::Line(kind) if kind.is_unknown());
        let lacks_field =
            matches!(&error.kind, ReadErrorKind::Line(DecodeErrorKind::Json(JsonProblem::MissingField { .. })));
        let remedy = match (is_unknown, lacks_field) {
            (true, _) => Some("--skip-unknown passes over such events, and counts them"),
            (_, true) => Some("`demarche schema` prints which fields an event has"),
            (false, false) => None,
        };
        Self {
            code: if is_unknown { DiagnosticCode::UnknownEvent } else { DiagnosticCode::BrokenLine },
            problem: error.kind.to_string(),
            log: log.to_owned(),
            line: error.line,
            column: Some(error.column),
            excerpt: Some(error.excerpt),
            notes: remedy.map(str::to_owned).into_iter().collect(),
        }
    }

    /// Prints the report: file, line and column, then the offending text above a caret. It is one write, because
    /// diagnostics are unbuffered and there may be many.
    pub(crate) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut text = Vec::new();
        self.write(&mut text)?;
        out.write_all(&text)?;
        out.flush()
    }

    fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        writeln!(out, "error: {}", printable(&self.problem))?;
        writeln!(out, "  --> {}", self.place())?;
        if let Some(excerpt) = &self.excerpt {
            let number = self.line.to_string();
            let gutter = " ".repeat(number.len());
            let (before, blamed, after) =
                (printable(&excerpt.before), printable(&excerpt.blamed), printable(&excerpt.after));
            let indent = " ".repeat(before.chars().count());
            let carets = "^".repeat(blamed.chars().count().max(1));
            writeln!(out, "{gutter} |")?;
            writeln!(out, "{number} | {before}{blamed}{after}")?;
            writeln!(out, "{gutter} | {indent}{carets}")?;
        }
        for note in &self.notes {
            writeln!(out, "  = {}", printable(note))?;
        }
        Ok(())
    }

    /// Returns `file:line:column`, omitting the parts that are unknown.
    pub(crate) fn place(&self) -> String {
        let log = printable(&self.log);
        match (self.line, self.column) {
            (0, _) => log.into_owned(),
            (line, Some(column)) => format!("{log}:{line}:{column}"),
            (line, None) => format!("{log}:{line}"),
        }
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place(), self.problem)
    }
}
