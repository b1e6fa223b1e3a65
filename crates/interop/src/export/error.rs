//! Why an export failed.

use std::io;

use demarche_projection::LogChanged;

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A line of the log was overwritten.
    #[error(transparent)]
    LogChanged(#[from] LogChanged),
    /// The writer failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}
