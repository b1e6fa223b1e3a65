//! The tables of a journal: made, brought up to date, looked at, and opened to roles. Each needs the owner's role, but
//! for looking.

use std::fmt;
use std::time::Duration;

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
            "GRANT EXECUTE ON FUNCTION begin_append(), append(uuid[], text[], integer[], integer[], text[], text[],
               timestamptz[], smallint[], text[], text[], bigint[]) TO {role};"
        ));
    }
    statements.push_str("COMMIT;");
    session.ask(|client| async move { client.batch_execute(&statements).await })
}

/// What was found out about a journal and its server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The version of the schema.
    pub version: i32,
    /// How many events there are.
    pub events: u64,
    /// What is wrong, in words; nothing, if all is well.
    pub findings: Vec<String>,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "schema version {}, {} events", self.version, self.events)?;
        self.findings.iter().try_for_each(|finding| write!(f, "\n{finding}"))
    }
}

/// What must not be there, each with what it means. Only the first of many is named.
const QUESTIONS: [(&str, &str); 6] = [
    (
        "SELECT 'the encoding of the database is ' || current_setting('server_encoding')
           WHERE current_setting('server_encoding') <> 'UTF8'",
        "make the database with the encoding UTF8",
    ),
    (
        "SELECT name || ' is off' FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'",
        "the server may lose what it acknowledges",
    ),
    (
        "SELECT 'the last position is ' || max(position) || ', and there are ' || count(*) || ' events' FROM event
           HAVING coalesce(max(position), 0) <> count(*)",
        "events were removed, or numbered in another way than by append()",
    ),
    (
        "SELECT 'the track ' || track || ' has the number ' || max(number) || ', and ' || count(*) || ' events'
           FROM event GROUP BY track HAVING max(number) <> count(*) LIMIT 1",
        "events were removed, or numbered in another way than by append()",
    ),
    (
        "SELECT 'the event at position ' || position || ' has columns that its line does not have' FROM event
           WHERE (id::text, track, type, occurred) IS DISTINCT FROM
             (lower(line::json->>'id'), line::json->>'track', line::json->>'type', line::json->>'occurred')
           ORDER BY position LIMIT 1",
        "it was added in another way than by this program",
    ),
    (
        "SELECT 'PUBLIC may ' || privilege_type || ' ' || table_name FROM information_schema.table_privileges
           WHERE table_schema = current_schema() AND grantee = 'PUBLIC' LIMIT 1",
        "revoke it, unless everybody on the server may read the journal",
    ),
];

/// Looks at a journal: its version, its server, and whether the columns are what the lines say. It reads every event.
///
/// # Errors
///
/// A [`PostgresError`] if there is no journal, or it can't be read.
pub fn check(address: &Address, login: &Login, options: Options) -> Result<Check, PostgresError> {
    let session = open(address, login, Options { answer: options.answer.max(Duration::from_secs(3600)), ..options })?;
    let schema = address.schema().to_owned();
    let version = session.ask(|client| async move { version_of(&client, &schema).await })?;
    let version = version.ok_or_else(|| no_journal(address))?;
    refuse_other(address, version)?;
    let (events, findings) = session.ask(|client| async move {
        let mut findings = Vec::new();
        for (question, meaning) in QUESTIONS {
            let found: Option<String> = client.query_opt_scalar(question, &[]).await?;
            findings.extend(found.map(|found| format!("{found}: {meaning}")));
        }
        let events: i64 = client.query_one_scalar("SELECT coalesce(max(position), 0) FROM event", &[]).await?;
        Ok((events, findings))
    })?;
    Ok(Check { version, events: events.unsigned_abs(), findings })
}

fn open(address: &Address, login: &Login, options: Options) -> Result<Session, PostgresError> {
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

fn no_journal(address: &Address) -> PostgresError {
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
