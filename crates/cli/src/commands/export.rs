//! `demarche export`: events and states in other people's formats.

use chrono::TimeDelta;
use clap::ValueEnum;
use demarche_core::{Edtf, Event, Instant, TrackId};
use demarche_interop::export::digest::{Digest, is_within};
use demarche_interop::export::flat::Table;
use demarche_interop::export::{cloudevents, ics, json_ld, parquet};
use demarche_projection::narrate::{Names, Preposition, dated};
use demarche_projection::query::Query;
use demarche_projection::{LogChanged, Sides, Track};

use super::diff::{Along, moment_of};
use crate::failure::Failure;
use crate::input::{Loaded, load};
use crate::options::{LogArgs, QuestionArgs, any_matches};
use crate::output::naming::NamesArgs;
use crate::output::replacing::OutputArgs;
use crate::output::text::counted;
use crate::session::Session;

/// Events and states in other people's formats: calendars, briefs, tables, linked data
///
/// docs/exporting.md tells what each format holds. `timeline` draws a picture.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche export ics journal.jsonl --track 'us-ru/**' -o meetings.ics\n  \
    demarche export digest journal.jsonl --since 2025-10-22 -o brief.html\n  \
    demarche export digest journal.jsonl --month 2025-10 --beneath us-ru\n  \
    demarche export csv journal.jsonl --events > events.csv")]
pub(crate) struct Args {
    /// The format
    #[arg(value_enum, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    log: LogArgs,

    #[command(flatten)]
    output: OutputArgs,

    /// The events rather than the states (csv, jsonl, parquet)
    #[arg(long, help_heading = "Output")]
    events: bool,

    /// A page of HTML rather than Markdown, as where the name of the output ends in .html (digest)
    #[arg(long, help_heading = "Output")]
    html: bool,

    /// What changed since then: a date (its last instant), or an instant (digest)
    #[arg(long, value_name = "WHEN", value_parser = moment_of, help_heading = "Digest")]
    since: Option<Instant>,

    /// What changed in a month, as 2025-10 (digest)
    #[arg(long, value_name = "MONTH", value_parser = month_of, conflicts_with = "since", help_heading = "Digest")]
    month: Option<Edtf>,

    /// Of one region of the tree: a track, and all beneath it (digest)
    #[arg(long, value_name = "TRACK", help_heading = "Digest")]
    beneath: Option<TrackId>,

    /// Whether the time of a digest is that at which things were on record, or at which they occurred
    #[arg(long, value_enum, value_name = "TIME", default_value_t = Along::Recorded, help_heading = "Digest")]
    along: Along,

    #[command(flatten)]
    names: NamesArgs,

    #[command(flatten)]
    question: QuestionArgs,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Meetings, deadlines and other dates as iCalendar
    Ics,
    /// What changed, as a brief in Markdown or HTML
    Digest,
    /// States or events as a flat table
    Csv,
    /// The same, an object a line
    Jsonl,
    /// The same, for databases
    Parquet,
    /// Meetings as schema.org events
    JsonLd,
    /// Events as CloudEvents 1.0, one a line
    #[value(name = "cloudevents")]
    CloudEvents,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    args.fit()?;
    let query = args.question.query(session.now);
    let loaded = load(&args.log, session)?;
    let names = args.names.read(&args.log.logs)?;
    let mut undated = 0;
    args.output.write(&args.names.with_inputs(&args.log.logs), session, |out| {
        let table = || table(args, &query, &loaded);
        match args.format {
            Format::Ics => {
                let counts =
                    ics::write(&loaded.fold, &query, args.chosen(&loaded, &query, Track::dossier), &names, out)?;
                undated = counts.undated;
            }
            Format::Digest => {
                let digest = digest(args, &query, &loaded, &names)?;
                if args.is_page() { digest.write_html(out)? } else { digest.write_markdown(out)? }
            }
            Format::Csv => table().write_csv(out)?,
            Format::Jsonl => table().write_jsonl(out)?,
            Format::Parquet => parquet::write(table(), out).map_err(unfit)?,
            Format::JsonLd => json_ld::write(args.chosen(&loaded, &query, Track::dossier), out)?,
            Format::CloudEvents => {
                for event in args.events(&loaded, &query) {
                    writeln!(out, "{}", cloudevents::encode(&event?))?;
                }
            }
        }
        Ok(())
    })?;
    if undated > 0 {
        writeln!(session.stderr, "note: {} left out, for which there is no date", counted(undated, "meeting"))?;
    }
    loaded.conclude(session)
}

fn unfit(error: parquet::Error) -> Failure {
    match error {
        parquet::Error::Io(error) => error.into(),
        parquet::Error::LogChanged(changed) => changed.into(),
        error @ parquet::Error::Unfit(_) => {
            Failure::usage(error.to_string(), "choose fewer tracks with --track, or another format")
        }
    }
}

fn table<'l>(args: &'l Args, query: &'l Query, loaded: &'l Loaded) -> Table<'l> {
    if args.events {
        return Table::of_events(args.events(loaded, query));
    }
    Table::of_states(args.chosen(loaded, query, Track::state))
}

fn digest(args: &Args, query: &Query, loaded: &Loaded, names: &Names) -> Result<Digest, Failure> {
    let (title, from, to) = args.period()?;
    if let Some(region) = &args.beneath
        && !loaded.ask(|fold| fold.tracks().into_iter().any(|track| is_within(track, region)))
    {
        let remedy = "`demarche replay` lists the tracks that there are";
        return Err(Failure::usage(format!("there is no track {region}, nor any beneath it"), remedy));
    }
    let at = |end: Option<Instant>| match args.along {
        Along::Recorded => Query { known_at: end.or(query.known_at), ..query.clone() },
        Along::Occurred => Query { as_of: end.or(query.as_of), ..query.clone() },
    };
    let moments = [at(Some(from)), at(to)];
    let title = args.beneath.as_ref().map_or_else(|| title.clone(), |region| format!("{region}: {title}"));
    Ok(Digest::new(&title, args.differing(loaded, &moments), names)?)
}

impl Args {
    fn admits(&self, track: &TrackId) -> bool {
        self.beneath.as_ref().is_none_or(|region| is_within(track, region))
            && any_matches(&self.question.filter.tracks, track)
    }

    /// Makes something of each chosen track, as it is asked for.
    fn chosen<'l, T: Send + 'l>(
        &'l self,
        loaded: &'l Loaded,
        query: &'l Query,
        make: impl Fn(&Track<'l>) -> Result<Option<T>, LogChanged> + Sync + 'l,
    ) -> impl Iterator<Item = Result<T, LogChanged>> + 'l {
        loaded.told(
            std::slice::from_ref(query),
            |track| self.admits(track),
            move |_, sides| {
                let track = sides.iter().flatten().find(|track| self.admits_status(track));
                Ok(track.map_or(Ok(None), &make)?.into_iter().collect())
            },
        )
    }

    fn admits_status(&self, track: &Track<'_>) -> bool {
        track.status().is_some_and(|status| self.question.filter.admits(track.name(), status))
    }

    /// The chosen tracks before and after, with only what differs, made as they are asked for.
    fn differing<'l>(
        &'l self,
        loaded: &'l Loaded,
        moments: &'l [Query; 2],
    ) -> impl Iterator<Item = Result<Sides, LogChanged>> + 'l {
        loaded.told(
            moments,
            |track| self.admits(track),
            |_, sides| {
                let side = |at: usize| sides.get(at).and_then(Option::as_ref).filter(|track| self.admits_status(track));
                Ok(vec![Track::differing(side(0), side(1))?])
            },
        )
    }

    /// The events that are in bounds and on chosen tracks, in the order of the tracks and of the events.
    fn events<'l>(
        &'l self,
        loaded: &'l Loaded,
        query: &'l Query,
    ) -> impl Iterator<Item = Result<Event, LogChanged>> + 'l {
        let bounds = query.bounds();
        loaded.told(
            std::slice::from_ref(query),
            |track| self.admits(track),
            move |track, _| {
                let mut events = loaded.fold.in_order(track)?;
                events.retain(|event| bounds.contain(event));
                Ok(events)
            },
        )
    }

    /// Refuses options that the format does not know.
    fn fit(&self) -> Result<(), Failure> {
        let given = |is_given: bool, option: &str, of: &str| {
            if is_given { Err(Failure::usage(format!("{option} is for {of}"), "leave it out")) } else { Ok(()) }
        };
        let is_digest = self.format == Format::Digest;
        let is_table = matches!(self.format, Format::Csv | Format::Jsonl | Format::Parquet);
        given(self.events && !is_table, "--events", "tables: csv, jsonl and parquet")?;
        given(self.html && !is_digest, "--html", "digest alone")?;
        given(self.since.is_some() && !is_digest, "--since", "digest alone")?;
        given(self.month.is_some() && !is_digest, "--month", "digest alone")?;
        given(self.beneath.is_some() && !is_digest, "--beneath", "digest alone")?;
        let is_states = !self.question.filter.statuses.is_empty();
        given(is_states && (self.events || self.format == Format::CloudEvents), "--status", "states, not for events")
    }

    /// Whether a digest is a page of HTML.
    fn is_page(&self) -> bool {
        self.html || self.output.is_page()
    }

    /// What a digest is called, the moment from which it goes, and that to which; none is everything.
    fn period(&self) -> Result<(String, Instant, Option<Instant>), Failure> {
        if let Some(since) = self.since {
            let day = Edtf::day(since.date()).map_or_else(String::new, |day| dated(Preposition::Since, &day));
            return Ok((format!("What changed {day}"), since, None));
        }
        let month = self.month.as_ref().and_then(|month| Some((month, before(month.earliest()?)?, month.latest()?)));
        let Some((month, from, to)) = month else {
            let remedy = "give --since 2025-10-22, or --month 2025-10";
            return Err(Failure::usage("a digest needs the time of which it tells", remedy));
        };
        Ok((format!("What changed {}", dated(Preposition::On, month)), from, Some(to)))
    }
}

/// The last instant before another.
fn before(instant: Instant) -> Option<Instant> {
    Instant::new(instant.date_time() - TimeDelta::nanoseconds(1))
}

fn month_of(text: &str) -> Result<Edtf, String> {
    let date: Edtf = text.parse().map_err(|error: demarche_core::EdtfError| error.to_string())?;
    let number = text.strip_prefix(|c: char| c.is_ascii_digit()).and_then(|rest| rest.split_once('-'));
    let is_month = text.len() == 7 && number.is_some_and(|(_, month)| ("01"..="12").contains(&month));
    if is_month { Ok(date) } else { Err(format!("{text:?} is no month: expected one such as 2025-10")) }
}
