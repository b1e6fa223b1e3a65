//! Where what a command makes goes: standard output, or a file that is replaced as a whole once all is written.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use demarche_journal::{Act, Overwrite, ReplaceError, Replacement, open_stream};

use crate::failure::Failure;
use crate::output::text::printable;
use crate::session::Session;

/// Where what is made goes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// The file that is written, as a whole or not at all; `-` is standard output [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace FILE where it is there already; what is read, and what holds events, is never replaced
    #[arg(long)]
    force: bool,
}

impl OutputArgs {
    /// The file, or `None` for standard output.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// Returns what the ending of the file means, out of those that there are; the first is meant where there is no
    /// ending. Any other is refused, so that no file holds what its name does not say.
    pub(crate) fn meant<T: Copy>(&self, endings: &[(&str, T)]) -> Result<T, Failure> {
        let ending = self.file().and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
        let found = match &ending {
            None => endings.first(),
            Some(ending) => endings.iter().find(|(known, _)| known == ending),
        };
        found.map(|(_, meant)| *meant).ok_or_else(|| {
            let known: Vec<String> = endings.iter().map(|(known, _)| format!(".{known}")).collect();
            Failure::usage(
                format!("nothing is written as .{}", printable(&ending.unwrap_or_default())),
                format!("give a name that ends in one of {}", known.join(", ")),
            )
        })
    }

    /// Has something written, piece by piece. A file holds all of it in the end, or what it held before; a pipe or a
    /// device gets it as it comes. None of the inputs of the command is written over.
    pub(crate) fn write(
        &self,
        inputs: &[PathBuf],
        session: &mut Session<'_>,
        produce: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Some(path) = self.file() else { return produce(session.stdout) };
        if let Some(stream) = open_stream(path) {
            let cannot = |error| Failure::File(format!("cannot write {}: {error}", path.display()));
            let mut stream = BufWriter::new(stream.map_err(cannot)?);
            let produced = produce(&mut stream).and_then(|()| Ok(stream.flush()?));
            return produced
                .map_err(|failure| if let Failure::Output(error) = failure { cannot(error) } else { failure });
        }
        let overwrite = Overwrite::Spare { inputs, force: self.force };
        let mut replacement = Replacement::begin(path, overwrite).map_err(Failure::unwritten)?;
        if let Err(failure) = produce(&mut replacement) {
            // What could not be written went to the file, not to standard output.
            return Err(if let Failure::Output(error) = failure { cannot_write(path, error) } else { failure });
        }
        replacement.commit().map_err(Failure::unwritten)
    }
}

/// Writes a file as a whole.
pub(crate) fn write_file(path: &Path, bytes: &[u8], overwrite: Overwrite<'_>) -> Result<(), Failure> {
    demarche_journal::replace_file(path, bytes, overwrite).map_err(Failure::unwritten)
}

fn cannot_write(path: &Path, error: io::Error) -> Failure {
    Failure::unwritten(ReplaceError::Io { act: Act::Write, path: path.to_owned(), error })
}
