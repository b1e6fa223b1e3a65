//! The columns of each table, and how a row is made: the one list of both.

use demarche_core::codec::{encode, encode_data};
use demarche_core::{Edtf, Event, Instant, TrackId};
use demarche_projection::diff::Change;
use demarche_projection::findings::Remark;
use demarche_projection::narrate::{Names, clause};
use demarche_projection::query::Query;
use demarche_projection::state::{AgendaItem, Comparison, Dossier, Spell, TrackState};

use super::{Cell, Column, Kind};

/// Defines the columns of a table: name, kind, and the expression for the cell.
macro_rules! columns {
    (
        $(#[$of_columns:meta])* $columns:ident,
        $(#[$of_row:meta])* $seen:vis fn $function:ident($( $from:ident: $type:ty ),+);
        $( $name:ident $kind:ident = $cell:expr; )+
    ) => {
        $(#[$of_columns])*
        pub const $columns: &[Column] = &[$( Column { name: stringify!($name), kind: Kind::$kind }, )+];

        $(#[$of_row])*
        #[must_use]
        $seen fn $function($( $from: &$type ),+) -> Vec<Cell> {
            vec![$( $cell, )+]
        }
    };
}

columns! {
    /// The columns of states.
    STATES,
    /// Makes the row of a state under a query.
    pub fn state_row(s: TrackState, q: Query);
    track Text = text(&s.track);
    title Text = maybe(s.title.as_ref());
    kind Text = maybe(s.kind);
    parties Names = names(&s.parties);
    mediators Names = names(&s.mediators);
    status Text = text(s.status);
    since Text = text(&s.since);
    since_earliest Instant = first(Some(&s.since));
    since_latest Instant = last(Some(&s.since));
    rule Text = text(s.rule.explanation());
    decided_by Text = text(s.decided_by);
    evidence Names = names(&s.evidence);
    next_meeting Text = maybe(s.next.as_ref().map(|next| &next.meeting));
    next_when Text = maybe(next_when(s));
    next_when_earliest Instant = first(next_when(s));
    next_when_latest Instant = last(next_when(s));
    next_venue Text = maybe(s.next.as_ref().and_then(|next| next.venue.as_ref()));
    meetings Number = count(s.meetings);
    meetings_held Number = count(s.meetings_held);
    last_held Text = maybe(s.last_held.as_ref());
    last_held_earliest Instant = first(s.last_held.as_ref());
    last_held_latest Instant = last(s.last_held.as_ref());
    open_proposals Names = names(&s.open_proposals);
    last_activity Text = text(&s.last_activity);
    last_activity_earliest Instant = first(Some(&s.last_activity));
    last_activity_latest Instant = last(Some(&s.last_activity));
    last_progress Text = maybe(s.last_progress.as_ref());
    last_progress_earliest Instant = first(s.last_progress.as_ref());
    last_progress_latest Instant = last(s.last_progress.as_ref());
    said_by Names = names(&s.said_by);
    otherwise Names = names(&s.otherwise);
    silent Names = names(&s.silent);
    contested Number = count(s.contested.len());
    disputes Number = count(s.disputes.len());
    sources Number = count(s.sources);
    events Number = count(s.events);
    as_of Instant = instant(q.as_of);
    known_at Instant = instant(q.known_at);
    today Instant = Cell::Instant(s.today);
}

columns! {
    /// The columns of events.
    EVENTS,
    /// Makes the row of an event.
    pub fn event_row(e: Event, n: Names);
    id Text = text(e.id);
    type Text = text(e.event_type());
    track Text = text(&e.track);
    occurred Text = text(&e.occurred);
    occurred_earliest Instant = Cell::Instant(e.occurred.earliest());
    occurred_latest Instant = instant(e.occurred.latest());
    recorded Instant = Cell::Instant(e.recorded);
    entered_by Text = maybe(e.entered_by.as_ref());
    who Text = text(&e.source.who);
    via Text = maybe(e.source.via.as_ref());
    attribution Text = text(e.source.attribution);
    grade Text = maybe(e.source.grade);
    cite Text = maybe(e.cite.as_deref());
    note Text = maybe(e.note.as_deref());
    meeting Text = maybe(e.data.meeting());
    says Text = text(clause(e, n));
    data Text = Cell::Text(encode_data(e));
}

columns! {
    /// The columns of events as the lines of a log.
    LINES,
    /// Makes the row of an event: its canonical line, and what an engine sorts and distributes by.
    pub fn line_row(e: Event);
    id Text = text(e.id);
    track Text = text(&e.track);
    recorded Instant = Cell::Instant(e.recorded);
    line Text = Cell::Text(encode(e));
}

columns! {
    /// The columns of changes.
    CHANGES,
    /// Makes the row of a change.
    pub fn change_row(c: Change<'_>);
    track Text = text(c.track);
    status_before Text = maybe(c.before.map(status));
    since_before Text = maybe(c.before.map(since));
    since_before_earliest Instant = first(c.before.map(since));
    since_before_latest Instant = last(c.before.map(since));
    status_after Text = maybe(c.after.map(status));
    since_after Text = maybe(c.after.map(since));
    since_after_earliest Instant = first(c.after.map(since));
    since_after_latest Instant = last(c.after.map(since));
    new_events Number = count(c.events().0.len());
    gone_events Number = count(c.events().1.len());
}

columns! {
    /// The columns of an agenda; they are the keys of its JSON.
    AGENDA,
    /// Makes the row of an item.
    pub fn agenda_row(i: AgendaItem);
    track Text = text(&i.track);
    on Text = text(&i.dated.on);
    what Text = text(i.dated.what);
    name Text = text(&i.dated.name);
    venue Text = maybe(i.dated.venue.as_ref());
    is_overdue Flag = Cell::Flag(i.is_overdue());
    earliest Instant = first(Some(&i.dated.on));
    latest Instant = last(Some(&i.dated.on));
}

columns! {
    /// The columns of histories; they are the keys of their JSON.
    SPELLS,
    /// Makes the row of a spell of a track.
    pub fn spell_row(t: TrackId, s: Spell);
    track Text = text(t);
    from Instant = Cell::Instant(s.from);
    to Instant = instant(s.to());
    days Number = Cell::Number(s.days());
    status Text = text(s.status);
    rule Text = text(s.rule.explanation());
    decided_by Text = text(s.decided_by);
    lasts Flag = Cell::Flag(s.lasts);
    earliest Instant = instant(s.since.0);
    latest Instant = instant(s.since.1);
}

columns! {
    /// The columns of remarks about a journal.
    REMARKS,
    /// Makes the row of a remark.
    pub fn remark_row(r: Remark);
    severity Text = text(r.severity);
    code Text = text(&r.code);
    track Text = maybe(r.track.as_ref());
    place Text = maybe(r.places.first());
    message Text = text(&r.message);
    events Names = names(&r.events);
}

columns! {
    /// The columns of comparisons: a row for each track and reading.
    COMPARISONS,
    /// Makes the row of a track under one reading.
    fn compared_row(c: Comparison, q: Query, s: Option<&TrackState>);
    track Text = text(&c.track);
    reading Text = text(&q.reading);
    status Text = maybe(s.map(|s| s.status));
    since Text = maybe(s.map(|s| &s.since));
    since_earliest Instant = first(s.map(|s| &s.since));
    since_latest Instant = last(s.map(|s| &s.since));
    next_when Text = maybe(s.and_then(next_when));
    next_when_earliest Instant = first(s.and_then(next_when));
    next_when_latest Instant = last(s.and_then(next_when));
    next_venue Text = maybe(s.and_then(|s| s.next.as_ref()?.venue.as_ref()));
    differs Flag = Cell::Flag(c.differs());
}

/// Makes the rows of a comparison under the queries that it was made with.
#[must_use]
pub fn comparison_rows(comparison: &Comparison, queries: &[Query]) -> Vec<Vec<Cell>> {
    let sides = queries.iter().zip(&comparison.states);
    sides.map(|(query, state)| compared_row(comparison, query, &state.as_ref())).collect()
}

fn next_when(state: &TrackState) -> Option<&Edtf> {
    state.next.as_ref()?.when.as_ref()
}

fn status(side: &Dossier) -> String {
    side.state.status.to_string()
}

const fn since(side: &Dossier) -> &Edtf {
    &side.state.since
}

#[allow(clippy::needless_pass_by_value, reason = "values and references alike")]
fn text(value: impl ToString) -> Cell {
    Cell::Text(value.to_string())
}

fn maybe(value: Option<impl ToString>) -> Cell {
    value.map_or(Cell::Empty, text)
}

fn count(count: usize) -> Cell {
    Cell::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn instant(value: Option<Instant>) -> Cell {
    value.map_or(Cell::Empty, Cell::Instant)
}

/// The first instant of a date.
fn first(date: Option<&Edtf>) -> Cell {
    date.and_then(Edtf::earliest).map_or(Cell::Empty, Cell::Instant)
}

/// The last instant of a date.
fn last(date: Option<&Edtf>) -> Cell {
    date.and_then(Edtf::latest).map_or(Cell::Empty, Cell::Instant)
}

fn names(names: &[impl ToString]) -> Cell {
    Cell::Names(names.iter().map(ToString::to_string).collect())
}
