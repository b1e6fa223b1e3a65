//! `demarche export`: events and states in other people's formats.

use clap::ValueEnum;
use demarche_core::{Event, TrackId};
use demarche_interop::export::digest::{Digest, is_within};
use demarche_interop::export::flat::{BYTE_ORDER_MARK, Table};
use demarche_interop::export::{cloudevents, ics, json_ld, parquet};
use demarche_projection::narrate::Names;
use demarche_projection::query::Query;
use demarche_projection::{LogChanged, Sides, Track};

use crate::failure::Failure;
use crate::input::{Loaded, load};
use crate::options::{LogArgs, OnError, QuestionArgs, any_matches};
use crate::output::naming::NamesArgs;
use crate::output::replacing::OutputArgs;
use crate::output::text::counted;
use crate::period::PeriodArgs;
use crate::session::Session;

/// Events and states in other people's formats: calendars, briefs, tables, linked data; a journal's archive
///
/// docs/exporting.md tells what each format holds, docs/archive.md what an archive is. `timeline` draws a picture.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche export ics journal.jsonl --track 'us-ru/**' -o meetings.ics\n  \
    demarche export digest journal.jsonl --since 2025-10-22 -o brief.html\n  \
    demarche export digest journal.jsonl --week 2025-W43 --beneath us-ru\n  \
    demarche export csv journal.jsonl --events > events.csv\n  \
    demarche export archive journal.jsonl -o s3://bucket/desk")]
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

    /// Begin with a byte order mark, by which Excel knows that it is UTF-8 (csv)
    #[arg(long, help_heading = "Output")]
    bom: bool,

    /// A page of HTML rather than Markdown; else the ending of the output's name decides: .md or .html (digest)
    #[arg(long, help_heading = "Output")]
    html: bool,

    /// Of one region of the tree: a track, and all beneath it (digest)
    #[arg(long, value_name = "TRACK", help_heading = "Digest")]
    beneath: Option<TrackId>,

    #[command(flatten)]
    period: PeriodArgs,

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
    /// The whole journal on object storage: -o `s3://bucket/prefix` or `file:///folder`
    Archive,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    if args.format == Format::Archive {
        return args.archive(session);
    }
    args.fit()?;
    let query = args.question.query(session.now);
    let loaded = load(&args.log, session)?;
    args.question.when.note_end(&loaded, session)?;
    let names = args.names.read(&args.log.logs)?;
    let mut undated = 0;
    args.output.write(&args.names.with_inputs(&args.log.logs), session, |out| {
        let table = || table(args, &query, &loaded, &names);
        match args.format {
            Format::Ics => {
                let counts =
                    ics::write(&loaded.fold, &query, args.chosen(&loaded, &query, Track::dossier), &names, out)?;
                undated = counts.undated;
            }
            Format::Digest => {
                let digest = digest(args, &query, &loaded, &names)?;
                if args.is_page()? { digest.write_html(out)? } else { digest.write_markdown(out)? }
            }
            Format::Csv => {
                if args.bom {
                    out.write_all(BYTE_ORDER_MARK.as_bytes())?;
                }
                table().write_csv(out)?;
            }
            Format::Jsonl => table().write_jsonl(out)?,
            Format::Parquet => parquet::write(table(), out).map_err(unfit)?,
            Format::JsonLd => json_ld::write(args.chosen(&loaded, &query, Track::dossier), out)?,
            Format::CloudEvents => {
                for event in args.events(&loaded, &query) {
                    writeln!(out, "{}", cloudevents::encode(&event?))?;
                }
            }
            Format::Archive => return Err(Failure::usage("an archive is no file", "give an address to -o")),
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

fn table<'l>(args: &'l Args, query: &'l Query, loaded: &'l Loaded, names: &'l Names) -> Table<'l> {
    if args.events {
        return Table::of_events(args.events(loaded, query), names);
    }
    Table::of_states(args.chosen(loaded, query, Track::state), query)
}

fn digest(args: &Args, query: &Query, loaded: &Loaded, names: &Names) -> Result<Digest, Failure> {
    let period = args.period.period()?;
    let moments = period.ends(query)?;
    if let Some(region) = &args.beneath
        && !loaded.ask(|fold| fold.tracks().into_iter().any(|track| is_within(track, region)))
    {
        let remedy = "`demarche replay` lists the tracks that there are";
        return Err(Failure::usage(format!("there is no track {region}, nor any beneath it"), remedy));
    }
    let region = args.beneath.as_ref().map_or_else(String::new, |region| format!("{region}: "));
    let title = format!("{region}What changed {}", period.words);
    Ok(Digest::new(&title, args.differing(loaded, &moments), names)?)
}

impl Args {
    fn admits(&self, track: &TrackId) -> bool {
        self.beneath.as_ref().is_none_or(|region| is_within(track, region))
            && any_matches(&self.question.filter.tracks, track)
    }

    /// Makes a value for each chosen track, lazily.
    fn chosen<'l, T: Send + 'l>(
        &'l self,
        loaded: &'l Loaded,
        query: &'l Query,
        make: impl Fn(&Track<'l>) -> Result<Option<T>, LogChanged> + Sync + 'l,
    ) -> impl Iterator<Item = Result<T, LogChanged>> + 'l {
        loaded.map_tracks(
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

    /// Yields each chosen track before and after, reduced to what differs.
    fn differing<'l>(
        &'l self,
        loaded: &'l Loaded,
        moments: &'l [Query; 2],
    ) -> impl Iterator<Item = Result<Sides, LogChanged>> + 'l {
        loaded.map_tracks(
            moments,
            |track| self.admits(track),
            |_, sides| {
                let side = |at: usize| sides.get(at).and_then(Option::as_ref).filter(|track| self.admits_status(track));
                Ok(vec![Track::differing(side(0), side(1))?])
            },
        )
    }

    /// Yields the events in bounds on the chosen tracks, track by track and in order.
    fn events<'l>(
        &'l self,
        loaded: &'l Loaded,
        query: &'l Query,
    ) -> impl Iterator<Item = Result<Event, LogChanged>> + 'l {
        let bounds = query.bounds();
        loaded.map_tracks(
            std::slice::from_ref(query),
            |track| self.admits(track),
            move |track, _| {
                let mut events = loaded.fold.in_order(track)?;
                events.retain(|event| bounds.contain(event));
                Ok(events)
            },
        )
    }

    /// Brings an archive up to a journal, which is archived as a whole.
    fn archive(&self, session: &mut Session<'_>) -> Result<u8, Failure> {
        let given = [
            (self.events, "--events"),
            (self.html, "--html"),
            (self.bom, "--bom"),
            (self.beneath.is_some(), "--beneath"),
            (self.names.is_given(), "--names"),
            (self.output.is_forced(), "--force"),
            (self.log.on_error != OnError::Stop, "--on-error"),
            (self.log.skip_unknown, "--skip-unknown"),
            (self.log.threads.is_some(), "--threads"),
        ];
        let given = given.into_iter().find_map(|(is_given, option)| is_given.then_some(option));
        if let Some(option) = given.or(self.period.given()).or(self.question.given()) {
            let problem = format!("{option} is not for an archive, which holds the whole journal");
            return Err(Failure::usage(problem, "leave it out"));
        }
        let [journal] = self.log.logs.as_slice() else {
            return Err(Failure::usage("an archive is of one journal", "give one file, directory or address"));
        };
        let Some(address) = self.output.file() else {
            return Err(Failure::usage("an archive needs a place", "give -o s3://bucket/prefix or file:///folder"));
        };
        #[cfg(feature = "archive")]
        return super::archive::run(journal, address, session);
        #[cfg(not(feature = "archive"))]
        {
            let _ = (journal, address, session);
            Err(crate::input::without("an archive", "archive"))
        }
    }

    /// Refuses options that do not apply to the format.
    fn fit(&self) -> Result<(), Failure> {
        let given = |is_given: bool, option: &str, of: &str| {
            if is_given { Err(Failure::usage(format!("{option} is for {of}"), "leave it out")) } else { Ok(()) }
        };
        let is_digest = self.format == Format::Digest;
        let is_table = matches!(self.format, Format::Csv | Format::Jsonl | Format::Parquet);
        given(self.events && !is_table, "--events", "tables: csv, jsonl and parquet")?;
        given(self.html && !is_digest, "--html", "digest alone")?;
        given(self.bom && self.format != Format::Csv, "--bom", "csv alone")?;
        if let Some(option) = self.period.given() {
            given(!is_digest, option, "digest alone")?;
        }
        given(self.beneath.is_some() && !is_digest, "--beneath", "digest alone")?;
        let is_states = !self.question.filter.statuses.is_empty();
        given(is_states && (self.events || self.format == Format::CloudEvents), "--status", "states, not for events")
    }

    /// Tells whether a digest is written as an HTML page.
    fn is_page(&self) -> Result<bool, Failure> {
        let pages = [("html", true), ("htm", true)];
        if self.html {
            return self.output.meant(&pages);
        }
        self.output.meant(&[("md", false), ("markdown", false), pages[0], pages[1]])
    }
}
