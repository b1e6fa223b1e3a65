//! Rows as Arrow: how each kind of column is stored.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use demarche_interop::export::flat::{Cell, Column, Kind, micros};
use demarche_projection::LogChanged;
use rayon::prelude::*;

use crate::rows::Rows;

/// How many items a batch has at most, and at least, unless there are no more.
const BATCH_ITEMS: std::ops::RangeInclusive<usize> = 512..=8192;

const UTC: &str = "UTC";

/// Returns the schema of a table. Every column may be null.
pub(crate) fn schema_of(columns: &[Column]) -> SchemaRef {
    let field = |column: &Column| Field::new(column.name, type_of(column.kind), true);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

fn type_of(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Names => DataType::List(name_field()),
        Kind::Number => DataType::Int64,
        Kind::Flag => DataType::Boolean,
        Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
    }
}

fn name_field() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Utf8, true))
}

/// Makes the batches of a table, on all threads.
pub(crate) fn batches(rows: &dyn Rows) -> Result<Vec<RecordBatch>, ArrowError> {
    // Each thread gets several, so that none waits long for another.
    let share = rows.len().div_ceil(rayon::current_num_threads() * 4);
    let batch_items = share.clamp(*BATCH_ITEMS.start(), *BATCH_ITEMS.end());
    let starts: Vec<usize> = (0..rows.len()).step_by(batch_items).collect();
    let made = starts.into_par_iter().map(|start| {
        let cells = rows.cells(start..rows.len().min(start + batch_items)).map_err(outer)?;
        batch_of(rows.columns(), &cells)
    });
    made.collect()
}

fn outer(error: LogChanged) -> ArrowError {
    ArrowError::ExternalError(Box::new(error))
}

/// Makes one batch of rows.
pub(crate) fn batch_of(columns: &[Column], rows: &[Vec<Cell>]) -> Result<RecordBatch, ArrowError> {
    let arrays = columns.iter().enumerate().map(|(at, column)| {
        let cells = rows.iter().map(move |row| row.get(at).unwrap_or(&Cell::Empty));
        array_of(column.kind, cells, rows.len())
    });
    RecordBatch::try_new(schema_of(columns), arrays.collect())
}

fn array_of<'c>(kind: Kind, cells: impl Iterator<Item = &'c Cell>, count: usize) -> ArrayRef {
    match kind {
        Kind::Text => {
            let mut builder = StringBuilder::with_capacity(count, count * 16);
            cells.for_each(|cell| builder.append_option(if let Cell::Text(text) = cell { Some(text) } else { None }));
            Arc::new(builder.finish())
        }
        Kind::Names => {
            let mut builder = ListBuilder::new(StringBuilder::new()).with_field(name_field());
            for cell in cells {
                if let Cell::Names(names) = cell {
                    names.iter().for_each(|name| builder.values().append_value(name));
                }
                builder.append(matches!(cell, Cell::Names(_)));
            }
            Arc::new(builder.finish())
        }
        Kind::Number => {
            let mut builder = Int64Builder::with_capacity(count);
            cells.for_each(|cell| {
                builder.append_option(if let Cell::Number(number) = cell { Some(*number) } else { None })
            });
            Arc::new(builder.finish())
        }
        Kind::Flag => {
            let mut builder = BooleanBuilder::with_capacity(count);
            cells
                .for_each(|cell| builder.append_option(if let Cell::Flag(is_so) = cell { Some(*is_so) } else { None }));
            Arc::new(builder.finish())
        }
        Kind::Instant => {
            let mut builder = TimestampMicrosecondBuilder::with_capacity(count).with_timezone(UTC);
            let value = |cell: &Cell| if let Cell::Instant(instant) = cell { Some(micros(*instant)) } else { None };
            cells.for_each(|cell| builder.append_option(value(cell)));
            Arc::new(builder.finish())
        }
    }
}
