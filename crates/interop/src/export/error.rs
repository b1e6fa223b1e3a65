//! Why an export failed.

use std::io;

use demarche_projection::LogChanged;

/// Says why an export was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Somebody has written over a line of the log.
    #[error(transparent)]
    LogChanged(#[from] LogChanged),
    /// The writer failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}
