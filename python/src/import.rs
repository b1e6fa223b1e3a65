//! Other people's data as events.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor};
use std::path::{Path, PathBuf};

use demarche_core::Event as CoreEvent;
use demarche_interop::import::{
    Aliases, Format, ImportErrorKind, Importer, Mapping, Options, People, Report as CoreReport, Table as Codes,
};
use demarche_journal::Source;
use demarche_projection::Fold as CoreFold;
use demarche_projection::narrate::Names;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arguments::{parsed, text};
use crate::errors::{question_error, row_error, source_error, unexpected};
use crate::fold::Fold;
use crate::lines::{Layout, MadeEvents};
use crate::logs::Loaded;
use crate::table::Table;

/// What became of the rows of an import. Every row is counted.
///
///     >>> import demarche
///     >>> demarche.import_("gdelt", "fixtures/import/gdelt-2.0.tsv").report
///     <demarche.Report: 48 rows, 51 events, 0 folded, 18 set aside, 0 broken>
#[pyclass(frozen, module = "demarche")]
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    report: CoreReport,
    /// How many events were added to the journal, and how many it had already; `None` if there is no journal.
    pub(crate) stored: Option<(u64, u64)>,
    skipped: Vec<String>,
}

#[pymethods]
impl Report {
    /// How many rows were read, including broken ones.
    #[getter]
    const fn rows(&self) -> u64 {
        self.report.rows
    }

    /// How many events were made.
    #[getter]
    fn events(&self) -> u64 {
        self.report.events()
    }

    /// How many rows were broken.
    #[getter]
    const fn broken(&self) -> u64 {
        self.report.broken
    }

    /// How many events were new to the journal; `None` if there is no journal.
    #[getter]
    fn added(&self) -> Option<u64> {
        self.stored.map(|(added, _)| added)
    }

    /// How many events the journal had already; `None` if there is no journal.
    #[getter]
    fn already_there(&self) -> Option<u64> {
        self.stored.map(|(_, there)| there)
    }

    /// How many rows became an event, by its type.
    #[getter]
    fn coded(&self) -> BTreeMap<&'static str, u64> {
        self.report.coded.iter().map(|(event_type, count)| (event_type.as_str(), *count)).collect()
    }

    /// How many rows were set aside, by reason.
    #[getter]
    fn set_aside(&self) -> BTreeMap<String, u64> {
        self.report.set_aside.iter().map(|(reason, count)| (reason.to_string(), *count)).collect()
    }

    /// What was wrong with the rows that were left out.
    #[getter]
    fn skipped(&self) -> Vec<String> {
        self.skipped.clone()
    }

    fn __repr__(&self) -> String {
        let CoreReport { rows, mirrors, duplicates, broken, .. } = &self.report;
        let (events, aside) = (self.report.events(), self.report.set_aside.values().sum::<u64>());
        let stored =
            self.stored.map_or_else(String::new, |(added, there)| format!("; {added} added, {there} there already"));
        format!(
            "<demarche.Report: {rows} rows, {events} events, {} folded, {aside} set aside, {broken} broken{stored}>",
            mirrors + duplicates
        )
    }
}

/// Events that were made of rows, and what became of each row.
///
///     >>> import demarche
///     >>> imported = demarche.import_("gdelt", "fixtures/import/gdelt-2.0.tsv")
///     >>> len(imported) == imported.report.events == len(imported.fold())
///     True
#[pyclass(frozen, module = "demarche")]
pub(crate) struct Imported {
    events: Vec<CoreEvent>,
    report: Report,
}

#[pymethods]
impl Imported {
    /// What became of the rows.
    #[getter]
    fn report(&self) -> Report {
        self.report.clone()
    }

    /// The events as a table: a column for each field.
    #[getter]
    fn events(&self) -> Table {
        self.table(Layout::Fields)
    }

    /// The events as lines of a log, with id, track and recorded.
    #[getter]
    fn lines(&self) -> Table {
        self.table(Layout::Lines)
    }

    /// A fold over the events alone.
    fn fold(&self, py: Python<'_>) -> PyResult<Fold> {
        let made = py.detach(|| CoreFold::of(self.events.iter().cloned()));
        let fold = made.map_err(|error| question_error(error.to_string()))?;
        Ok(Fold::new(Loaded::of(fold)))
    }

    fn __len__(&self) -> usize {
        self.events.len()
    }

    fn __repr__(&self) -> String {
        format!("<demarche.Imported: {} events>", self.events.len())
    }
}

impl Imported {
    fn table(&self, layout: Layout) -> Table {
        Table::new("event", MadeEvents { events: self.events.clone(), names: Names::default(), layout })
    }
}

/// One input: what it is called in errors, and where it is.
#[derive(FromPyObject)]
pub(crate) enum Input {
    Bytes(String, Vec<u8>),
    File(String, PathBuf),
}

/// An import: the format, its options, and what to do with a broken row.
pub(crate) struct Import {
    format: Format,
    options: Options,
    is_lenient: bool,
}

const OPTIONS: [&str; 8] = ["mapping", "aliases", "table", "actors", "recorded", "grade", "encoding", "on_error"];

impl Import {
    pub(crate) fn of(format: &str, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let (mut options, mut is_lenient) = (Options::default(), false);
        let (mut mapping, mut aliases): (Option<Mapping>, Option<Aliases>) = (None, None);
        for (name, value) in keywords.into_iter().flat_map(|keywords| keywords.iter()) {
            let name: String = name.extract()?;
            if value.is_none() {
                continue;
            }
            match name.as_str() {
                "mapping" => mapping = Some(file(&name, &value)?),
                "aliases" => aliases = Some(file(&name, &value)?),
                "actors" => options.people = Some(file::<People>(&name, &value)?),
                "table" => {
                    let mut table = Codes::cameo().map_err(question_error)?;
                    table.replace(&read(&value.extract::<PathBuf>()?)?).map_err(question_error)?;
                    options.table = Some(table);
                }
                "recorded" => options.recorded = Some(crate::question::instant(&name, &value)?),
                "grade" => options.grade = Some(parsed(&name, &text(&name, &value)?)?),
                "encoding" => options.encoding = Some(parsed(&name, &text(&name, &value)?)?),
                "on_error" => {
                    is_lenient = match text(&name, &value)?.as_str() {
                        "stop" => false,
                        "skip" => true,
                        other => {
                            return Err(question_error(format!(
                                "on_error: expected \"stop\" or \"skip\", found {other:?}"
                            )));
                        }
                    }
                }
                _ => return Err(unexpected(&name, &OPTIONS)),
            }
        }
        let format = format_of(format, mapping, aliases)?;
        Ok(Self { format, options, is_lenient })
    }

    /// Reads inputs, and passes each event on. The importer is told of the events that are there already.
    pub(crate) fn read(
        self,
        known: impl Iterator<Item = PyResult<CoreEvent>>,
        inputs: Vec<Input>,
        mut take: impl FnMut(CoreEvent) -> PyResult<()>,
    ) -> PyResult<Report> {
        let mut importer = Importer::new(self.format, self.options);
        for event in known {
            importer.know(&event?);
        }
        let mut skipped = Vec::new();
        for input in inputs {
            let (name, reader) = input.open()?;
            for event in importer.read(reader) {
                match event {
                    Ok(event) => take(event)?,
                    Err(error) => {
                        if let ImportErrorKind::Io(error) = &error.kind {
                            return Err(PyOSError::new_err(format!("cannot read {name}: {error}")));
                        }
                        if error.kind.is_final() || !self.is_lenient {
                            return Err(row_error(&error, &name));
                        }
                        skipped.push(format!("{name}: {error}"));
                    }
                }
            }
        }
        Ok(Report { report: importer.report().clone(), stored: None, skipped })
    }
}

impl Input {
    fn open(self) -> PyResult<(String, Box<dyn BufRead + Send>)> {
        Ok(match self {
            Self::Bytes(name, bytes) => (name, Box::new(Cursor::new(bytes))),
            Self::File(name, path) => {
                let source = Source::File(path);
                let mut nothing = io::empty();
                let mut bytes = Vec::new();
                let mut reader = source.open(&mut nothing, &()).map_err(|error| source_error(&error))?;
                reader.read_to_end(&mut bytes)?;
                drop(reader);
                (name, Box::new(Cursor::new(bytes)))
            }
        })
    }
}

fn format_of(word: &str, mapping: Option<Mapping>, aliases: Option<Aliases>) -> PyResult<Format> {
    if word != "csv" && (mapping.is_some() || aliases.is_some()) {
        return Err(question_error("mapping and aliases are for csv alone: leave them out"));
    }
    Ok(match word {
        "icews" => Format::Icews,
        "icews-quads" => Format::IcewsQuads,
        "gdelt" => Format::Gdelt,
        "historyatstate" => Format::HistoryAtState,
        "cloudevents" => Format::CloudEvents,
        "csv" => {
            let mapping = mapping.ok_or_else(|| {
                question_error("csv needs a mapping of its columns: `demarche import csv --template` prints one")
            })?;
            Format::Csv(match aliases {
                Some(aliases) => mapping.with_aliases(aliases),
                None => mapping,
            })
        }
        _ => {
            return Err(question_error(format!(
                "format: {word:?} is not one of icews, icews-quads, gdelt, historyatstate, csv, cloudevents"
            )));
        }
    })
}

fn file<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, value: &Bound<'_, PyAny>) -> PyResult<T> {
    let path: PathBuf = value.extract()?;
    read(&path)?.parse().map_err(|error| question_error(format!("{name}: {}: {error}", path.display())))
}

fn read(path: &Path) -> PyResult<String> {
    Ok(std::fs::read_to_string(path)?)
}

/// Reads inputs as events, without a journal.
#[pyfunction]
#[pyo3(signature = (format, inputs, **options))]
pub(crate) fn read_rows(
    py: Python<'_>,
    format: &str,
    inputs: Vec<Input>,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Imported> {
    let import = Import::of(format, options)?;
    py.detach(|| {
        let mut events = Vec::new();
        let report = import.read(std::iter::empty(), inputs, |event| {
            events.push(event);
            Ok(())
        })?;
        Ok(Imported { events, report })
    })
}
