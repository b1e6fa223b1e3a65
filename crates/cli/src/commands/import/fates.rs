//! `import --explain`: what became of each row, as CSV.

use std::path::{Path, PathBuf};

use demarche_interop::import::{Became, Fate};
use demarche_journal::{Overwrite, Replacement};

use crate::failure::Failure;
use crate::output::text::printable;

const COLUMNS: [&str; 6] = ["file", "row", "became", "type", "event", "reason"];

/// The file that lists the fate of each row. It appears once it is complete.
pub(super) struct Fates<'i>(csv::Writer<Replacement<'i>>);

impl<'i> Fates<'i> {
    /// Begins the file. It never replaces an input or a file that holds events.
    pub(super) fn begin(path: &'i Path, inputs: &'i [PathBuf]) -> Result<Self, Failure> {
        let file = Replacement::begin(path, Overwrite::Spare { inputs, force: true }).map_err(Failure::unwritten)?;
        let mut fates = Self(csv::Writer::from_writer(file));
        fates.write(&COLUMNS)?;
        Ok(fates)
    }

    /// Writes the fates of some rows of an input.
    pub(super) fn tell(&mut self, input: &str, fates: impl Iterator<Item = Fate>) -> Result<(), Failure> {
        for Fate { line, became } in fates {
            let [became, kind, event, reason] = match became {
                Became::Coded(kind, event) => ["coded", kind.as_str(), &event.to_string(), ""].map(str::to_owned),
                Became::Mirror => ["folded", "", "", "told from the other side"].map(str::to_owned),
                Became::Repeated => ["folded", "", "", "told once more"].map(str::to_owned),
                Became::SetAside(reason) => ["set aside", "", "", &reason].map(str::to_owned),
                Became::Broken(reason) => ["broken", "", "", &reason].map(str::to_owned),
            };
            let reason = printable(&reason).to_string();
            self.write(&[&*printable(input).to_string(), &line.to_string(), &became, &kind, &event, &reason])?;
        }
        Ok(())
    }

    fn write(&mut self, cells: &[&str; COLUMNS.len()]) -> Result<(), Failure> {
        self.0.write_record(cells).map_err(|error| Failure::File(format!("cannot write what became of rows: {error}")))
    }

    /// Moves the complete file into place.
    pub(super) fn end(self) -> Result<(), Failure> {
        let file = self.0.into_inner();
        let file = file.map_err(|error| Failure::File(format!("cannot write what became of rows: {error}")))?;
        file.commit().map_err(Failure::unwritten)
    }
}
