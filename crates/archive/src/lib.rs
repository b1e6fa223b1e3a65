//! A journal on object storage: for archives, backups and engines that read files.
//!
//! An [`Archive`] is a folder, or a prefix of a bucket, with *segments*, which hold the canonical lines of events and
//! never change, and *manifests*, each of which lists the segments of the whole log at one time. The newest manifest
//! counts. `docs/archive.md` in the repository describes the format for other programs.
//!
//! * [`Archive::export`] adds what is new. Segments are created only if they are absent, and so are manifests: of two
//!   exporters at once one is first, and the other one starts again from what the first has stored. A reader sees the
//!   old manifest or the new one, whenever an exporter stops.
//! * Reading verifies: each segment by its hash before a line of it is passed on, and the whole by the Merkle root that
//!   `demarche seal` would sign.
//!
//! An archive can be read as a log ([`LogStream`](demarche_journal::LogStream)).
//!
//! ```
//! use std::convert::Infallible;
//! use std::io::{BufRead, Read as _};
//!
//! use demarche_archive::{Archive, Change};
//! use demarche_journal::LogStream as _;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = std::env::temp_dir().join(format!("demarche-archive-doc-{}", std::process::id()));
//! let line = concat!(
//!     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
//!     r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
//!     r#""source":{"who":"izvestia","attribution":"media"},"data":{}}"#,
//!     "\n",
//! );
//! let archive = Archive::at(&format!("file://{}/desk", folder.display()))?;
//! let mut logs = || Ok::<_, Infallible>(vec![Box::new(line.as_bytes()) as Box<dyn BufRead>]);
//! let exported = archive.export(&mut logs)?;
//! assert_eq!((exported.change, exported.manifest.events), (Change::First, 1));
//!
//! let mut log = String::new();
//! archive.open()?.read_to_string(&mut log)?;
//! assert_eq!(log, line);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! All calls block, on a runtime of the archive's own: an async service makes them on a thread that may block.
//!
//! # Features
//!
//! * `s3`, on by default: archives on S3 and what speaks its protocol. Without it, archives are folders.

mod address;
mod archive;
mod block;
mod error;
mod export;
mod manifest;
mod objects;
mod reader;
mod segment;

pub use address::AddressError;
pub use archive::Archive;
pub use error::{ArchiveError, ExportError};
pub use export::{Change, Exported};
pub use manifest::{Manifest, ManifestError, Segment};
/// The stores that [`Archive::with_store`] takes.
pub use object_store;
