//! Text for people: untrusted text made harmless, short dates, counts with their nouns.

pub(crate) use demarche_interop::escape::{markdown, printable};
pub(crate) use demarche_projection::narrate::short_date;

/// Formats a count with its noun: `1 track`, `2 tracks`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
