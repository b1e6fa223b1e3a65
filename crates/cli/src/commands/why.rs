//! `demarche why`: the events from which a status follows, and those that were set aside.

use demarche_core::{Event, EventId, TrackId};
use demarche_projection::{Dispute, Dossier, Standing, TrackState, event_json};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::input::Loaded;
use crate::options::{Format, OneTrackArgs};
use crate::output::events::{event_row, event_table, print_records};
use crate::output::json;
use crate::output::text::printable;
use crate::session::Session;

/// Why a track stands where it does: the rule that decided, its evidence, and what was set aside
///
/// As CSV and Markdown it prints the events of the evidence, and then those that do not count.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche why fixtures/us-russia-2025.jsonl --track us-ru/ministers\n  \
    demarche why journal.jsonl --track us-ru/leaders --reading side:us")]
pub(crate) struct Args {
    #[command(flatten)]
    asked: OneTrackArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let asked = &args.asked;
    let (loaded, dossier) = asked.load(session)?;
    match asked.format.format {
        Format::Table => print(&dossier, &loaded, session)?,
        Format::Json | Format::Jsonl => json::line(&Why::of(&dossier), session.stdout)?,
        format @ (Format::Csv | Format::Markdown) => {
            let evidence = dossier.evidence().map(|event| (event, "evidence"));
            let others = [Standing::SetAside, Standing::Withdrawn, Standing::Dropped]
                .into_iter()
                .flat_map(|standing| with_standing(&dossier, standing).map(move |event| (event, standing.as_str())));
            print_records(format, "part", evidence.chain(others), session.stdout)?;
        }
    }
    loaded.conclude(session)
}

/// The answer as JSON: the events whole, in order.
#[derive(Serialize)]
struct Why<'s> {
    track: &'s TrackId,
    status: demarche_projection::Status,
    since: &'s str,
    sentence: String,
    rule: &'static str,
    evidence: Vec<Box<RawValue>>,
    contested: Vec<DisputeOf>,
    set_aside: Vec<Box<RawValue>>,
    withdrawn: Vec<Box<RawValue>>,
    dropped: Vec<Box<RawValue>>,
}

/// A dispute with its events whole.
#[derive(Serialize)]
struct DisputeOf {
    claim: Box<RawValue>,
    denied_by: Vec<Box<RawValue>>,
    set_aside: bool,
}

impl<'s> Why<'s> {
    fn of(dossier: &'s Dossier) -> Self {
        let state = &dossier.state;
        let with = |standing| with_standing(dossier, standing).map(event_json).collect();
        Self {
            track: &state.track,
            status: state.status,
            since: state.since.as_str(),
            sentence: dossier.sentence(),
            rule: state.rule.explanation(),
            evidence: dossier.evidence().map(event_json).collect(),
            contested: state.contested.iter().filter_map(|dispute| DisputeOf::of(dispute, dossier)).collect(),
            set_aside: with(Standing::SetAside),
            withdrawn: with(Standing::Withdrawn),
            dropped: with(Standing::Dropped),
        }
    }
}

impl DisputeOf {
    fn of(dispute: &Dispute, dossier: &Dossier) -> Option<Self> {
        let whole = |id: &EventId| dossier.event(*id).map(event_json);
        Some(Self {
            claim: whole(&dispute.claim)?,
            denied_by: dispute.denied_by.iter().filter_map(whole).collect(),
            set_aside: dispute.set_aside,
        })
    }
}

fn with_standing(dossier: &Dossier, wanted: Standing) -> impl Iterator<Item = &Event> {
    dossier.timeline.iter().filter(move |(_, standing)| *standing == wanted).map(|(event, _)| &**event)
}

fn print(dossier: &Dossier, loaded: &Loaded, session: &mut Session<'_>) -> Result<(), Failure> {
    let state = &dossier.state;
    session.paragraph(&printable(&dossier.sentence()))?;
    session.paragraph(&format!("The rule: {}.", state.rule.explanation()))?;
    section("It rests on", dossier.evidence().map(|event| (event, None)), loaded, session)?;
    section(disputes_title(state), disputes(dossier), loaded, session)?;
    let shown = |event: &Event| state.contested.iter().any(|dispute| dispute.claim == event.id);
    for (title, standing) in [
        ("Set aside elsewhere, since a denial outweighs it", Standing::SetAside),
        ("Withdrawn by its own source", Standing::Withdrawn),
        ("Dropped by the reading", Standing::Dropped),
    ] {
        let others = with_standing(dossier, standing).filter(|event| !shown(event));
        section(title, others.map(|event| (event, None)), loaded, session)?;
    }
    Ok(())
}

const fn disputes_title(state: &TrackState) -> &'static str {
    if state.contested.len() == 1 { "Disputed" } else { "Disputed, each claim with who denies it" }
}

/// The disputes, each claim followed by its denials.
pub(super) fn disputes(dossier: &Dossier) -> impl Iterator<Item = (&Event, Option<&'static str>)> {
    dossier.state.contested.iter().flat_map(|dispute| {
        let weight = if dispute.set_aside { "outweighed" } else { "stands" };
        let denials = dispute.denied_by.iter().filter_map(|id| Some((dossier.event(*id)?, Some("denied"))));
        dossier.event(dispute.claim).map(|claim| (claim, Some(weight))).into_iter().chain(denials)
    })
}

/// Prints a titled table of events, or nothing where there are none.
pub(super) fn section<'e>(
    title: &str,
    events: impl Iterator<Item = (&'e Event, Option<&'static str>)>,
    loaded: &Loaded,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let row = |(event, remark): (&Event, _)| event_row(event, remark, &loaded.entry_of(event.id));
    let table = event_table(events.map(row).collect());
    if !table.is_empty() {
        session.wrapped(&format!("{title}:"))?;
        table.print_indented(&session.terminal, session.stdout)?;
        writeln!(session.stdout)?;
    }
    Ok(())
}
