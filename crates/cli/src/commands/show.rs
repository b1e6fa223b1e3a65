//! `demarche show`: one track in full.

use demarche_core::{ActorId, EventType};
use demarche_projection::state::{Dossier, MeetingEntry, Phase, Standing};

use super::why::{disputes, section};
use crate::failure::Failure;
use crate::input::Loaded;
use crate::options::{Format, OneTrackArgs};
use crate::output::events::print_records;
use crate::output::json;
use crate::output::naming::Naming;
use crate::output::table::{Cell, Table};
use crate::output::text::{counted, printable, short_date};
use crate::session::Session;

/// One track in full: its state, meetings and their history, proposals, agreements, disputes, timeline
///
/// As CSV and Markdown it prints the timeline, each event with its standing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche show fixtures/us-russia-2025.jsonl --track us-ru/irritants\n  \
    demarche show journal.jsonl --track us-ru/leaders --format json")]
pub(crate) struct Args {
    #[command(flatten)]
    asked: OneTrackArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let asked = &args.asked;
    let (loaded, dossier, naming) = asked.load(session)?;
    match asked.format.begin(session.stdout)? {
        Format::Table => print(&dossier, &loaded, &naming, session)?,
        Format::Json | Format::Jsonl => json::line(&dossier.view(&naming.names), session.stdout)?,
        format @ (Format::Csv | Format::Markdown) => {
            let timeline = dossier.timeline.iter().map(|(event, standing)| (&**event, standing.as_str()));
            print_records(format, "standing", timeline, &naming.names, session.stdout)?;
        }
    }
    loaded.conclude(session)
}

fn print(dossier: &Dossier, loaded: &Loaded, naming: &Naming, session: &mut Session<'_>) -> Result<(), Failure> {
    session.paragraph(&printable(&dossier.sentence(&naming.names)))?;
    facts(dossier, naming).print(&session.terminal, session.stdout)?;
    writeln!(session.stdout)?;
    for (title, table) in [
        ("Meetings", meetings(dossier, naming)),
        ("Proposals", proposals(dossier, naming)),
        ("Agreements", agreements(dossier)),
        ("Issues", issues(dossier)),
    ] {
        if !table.is_empty() {
            writeln!(session.stdout, "{title}:")?;
            table.print_indented(&session.terminal, session.stdout)?;
            writeln!(session.stdout)?;
        }
    }
    section("Exchanges", dossier.exchanges.iter().map(|event| (&**event, None)), loaded, naming, session)?;
    section("Measures", dossier.measures.iter().map(|event| (&**event, None)), loaded, naming, session)?;
    disputes(dossier, loaded, naming, session)?;
    let remark = |standing| match standing {
        Standing::Counting => None,
        Standing::SetAside => Some("outweighed"),
        Standing::Withdrawn => Some("withdrawn"),
        Standing::Dropped => Some("dropped by the reading"),
        Standing::Housekeeping => Some("correction"),
    };
    section(
        "Timeline",
        dossier.timeline.iter().map(|(event, standing)| (&**event, remark(*standing))),
        loaded,
        naming,
        session,
    )
}

/// Builds the table of facts that fit on one line each.
fn facts(dossier: &Dossier, naming: &Naming) -> Table {
    let state = &dossier.state;
    let names = |names: &[ActorId]| names.iter().map(|name| naming.cell(name)).collect::<Vec<_>>().join(", ");
    let mut table = Table::without_header(2).keep_whole(&[0]);
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            table.push(vec![Cell::new(name), Cell::new(value)]);
        }
    };
    line("track", state.track.to_string());
    line("title", state.title.as_deref().unwrap_or_default().to_owned());
    line("kind", state.kind.map_or_else(String::new, |kind| kind.to_string()));
    line("parties", names(&state.parties));
    line("mediators", names(&state.mediators));
    line("said by", names(&state.said_by));
    line("otherwise", names(&state.otherwise));
    line("silent", names(&state.silent));
    line(
        "next",
        state.next.as_ref().map_or_else(String::new, |next| {
            let when = next.when.as_ref().map_or("", |when| when.as_str());
            let venue = next.venue.as_ref().map_or_else(String::new, |venue| format!(", {venue}"));
            format!("{}, {when}{venue}", next.meeting)
        }),
    );
    line(
        "held",
        match (state.meetings_held, &state.last_held) {
            (0, _) => String::new(),
            (held, last) => {
                let when = last.as_ref().map_or("", |when| when.as_str());
                format!("{}, the last {when}", counted(held, "meeting"))
            }
        },
    );
    line("last activity", state.last_activity.to_string());
    line("last progress", state.last_progress.as_ref().map_or_else(String::new, ToString::to_string));
    line("rests on", format!("{} by {}", counted(state.events, "event"), counted(state.sources, "source")));
    table
}

fn meetings(dossier: &Dossier, naming: &Naming) -> Table {
    let mut table = Table::new(["meeting", "phase", "when", "what became of it"]).keep_whole(&[1, 2]);
    for meeting in &dossier.meetings {
        let mut lines: Vec<String> = meeting.title.iter().map(ToString::to_string).collect();
        lines.extend(meeting.venue.as_ref().map(|venue| format!("in {venue}")));
        lines.extend(meeting.history.iter().map(|step| entry(step, naming)));
        table.push(vec![
            Cell::new(meeting.name.as_str()),
            Cell::new(meeting.phase.as_str()),
            Cell::new(meeting.when.as_ref().map_or_else(String::new, |when| short_date(when.as_str()))),
            Cell::lines(&lines),
        ]);
    }
    table
}

/// Describes an event on a meeting in one line, and marks it if it changed nothing.
fn entry(entry: &MeetingEntry, naming: &Naming) -> String {
    let event = &entry.event;
    let what = Phase::of(event.event_type()).map_or("moved elsewhere", Phase::as_str);
    let mark = match entry.standing {
        Standing::SetAside => ", set aside",
        Standing::Withdrawn => ", taken back",
        Standing::Housekeeping | Standing::Dropped | Standing::Counting => {
            let is_idle = entry.phase.is_none() && event.event_type() != EventType::MeetingRelocated;
            if is_idle { ", changes nothing" } else { "" }
        }
    };
    format!("{}: {what}{mark} ({})", short_date(event.occurred.as_str()), naming.cell(&event.source.who))
}

fn proposals(dossier: &Dossier, naming: &Naming) -> Table {
    let mut table = Table::new(["proposal", "by", "answer", "due", "what"]).keep_whole(&[1, 2, 3]);
    for proposal in &dossier.proposals {
        let answer = match (proposal.open, proposal.age_days(dossier.state.today)) {
            (true, Some(days)) => format!("none in {days} days"),
            (true, None) => "none".to_owned(),
            (false, _) => "given".to_owned(),
        };
        table.push(vec![
            Cell::new(proposal.name.as_str()),
            Cell::new(proposal.by.as_ref().map_or("", |by| naming.cell(by))),
            Cell::new(answer),
            Cell::new(proposal.deadline.as_ref().map_or("", |deadline| deadline.as_str())),
            Cell::new(proposal.summary.as_deref().unwrap_or_default()),
        ]);
    }
    table
}

fn agreements(dossier: &Dossier) -> Table {
    let mut table = Table::new(["agreement", "stage", "until", "what"]).keep_whole(&[1, 2]);
    for agreement in &dossier.agreements {
        let stage = agreement.stage.map(|stage| stage.as_str().replace('_', " "));
        let ended = agreement.ended.map(|ended| ended.as_str().to_owned());
        table.push(vec![
            Cell::new(agreement.name.as_str()),
            Cell::new(ended.or(stage).unwrap_or_default()),
            Cell::new(agreement.until.as_ref().map_or("", |until| until.as_str())),
            Cell::new(agreement.summary.as_deref().unwrap_or_default()),
        ]);
    }
    table
}

fn issues(dossier: &Dossier) -> Table {
    let mut table = Table::new(["issue", "resolved", "title"]).keep_whole(&[0, 1]);
    for issue in &dossier.issues {
        table.push(vec![
            Cell::new(issue.name.as_str()),
            Cell::new(issue.resolved.map_or("no", |extent| extent.as_str())),
            Cell::new(issue.title.as_deref().unwrap_or_default()),
        ]);
    }
    table
}
