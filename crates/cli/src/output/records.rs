//! Rows of scalar columns, as CSV and Markdown.

use std::io::{self, Write};

use super::text::{markdown, spreadsheet};

/// Writes rows as CSV (RFC 4180, but LF after each). No cell becomes a formula of a spreadsheet.
pub(crate) fn csv<'c>(
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    out: &'c mut (dyn Write + 'c),
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(header).map_err(io_error)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| spreadsheet(cell).into_owned())).map_err(io_error)?;
    }
    writer.flush()
}

/// The error of the output beneath, so that a closed pipe is known as one.
fn io_error(error: csv::Error) -> io::Error {
    let text = error.to_string();
    if let csv::ErrorKind::Io(error) = error.into_kind() { error } else { io::Error::other(text) }
}

/// Writes rows as a Markdown table. No cell becomes markup.
pub(crate) fn markdown_table(
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "| {} |", header.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(header.len()))?;
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| markdown(cell)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}
