//! The display names of actors, from the file of names that a desk keeps beside its journal.

use std::path::{Path, PathBuf};

use clap::Args;
use demarche_core::ActorId;
use demarche_journal::beside_logs;
use demarche_projection::narrate::Names;

use crate::failure::Failure;
use crate::input::read_at_most;

/// The names of actors in sentences.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct NamesArgs {
    /// The names of actors: a line has an actor, its name, and perhaps a short name, separated by tabs [default:
    /// names.tsv beside each log]
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
}

/// The names of actors in sentences and in tables.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct NamingArgs {
    #[command(flatten)]
    names: NamesArgs,

    /// In tables, too, call countries by their names, and actors by the short names that the file gives them
    #[arg(long)]
    names_in_tables: bool,
}

/// The names of actors in sentences and in tables.
#[derive(Debug)]
pub(crate) struct Naming {
    pub(crate) names: Names,
    in_tables: bool,
}

/// The name of the file beside a log.
const BESIDE: &str = "names.tsv";

/// The maximum size of a file of names, in bytes.
const FILE_MAX_BYTES: u64 = 1024 * 1024;

impl NamesArgs {
    /// Reads the names. If several files name an actor, the first one wins.
    pub(crate) fn read(&self, logs: &[PathBuf]) -> Result<Names, Failure> {
        let files = self.files(logs);
        files.iter().try_fold(Names::default(), |names, path| Ok(names.or(self.read_file(path)?)))
    }

    /// Tells whether a file is named.
    pub(crate) const fn is_given(&self) -> bool {
        self.names.is_some()
    }

    /// Returns everything that a command reads: the logs and the files of names.
    pub(crate) fn with_inputs(&self, logs: &[PathBuf]) -> Vec<PathBuf> {
        logs.iter().cloned().chain(self.files(logs)).collect()
    }

    /// Returns the files of names, in the order of the logs.
    fn files(&self, logs: &[PathBuf]) -> Vec<PathBuf> {
        if let Some(path) = &self.names {
            return vec![path.clone()];
        }
        beside_logs(logs, BESIDE)
    }

    fn read_file(&self, path: &Path) -> Result<Names, Failure> {
        let remedy = "docs/cli.md shows such a file";
        let wrong = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", path.display()), remedy);
        // Skip a pipe that nobody asked for: it may have no writer, and opening it would block.
        if self.names.is_none() && path.exists() && !path.is_file() {
            return Err(wrong(&"it is no file"));
        }
        let text = String::from_utf8(read_at_most(path, FILE_MAX_BYTES, "file of names")?);
        text.map_err(|error| wrong(&error.utf8_error()))?.parse().map_err(|error| wrong(&error))
    }
}

impl NamingArgs {
    /// Reads the names.
    pub(crate) fn read(&self, logs: &[PathBuf]) -> Result<Naming, Failure> {
        Ok(Naming { names: self.names.read(logs)?, in_tables: self.names_in_tables })
    }
}

impl Naming {
    /// Uses the names in sentences only.
    pub(crate) const fn of_sentences(names: Names) -> Self {
        Self { names, in_tables: false }
    }

    /// Returns the name of an actor in a table.
    pub(crate) fn cell<'n>(&'n self, actor: &'n ActorId) -> &'n str {
        if self.in_tables { self.names.short(actor) } else { actor.as_str() }
    }

    /// Joins the names of actors for a table. Names may contain spaces, but slugs do not.
    pub(crate) fn cells(&self, actors: &[ActorId]) -> String {
        let separator = if self.in_tables { ", " } else { " " };
        actors.iter().map(|actor| self.cell(actor)).collect::<Vec<_>>().join(separator)
    }
}
