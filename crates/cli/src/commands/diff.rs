//! `demarche diff`: what changed between two moments, the morning brief.

use std::io;

use clap::ValueEnum;
use demarche_core::{Event, Instant};
use demarche_projection::narrate::date_in_words;
use demarche_projection::{Change, ChangeKind, Dispute, Meeting, Query, TrackState, diff, moment};

use crate::failure::Failure;
use crate::input::{Loaded, load};
use crate::options::{FilterArgs, Format, FormatArgs, LogArgs, ReadingArgs, WhenArgs};
use crate::output::events::EventTable;
use crate::output::text::{counted, printable, short_date};
use crate::output::{json, records};
use crate::session::Session;

/// What changed between two moments of knowledge, or of the world: the morning brief
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche diff journal.jsonl --from 2025-10-22 --to 2025-10-23\n  \
    demarche diff journal.jsonl --from 2025-05 --to 2025-07 --along occurred")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,

    /// The earlier moment: a date (its last instant), or an instant
    #[arg(long, value_name = "WHEN", value_parser = moment_of)]
    from: Instant,

    /// The later moment [default: everything]
    #[arg(long, value_name = "WHEN", value_parser = moment_of)]
    to: Option<Instant>,

    /// Whether they are moments at which things were on record, or at which they occurred
    #[arg(long, value_enum, value_name = "TIME", default_value_t = Along::Recorded)]
    along: Along,

    #[command(flatten)]
    when: WhenArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// One of the two times of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Along {
    /// What was known
    Recorded,
    /// What had happened
    Occurred,
}

fn moment_of(text: &str) -> Result<Instant, String> {
    moment(text).map_err(|error| error.to_string())?.ok_or_else(|| "a moment needs an end".to_owned())
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    if args.to.is_some_and(|to| to < args.from) {
        return Err(Failure::usage(
            "--from is later than --to: nothing can change backwards",
            "give the earlier moment as --from",
        ));
    }
    let base = args.when.query(&args.reading, session.now);
    let (before, after) = (args.at(&base, Some(args.from))?, args.at(&base, args.to)?);
    let loaded = load(&args.log, session)?;
    let (before, after) = (loaded.fold.states(&before), loaded.fold.states(&after));
    let changes = diff(&before, &after);
    let admits =
        |state: Option<&TrackState<'_>>| state.is_some_and(|state| args.filter.admits(state.track, state.status));
    let chosen: Vec<_> = changes.iter().filter(|change| admits(change.before) || admits(change.after)).collect();
    match args.format.format {
        Format::Table => print(&chosen, &loaded, session)?,
        Format::Json => json::array(chosen.iter().map(|change| change.view()), session.stdout)?,
        Format::Jsonl => {
            for change in &chosen {
                json::line(&change.view(), session.stdout)?;
            }
        }
        Format::Csv => records::csv(&COLUMNS, chosen.iter().map(|change| row(change)), session.stdout)?,
        Format::Markdown => {
            records::markdown_table(&COLUMNS, chosen.iter().map(|change| row(change)), session.stdout)?;
        }
    }
    loaded.conclude(session)
}

impl Args {
    /// The query at one of the two moments.
    fn at(&self, base: &Query, end: Option<Instant>) -> Result<Query, Failure> {
        let (bound, option) = match self.along {
            Along::Recorded => (base.known_at, "--known-at"),
            Along::Occurred => (base.as_of, "--as-of"),
        };
        if bound.is_some() {
            return Err(Failure::usage(
                format!("{option} bounds the time along which --from and --to go"),
                format!("leave {option} out, or compare along the other time (--along)"),
            ));
        }
        Ok(match self.along {
            Along::Recorded => Query { known_at: end, ..base.clone() },
            Along::Occurred => Query { as_of: end, ..base.clone() },
        })
    }
}

/// The scalar columns of a change.
const COLUMNS: [&str; 7] =
    ["track", "status_before", "since_before", "status_after", "since_after", "new_events", "gone_events"];

fn row(change: &Change<'_, '_>) -> Vec<String> {
    let status = |state: Option<&TrackState<'_>>| state.map_or_else(String::new, |state| state.status.to_string());
    let since = |state: Option<&TrackState<'_>>| state.map_or_else(String::new, |state| state.since.to_string());
    let (new, gone) = events_of(change);
    vec![
        change.track.to_string(),
        status(change.before),
        since(change.before),
        status(change.after),
        since(change.after),
        new.len().to_string(),
        gone.len().to_string(),
    ]
}

/// The events that came and went.
fn events_of<'e>(change: &Change<'_, 'e>) -> (Vec<&'e Event>, Vec<&'e Event>) {
    let (mut new, mut gone) = (Vec::new(), Vec::new());
    for kind in &change.kinds {
        if let ChangeKind::NewEvents(events) = kind {
            new.extend(events);
        } else if let ChangeKind::GoneEvents(events) = kind {
            gone.extend(events);
        }
    }
    (new, gone)
}

pub(crate) fn print(changes: &[&Change<'_, '_>], loaded: &Loaded, session: &mut Session<'_>) -> io::Result<()> {
    if changes.is_empty() {
        return writeln!(session.stdout, "nothing changed");
    }
    for change in changes {
        session.wrapped(&printable(&headline(change)))?;
        for line in change.kinds.iter().filter_map(line) {
            session.item(&printable(&line))?;
        }
        let (new, gone) = events_of(change);
        let mut table = EventTable::new(loaded);
        for event in gone {
            table.push(event, Some("gone"));
        }
        for event in new {
            table.push(event, None);
        }
        table.into_table().print_indented(&session.terminal, session.stdout)?;
        writeln!(session.stdout)?;
    }
    writeln!(session.stdout, "{} changed", counted(changes.len(), "track"))
}

fn headline(change: &Change<'_, '_>) -> String {
    let stands = |state: &TrackState<'_>| format!("{} since {}", state.status, date_in_words(&state.since));
    let track = change.track;
    match (change.before, change.after) {
        (None, Some(after)) => format!("{track}: new, {}", stands(after)),
        (Some(before), None) => format!("{track}: was {}, and there is nothing to say of it any more", before.status),
        (Some(before), Some(after)) if before.status != after.status => {
            format!("{track}: was {}, now {}", before.status, stands(after))
        }
        (_, Some(after)) => format!("{track}: still {}", stands(after)),
        (None, None) => track.to_string(),
    }
}

/// A change in a line; none where the headline or the list of events tells it.
fn line(kind: &ChangeKind<'_, '_>) -> Option<String> {
    Some(match kind {
        ChangeKind::Appeared
        | ChangeKind::Vanished
        | ChangeKind::Status { .. }
        | ChangeKind::NewEvents(_)
        | ChangeKind::GoneEvents(_) => return None,
        ChangeKind::Since { from, .. } => format!("before, it was said to be so since {}", date_in_words(from)),
        ChangeKind::Decided { from, to } => {
            format!("decided by {} now, before by {}", to.source.who, from.source.who)
        }
        ChangeKind::Next { from, to } => format!("next: {}, before {}", next(*to), next(*from)),
        ChangeKind::SaidBy { from, to } => format!("said by {}, before by {}", names(to), names(from)),
        ChangeKind::Contested { from, to } => contested(*from, *to)?,
        ChangeKind::Meeting { name, from, to } => {
            let word = |phase: &Option<demarche_projection::Phase>| phase.map_or("unheard of", |phase| phase.as_str());
            format!("meeting {name}: {}, before {}", word(to), word(from))
        }
        ChangeKind::MeetingDate { name, from, to } => {
            let date = |date: &Option<&demarche_core::Edtf>| {
                date.map_or_else(|| "no date".to_owned(), |date| short_date(date.as_str()))
            };
            format!("meeting {name}: {}, before {}", date(to), date(from))
        }
        ChangeKind::MeetingVenue { name, from, to } => {
            format!(
                "meeting {name}: in {}, before {}",
                to.unwrap_or("no known place"),
                from.unwrap_or("no known place")
            )
        }
        ChangeKind::ProposalOpened { proposal } => format!("proposal {} awaits an answer", proposal.name),
        ChangeKind::ProposalClosed { name, .. } => match kind.answer() {
            Some(answer) => format!("proposal {name}: {answer}"),
            None => format!("proposal {name}: taken back"),
        },
        ChangeKind::Agreement { name, to, .. } => {
            let stage = to.and_then(|agreement| agreement.stage).map(|stage| stage.as_str().replace('_', " "));
            let ended = to.and_then(|agreement| agreement.ended).map(|ended| ended.to_string());
            format!("agreement {name}: {}", ended.or(stage).unwrap_or_else(|| "unheard of".to_owned()))
        }
        ChangeKind::Issue { name, to, .. } => {
            let resolved = to.and_then(|issue| issue.resolved);
            match (to, resolved) {
                (_, Some(extent)) => format!("issue {name}: {extent} resolved"),
                (Some(_), None) => format!("issue {name}: on the agenda"),
                (None, None) => format!("issue {name}: unheard of"),
            }
        }
    })
}

fn next(meeting: Option<&Meeting<'_>>) -> String {
    meeting.map_or_else(
        || "none".to_owned(),
        |meeting| {
            let when = meeting.when.map_or_else(String::new, |when| format!(" {}", short_date(when.as_str())));
            let venue = meeting.venue.map_or_else(String::new, |venue| format!(" in {venue}"));
            format!("{}{when}{venue}", meeting.name)
        },
    )
}

fn names(actors: &[&demarche_core::ActorId]) -> String {
    if actors.is_empty() {
        return "none of the parties".to_owned();
    }
    actors.iter().map(|actor| actor.as_str()).collect::<Vec<_>>().join(", ")
}

fn contested(from: Option<&Dispute<'_>>, to: Option<&Dispute<'_>>) -> Option<String> {
    let claim = to.or(from)?.claim;
    let by = &claim.source.who;
    Some(match (from, to) {
        (None, Some(dispute)) => {
            let deniers: Vec<&str> = dispute.denials.iter().map(|denial| denial.source.who.as_str()).collect();
            format!("what {by} said is denied now, by {}", deniers.join(", "))
        }
        (Some(_), None) => format!("what {by} said is no longer disputed here"),
        (_, Some(dispute)) if dispute.set_aside => format!("what {by} said is outweighed now"),
        _ => format!("what {by} said is no longer outweighed"),
    })
}
