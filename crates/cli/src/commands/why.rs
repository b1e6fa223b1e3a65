//! `demarche why`: the events from which a status follows, and those that were set aside.

use demarche_core::{Event, TrackId};
use demarche_projection::{Dispute, Standing, TrackState, event_json};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::input::Loaded;
use crate::options::{Format, OneTrackArgs, one_state};
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
    let loaded = asked.load(session)?;
    let state = one_state(&loaded.fold, &asked.track, &asked.when.query(&asked.reading, session.now))?;
    match asked.format.format {
        Format::Table => print(&state, &loaded, session)?,
        Format::Json | Format::Jsonl => json::line(&Why::of(&state), session.stdout)?,
        format @ (Format::Csv | Format::Markdown) => {
            let evidence = state.evidence.iter().map(|event| (*event, "evidence"));
            let others = [Standing::SetAside, Standing::Withdrawn, Standing::Dropped]
                .into_iter()
                .flat_map(|standing| with_standing(&state, standing).map(move |event| (event, standing.as_str())));
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
    fn of(state: &'s TrackState<'_>) -> Self {
        let with = |standing| with_standing(state, standing).map(event_json).collect();
        Self {
            track: state.track,
            status: state.status,
            since: state.since.as_str(),
            sentence: state.sentence(),
            rule: state.rule.explanation(),
            evidence: state.evidence.iter().map(|event| event_json(event)).collect(),
            contested: state.contested.iter().map(DisputeOf::of).collect(),
            set_aside: with(Standing::SetAside),
            withdrawn: with(Standing::Withdrawn),
            dropped: with(Standing::Dropped),
        }
    }
}

impl DisputeOf {
    fn of(dispute: &Dispute<'_>) -> Self {
        Self {
            claim: event_json(dispute.claim),
            denied_by: dispute.denials.iter().map(|denial| event_json(denial)).collect(),
            set_aside: dispute.set_aside,
        }
    }
}

fn with_standing<'s, 'e>(state: &'s TrackState<'e>, wanted: Standing) -> impl Iterator<Item = &'e Event> + use<'s, 'e> {
    state.timeline.iter().filter(move |(_, standing)| *standing == wanted).map(|(event, _)| *event)
}

fn print(state: &TrackState<'_>, loaded: &Loaded, session: &mut Session<'_>) -> Result<(), Failure> {
    session.paragraph(&printable(&state.sentence()))?;
    session.paragraph(&format!("The rule: {}.", state.rule.explanation()))?;
    section("It rests on", state.evidence.iter().map(|event| (*event, None)), loaded, session)?;
    section(disputes_title(state), disputes(state), loaded, session)?;
    let shown = |event: &Event| state.contested.iter().any(|dispute| dispute.claim.id == event.id);
    for (title, standing) in [
        ("Set aside elsewhere, since a denial outweighs it", Standing::SetAside),
        ("Withdrawn by its own source", Standing::Withdrawn),
        ("Dropped by the reading", Standing::Dropped),
    ] {
        let others = with_standing(state, standing).filter(|event| !shown(event));
        section(title, others.map(|event| (event, None)), loaded, session)?;
    }
    Ok(())
}

const fn disputes_title(state: &TrackState<'_>) -> &'static str {
    if state.contested.len() == 1 { "Disputed" } else { "Disputed, each claim with who denies it" }
}

/// The disputes, each claim followed by its denials.
pub(super) fn disputes<'s, 'e>(
    state: &'s TrackState<'e>,
) -> impl Iterator<Item = (&'e Event, Option<&'static str>)> + use<'s, 'e> {
    state.contested.iter().flat_map(|dispute| {
        let weight = if dispute.set_aside { "outweighed" } else { "stands" };
        let denials = dispute.denials.iter().map(|denial| (*denial, Some("denied")));
        std::iter::once((dispute.claim, Some(weight))).chain(denials)
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
