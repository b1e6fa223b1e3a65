//! The questions about all tracks, asked of the libraries: each answer is a table, or a picture.

use std::sync::Arc;

use demarche_core::{Instant, TrackId};
use demarche_interop::export::flat::{
    AGENDA, CHANGES, COMPARISONS, REMARKS, SPELLS, agenda_row, change_row, comparison_rows, remark_row, spell_row,
};
use demarche_interop::export::timeline;
use demarche_projection::diff::Change;
use demarche_projection::query::Query;
use demarche_projection::state::{AgendaItem, Comparison, Dossier, Spell};
use demarche_projection::{Along, LogChanged, Sides, Track};
use pyo3::prelude::*;

use crate::errors::question_error;
use crate::logs::Loaded;
use crate::question::Question;
use crate::rows::Items;
use crate::state::StateRows;
use crate::table::Table;
use crate::timeline::Timeline;

/// Writes a value of the JSON contract.
fn json_of(value: &impl serde::Serialize) -> String {
    // Views always serialise. If one ever fails, `null` marks the gap, as on the command line.
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// Makes values of the tracks that are asked for, each under every query.
fn compared<T: Send>(
    py: Python<'_>,
    loaded: &Loaded,
    queries: &[Query],
    question: &Question,
    make: impl Fn(&TrackId, &[Option<Track<'_>>], &mut Vec<T>) -> Result<(), LogChanged> + Sync + Send,
) -> PyResult<Vec<T>> {
    loaded.ask(py, |loaded| {
        let mut tracks = loaded.fold.compared(queries).only(|track| question.choice.admits_track(track));
        let mut all = Vec::new();
        while let Some(parts) = tracks.next_compared(&make)? {
            all.extend(parts.into_iter().flatten());
        }
        Ok(all)
    })
}

/// Where every track stands.
pub(crate) fn states(py: Python<'_>, loaded: &Arc<Loaded>, question: Question) -> PyResult<Table> {
    let states = loaded.ask(py, |loaded| {
        loaded.fold.batches(&question.query).only(|track| question.choice.admits_track(track)).all(|track, states| {
            states.extend(track.state()?.filter(|state| question.choice.admits(&state.track, state.status)));
            Ok(())
        })
    })?;
    Ok(Table::new("state", StateRows::new(Arc::clone(loaded), question.query, states)))
}

/// What changed between two moments.
pub(crate) fn diff(py: Python<'_>, loaded: &Loaded, question: &Question, moments: &[Query; 2]) -> PyResult<Table> {
    let admits = |side: &Option<Dossier>| {
        side.as_ref().is_some_and(|side| question.choice.admits(&side.state.track, side.state.status))
    };
    let items = compared(py, loaded, moments, question, |_, sides, changed: &mut Vec<Sides>| {
        let [before, after] = sides else { return Ok(()) };
        let (before, after) = Track::differing(before.as_ref(), after.as_ref())?;
        if (admits(&before) || admits(&after)) && Change::between(before.as_ref(), after.as_ref()).is_some() {
            changed.push((before, after));
        }
        Ok(())
    })?;
    let rows = Box::new(|(before, after): &Sides| {
        Change::between(before.as_ref(), after.as_ref()).iter().map(change_row).collect()
    });
    let json = Box::new(|(before, after): &Sides| {
        Change::between(before.as_ref(), after.as_ref()).map_or_else(String::new, |change| json_of(&change.view()))
    });
    Ok(Table::new("change", Items { columns: CHANGES, items, rows, json }))
}

/// The tracks under several readings.
pub(crate) fn compare(
    py: Python<'_>,
    loaded: &Loaded,
    question: &Question,
    queries: Vec<Query>,
    only_different: bool,
) -> PyResult<Table> {
    let items = compared(py, loaded, &queries, question, |track, sides, chosen: &mut Vec<Comparison>| {
        let comparison = Comparison::of(track, sides)?;
        let is_admitted =
            comparison.states.iter().flatten().any(|state| question.choice.admits(&state.track, state.status));
        if is_admitted && (!only_different || comparison.differs()) {
            chosen.push(comparison);
        }
        Ok(())
    })?;
    let of_json = queries.clone();
    let rows = Box::new(move |one: &Comparison| comparison_rows(one, &queries));
    let json = Box::new(move |one: &Comparison| json_of(&one.view(&of_json)));
    Ok(Table::new("track", Items { columns: COMPARISONS, items, rows, json }))
}

/// What lies ahead, and what is overdue.
pub(crate) fn agenda(py: Python<'_>, loaded: &Loaded, question: &Question, until: Option<Instant>) -> PyResult<Table> {
    let admits = |track: &TrackId| question.choice.admits_track(track);
    let items = loaded.ask(py, |loaded| loaded.fold.agenda(&question.query, until, admits))?;
    let rows = Box::new(|item: &AgendaItem| vec![agenda_row(item)]);
    let json = Box::new(|item: &AgendaItem| json_of(&item.view()));
    Ok(Table::new("item", Items { columns: AGENDA, items, rows, json }))
}

/// The statuses of the tracks over time.
pub(crate) fn history(py: Python<'_>, loaded: &Loaded, question: &Question, along: Along) -> PyResult<Table> {
    let (fold, statuses) = (&loaded.fold, &question.choice.statuses);
    let items = compared(py, loaded, &[], question, |track, _, told: &mut Vec<(TrackId, Spell)>| {
        let spells = fold.history(track, &question.query, along)?;
        let chosen = spells.into_iter().filter(|spell| statuses.is_empty() || statuses.contains(&spell.status));
        told.extend(chosen.map(|spell| (track.clone(), spell)));
        Ok(())
    })?;
    let rows = Box::new(|(track, spell): &(TrackId, Spell)| vec![spell_row(track, spell)]);
    let json = Box::new(|(track, spell): &(TrackId, Spell)| json_of(&spell.view(track)));
    Ok(Table::new("spell", Items { columns: SPELLS, items, rows, json }))
}

/// What is strange about the journal.
pub(crate) fn findings(py: Python<'_>, loaded: &Loaded, question: &Question) -> PyResult<Table> {
    let items = loaded.ask(py, |loaded| {
        let mut findings = loaded.fold.findings(&question.query)?;
        // The sort is stable, so findings of the same severity keep their order.
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.code.severity()));
        findings.retain(|finding| question.choice.admits_track(&finding.track));
        Ok(findings.iter().map(|finding| finding.remark(|id| loaded.place_of(id))).collect())
    })?;
    let rows = Box::new(|remark: &_| vec![remark_row(remark)]);
    Ok(Table::new("finding", Items { columns: REMARKS, items, rows, json: Box::new(json_of) }))
}

/// The tracks over time as a picture.
pub(crate) fn timeline(
    py: Python<'_>,
    loaded: &Loaded,
    question: &Question,
    options: &timeline::Options,
) -> PyResult<Timeline> {
    let admits = |track: &Track<'_>| track.status().is_some_and(|status| question.choice.admits(track.name(), status));
    let (timeline, lanes) = loaded.ask(py, |loaded| {
        let chosen = loaded.fold.batches(&question.query).all(|track, names: &mut Vec<TrackId>| {
            names.extend(Some(track.name().clone()).filter(|_| admits(track)));
            Ok(())
        })?;
        let is_chosen = |track: &TrackId| chosen.binary_search(track).is_ok();
        let made = timeline::Timeline::new(&loaded.fold, &question.query, is_chosen, &loaded.names, options)?;
        Ok((Timeline { svg: made.svg(), html: made.html(), lanes: chosen.len() }, chosen.len()))
    })?;
    if lanes == 0 {
        return Err(question_error("there is no track to draw: widen track, status, as_of or known_at"));
    }
    Ok(timeline)
}
