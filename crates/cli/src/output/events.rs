//! Events in tables and in JSON.

use demarche_core::Event;
use demarche_projection::narrate::clause;

use super::table::{Cell, Table};
use super::text::short_date;
use crate::input::Loaded;

/// A table of events: when, who, what, and where it stands in the log.
pub(crate) struct EventTable<'l> {
    table: Table,
    loaded: &'l Loaded,
}

impl<'l> EventTable<'l> {
    pub(crate) fn new(loaded: &'l Loaded) -> Self {
        Self { table: Table::new(["when", "who", "what", "grade", "entry"]).keep_whole(&[0, 3, 4]), loaded }
    }

    /// Adds an event, with a remark before what it says.
    pub(crate) fn push(&mut self, event: &Event, remark: Option<&str>) {
        let what = clause(event);
        self.table.push(vec![
            Cell::new(short_date(event.occurred.as_str())),
            Cell::lines(&[event.source.who.to_string(), event.source.attribution.as_str().replace('_', " ")]),
            Cell::new(remark.map_or_else(|| what.clone(), |remark| format!("{remark}: {what}"))),
            Cell::new(event.source.grade.map_or_else(String::new, |grade| grade.to_string())),
            Cell::new(self.loaded.short_place_of(event.id)),
        ]);
    }

    pub(crate) fn into_table(self) -> Table {
        self.table
    }
}
