//! Looks whether a journal and its server are as they should be.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use demarche_core::codec::{canonical, decode};
use demarche_core::uuid::Uuid;
use tokio_postgres::{Client, Error, Row};

use crate::address::Address;
use crate::batch::split;
use crate::error::PostgresError;
use crate::login::Login;
use crate::options::Options;
use crate::schema::{no_journal, open, refuse_other, version_of};

/// How many events are looked at at once.
const AT_ONCE: i64 = 5_000;

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

/// What must not be there, each with what it means.
const QUESTIONS: [(&str, &str); 3] = [
    (
        "SELECT 'the encoding of the database is ' || current_setting('server_encoding')
           WHERE current_setting('server_encoding') <> 'UTF8'",
        "make the database with the encoding UTF8",
    ),
    (
        "SELECT string_agg(name, ', ') || ' is off' FROM pg_settings
           WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' HAVING count(*) > 0",
        "the server may lose what it acknowledges",
    ),
    (
        "SELECT 'PUBLIC may ' || privilege_type || ' ' || table_name FROM information_schema.table_privileges
           WHERE table_schema = current_schema() AND grantee = 'PUBLIC' LIMIT 1",
        "revoke it, unless everybody on the server may read the journal",
    ),
];

const EVENTS: &str = "SELECT position, id, track, type, occurred, recorded, recorded_nanos, line FROM event
                      WHERE position > $1 ORDER BY position LIMIT $2";

/// Looks at a journal: its version, its server, its privileges, and whether positions have no gaps, lines are
/// canonical, and columns are what the lines say. It reads every event.
///
/// # Errors
///
/// A [`PostgresError`] if there is no journal, or it can't be read.
pub fn check(address: &Address, login: &Login, options: Options) -> Result<Check, PostgresError> {
    let session = open(address, login, options)?;
    let schema = address.schema().to_owned();
    let version = session.ask(|client| async move { version_of(&client, &schema).await })?;
    let version = version.ok_or_else(|| no_journal(address))?;
    refuse_other(address, version)?;
    let mut findings = session.ask(|client| async move {
        let mut findings = Vec::new();
        for (question, meaning) in QUESTIONS {
            let found: Option<String> = client.query_opt_scalar(question, &[]).await?;
            findings.extend(found.map(|found| format!("{found}: {meaning}")));
        }
        Ok(findings)
    })?;
    let (mut events, mut last) = (0, 0);
    loop {
        let (count, position, wrong) = session.ask(move |client| look(client, last))?;
        events += count;
        last = position.unwrap_or(last);
        if wrong.is_some() {
            findings.extend(wrong);
            break;
        }
        if count == 0 {
            break;
        }
    }
    Ok(Check { version, events, findings })
}

/// Looks at the events behind a position: returns how many there are, the last position, and the first that is wrong.
async fn look(client: Arc<Client>, behind: i64) -> Result<(u64, Option<i64>, Option<String>), Error> {
    let rows = client.query(EVENTS, &[&behind, &AT_ONCE]).await?;
    let mut last = None;
    for (expected, row) in (behind + 1..).zip(&rows) {
        let position: i64 = row.try_get(0)?;
        if position != expected {
            let finding = format!(
                "behind position {} comes {position}: events were removed, or added by something else",
                expected - 1
            );
            return Ok((0, None, Some(finding)));
        }
        if let Some(what) = wrong_with(row)? {
            return Ok((0, None, Some(format!("the event at position {position} {what}"))));
        }
        last = Some(position);
    }
    Ok((rows.len() as u64, last, None))
}

/// Says what is wrong with an event, if anything is.
fn wrong_with(row: &Row) -> Result<Option<String>, Error> {
    let line: &str = row.try_get(7)?;
    let event = match decode(line.as_bytes()) {
        Ok(event) => event,
        Err(error) => return Ok(Some(format!("has a line that is no event: {error}"))),
    };
    if canonical(&event, line.as_bytes()) != line {
        return Ok(Some("has a line that is not canonical".to_owned()));
    }
    let columns: (Uuid, &str, &str, &str) = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
    let recorded: (DateTime<Utc>, i16) = (row.try_get(5)?, row.try_get(6)?);
    let of_line = (event.id.uuid(), event.track.as_str(), event.event_type().as_str(), event.occurred.as_str());
    let is_same = columns == of_line && recorded == split(event.recorded.date_time());
    Ok((!is_same).then(|| "has columns that its line does not have".to_owned()))
}
