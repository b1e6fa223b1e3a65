//! Imports and exports of other people's formats: one file per format, each a thin layer around the events of
//! `demarche-core`.
//!
//! [`import`] reads event data of researchers ([`Format::Icews`], [`Format::IcewsQuads`], [`Format::Gdelt`]), the
//! travels of US presidents and secretaries of state ([`Format::HistoryAtState`]), spreadsheets ([`Format::Csv`]) and
//! CloudEvents ([`Format::CloudEvents`]). [`export`] writes formats that others read.
//!
//! The crate reads and writes only through what it is given. It uses no disk, clock or environment, so the same bytes
//! give the same events, with the same ids, on every machine.
//!
//! ```
//! use demarche_interop::import::{Format, Importer, Options};
//!
//! let rows = "Russia\tConsult\tUnited States\t2018-10-23\nUnited States\tConsult\tRussia\t2018-10-23\n";
//! let mut importer = Importer::new(Format::IcewsQuads, Options::default());
//! let events: Vec<_> = importer.read(rows.as_bytes()).collect::<Result<_, _>>()?;
//! // The track is opened, and the two rows are one meeting.
//! assert_eq!(events.len(), 2);
//! assert_eq!(events[1].track.as_str(), "icews/russia--united-states");
//! assert_eq!(importer.report().mirrors, 1);
//! # Ok::<(), demarche_interop::import::ImportError>(())
//! ```
//!
//! # Features
//!
//! * `icalendar`, `parquet`: calendars (`export::ics`), tables in Parquet (`export::parquet`). On by default.
//! * `png`: timelines as PNG. Off by default.
//!
//! [`Format::Icews`]: import::Format::Icews
//! [`Format::IcewsQuads`]: import::Format::IcewsQuads
//! [`Format::Gdelt`]: import::Format::Gdelt
//! [`Format::HistoryAtState`]: import::Format::HistoryAtState
//! [`Format::Csv`]: import::Format::Csv
//! [`Format::CloudEvents`]: import::Format::CloudEvents

pub mod escape;
pub mod export;
pub mod import;
mod names;
