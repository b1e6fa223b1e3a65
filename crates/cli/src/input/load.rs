//! Reads logs into a fold, and remembers the place of every event.

use std::io::Write;

use demarche_core::facts::Facts;
use demarche_core::{Event, EventId, TrackId};
use demarche_journal::{LineFinder, LoadError, Logs, OpenLogs, Source, Trouble, Watcher as _};
use demarche_projection::query::Query;
use demarche_projection::{Fold, LogChanged, Track};

use super::log_names::LogNames;
use super::places::of_arguments;
use super::progress::Progress;
use super::threads::Threads;
use crate::failure::{Diagnostic, DiagnosticCode, Failure};
use crate::options::{LogArgs, OnError};
use crate::output::text::counted;
use crate::session::Session;

/// The fold, and where each of its events stands.
pub(crate) struct Loaded {
    pub(crate) fold: Fold,
    threads: Threads,
    places: LineFinder,
    names: LogNames,
    /// How many lines were reported and skipped.
    pub(crate) skipped: usize,
    /// How many events were skipped because their type or version is unknown.
    pub(crate) unknown: usize,
    /// How many lines repeat an earlier event.
    pub(crate) repeated: usize,
}

impl Loaded {
    /// Stands in for a log that does not exist yet.
    pub(crate) fn empty() -> Result<Self, Failure> {
        let (fold, threads) = (Fold::new(), Threads::new(None, 0)?);
        let (places, names) = (LineFinder::default(), LogNames::default());
        Ok(Self { fold, threads, places, names, skipped: 0, unknown: 0, repeated: 0 })
    }

    fn of(logs: Logs, names: LogNames, threads: Threads) -> Self {
        let small = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let (places, repeated) = (logs.places(), logs.repeated());
        let (skipped, unknown) = (small(logs.skipped), small(logs.unknown));
        let Logs { facts, texts, .. } = logs;
        Self { fold: Fold::of_log(facts, texts), threads, places, names, skipped, unknown, repeated }
    }

    /// Runs a question about the fold on all threads.
    pub(crate) fn ask<'l, T: Send>(&'l self, question: impl FnOnce(&'l Fold) -> T + Send) -> T {
        self.threads.run(|| question(&self.fold))
    }

    /// Runs work on all threads.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.threads.run(work)
    }

    /// Makes values for each admitted track, in order of name. Tracks are computed lazily, in batches, on all threads.
    /// `make` gets the track under each query, or `None` where there is nothing to say of it.
    pub(crate) fn map_tracks<'l, T: Send + 'l>(
        &'l self,
        queries: &'l [Query],
        admits: impl Fn(&TrackId) -> bool,
        make: impl Fn(&'l TrackId, &[Option<Track<'l>>]) -> Result<Vec<T>, LogChanged> + Sync + 'l,
    ) -> impl Iterator<Item = Result<T, LogChanged>> + 'l {
        let mut tracks = self.threads.run(|| self.fold.compared(queries)).only(admits);
        let enter = move |name: &'l TrackId, sides: &[Option<Track<'l>>], part: &mut Vec<T>| {
            part.extend(make(name, sides)?);
            Ok(())
        };
        let mut ready = Vec::new().into_iter();
        std::iter::from_fn(move || {
            loop {
                if let Some(one) = ready.next() {
                    return Some(Ok(one));
                }
                match self.threads.run(|| tracks.next_compared(&enter)).transpose()? {
                    Ok(parts) => ready = parts.into_iter().flatten().collect::<Vec<T>>().into_iter(),
                    Err(changed) => return Some(Err(changed)),
                }
            }
        })
    }

    /// Reads the event with a number that came from the fold.
    #[allow(clippy::expect_used, reason = "a number of the fold is that of one of its events")]
    pub(crate) fn event(&self, number: u32) -> Result<Event, LogChanged> {
        Ok(self.fold.event(number)?.expect("invariant: the fold gave the number"))
    }

    /// Returns the facts of the events.
    pub(crate) const fn facts(&self) -> &Facts {
        self.fold.facts()
    }

    /// Returns the names of the logs.
    pub(crate) const fn logs(&self) -> &LogNames {
        &self.names
    }

    /// Returns `log:line` of an event.
    pub(crate) fn place_of(&self, id: EventId) -> Option<String> {
        let (log, line) = self.find(self.fold.number_of(id)?)?;
        Some(format!("{}:{line}", self.names.full(log)))
    }

    /// Returns the entry of an event, as tables show it.
    pub(crate) fn entry_of(&self, id: EventId) -> String {
        self.fold.number_of(id).map_or_else(String::new, |number| self.entry(number))
    }

    /// Returns the entry of an event, given its number.
    pub(crate) fn entry(&self, number: u32) -> String {
        self.find(number).map_or_else(String::new, |(log, line)| self.names.entry(log, line))
    }

    /// Returns the index of an event's log and the line there, or `None` if no log has it.
    fn find(&self, number: u32) -> Option<(usize, u64)> {
        let spot = self.fold.facts().spot(number)?;
        if !self.places.is_prepared() {
            self.ask(|fold| self.places.prepare(fold.texts()));
        }
        self.places.find(spot.place, self.fold.texts())
    }

    /// Fails if a log was cut or rewritten since it was opened. Call it after reading, before trusting what was read.
    fn unchanged(&self) -> Result<(), Failure> {
        match self.places.change() {
            Some((log, change)) => Err(Failure::changed(self.names.full(log), change)),
            None => Ok(()),
        }
    }

    /// Returns the result of a later read, or fails if a log changed in the meantime.
    pub(crate) fn checked<T>(&self, read: Result<T, LogChanged>) -> Result<T, Failure> {
        self.unchanged()?;
        Ok(read?)
    }

    /// Prints what was skipped, and returns the resulting exit code.
    pub(crate) fn conclude(&self, session: &mut Session<'_>) -> Result<u8, Failure> {
        session.stdout.flush()?;
        self.unchanged()?;
        conclude(self.skipped, self.unknown, session)
    }
}

/// Prints what was skipped, and returns the resulting exit code.
pub(super) fn conclude(skipped: usize, unknown: usize, session: &mut Session<'_>) -> Result<u8, Failure> {
    if unknown > 0 {
        let events = counted(unknown, "event");
        writeln!(session.stderr, "note: {events} passed over, of unknown type or newer version")?;
    }
    if skipped > 0 {
        let lines = counted(skipped, "line");
        writeln!(session.stderr, "error: {lines} skipped; what was printed rests on the others")?;
    }
    Ok(u8::from(skipped > 0))
}

impl LogArgs {
    /// Fails on a report, or prints it, depending on `--on-error`.
    pub(super) fn take_note(&self, report: Diagnostic, stderr: &mut dyn Write) -> Result<(), Failure> {
        match self.on_error {
            OnError::Stop => Err(Failure::Log(Box::new(report))),
            OnError::Skip => report.print(stderr).map_err(Failure::Output),
        }
    }
}

/// Reads the logs into a fold. A broken line stops it, or is reported and skipped, depending on `--on-error`.
pub(crate) fn load(args: &LogArgs, session: &mut Session<'_>) -> Result<Loaded, Failure> {
    load_sources(of_arguments(&args.logs)?, args, session)
}

/// Reads sources into a fold, whatever logs the arguments name.
pub(crate) fn load_sources(sources: Vec<Source>, args: &LogArgs, session: &mut Session<'_>) -> Result<Loaded, Failure> {
    read(sources, args, args.on_error == OnError::Skip, session, &mut |report, _, stderr| {
        args.take_note(report, stderr)
    })
}

/// Reads the logs into a fold, and passes each broken line to `tell` with standard output.
pub(crate) fn scan(
    args: &LogArgs,
    session: &mut Session<'_>,
    tell: &mut dyn FnMut(Diagnostic, &mut dyn Write) -> Result<(), Failure>,
) -> Result<Loaded, Failure> {
    let sources = of_arguments(&args.logs)?;
    read(sources, args, true, session, &mut |report, stdout, _| tell(report, stdout))
}

/// A callback for a line to report; it gets standard output and standard error.
type OnDiagnostic<'t> = &'t mut dyn FnMut(Diagnostic, &mut dyn Write, &mut dyn Write) -> Result<(), Failure>;

fn read(
    sources: Vec<Source>,
    args: &LogArgs,
    is_streamed: bool,
    session: &mut Session<'_>,
    tell: OnDiagnostic<'_>,
) -> Result<Loaded, Failure> {
    let names = LogNames::of(sources.iter().map(Source::name).collect());
    let is_shown = session.terminal.stderr_is_terminal;
    let opening = Progress::new(is_shown, None);
    let logs = OpenLogs::open(sources, is_streamed, session.stdin, &opening)?;
    drop(opening);
    let threads = Threads::new(args.threads, logs.bytes())?;
    let progress = Progress::new(is_shown, Some(logs.bytes() as u64));
    let facts = threads.run(|| logs.scan(&|bytes| progress.advance(bytes)));
    drop(progress);
    let logs = match facts {
        Some(facts) => logs.with(facts),
        None => {
            let progress = Progress::new(is_shown, None);
            let (stdout, stderr) = (&mut *session.stdout, &mut *session.stderr);
            let mut report = |trouble| {
                let report = diagnostic_of(trouble, &names);
                progress.aside(|| tell(report, stdout, stderr))
            };
            logs.read(args.skip_unknown, session.stdin, &progress, &mut report).map_err(|error| match error {
                LoadError::Source(error) => error.into(),
                LoadError::TooMany => Failure::usage(LoadError::<Failure>::TooMany.to_string(), "merge some of them"),
                LoadError::Refused(failure) => failure,
            })?
        }
    };
    let loaded = Loaded::of(logs, names, threads);
    loaded.unchanged()?;
    Ok(loaded)
}

fn diagnostic_of(trouble: Trouble, names: &LogNames) -> Diagnostic {
    let name = |log| names.full(log);
    match trouble {
        Trouble::Broken { log, error } => Diagnostic::of(*error, name(log)),
        Trouble::Conflict { log, line, id, first } => Diagnostic {
            code: DiagnosticCode::DuplicateId,
            problem: format!("duplicate id {id}: another event of that id has different content"),
            log: name(log).to_owned(),
            line,
            column: None,
            excerpt: None,
            notes: vec![
                format!("the other one stands at {}:{}", name(first.0), first.1),
                "an event is never edited: retract the wrong one with an event_retracted, and give the new one an id \
                 of its own"
                    .to_owned(),
            ],
        },
    }
}
