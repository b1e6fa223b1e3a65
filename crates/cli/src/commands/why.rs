//! `demarche why`: the events that a status rests on, and those that were set aside.

use demarche_core::Event;
use demarche_projection::state::{Because, Dispute, Dossier, Standing};

use crate::failure::Failure;
use crate::input::Loaded;
use crate::options::{Format, OneTrackArgs};
use crate::output::events::{event_row, event_table, print_records};
use crate::output::json;
use crate::output::naming::Naming;
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
    let (loaded, dossier, naming) = asked.load(session)?;
    match asked.format.begin(session.stdout)? {
        Format::Table => print(&dossier, &loaded, &naming, session)?,
        Format::Json | Format::Jsonl => json::line(&dossier.why(&naming.names), session.stdout)?,
        format @ (Format::Csv | Format::Markdown) => {
            let evidence = dossier.evidence().map(|event| (event, "evidence"));
            let others = [Standing::SetAside, Standing::Withdrawn, Standing::Dropped]
                .into_iter()
                .flat_map(|standing| dossier.with_standing(standing).map(move |event| (event, standing.as_str())));
            print_records(format, "part", evidence.chain(others), &naming.names, session.stdout)?;
        }
    }
    loaded.conclude(session)
}

fn print(dossier: &Dossier, loaded: &Loaded, naming: &Naming, session: &mut Session<'_>) -> Result<(), Failure> {
    let state = &dossier.state;
    session.paragraph(&printable(&dossier.sentence(&naming.names)))?;
    session.paragraph(&format!("The rule: {}.", state.rule.explanation()))?;
    section("It rests on", dossier.evidence().map(|event| (event, None)), loaded, naming, session)?;
    disputes(dossier, loaded, naming, session)?;
    for (title, standing) in
        [("Withdrawn by its own source", Standing::Withdrawn), ("Dropped by the reading", Standing::Dropped)]
    {
        section(title, dossier.with_standing(standing).map(|event| (event, None)), loaded, naming, session)?;
    }
    Ok(())
}

/// Prints every dispute of a track: those that bear on the status, then claims set aside elsewhere that may still
/// matter, then the rest.
pub(super) fn disputes(
    dossier: &Dossier,
    loaded: &Loaded,
    naming: &Naming,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let (bearing, others): (Vec<_>, Vec<_>) = dossier.disputes().partition(|dispute| dispute.because.is_some());
    let (aside, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|dispute| dossier.may_matter_yet(dispute));
    for (title, disputes) in [
        ("Disputed, and it bears on the status", bearing),
        ("Set aside elsewhere, since a denial outweighs it", aside),
        ("Disputed elsewhere on the track", others),
    ] {
        section(title, disputes.into_iter().flat_map(|dispute| in_full(dossier, dispute)), loaded, naming, session)?;
    }
    Ok(())
}

/// Yields a dispute's claim and its denials, each with a remark.
fn in_full<'d>(dossier: &'d Dossier, dispute: &'d Dispute) -> impl Iterator<Item = (&'d Event, Option<&'static str>)> {
    let denials = dispute.denied_by.iter().filter_map(|id| Some((dossier.event(*id)?, Some("denied"))));
    dossier.event(dispute.claim).map(|claim| (claim, Some(remark(dispute)))).into_iter().chain(denials)
}

/// Says why a dispute bears on the status, and which side carries more weight.
const fn remark(dispute: &Dispute) -> &'static str {
    match (dispute.because, dispute.set_aside) {
        (Some(Because::Supports), true) => "says the same, outweighed",
        (Some(Because::Supports), false) => "says the same, stands",
        (Some(Because::Rival), true) => "says otherwise, outweighed",
        (Some(Because::Rival), false) => "says otherwise, stands",
        (Some(Because::Decisive), true) => "would decide, outweighed",
        (Some(Because::Decisive), false) => "would decide, set aside by the reading",
        (Some(Because::Objection), _) => "objects",
        (None, true) => "outweighed",
        (None, false) => "stands",
    }
}

/// Prints a titled table of events, or nothing if there are none.
pub(super) fn section<'e>(
    title: &str,
    events: impl Iterator<Item = (&'e Event, Option<&'static str>)>,
    loaded: &Loaded,
    naming: &Naming,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let row = |(event, remark): (&Event, _)| event_row(event, remark, &loaded.entry_of(event.id), naming);
    let table = event_table(events.map(row).collect());
    if !table.is_empty() {
        session.wrapped(&format!("{title}:"))?;
        table.print_indented(&session.terminal, session.stdout)?;
        writeln!(session.stdout)?;
    }
    Ok(())
}
