//! From logs to a fold, or whatever else takes events one by one, with the place of every event.

use std::io::{Read as _, Write};
use std::path::PathBuf;

use demarche_core::codec::{Entry, ReadErrorKind, Reader};
use demarche_core::{Event, EventId, Instant};
use demarche_journal::{FileChange, Source, Stamp};
use demarche_projection::{Applied, Census, Conflict, Fold};

use super::places::{LogNames, Place, Places};
use super::progress::Progress;
use crate::failure::{Failure, Report};
use crate::options::{LogArgs, OnError};
use crate::output::text::counted;
use crate::session::Session;

/// What takes events one by one, and numbers them as they come.
pub(crate) trait Intake: Default {
    fn insert(&mut self, event: Event) -> Result<Applied, Conflict>;
}

impl Intake for Fold {
    fn insert(&mut self, event: Event) -> Result<Applied, Conflict> {
        self.apply(event)
    }
}

impl Intake for Census {
    fn insert(&mut self, event: Event) -> Result<Applied, Conflict> {
        Self::insert(self, event)
    }
}

/// What was read.
pub(crate) struct Loaded<S = Fold> {
    pub(crate) fold: S,
    /// The place of each event, by its number in the fold.
    places: Places,
    pub(crate) logs: LogNames,
    /// How many lines were broken, and skipped.
    pub(crate) skipped: usize,
    /// How many events were passed over, since their type or version is unknown.
    pub(crate) unknown: usize,
    /// How many lines repeat an event.
    pub(crate) repeated: usize,
}

impl Loaded {
    /// What there is of a log that is not there yet.
    pub(crate) fn empty(log: String) -> Self {
        Self::before(LogNames::of(vec![log]))
    }

    /// What there is of the part of logs that is asked for, before an event of it is added.
    pub(super) fn of_part(logs: LogNames, last_recorded: Option<Instant>) -> Self {
        let mut loaded = Self::before(logs);
        loaded.fold.recorded_until(last_recorded);
        loaded
    }

    /// Returns `log:line` of an event.
    pub(crate) fn place_of(&self, id: EventId) -> Option<String> {
        self.fold.set().number_of(id).map(|number| self.place(number))
    }

    /// Returns the entry that an event is, as tables show it: `#7`, or where there are several logs, `desk.jsonl#7`.
    pub(crate) fn entry_of(&self, id: EventId) -> String {
        let place = self.fold.set().number_of(id).and_then(|number| self.places.get(number));
        place.map_or_else(String::new, |place| self.logs.entry(place))
    }
}

impl<S: Default> Loaded<S> {
    /// What there is of logs before the first line is read.
    fn before(logs: LogNames) -> Self {
        Self { fold: S::default(), places: Places::default(), logs, skipped: 0, unknown: 0, repeated: 0 }
    }
}

impl<S> Loaded<S> {
    fn place(&self, number: usize) -> String {
        let place = self.places.get(number).unwrap_or_default();
        format!("{}:{}", self.log_name(place.log), place.line)
    }

    fn log_name(&self, log: u32) -> &str {
        self.logs.full(log)
    }

    /// Adds an event; the report of a conflict, where there is one.
    pub(super) fn add(&mut self, log: u32, entry: Entry) -> Option<Report>
    where
        S: Intake,
    {
        let place = Place { log, line: entry.line };
        match self.fold.insert(entry.event) {
            Ok(Applied::New(_)) => self.places.push(place),
            Ok(Applied::Duplicate(_)) => self.repeated += 1,
            Err(conflict) => return Some(self.conflict(&conflict, place)),
        }
        None
    }

    fn conflict(&self, conflict: &Conflict, place: Place) -> Report {
        let first = self.place(conflict.first);
        Report {
            code: "duplicate-id",
            problem: conflict.to_string(),
            log: self.log_name(place.log).to_owned(),
            line: place.line,
            column: None,
            excerpt: None,
            notes: vec![
                format!("the other one stands at {first}"),
                "an event is never edited: retract the wrong one with an event_retracted, and give the new one an id \
                 of its own"
                    .to_owned(),
            ],
        }
    }

    /// Says at the end what was skipped and passed over, and returns the exit code that follows.
    pub(crate) fn conclude(&self, session: &mut Session<'_>) -> Result<u8, Failure> {
        session.stdout.flush()?;
        if self.unknown > 0 {
            let events = counted(self.unknown, "event");
            writeln!(session.stderr, "note: {events} passed over, of unknown type or newer version")?;
        }
        if self.skipped > 0 {
            let lines = counted(self.skipped, "line");
            writeln!(session.stderr, "error: {lines} skipped; what was printed rests on the others")?;
        }
        Ok(u8::from(self.skipped > 0))
    }
}

/// Reads the logs to a fold. A broken line ends it, or is reported and skipped, as the arguments say.
pub(crate) fn load(args: &LogArgs, session: &mut Session<'_>) -> Result<Loaded, Failure> {
    load_behind(&[], args, session)
}

/// Reads the logs to a fold, where so much of standard input was taken out of it already.
pub(crate) fn load_behind(taken: &[u8], args: &LogArgs, session: &mut Session<'_>) -> Result<Loaded, Failure> {
    read(taken, args, session, &mut |report, _, stderr| args.take_note(report, stderr), &mut keep)
}

/// Reads the logs to whatever takes their events, as [`load`] does.
pub(crate) fn load_into<S: Intake>(args: &LogArgs, session: &mut Session<'_>) -> Result<Loaded<S>, Failure> {
    read(&[], args, session, &mut |report, _, stderr| args.take_note(report, stderr), &mut keep)
}

/// Hands on the events of the logs one by one, with where results go, and keeps none: whether one stands twice is not
/// seen. A broken line is taken as [`load`] takes it.
pub(crate) fn pass(
    args: &LogArgs,
    session: &mut Session<'_>,
    take: &mut dyn FnMut(&Event, &mut dyn Write) -> Result<(), Failure>,
) -> Result<Loaded<()>, Failure> {
    read(&[], args, session, &mut |report, _, stderr| args.take_note(report, stderr), &mut |_, _, entry, stdout| {
        take(&entry.event, stdout)?;
        Ok(None)
    })
}

impl LogArgs {
    /// Ends at a broken line, or reports it.
    fn take_note(&self, report: Report, stderr: &mut dyn Write) -> Result<(), Failure> {
        match self.on_error {
            OnError::Stop => Err(Failure::Log(Box::new(report))),
            OnError::Skip => report.print(stderr).map_err(Failure::Output),
        }
    }
}

/// Reads the logs, and tells every broken line as it is found; where results go is handed to whoever is told.
pub(crate) fn scan(
    args: &LogArgs,
    session: &mut Session<'_>,
    tell: &mut dyn FnMut(Report, &mut dyn Write) -> Result<(), Failure>,
) -> Result<Loaded, Failure> {
    read(&[], args, session, &mut |report, stdout, _| tell(report, stdout), &mut keep)
}

/// Is told of a broken line, and prints it; whether to go on behind it.
type Tell<'t> = &'t mut dyn FnMut(Report, &mut dyn Write, &mut dyn Write) -> Result<(), Failure>;

/// Takes an event of a log of that number, with where results go; the report of a conflict, where there is one.
type Take<'t, S> = &'t mut dyn FnMut(&mut Loaded<S>, u32, Entry, &mut dyn Write) -> Result<Option<Report>, Failure>;

/// Adds an event to what is kept.
#[allow(clippy::unnecessary_wraps, reason = "one way to take events, which also can fail")]
fn keep<S: Intake>(
    loaded: &mut Loaded<S>,
    log: u32,
    entry: Entry,
    _: &mut dyn Write,
) -> Result<Option<Report>, Failure> {
    Ok(loaded.add(log, entry))
}

fn read<S: Default>(
    taken: &[u8],
    args: &LogArgs,
    session: &mut Session<'_>,
    tell: Tell<'_>,
    take: Take<'_, S>,
) -> Result<Loaded<S>, Failure> {
    let sources = Source::all_of(&args.logs)?;
    let mut loaded = Loaded::before(LogNames::of(sources.iter().map(Source::name).collect()));
    let total_bytes = sources.iter().map(Source::size).sum();
    let progress = Progress::new(session.terminal.stderr_is_terminal, total_bytes);
    let mut stdin = taken.chain(&mut *session.stdin);
    for (log, source) in (0..).zip(&sources) {
        let before = stamp(source);
        let mut reader = Reader::new(source.open(&mut stdin, &progress)?).skip_unknown(args.skip_unknown);
        for entry in reader.by_ref() {
            let report = match entry {
                Ok(entry) => take(&mut loaded, log, entry, session.stdout)?,
                Err(error) => match error.kind {
                    ReadErrorKind::Io(error) => {
                        return Err(Failure::Read { path: PathBuf::from(source.name()), error });
                    }
                    ReadErrorKind::Line(_) => Some(Report::of(error, &source.name())),
                },
            };
            if let Some(report) = report {
                loaded.skipped += 1;
                progress.aside(|| tell(report, session.stdout, session.stderr))?;
            }
        }
        loaded.unknown += usize::try_from(reader.unknown()).unwrap_or(usize::MAX);
        match before.zip(stamp(source)).and_then(|(before, after)| before.change_until(&after)) {
            // The one that was replaced was read to its end.
            None | Some(FileChange::Replaced) => {}
            Some(change @ (FileChange::Cut | FileChange::Rewritten)) => {
                return Err(Failure::changed(&source.name(), change));
            }
        }
    }
    Ok(loaded)
}

/// The stamp of a log that is a file; a pipe has none, and nor has a file of unknown length.
fn stamp(source: &Source) -> Option<Stamp> {
    let Source::File(path) = source else { return None };
    std::fs::metadata(path).ok().filter(|file| file.is_file() && file.len() > 0).map(|file| Stamp::of(&file))
}
