//! `demarche check`: what is broken, what is odd, what is disputed, and what was expected otherwise.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use demarche_core::TrackPattern;
use demarche_interop::export::flat::{REMARKS, names_of, remark_row};
use demarche_projection::expectation::{ExpectationProblem, read_expectations};
use demarche_projection::findings::{Remark, Severity};
use demarche_projection::query::{Query, Reading};

use crate::failure::{Diagnostic, Failure};
use crate::input::{Loaded, scan};
use crate::options::{Format, FormatArgs, LogArgs, Today, WhenArgs, any_matches};
use crate::output::entries::{Entries, Layout};
use crate::output::json;
use crate::output::records::plain;
use crate::output::text::{counted, printable};
use crate::session::Session;

/// Findings: broken lines, oddities, open disputes; and whether a journal says what it must
///
/// Exits with 1 on errors, and with --strict on warnings, too. Every broken line is reported, whatever --on-error says.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche check fixtures/us-russia-2025.jsonl\n  \
    demarche check journal.jsonl --strict\n  \
    demarche check journal.jsonl --expect journal.expect.jsonl")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,

    /// Hold the journal to the expectations of a file, one JSON object a line: track and status, perhaps with `as_of`,
    /// `known_at`, today, reading, contested
    #[arg(long, value_name = "FILE")]
    expect: Vec<PathBuf>,

    /// Fail on warnings, too
    #[arg(long)]
    strict: bool,

    /// Only findings on tracks that match: `us-ru/irritants`, `us-ru/*`, `us-ru/**`
    #[arg(long = "track", value_name = "GLOB", value_parser = TrackPattern::new, help_heading = "Choice")]
    tracks: Vec<TrackPattern>,

    #[command(flatten)]
    when: WhenArgs,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let mut printer = Printer::new(args.format.begin(session.stdout)?);
    let loaded = scan(&args.log, session, &mut |report, stdout| Ok(printer.broken_line(&report, stdout)?))?;
    args.when.note_end(&loaded, session)?;
    let query = args.when.under(Reading::Prudent, session.now);
    let mut expected = Expected::default();
    for path in &args.expect {
        for remark in unmet(path, &loaded, &query, &mut expected)? {
            printer.remark(&remark, session)?;
        }
    }
    let mut findings = loaded.checked(loaded.ask(|fold| fold.findings(&query)))?;
    // Look at the clock only if it was asked for.
    let clock = query.today.filter(|_| args.when.today == Some(Today::Now));
    findings.extend(clock.map(|clock| loaded.fold.recorded_ahead_of(clock)).into_iter().flatten());
    // The sort is stable, so findings of the same severity keep their order.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.code.severity()));
    for finding in findings.iter().filter(|finding| any_matches(&args.tracks, &finding.track)) {
        printer.remark(&finding.remark(|id| loaded.place_of(id)), session)?;
    }
    let Printer { entries, counts } = printer;
    match entries {
        Some(entries) => entries.finish(session.stdout)?,
        None => conclude(&counts, &expected, &loaded, session)?,
    }
    session.stdout.flush()?;
    let fails = |severity| match severity {
        Severity::Error => true,
        Severity::Warning => args.strict,
        Severity::Note => false,
    };
    Ok(u8::from(counts.keys().any(|severity| fails(*severity))))
}

fn of_broken_line(report: &Diagnostic) -> Remark {
    Remark {
        severity: Severity::Error,
        code: report.code.as_str().to_owned(),
        track: None,
        events: Vec::new(),
        places: vec![report.place()],
        message: report.problem.clone(),
    }
}

/// How many expectations there were, and how many were met.
#[derive(Debug, Default)]
struct Expected {
    all: usize,
    met: usize,
}

/// Returns a remark for each expectation in a file that the journal does not meet.
fn unmet(path: &Path, loaded: &Loaded, query: &Query, expected: &mut Expected) -> Result<Vec<Remark>, Failure> {
    let failed = |error| Failure::Read { path: path.to_owned(), error };
    let file = File::open(path).map_err(failed)?;
    let name = path.display().to_string();
    let mut remarks = Vec::new();
    for expectation in read_expectations(BufReader::new(file)) {
        let remark = |place: String, code: &str, message: String, track, events| Remark {
            severity: Severity::Error,
            code: code.to_owned(),
            track,
            events,
            places: vec![place],
            message,
        };
        expected.all += 1;
        match expectation.map(|expectation| loaded.ask(|fold| expectation.hold(fold, query))) {
            Ok(held) => match held? {
                Ok(()) => expected.met += 1,
                Err(unmet) => {
                    let events = unmet.found.map(|found| found.decided_by).into_iter().collect();
                    let message = format!("{}: {unmet}", unmet.track);
                    let place = format!("{name}:{}", unmet.line);
                    remarks.push(remark(place, "unmet-expectation", message, Some(unmet.track), events));
                }
            },
            Err(error) => {
                let place = format!("{name}:{}:{}", error.line, error.column);
                if let ExpectationProblem::Io(error) = error.problem {
                    return Err(failed(error));
                }
                remarks.push(remark(place, "broken-expectation", error.problem.to_string(), None, Vec::new()));
            }
        }
    }
    Ok(remarks)
}

/// Prints the totals for a human reader.
fn conclude(
    counts: &BTreeMap<Severity, usize>,
    expected: &Expected,
    loaded: &Loaded,
    session: &mut Session<'_>,
) -> io::Result<()> {
    let count = |severity| counts.get(&severity).copied().unwrap_or(0);
    let (events, tracks) = (counted(loaded.fold.len(), "event"), counted(loaded.facts().tracks(), "track"));
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    writeln!(
        session.stdout,
        "{events} on {tracks}: {}, {}, {}",
        counted(errors, "error"),
        counted(warnings, "warning"),
        counted(count(Severity::Note), "note")
    )?;
    if expected.all > 0 {
        writeln!(session.stdout, "{} of {} met", expected.met, counted(expected.all, "expectation"))?;
    }
    if loaded.unknown > 0 {
        let events = counted(loaded.unknown, "event");
        writeln!(session.stdout, "{events} passed over, of unknown type or newer version")?;
    }
    Ok(())
}

/// Prints remarks as they come, and counts them.
struct Printer {
    /// `None` when the output is the text for people.
    entries: Option<Entries>,
    counts: BTreeMap<Severity, usize>,
}

impl Printer {
    fn new(format: Format) -> Self {
        Self {
            entries: Layout::of(format).map(|layout| Entries::new(layout, names_of(REMARKS))),
            counts: BTreeMap::new(),
        }
    }

    /// Prints a broken line, with the offending text.
    fn broken_line(&mut self, report: &Diagnostic, stdout: &mut dyn Write) -> io::Result<()> {
        let remark = of_broken_line(report);
        self.count(&remark);
        if let Some(entries) = &mut self.entries {
            return entries.print_one(json::of(&remark), || plain(&remark_row(&remark)), stdout);
        }
        report.print(stdout)?;
        writeln!(stdout)
    }

    /// Prints a remark, its place, and the other places that it concerns.
    fn remark(&mut self, remark: &Remark, session: &mut Session<'_>) -> io::Result<()> {
        self.count(remark);
        if let Some(entries) = &mut self.entries {
            return entries.print_one(json::of(remark), || plain(&remark_row(remark)), session.stdout);
        }
        session.wrapped(&format!("{}[{}]: {}", remark.severity, remark.code, printable(&remark.message)))?;
        for (at, place) in remark.places.iter().enumerate() {
            let arrow = if at == 0 { "-->" } else { "..." };
            writeln!(session.stdout, "  {arrow} {}", printable(place))?;
        }
        writeln!(session.stdout)
    }

    fn count(&mut self, remark: &Remark) {
        *self.counts.entry(remark.severity).or_default() += 1;
    }
}
