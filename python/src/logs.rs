//! Logs, read into a fold, with the names of actors beside them and the places of their lines.

use std::io;
use std::path::{Path, PathBuf};

use demarche_core::EventId;
use demarche_journal::{LineFinder, LoadError, Logs, OpenLogs, Source, Trouble, beside_logs};
use demarche_projection::narrate::Names;
use demarche_projection::{Fold, LogChanged};
use pyo3::prelude::*;

use crate::errors::{changed, log_changed, log_error, question_error, read_error, source_error};

/// The name of the file of names beside a log.
const NAMES_FILE: &str = "names.tsv";

/// A fold, and what is needed to speak of it. It is never changed, so that answers can share it.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) fold: Fold,
    pub(crate) names: Names,
    places: LineFinder,
    logs: Vec<String>,
}

/// What to do with a line that is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leniency {
    /// Whether broken lines are left out, and told of.
    pub(crate) skips_broken: bool,
    /// Whether events of an unknown type or version are left out.
    pub(crate) skips_unknown: bool,
}

impl Loaded {
    /// Reads logs. Returns the errors of the lines that were left out, too.
    pub(crate) fn read(
        paths: &[PathBuf],
        names: Option<&Path>,
        leniency: Leniency,
    ) -> PyResult<(Self, Vec<PyErr>, u64)> {
        if paths.iter().any(|path| path.as_os_str() == "-") {
            return Err(question_error("standard input is not read: give the path of a log"));
        }
        let names = read_names(paths, names)?;
        let sources = Source::all_of(paths).map_err(|error| source_error(&error))?;
        let logs: Vec<String> = sources.iter().map(Source::name).collect();
        let opened = OpenLogs::open(sources, false, &mut io::empty(), &()).map_err(|error| source_error(&error))?;
        let mut skipped = Vec::new();
        let read = match opened.scan(&|_| {}) {
            Some(facts) => opened.with(facts),
            None => by_line(opened, &logs, leniency, &mut skipped)?,
        };
        let (places, unknown) = (read.places(), read.unknown);
        let Logs { facts, texts, .. } = read;
        let loaded = Self { fold: Fold::of_log(facts, texts), names, places, logs };
        loaded.must_be_unchanged()?;
        Ok((loaded, skipped, unknown))
    }

    /// Takes a fold over events that come from no file.
    pub(crate) fn of(fold: Fold) -> Self {
        Self { fold, ..Self::default() }
    }

    /// Returns `log:line` of an event; `None` if it comes from no file.
    pub(crate) fn place_of(&self, id: EventId) -> Option<String> {
        let spot = self.fold.facts().spot(self.fold.number_of(id)?)?;
        let (log, line) = self.places.find(spot.place, self.fold.texts())?;
        Some(format!("{}:{line}", self.logs.get(log)?))
    }

    /// Fails if a log was cut or rewritten since it was read.
    pub(crate) fn must_be_unchanged(&self) -> PyResult<()> {
        let name = |log: usize| self.logs.get(log).map_or("", String::as_str);
        self.places.change().map_or(Ok(()), |(log, change)| Err(changed(name(log), change)))
    }

    /// Asks a question without holding the interpreter's lock. A log that was changed meanwhile is an error.
    pub(crate) fn ask<T: Send>(
        &self,
        py: Python<'_>,
        question: impl FnOnce(&Self) -> Result<T, LogChanged> + Send,
    ) -> PyResult<T> {
        let (answer, change) = py.detach(|| (question(self), self.must_be_unchanged()));
        change?;
        answer.map_err(log_changed)
    }
}

fn by_line(opened: OpenLogs, logs: &[String], leniency: Leniency, skipped: &mut Vec<PyErr>) -> PyResult<Logs> {
    let name = |log: usize| logs.get(log).map_or("", String::as_str);
    let mut tell = |trouble| {
        let error = match trouble {
            Trouble::Broken { log, error } => read_error(&error, name(log)),
            Trouble::Conflict { log, line, id, first } => {
                let there = format!("{}:{}", name(first.0), first.1);
                let problem = format!("duplicate id {id}: another event of that id has different content, at {there}");
                log_error(&problem, name(log), line, None)
            }
        };
        if leniency.skips_broken {
            skipped.push(error);
            return Ok(());
        }
        Err(error)
    };
    opened.read(leniency.skips_unknown, &mut io::empty(), &(), &mut tell).map_err(|error| match error {
        LoadError::Source(error) => source_error(&error),
        LoadError::TooMany => question_error(LoadError::<PyErr>::TooMany),
        LoadError::Refused(error) => error,
    })
}

/// Reads the names of actors, from a file or from those beside the logs. If several name an actor, the first one wins.
fn read_names(logs: &[PathBuf], file: Option<&Path>) -> PyResult<Names> {
    let files = file.map_or_else(|| beside_logs(logs, NAMES_FILE), |file| vec![file.to_owned()]);
    files.iter().try_fold(Names::default(), |names, path| {
        let wrong = |error: &dyn std::fmt::Display| question_error(format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
        Ok(names.or(text.parse().map_err(|error| wrong(&error))?))
    })
}
