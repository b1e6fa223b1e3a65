//! `demarche import`: other people's data as events.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use demarche_core::{Grade, Instant};
use demarche_interop::import::{CAMEO, Encoding, ImportError, ImportErrorKind, Importer, Rows, TEMPLATE};

use demarche_journal::spare_inputs;

use crate::failure::{Diagnostic, DiagnosticCode, Failure};
use crate::input::{Archive, Progress, Source, must_be_path, of_arguments};
use crate::options::OnError;
use crate::output::import_report;
use crate::output::text::{counted, printable};
use crate::recording::{Sink, each_event, must_be_kept};
use crate::session::Session;

use self::fates::Fates;
use self::settings::{format, options};

mod fates;
mod settings;

/// Other people's data as events: into a journal, or on standard output
///
/// Importing twice changes nothing, and a file that has grown adds only the new rows. A report at the end says what
/// became of every row. docs/import-coding.md has the rules, each with its reason.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche import gdelt 20170415233000.export.CSV.zip --dry-run\n  \
    demarche import icews events.2018.tab -o icews-2018.jsonl\n  \
    demarche import csv --template > mapping.txt\n  \
    demarche import csv desk.csv --mapping mapping.txt -o desk.jsonl")]
pub(crate) struct Args {
    /// The format
    #[arg(value_enum, value_name = "FORMAT")]
    format: Format,

    /// Files in that format, or `-` for standard input; .zip, .gz and .zst are read as they are
    #[arg(value_name = "FILE", required_unless_present = "template")]
    files: Vec<PathBuf>,

    /// The journal that the events are appended to, which need not be there yet; `-` is standard output [default:
    /// standard output]
    #[arg(short, long, value_name = "JOURNAL", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Write nothing: only report what would be done
    #[arg(long, help_heading = "Output")]
    dry_run: bool,

    /// A file that says what became of each row, as CSV: it is replaced if it is there
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    explain: Option<PathBuf>,

    /// Print the mapping of `csv`, or the table of codes of ICEWS and GDELT, to change it
    #[arg(long, help_heading = "Coding")]
    template: bool,

    /// Which column of the spreadsheet holds which field (`csv` only; --template prints one to begin with)
    #[arg(long, value_name = "FILE", help_heading = "Coding")]
    mapping: Option<PathBuf>,

    /// What names of tracks and actors in the spreadsheet mean: name and meaning, separated by a tab (`csv` only)
    #[arg(long, value_name = "FILE", help_heading = "Coding")]
    aliases: Option<PathBuf>,

    /// Lines that replace those of the table of codes (ICEWS and GDELT only)
    #[arg(long, value_name = "FILE", help_heading = "Coding")]
    table: Option<PathBuf>,

    /// Whose side actors are on: name, party, and whether they act for it, separated by tabs (ICEWS only)
    #[arg(long, value_name = "FILE", help_heading = "Coding")]
    actors: Option<PathBuf>,

    /// The instant at which every row counts as recorded, whatever it says
    #[arg(long, value_name = "INSTANT", help_heading = "Coding")]
    recorded: Option<Instant>,

    /// The grade of every source, as `C3` [default: none; csv and cloudevents: their own]
    #[arg(long, value_name = "GRADE", help_heading = "Coding")]
    grade: Option<Grade>,

    /// The encoding of the files, such as windows-1252, unless they begin with a byte order mark [default: utf-8]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    encoding: Option<Encoding>,

    /// What to do at a broken row: stop there, or report it, skip it and still exit with 1
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = OnError::Stop, help_heading = "Reading")]
    on_error: OnError,
}

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// ICEWS as Dataverse has it, or with a header
    Icews,
    /// ICEWS as actor, relation, actor, day
    IcewsQuads,
    /// GDELT's events: exports, or with a header
    Gdelt,
    /// Travels of US presidents, visits of foreign leaders
    #[value(name = "historyatstate")]
    HistoryAtState,
    /// A spreadsheet, by a mapping of its columns
    Csv,
    /// CloudEvents 1.0: structured JSON, batches, lines
    #[value(name = "cloudevents")]
    CloudEvents,
}

impl Format {
    const fn is_cameo(self) -> bool {
        matches!(self, Self::Icews | Self::IcewsQuads | Self::Gdelt)
    }
}

impl Args {
    /// Returns the journal, or `None` for standard output.
    fn journal(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// Returns every file that the import reads.
    fn inputs(&self) -> Vec<PathBuf> {
        let lists = [&self.mapping, &self.aliases, &self.table, &self.actors];
        self.files.iter().chain(lists.into_iter().flatten()).cloned().collect()
    }
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    if args.template {
        return template(args.format, session);
    }
    let journal = args.journal();
    if let Some(journal) = journal {
        must_be_kept(journal)?;
        spare_inputs(journal, &args.inputs()).map_err(Failure::unwritten)?;
    }
    let mut importer = Importer::new(format(args)?, options(args)?);
    let mut sink = Sink::open(journal, args.dry_run, session)?;
    if let Some(journal) = journal {
        each_event(journal, !args.dry_run, session, |event, entry| importer.know_entry(event, Some(entry)))?;
    }
    let outcome = import(args, &mut importer, &mut sink, session);
    outcome.map_err(|failure| match journal {
        Some(journal) if sink.added > 0 && !args.dry_run => {
            let added = counted(usize::try_from(sink.added).unwrap_or(usize::MAX), "event");
            failure.after([format!("{added} added to {}: importing again adds only the rest", journal.display())])
        }
        _ => failure,
    })
}

/// Imports the files, and prints what became of every row.
fn import(args: &Args, importer: &mut Importer, sink: &mut Sink, session: &mut Session<'_>) -> Result<u8, Failure> {
    let journal = args.journal();
    let inputs = args.inputs();
    let mut fates = args.explain.as_deref().map(|path| Fates::begin(path, &inputs)).transpose()?;
    let skipped = read(args, importer, sink, &mut fates, session);
    // Write the fates even if the import stopped: they show which row stopped it.
    fates.map_or(Ok(()), Fates::end)?;
    let skipped = skipped?;
    sink.end(session)?;
    session.stdout.flush()?;
    sink.tell_ahead(session)?;
    let has_report_alone = args.dry_run || journal.is_some();
    let out = if has_report_alone { &mut *session.stdout } else { &mut *session.stderr };
    import_report::print(importer.report(), out)?;
    if let Some(journal) = journal {
        let name = journal.display().to_string();
        let (verb, there) = (if args.dry_run { "would be added" } else { "added" }, sink.already_there);
        writeln!(out, "{} {verb} to {}, {there} there already", sink.added, printable(&name))?;
    }
    if skipped > 0 {
        session.stdout.flush()?;
        writeln!(session.stderr, "error: {} skipped; the others were imported", counted(skipped, "row"))?;
    }
    session.stdout.flush()?;
    Ok(u8::from(skipped > 0))
}

fn template(format: Format, session: &mut Session<'_>) -> Result<u8, Failure> {
    let text = match format {
        Format::Csv => TEMPLATE,
        Format::Icews | Format::IcewsQuads | Format::Gdelt => CAMEO,
        Format::HistoryAtState | Format::CloudEvents => {
            return Err(Failure::usage("that format has nothing to set", "csv has a mapping; ICEWS and GDELT a table"));
        }
    };
    session.stdout.write_all(text.as_bytes())?;
    Ok(0)
}

/// Reads the files. Returns how many rows were broken and skipped.
fn read(
    args: &Args,
    importer: &mut Importer,
    sink: &mut Sink,
    fates: &mut Option<Fates<'_>>,
    session: &mut Session<'_>,
) -> Result<usize, Failure> {
    args.files.iter().try_for_each(|file| must_be_path(file))?;
    let sources = of_arguments(&args.files)?;
    // Events that scroll down the terminal already show progress, and a bar would get in their way.
    let prints_events = args.journal().is_none() && !args.dry_run && session.terminal.stdout_is_terminal;
    let is_shown = session.terminal.stderr_is_terminal && !prints_events;
    let progress = Progress::new(is_shown, sources.iter().map(Source::size).sum());
    let mut skipped = 0;
    for source in &sources {
        // The reader borrows standard input. A second session, without standard input, prints in the meantime.
        let mut nothing: &[u8] = &[];
        let mut aside = Session {
            stdin: &mut nothing,
            stdout: &mut *session.stdout,
            stderr: &mut *session.stderr,
            terminal: session.terminal,
            now: session.now,
            random: session.random,
        };
        let mut intake =
            Intake { args, sink: &mut *sink, fates: &mut *fates, session: &mut aside, progress: &progress };
        match Archive::of(source, session.stdin)? {
            None => {
                let input = source.open(session.stdin, &progress)?;
                skipped += intake.take(importer.read(input), &source.name())?;
            }
            Some(mut archive) => {
                for file in 0..archive.len() {
                    let (name, input) = archive.open(file)?;
                    skipped += intake.take(importer.read(input), &name)?;
                }
            }
        }
    }
    Ok(skipped)
}

/// Where the events of the rows go, and where messages are printed.
struct Intake<'t, 's, 'f> {
    args: &'t Args,
    sink: &'t mut Sink,
    fates: &'t mut Option<Fates<'f>>,
    session: &'t mut Session<'s>,
    progress: &'t Progress,
}

impl Intake<'_, '_, '_> {
    /// Stores the events of one input. Returns how many of its rows were broken and skipped.
    fn take(&mut self, mut rows: Rows<'_>, name: &str) -> Result<usize, Failure> {
        let mut skipped = 0;
        while let Some(event) = rows.next() {
            if let Some(fates) = self.fates {
                fates.tell(name, rows.fates())?;
            }
            match event {
                Ok(event) => self.sink.put(event, self.session)?,
                Err(ImportError { kind: ImportErrorKind::Io(error), .. }) => {
                    return Err(Failure::Read { path: PathBuf::from(name), error });
                }
                Err(error) => {
                    let is_final = error.kind.is_final();
                    let report = report(error, name);
                    if is_final || self.args.on_error == OnError::Stop {
                        self.sink.end(self.session)?;
                        return Err(Failure::Log(Box::new(report)));
                    }
                    skipped += 1;
                    self.session.stdout.flush()?;
                    self.progress.aside(|| report.print(self.session.stderr))?;
                }
            }
        }
        if let Some(fates) = self.fates {
            fates.tell(name, rows.fates())?;
        }
        Ok(skipped)
    }
}

fn report(error: ImportError, log: &str) -> Diagnostic {
    let has_excerpt = *error.excerpt != demarche_core::jsonl::Excerpt::default();
    Diagnostic {
        code: DiagnosticCode::BrokenRow,
        problem: error.kind.to_string(),
        log: log.to_owned(),
        line: error.line,
        column: Some(error.column),
        excerpt: has_excerpt.then_some(*error.excerpt),
        notes: Vec::new(),
    }
}
