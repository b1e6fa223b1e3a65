//! A journal in PostgreSQL, as an address on the command line names it.

use std::io::{self, BufRead};
use std::path::Path;
use std::time::Duration;

use demarche_journal::{LogStream, StoreError};
use demarche_journal_postgres::{Address, Login, Options, PostgresError, PostgresStore};

use crate::failure::Failure;

/// A journal in PostgreSQL. The password comes from the environment or a password file, never from the address.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) address: Address,
    pub(crate) login: Login,
}

impl Database {
    /// Reads an address.
    pub(crate) fn at(address: &Path) -> Result<Self, Failure> {
        // What is not UTF-8, or no address, is repeated nowhere: it may have a password in it.
        let text = address.to_str().ok_or_else(|| unusable("it is not UTF-8"))?;
        let address = text.parse().map_err(|error| unusable(&format!("{error}")))?;
        Ok(Self { address, login: Login::from_environment(&|name| std::env::var_os(name)) })
    }

    /// Opens it, and waits for others no longer than given.
    pub(crate) fn open(&self, wait: Duration) -> Result<PostgresStore, Failure> {
        let answer = Options::default().answer.max(wait * 2);
        PostgresStore::open(&self.address, &self.login, Options { wait, answer }).map_err(database_failure)
    }
}

impl LogStream for Database {
    fn name(&self) -> String {
        self.address.to_string()
    }

    fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        let store = PostgresStore::open(&self.address, &self.login, Options::default());
        let lines = store.and_then(|store| store.lines()).map_err(io::Error::other)?;
        Ok(Box::new(lines))
    }
}

fn unusable(why: &str) -> Failure {
    Failure::usage(why, "name a journal as in postgres://USER@HOST/DATABASE")
}

/// Returns the failure of a database.
#[allow(clippy::needless_pass_by_value, reason = "it is what errors are mapped by")]
pub(crate) fn database_failure(error: PostgresError) -> Failure {
    crate::recording::store_failure(StoreError::from(error))
}
