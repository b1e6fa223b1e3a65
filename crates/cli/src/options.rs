//! Arguments that commands share.

use std::io::Write;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use demarche_core::{Edtf, Instant, TrackId, TrackPattern};
use demarche_interop::export::flat::BYTE_ORDER_MARK;
use demarche_projection::narrate::{Preposition, dated};
use demarche_projection::query::{PatienceRule, Query, Reading, beginning, moment};
use demarche_projection::state::{Dossier, Status};

use crate::failure::Failure;
use crate::input::{Loaded, load};
use crate::output::naming::{Naming, NamingArgs};
use crate::session::Session;

/// The maximum for `--threads`. More gain nothing on any machine, and each takes memory.
const THREADS_MAX: i64 = 256;

/// How many days beyond the last entry a question may go before a note says that the data end earlier.
const DATA_END_NOTE_DAYS: i64 = 30;

/// The logs to read, and how strictly.
#[derive(Debug, Clone, Args)]
pub(crate) struct LogArgs {
    /// Logs: files, `-` for standard input, directories of *.jsonl, addresses such as `s3://bucket/desk`; .gz and
    /// .zst are read as they are
    #[arg(value_name = "LOG", env = "DEMARCHE_JOURNAL", hide_env_values = true, required = true)]
    pub(crate) logs: Vec<PathBuf>,

    /// What to do at a broken line: stop there, or report it, skip it and still exit with 1
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = OnError::Stop, help_heading = "Reading")]
    pub(crate) on_error: OnError,

    /// Pass over events of unknown type or newer version, and say how many there were
    #[arg(long, help_heading = "Reading")]
    pub(crate) skip_unknown: bool,

    /// How many threads work on the logs, at most 256 [default: as many as there are cores]
    #[arg(long, value_name = "N", help_heading = "Reading",
        value_parser = clap::value_parser!(u16).range(1..=THREADS_MAX))]
    pub(crate) threads: Option<u16>,
}

/// Whether repeated lines are recognized.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct StreamArgs {
    /// Take each line by itself, in constant memory: in the order of the logs, and one that stands twice counts twice
    #[arg(long, conflicts_with = "threads")]
    pub(crate) stream: bool,
}

/// What to do at a broken line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnError {
    /// Stop there
    Stop,
    /// Report it, go on, and exit with 1
    Skip,
}

/// The question to the fold, without the reading.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Question")]
pub(crate) struct WhenArgs {
    /// Only what occurred by then: a date (its last instant), or an instant
    #[arg(long, value_name = "WHEN", value_parser = end_of)]
    pub(crate) as_of: Option<End>,

    /// Only what was on record by then: a date (its last instant), or an instant
    #[arg(long, value_name = "WHEN", value_parser = end_of)]
    pub(crate) known_at: Option<End>,

    /// Judge silence and what is ahead as of then: a date, an instant, or `now` [default: --as-of, else --known-at,
    /// else the last entry of the log]
    #[arg(long, value_name = "WHEN", value_parser = today_of)]
    pub(crate) today: Option<Today>,

    /// Days of silence that count as a stall; KIND=DAYS for one kind of track, repeatable [default: 90]
    #[arg(long, value_name = "[KIND=]DAYS")]
    pub(crate) patience: Vec<PatienceRule>,
}

/// Whose words count.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Question")]
pub(crate) struct ReadingArgs {
    /// Whose words count: prudent, latest, on-record, grade:B3, who:ru, side:ru
    #[arg(long, value_name = "READING", default_value = "prudent")]
    pub(crate) reading: Reading,
}

/// Which tracks are printed.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Choice")]
pub(crate) struct FilterArgs {
    /// Only tracks that match: `us-ru/irritants`, `us-ru/*`, `us-ru/**`
    #[arg(long = "track", value_name = "GLOB", value_parser = TrackPattern::new)]
    pub(crate) tracks: Vec<TrackPattern>,

    /// Only tracks of this status; repeatable
    #[arg(long = "status", value_name = "STATUS", value_parser = status_parser())]
    pub(crate) statuses: Vec<Status>,
}

/// A question about all tracks, and which of the answers are printed.
#[derive(Debug, Clone, Args)]
pub(crate) struct QuestionArgs {
    #[command(flatten)]
    pub(crate) when: WhenArgs,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    #[command(flatten)]
    pub(crate) filter: FilterArgs,
}

/// A question about one track.
#[derive(Debug, Clone, Args)]
pub(crate) struct OneTrackArgs {
    #[command(flatten)]
    pub(crate) log: LogArgs,

    /// The track
    #[arg(long, value_name = "TRACK")]
    pub(crate) track: TrackId,

    #[command(flatten)]
    pub(crate) when: WhenArgs,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    #[command(flatten)]
    pub(crate) naming: NamingArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

impl OneTrackArgs {
    /// Reads the logs. Returns them with the track's dossier, which must exist, and the names of actors.
    pub(crate) fn load(&self, session: &mut Session<'_>) -> Result<(Loaded, Dossier, Naming), Failure> {
        let loaded = load(&self.log, session)?;
        self.when.note_end(&loaded, session)?;
        let dossier = one_dossier(&loaded, &self.track, &self.when.query(&self.reading, session.now))?;
        Ok((loaded, dossier, self.naming.read(&self.log.logs)?))
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct FormatArgs {
    /// How results are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Begin a CSV with a byte order mark, by which Excel knows that it is UTF-8
    #[arg(long)]
    bom: bool,
}

impl FormatArgs {
    /// Returns the format of the results that follow. Writes the byte order mark of a CSV, if one is asked for.
    pub(crate) fn begin(&self, out: &mut dyn Write) -> Result<Format, Failure> {
        if self.bom && self.format != Format::Csv {
            return Err(Failure::usage("--bom is for CSV", "leave it out, or give --format csv"));
        }
        if self.bom {
            out.write_all(BYTE_ORDER_MARK.as_bytes())?;
        }
        Ok(self.format)
    }
}

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// One array of objects
    Json,
    /// An object a line
    Jsonl,
    /// The scalar columns, for spreadsheets
    Csv,
    /// The scalar columns, for documents
    Markdown,
}

/// One end of a time bound: `None` if the date is open there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End(pub(crate) Option<Instant>);

/// The instant as of which a state is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Today {
    Now,
    At(Instant),
}

pub(crate) fn end_of(text: &str) -> Result<End, String> {
    moment(text).map(End).map_err(|error| error.to_string())
}

/// Parses the start of a time bound: the first instant of a date.
pub(crate) fn start_of(text: &str) -> Result<End, String> {
    beginning(text).map(End).map_err(|error| error.to_string())
}

fn today_of(text: &str) -> Result<Today, String> {
    if text == "now" {
        return Ok(Today::Now);
    }
    match moment(text).map_err(|error| error.to_string())? {
        Some(instant) => Ok(Today::At(instant)),
        None => Err("a day at which to judge needs an end".to_owned()),
    }
}

impl QuestionArgs {
    /// Returns an option that asks for a part of a journal or for another view of it, if one was given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let Self { when, reading, filter } = self;
        let options = [
            (when.as_of.is_some(), "--as-of"),
            (when.known_at.is_some(), "--known-at"),
            (when.today.is_some(), "--today"),
            (!when.patience.is_empty(), "--patience"),
            (reading.reading != Reading::default(), "--reading"),
            (!filter.tracks.is_empty(), "--track"),
            (!filter.statuses.is_empty(), "--status"),
        ];
        options.into_iter().find_map(|(is_given, option)| is_given.then_some(option))
    }

    /// Builds the query. Reads the clock only for `now`.
    pub(crate) fn query(&self, now: fn() -> DateTime<Utc>) -> Query {
        self.when.query(&self.reading, now)
    }
}

impl WhenArgs {
    /// Builds the query with a reading. Reads the clock only for `now`.
    pub(crate) fn query(&self, reading: &ReadingArgs, now: fn() -> DateTime<Utc>) -> Query {
        self.under(reading.reading.clone(), now)
    }

    /// Prints a note if the data end long before the moment in question.
    pub(crate) fn note_end(&self, loaded: &Loaded, session: &mut Session<'_>) -> Result<(), Failure> {
        let Some(last) = loaded.fold.last_recorded() else { return Ok(()) };
        for (option, end) in [("--as-of", self.as_of), ("--known-at", self.known_at)] {
            let Some(End(Some(end))) = end else { continue };
            let days = end.date().signed_duration_since(last.date()).num_days();
            if days > DATA_END_NOTE_DAYS {
                let day = Edtf::day(last.date()).map_or_else(String::new, |day| dated(Preposition::On, &day));
                writeln!(
                    session.stderr,
                    "note: the data end {days} days before {option}: the last entry was recorded {day}"
                )?;
            }
        }
        Ok(())
    }

    /// Builds the query with a reading that does not come from these arguments.
    pub(crate) fn under(&self, reading: Reading, now: fn() -> DateTime<Utc>) -> Query {
        Query {
            as_of: self.as_of.and_then(|end| end.0),
            known_at: self.known_at.and_then(|end| end.0),
            today: match self.today {
                None => None,
                Some(Today::At(instant)) => Some(instant),
                Some(Today::Now) => Instant::new(now()),
            },
            reading,
            patience: self.patience.iter().copied().collect(),
        }
    }
}

/// Tells whether any pattern matches a track, or whether there are no patterns.
pub(crate) fn any_matches(patterns: &[TrackPattern], track: &TrackId) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(track))
}

/// Parses a status, and lets help and completions list the values.
pub(crate) fn status_parser() -> impl TypedValueParser<Value = Status> {
    PossibleValuesParser::new(Status::ALL.map(Status::as_str)).try_map(|word| word.parse::<Status>())
}

impl FilterArgs {
    /// Tells whether a track is to be printed.
    pub(crate) fn admits(&self, track: &TrackId, status: Status) -> bool {
        any_matches(&self.tracks, track) && (self.statuses.is_empty() || self.statuses.contains(&status))
    }
}

/// Returns the dossier of a track, or fails if there is nothing to say of it.
fn one_dossier(loaded: &Loaded, track: &TrackId, query: &Query) -> Result<Dossier, Failure> {
    if let Some(dossier) = loaded.checked(loaded.ask(|fold| fold.dossier(track, query)))? {
        return Ok(dossier);
    }
    if loaded.facts().track_number(track).is_some() {
        return Err(Failure::usage(
            format!("there is nothing to say of {track}: no event on it is in bounds, not void, and considered"),
            "widen --as-of and --known-at, or read it otherwise (--reading)",
        ));
    }
    let remedy = match loaded.fold.nearest_track(track) {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => "`demarche replay` lists the tracks that there are".to_owned(),
    };
    Err(Failure::usage(format!("there is no event on the track {track}"), remedy))
}
