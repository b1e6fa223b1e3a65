//! Flat tables as Parquet, for databases and data frames: in row groups, uncompressed, and reproducible byte for byte.
//!
//! Text is `STRING`, and several names share one cell, separated by blanks; numbers are `INT64`; instants are
//! `TIMESTAMP` in microseconds of UTC; what is so or not is `BOOLEAN`. Every column may be null.

use std::io::{self, Write};
use std::sync::Arc;

use demarche_projection::LogChanged;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::flat::{Cell, Column, Kind, Table, micros};

/// Why a table was not written as Parquet.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The table exceeds a limit of the format, such as 2³¹ bytes per column.
    #[error("the table does not fit into Parquet: {0}")]
    Unfit(#[from] ParquetError),
    /// A line of the log was overwritten.
    #[error(transparent)]
    LogChanged(#[from] LogChanged),
    /// The writer failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The number of rows in a group. Readers want large groups, and only one group is in memory at a time.
const GROUP_ROWS: usize = 16_384;

/// Writes a table.
///
/// # Errors
///
/// An [`Error`] if the table exceeds a limit of the format, a row could not be made, or the writer fails.
pub fn write(mut table: Table<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let fields: String = table.columns.iter().map(field).collect();
    let schema = Arc::new(parse_message_type(&format!("message demarche {{ {fields} }}"))?);
    let properties = Arc::new(WriterProperties::builder().set_created_by("demarche".to_owned()).build());
    // The library needs a `Send` writer, which `out` is not, so each group is copied from a buffer.
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties)?;
    loop {
        let rows: Vec<Vec<Cell>> = table.rows.by_ref().take(GROUP_ROWS).collect::<Result<_, _>>()?;
        if rows.is_empty() {
            break;
        }
        let mut group = file.next_row_group()?;
        let mut place = 0;
        while let Some(mut column) = group.next_column()? {
            let cells: Vec<&Cell> = rows.iter().filter_map(|row| row.get(place)).collect();
            write_column(column.untyped(), &cells)?;
            column.close()?;
            place += 1;
        }
        group.close()?;
        file.flush()?;
        out.write_all(file.inner())?;
        file.inner_mut().clear();
    }
    Ok(out.write_all(&file.into_inner()?)?)
}

fn field(column: &Column) -> String {
    let name = column.name;
    match column.kind {
        Kind::Text | Kind::Names => format!("OPTIONAL BYTE_ARRAY {name} (STRING); "),
        Kind::Number => format!("OPTIONAL INT64 {name}; "),
        Kind::Flag => format!("OPTIONAL BOOLEAN {name}; "),
        Kind::Instant => format!("OPTIONAL INT64 {name} (TIMESTAMP(MICROS,true)); "),
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the schema has columns of these types alone")]
fn write_column(writer: &mut ColumnWriter<'_>, cells: &[&Cell]) -> Result<(), ParquetError> {
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(**cell != Cell::Empty)).collect();
    let there = cells.iter().filter(|cell| ***cell != Cell::Empty);
    match writer {
        ColumnWriter::Int64ColumnWriter(writer) => {
            let values: Vec<i64> = there.map(|cell| number(cell)).collect();
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let values: Vec<ByteArray> = there.map(|cell| ByteArray::from(cell.plain().into_bytes())).collect();
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::BoolColumnWriter(writer) => {
            let values: Vec<bool> = there.map(|cell| **cell == Cell::Flag(true)).collect();
            writer.write_batch(&values, Some(&levels), None)?;
        }
        _ => return Err(ParquetError::General("a column of another type".to_owned())),
    }
    Ok(())
}

fn number(cell: &Cell) -> i64 {
    match cell {
        Cell::Number(number) => *number,
        Cell::Instant(instant) => micros(*instant),
        Cell::Empty | Cell::Text(_) | Cell::Names(_) | Cell::Flag(_) => 0,
    }
}
