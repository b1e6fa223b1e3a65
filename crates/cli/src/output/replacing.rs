//! The destination of what a command makes: standard output, or a file that is replaced atomically.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use demarche_journal::{Act, Overwrite, ReplaceError, Replacement, open_stream};

use crate::failure::Failure;
use crate::input::must_be_path;
use crate::output::text::printable;
use crate::session::Session;

/// The destination of the output.
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
    /// Returns the file, or `None` for standard output.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// Tells whether a file may be replaced.
    pub(crate) const fn is_forced(&self) -> bool {
        self.force
    }

    /// Returns the meaning of the file's extension, or the first one if there is no extension. Refuses an unknown
    /// extension, so that no file contradicts its name.
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

    /// Passes a writer to `write`. A regular file ends up with all of the new contents or keeps the old ones; a pipe or
    /// device receives them as they come. Refuses to overwrite an input of the command.
    pub(crate) fn write(
        &self,
        inputs: &[PathBuf],
        session: &mut Session<'_>,
        produce: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Some(path) = self.file() else { return produce(session.stdout) };
        must_be_path(path)?;
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
            // The write that failed went to the file, not to standard output.
            return Err(if let Failure::Output(error) = failure { cannot_write(path, error) } else { failure });
        }
        replacement.commit().map_err(Failure::unwritten)
    }
}

/// Writes a whole file atomically.
pub(crate) fn write_file(path: &Path, bytes: &[u8], overwrite: Overwrite<'_>) -> Result<(), Failure> {
    demarche_journal::replace_file(path, bytes, overwrite).map_err(Failure::unwritten)
}

fn cannot_write(path: &Path, error: io::Error) -> Failure {
    Failure::unwritten(ReplaceError::Io { act: Act::Write, path: path.to_owned(), error })
}
