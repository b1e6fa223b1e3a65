//! Output: the one place where the text of events meets a terminal, a table or a file.

pub(crate) mod entries;
pub(crate) mod events;
pub(crate) mod import_report;
pub(crate) mod json;
mod layout;
pub(crate) mod naming;
pub(crate) mod records;
pub(crate) mod replacing;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod tree;
