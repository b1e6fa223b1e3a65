//! What a notebook shows. Texts of events are untrusted: all go through one place.

use demarche_core::Event;
use demarche_interop::escape::markup;
use demarche_interop::export::flat::Cell;
use demarche_projection::LogChanged;
use demarche_projection::narrate::Names;
use demarche_projection::state::Dossier;

use crate::rows::Rows;

/// How many items of a table are shown.
const SHOWN_ITEMS: usize = 10;

/// Returns events as a list: who said what, and where it is written.
pub(crate) fn events<'e>(
    title: &str,
    events: impl Iterator<Item = &'e Event>,
    dossier: &Dossier,
    names: &Names,
) -> String {
    let item = |event: &Event| {
        let said = markup(&dossier.said(event, names));
        let cite = event.cite.as_deref().map_or_else(String::new, |cite| format!(" <i>{}</i>", markup(cite)));
        format!("<li>{} <small>{}{cite}</small></li>", said, markup(event.occurred.as_str()))
    };
    let items: String = events.map(item).collect();
    if items.is_empty() { String::new() } else { format!("<p>{title}:</p><ul>{items}</ul>") }
}

/// Returns the first rows of a table.
pub(crate) fn table(rows: &dyn Rows) -> Result<String, LogChanged> {
    let heads: String = rows.columns().iter().map(|column| format!("<th>{}</th>", markup(column.name))).collect();
    let shown = rows.len().min(SHOWN_ITEMS);
    let cell = |cell: &Cell| format!("<td>{}</td>", markup(&cell.plain()));
    let row = |row: &Vec<Cell>| format!("<tr>{}</tr>", row.iter().map(cell).collect::<String>());
    let body: String = rows.cells(0..shown)?.iter().map(row).collect();
    let rest = if shown < rows.len() { format!("<p>… and {} more</p>", rows.len() - shown) } else { String::new() };
    Ok(format!("<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{rest}"))
}
