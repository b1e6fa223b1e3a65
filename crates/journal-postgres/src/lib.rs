//! The journal in PostgreSQL, for several servers at once.
//!
//! One file on one machine is the journal of a desk. Where several servers write to one journal, or where people run a
//! database, with its backups and its roles, anyway, [`PostgresStore`] is the same journal in PostgreSQL 14 or newer:
//! the same lines, the same order, the same promises, which are tested by the same suite ([`demarche_journal::Store`],
//! `demarche_journal::testing`).
//!
//! ```no_run
//! use demarche_core::codec::decode;
//! use demarche_journal::{Store as _, StorePosition};
//! use demarche_journal_postgres::{Address, Login, Options, PostgresStore};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let line = b"";
//! let address: Address = "postgres://desk@db.example.org/news".parse()?;
//! let login = Login::from_environment(&|name| std::env::var_os(name));
//! demarche_journal_postgres::init(&address, &login, Options::default())?;
//!
//! let mut store = PostgresStore::open(&address, &login, Options::default())?;
//! let event = decode(line)?;
//! store.append(&mut |_last_recorded| vec![event.clone()], &[], &[])?;
//! let tail = store.read(StorePosition::default(), 100)?;
//! assert_eq!(tail.events, [event]);
//! # Ok(())
//! # }
//! ```
//!
//! # How it keeps its promises
//!
//! * **Order.** Every append takes an advisory lock until its transaction ends, and the position of an event is the
//!   last one plus one. So positions have no gaps and are in the order of commits, and a reader that asks for what is
//!   behind a position misses nothing. A sequence would not do: it gives numbers before commits.
//! * **Durability.** A session sets `synchronous_commit` to `on`, unless it is stricter, and a server with `fsync` off
//!   is refused.
//! * **All or nothing, and once.** A batch is one transaction. When the connection breaks while it is committed, the
//!   store finds out whether it was.
//! * **Only additions.** A role that may append can do so only through the function `append`: the database itself
//!   refuses it anything else ([`grant`]).
//! * **Nothing waits for ever.** Locks, statements, idle transactions and silent connections have limits, on both
//!   sides.
//!
//! The driver is `tokio-postgres`, on a thread of the store, rather than its blocking wrapper `postgres`: that has no
//! limit for how long it waits for an answer, and does not hear notifications while nobody calls it.

mod address;
mod append;
mod batch;
mod check;
mod copy;
mod erase;
mod error;
mod login;
mod options;
mod schema;
mod session;
mod statements;
mod store;
mod tls;
mod worker;

pub use address::{Address, AddressError};
pub use check::{Check, check};
pub use copy::Lines;
pub use erase::StoredErasure;
pub use error::PostgresError;
pub use login::Login;
pub use options::Options;
pub use schema::{Access, SCHEMA_VERSION, grant, init, migrate};
pub use store::PostgresStore;

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
