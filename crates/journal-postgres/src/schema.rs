//! The tables of a journal: made, brought up to date, and opened to roles. Each needs the owner's role.

use demarche_journal::Bell;
use tokio_postgres::Client;

use crate::address::Address;
use crate::error::PostgresError;
use crate::login::Login;
use crate::options::Options;
use crate::session::{Session, Target};

/// The steps that make a schema what it is; the n-th, from 1, leads to version n.
const MIGRATIONS: [(&str, &str); 1] = [("events", include_str!("../migrations/0001_events.sql"))];

/// The version of the schema that this program needs.
pub const SCHEMA_VERSION: i32 = 1;

/// The table that says which steps were taken.
const STEPS_TABLE: &str = "
-- The steps that made this schema what it is.
CREATE TABLE migration (
  version integer PRIMARY KEY,
  name text NOT NULL,
  applied timestamptz NOT NULL DEFAULT now()
);";

/// Makes a journal: its schema, unless that is there and empty, and its tables. The role that makes it owns it. Does
/// nothing if the journal is there. Returns the version of the schema.
///
/// # Errors
///
/// A [`PostgresError`]; nothing was made then.
pub fn init(address: &Address, login: &Login, options: Options) -> Result<i32, PostgresError> {
    let session = open(address, login, options)?;
    let schema = address.schema().to_owned();
    let found = session.ask(|client| async move {
        client.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(1145389385, 0)").await?;
        // One that is there may be another's gift to a role that could not make it.
        if !client.query_one_scalar::<bool, _>("SELECT to_regnamespace($1) IS NOT NULL", &[&schema]).await? {
            client.batch_execute(&format!("CREATE SCHEMA \"{schema}\"")).await?;
        }
        if let Some(version) = version_of(&client, &schema).await? {
            client.batch_execute("COMMIT").await?;
            return Ok(Some(version));
        }
        let relations = "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = $1::text::regnamespace)";
        if client.query_one_scalar::<bool, _>(relations, &[&schema]).await? {
            client.batch_execute("ROLLBACK").await?;
            return Ok(None);
        }
        client.batch_execute(STEPS_TABLE).await?;
        take_steps(&client, 0).await?;
        client.batch_execute("COMMIT").await?;
        Ok(Some(SCHEMA_VERSION))
    })?;
    let schema = address.schema().to_owned();
    found.ok_or_else(|| PostgresError::SchemaTaken { address: address.to_string(), schema })
}

/// Brings the tables of a journal up to the version that this program needs. Returns the version before.
///
/// # Errors
///
/// A [`PostgresError`]; nothing was changed then.
pub fn migrate(address: &Address, login: &Login, options: Options) -> Result<i32, PostgresError> {
    let session = open(address, login, options)?;
    let schema = address.schema().to_owned();
    let found = session.ask(|client| async move {
        client.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(1145389385, 0)").await?;
        let found = version_of(&client, &schema).await?;
        if let Some(version) = found {
            take_steps(&client, version).await?;
        }
        client.batch_execute("COMMIT").await?;
        Ok(found)
    })?;
    let found = found.ok_or_else(|| no_journal(address))?;
    refuse_newer(address, found).map(|()| found)
}

/// What a role may do with a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// It reads.
    Read,
    /// It reads, and adds events. It can neither change nor remove what is there.
    Append,
}

/// Lets a role use a journal. The role must exist.
///
/// # Errors
///
/// A [`PostgresError`], as if the role does not exist, or another than the owner asks.
pub fn grant(
    address: &Address,
    login: &Login,
    options: Options,
    role: &str,
    access: Access,
) -> Result<(), PostgresError> {
    let session = open(address, login, options)?;
    let schema = address.schema();
    let role = format!("\"{}\"", role.replace('"', "\"\""));
    let mut statements = format!(
        "BEGIN;
         GRANT USAGE ON SCHEMA \"{schema}\" TO {role};
         GRANT SELECT ON event, journal, migration TO {role};"
    );
    if access == Access::Append {
        statements.push_str(&format!(
            "GRANT EXECUTE ON FUNCTION begin_append(), append(uuid[], text[], text[], text[], timestamptz[], smallint[],
               text[], bigint[], text[], bigint[]) TO {role};"
        ));
    }
    statements.push_str("COMMIT;");
    session.ask(|client| async move { client.batch_execute(&statements).await })
}

pub(crate) fn open(address: &Address, login: &Login, options: Options) -> Result<Session, PostgresError> {
    Session::open(&Target { address: address.clone(), login: login.clone(), options }, &Bell::default())
}

/// Returns the version of a schema, if there is a journal in it.
pub(crate) async fn version_of(client: &Client, schema: &str) -> Result<Option<i32>, tokio_postgres::Error> {
    let table = format!("\"{schema}\".migration");
    if !client.query_one_scalar::<bool, _>("SELECT to_regclass($1) IS NOT NULL", &[&table]).await? {
        return Ok(None);
    }
    client.query_one_scalar(&format!("SELECT max(version) FROM {table}"), &[]).await
}

/// Takes the steps behind a version, in the transaction that has begun.
async fn take_steps(client: &Client, from: i32) -> Result<(), tokio_postgres::Error> {
    for (version, (name, step)) in (1..).zip(MIGRATIONS).filter(|(version, _)| *version > from) {
        client.batch_execute(step).await?;
        let note = "INSERT INTO migration (version, name) VALUES ($1, $2)";
        client.execute(note, &[&version, &name]).await?;
    }
    Ok(())
}

pub(crate) fn no_journal(address: &Address) -> PostgresError {
    PostgresError::NoJournal { address: address.to_string(), schema: address.schema().to_owned() }
}

fn refuse_newer(address: &Address, found: i32) -> Result<(), PostgresError> {
    if found > SCHEMA_VERSION {
        return Err(PostgresError::TooNew { address: address.to_string(), found, known: SCHEMA_VERSION });
    }
    Ok(())
}

/// Refuses a schema of another version.
pub(crate) fn refuse_other(address: &Address, found: i32) -> Result<(), PostgresError> {
    refuse_newer(address, found)?;
    if found < SCHEMA_VERSION {
        return Err(PostgresError::TooOld { address: address.to_string(), found, needed: SCHEMA_VERSION });
    }
    Ok(())
}
