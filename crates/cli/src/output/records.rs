//! Rows of scalar columns, as CSV and Markdown.

use std::io::{self, Write};

use super::text::markdown;
use demarche_interop::export::flat::Cell;
pub(crate) use demarche_interop::export::flat::csv_row;

/// Cells as text.
pub(crate) fn plain(cells: &[Cell]) -> Vec<String> {
    cells.iter().map(Cell::plain).collect()
}

/// Writes rows as CSV (RFC 4180, but LF after each). No cell becomes a formula of a spreadsheet.
pub(crate) fn csv(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Vec::new();
    csv_row(header, &mut lines);
    out.write_all(&lines)?;
    for row in rows {
        lines.clear();
        csv_row(&row, &mut lines);
        out.write_all(&lines)?;
    }
    out.flush()
}

/// Writes rows as a Markdown table. No cell becomes markup.
pub(crate) fn markdown_table(
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut lines = Vec::new();
    markdown_header(header, &mut lines);
    out.write_all(&lines)?;
    for row in rows {
        lines.clear();
        markdown_row(&row, &mut lines);
        out.write_all(&lines)?;
    }
    Ok(())
}

/// Writes the head of a Markdown table behind what there is.
pub(crate) fn markdown_header(header: &[&str], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("| {} |\n|{}\n", header.join(" | "), " --- |".repeat(header.len())).as_bytes());
}

/// Writes a row of a Markdown table behind what there is.
pub(crate) fn markdown_row(row: &[impl AsRef<str>], out: &mut Vec<u8>) {
    let cells: Vec<String> = row.iter().map(|cell| markdown(cell.as_ref())).collect();
    out.extend_from_slice(format!("| {} |\n", cells.join(" | ")).as_bytes());
}
