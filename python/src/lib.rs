//! Demarche in Python: the module `demarche._demarche`, which the package `demarche` shows.
//!
//! Nothing is decided here. A call reads its arguments, asks the libraries without holding the interpreter's lock, and
//! hands the answer over: as an Arrow table, as a typed object, or as the JSON that the command line prints.

mod answers;
mod arguments;
mod arrow;
mod batches;
mod errors;
mod event;
mod fold;
mod fold_arrow;
mod html;
mod import;
mod journal;
mod lines;
mod logs;
mod question;
mod rows;
mod state;
mod table;
mod timeline;
mod why;

use pyo3::prelude::*;

#[pymodule]
mod _demarche {
    #[pymodule_export]
    use crate::event::{Date, Event};
    #[pymodule_export]
    use crate::fold::Fold;
    #[pymodule_export]
    use crate::fold_arrow::{Batch, FoldedBatches, fold_arrow};
    #[pymodule_export]
    use crate::import::{Imported, Report, read_rows};
    #[pymodule_export]
    use crate::journal::Journal;
    #[pymodule_export]
    use crate::state::{Appointment, State};
    #[pymodule_export]
    use crate::table::{Schema, Table, events_schema, lines_schema, states_schema};
    #[pymodule_export]
    use crate::timeline::Timeline;
    #[pymodule_export]
    use crate::why::Why;
}
