//! Rows of scalar columns, as CSV and Markdown.

use std::io::{self, Write};

use super::text::markdown;
use demarche_interop::export::flat::Cell;
pub(crate) use demarche_interop::export::flat::csv_row;

/// Converts cells to text.
pub(crate) fn plain(cells: &[Cell]) -> Vec<String> {
    cells.iter().map(Cell::plain).collect()
}

/// Writes rows as CSV (RFC 4180, but with LF after each). No cell is read as a formula by a spreadsheet.
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

/// Writes rows as a Markdown table. No cell is read as markup.
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

/// Appends the header of a Markdown table.
pub(crate) fn markdown_header(header: &[&str], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("| {} |\n|{}\n", header.join(" | "), " --- |".repeat(header.len())).as_bytes());
}

/// Appends a row of a Markdown table.
pub(crate) fn markdown_row(row: &[impl AsRef<str>], out: &mut Vec<u8>) {
    let cells: Vec<String> = row.iter().map(|cell| markdown(cell.as_ref())).collect();
    out.extend_from_slice(format!("| {} |\n", cells.join(" | ")).as_bytes());
}
