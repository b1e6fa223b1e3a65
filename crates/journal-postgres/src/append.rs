//! Appending: a transaction that keeps other writers away, and what is done if the connection breaks in it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant as Moment;

use chrono::{DateTime, TimeDelta, Utc};
use demarche_core::codec::{decode, encode};
use demarche_core::uuid::Uuid;
use demarche_core::{Event, Instant};
use demarche_journal::{Appended, ExpectedVersion, JournalError, Redactions};
use futures_util::future::{join, try_join3};
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::batch::{Batch, Columns};
use crate::error::PostgresError;
use crate::statements::{HOLDER, REDACTIONS};
use crate::store::{Connected, PostgresStore};

/// The code of the server's error if it has waited for a lock for too long.
const LOCK_TIMEOUT: &str = "55P03";

/// The code of the error of `append` if a track is not as expected.
const VERSION: &str = "DM001";

/// Where a journal ends, as long as no other writer can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    position: i64,
    last_recorded: Option<Instant>,
}

/// How far a batch came before something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// Nothing is stored.
    Nothing,
    /// It may be stored: the server was told to commit.
    Commit,
}

/// A batch that is about to be stored, in a transaction that has begun.
struct Pending<'a> {
    batch: &'a Batch,
    expected: &'a [ExpectedVersion],
    rests_on: &'a [Event],
    /// Where the journal ended when the events were made.
    end: End,
}

type Stored<T> = Result<T, (PostgresError, Reached)>;

impl PostgresStore {
    pub(crate) fn append_with(
        &mut self,
        make: impl FnOnce(Option<Instant>) -> Result<Batch, PostgresError>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
    ) -> Result<Vec<(Event, Appended)>, PostgresError> {
        let end = self.begin(rests_on)?;
        let batch = make(end.last_recorded).inspect_err(|_| self.roll_back())?;
        if batch.chunks.is_empty() {
            self.roll_back();
            return Ok(Vec::new());
        }
        let pending = Pending { batch: &batch, expected, rests_on, end };
        let known = match self.store(&pending) {
            Err((error, reached)) if error.is_of_connection() => self.store_again(&pending, error, reached)?,
            stored => stored.map_err(|(error, _)| error)?,
        };
        Ok(batch.outcomes(&known))
    }

    /// Begins a transaction, and keeps other writers away until it ends. Refuses if an event is not there as it was
    /// read.
    fn begin(&mut self, rests_on: &[Event]) -> Result<End, PostgresError> {
        let ids: Arc<Vec<Uuid>> = Arc::new(rests_on.iter().map(|event| event.id.uuid()).collect());
        let lines: Arc<Vec<String>> = Arc::new(rests_on.iter().map(encode).collect());
        let row = self.retrying(|connected| {
            let (statements, ids, lines) = (Arc::clone(&connected.statements), Arc::clone(&ids), Arc::clone(&lines));
            connected.session.ask(|client| async move {
                // They are sent at once; the last sees what was committed before the lock was taken.
                let begun = client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
                let locked = client.execute(&statements.begin, &[]);
                let needed: [&(dyn ToSql + Sync); 2] = [&*ids, &*lines];
                let state = client.query_one(&statements.state, &needed);
                try_join3(begun, locked, state).await.map(|(_, _, state)| state)
            })
        });
        let row = match row {
            Err(PostgresError::Refused { code, .. }) if *code == *LOCK_TIMEOUT => return Err(self.locked()),
            row => row.inspect_err(|_| self.roll_back())?,
        };
        let end = self.end_of(&row).and_then(|end| self.are_as_read(&row, rests_on).map(|()| end));
        end.inspect_err(|_| self.roll_back())
    }

    /// Refuses if one of the events that are not there with the same line is not there at all, or is another.
    fn are_as_read(&self, row: &Row, rests_on: &[Event]) -> Result<(), PostgresError> {
        let numbers: Option<Vec<i64>> = self.column(row, 3)?;
        let lines: Option<Vec<Option<String>>> = self.column(row, 4)?;
        for (number, line) in numbers.iter().flatten().zip(lines.iter().flatten()) {
            let event = usize::try_from(number - 1).ok().and_then(|number| rests_on.get(number));
            let is_it = |line: &String| decode(line.as_bytes()).is_ok_and(|found| Some(&found) == event);
            if let Some(event) = event
                && !line.as_ref().is_some_and(is_it)
            {
                return Err(JournalError::Gone { id: event.id, path: self.address.clone().into() }.into());
            }
        }
        Ok(())
    }

    fn end_of(&self, row: &Row) -> Result<End, PostgresError> {
        let recorded: Option<DateTime<Utc>> = self.column(row, 1)?;
        let nanos: Option<i16> = self.column(row, 2)?;
        let whole = recorded.map(|recorded| recorded + TimeDelta::nanoseconds(nanos.unwrap_or_default().into()));
        Ok(End { position: self.column(row, 0)?, last_recorded: whole.and_then(Instant::new) })
    }

    /// Returns the error that another writer keeps this one away, and says which.
    fn locked(&mut self) -> PostgresError {
        self.roll_back();
        let holder = self.connected().and_then(|connected| {
            connected.session.ask(|client| async move { client.query_opt_scalar::<i32, _>(HOLDER, &[]).await })
        });
        let holder = holder.ok().flatten();
        PostgresError::Locked {
            address: self.address.clone(),
            waited: self.target.options.wait,
            holder: holder.map_or_else(String::new, |pid| format!(", as with `SELECT pg_terminate_backend({pid})`")),
        }
    }

    /// Ends the transaction without storing anything.
    fn roll_back(&mut self) {
        let done = self.connected().and_then(|connected| {
            connected.session.ask(|client| async move { client.batch_execute("ROLLBACK").await })
        });
        if done.is_err() {
            self.disconnect();
        }
    }

    /// Stores a batch in the transaction that has begun, and commits it. Returns the numbers of the events of each
    /// chunk that were there already.
    fn store(&mut self, pending: &Pending<'_>) -> Stored<Vec<HashSet<i64>>> {
        let stored = self.store_chunks(pending);
        if stored.as_ref().is_err_and(|(error, _)| !error.is_of_connection()) {
            self.roll_back();
        }
        stored
    }

    fn store_chunks(&mut self, pending: &Pending<'_>) -> Stored<Vec<HashSet<i64>>> {
        let nothing = |error| (error, Reached::Nothing);
        let Pending { batch, mut expected, .. } = *pending;
        // A single chunk is sent together with the commit, which saves a wait for the server.
        let commits = batch.chunks.len() == 1;
        let mut known = Vec::new();
        for (number, columns) in batch.chunks.iter().enumerate() {
            let rows = self.add(columns, Vec::new(), expected, commits)?;
            let there = self.numbers_of(batch, number, &rows).map_err(nothing)?;
            let is_all = there.len() == columns.ids.len();
            if !is_all && has_other_lines(&rows) {
                // The server added none, as it cannot tell whether these are the same events.
                if commits && self.begin(pending.rests_on).map_err(nothing)? != pending.end {
                    return Err(nothing(PostgresError::Interrupted { address: self.address.clone() }));
                }
                self.add(columns, there.iter().copied().collect(), expected, commits)?;
            }
            if !is_all {
                // Versions are as they were before the first event was added.
                expected = &[];
            }
            known.push(there);
        }
        if !commits {
            let committed = self.on_this_connection(|connected| {
                connected.session.ask(|client| async move { client.batch_execute("COMMIT").await })
            });
            committed.map_err(|error| (error, Reached::Commit))?;
        }
        Ok(known)
    }

    /// Does something in the transaction that has begun: not over another connection.
    fn on_this_connection<T>(
        &mut self,
        act: impl FnOnce(&Connected) -> Result<T, PostgresError>,
    ) -> Result<T, PostgresError> {
        match self.still_connected() {
            Some(connected) => act(connected),
            None => {
                let reason = "the connection broke".to_owned();
                Err(PostgresError::Unreachable { address: self.address.clone(), reason })
            }
        }
    }

    /// Adds events, and ends the transaction with them if that is asked for. Returns those that were there already. If
    /// one of these has another line, and is not among the `same`, no event was added.
    fn add(
        &mut self,
        columns: &Arc<Columns>,
        same: Vec<i64>,
        expected: &[ExpectedVersion],
        commits: bool,
    ) -> Stored<Vec<Row>> {
        let tracks: Vec<String> = expected.iter().map(|expected| expected.track.as_str().to_owned()).collect();
        let counts = expected.iter().map(|expected| i64::try_from(expected.lines).unwrap_or(i64::MAX));
        let (counts, columns): (Vec<i64>, _) = (counts.collect(), Arc::clone(columns));
        let mut reached = Reached::Nothing;
        let added = self.on_this_connection(|connected| {
            if commits {
                reached = Reached::Commit;
            }
            let statement = connected.statements.append.clone();
            connected.session.ask(|client| async move {
                let Columns { ids, tracks: on, types, occurreds, recordeds, nanos, lines } = &*columns;
                let values: [&(dyn ToSql + Sync); 10] =
                    [ids, on, types, occurreds, recordeds, nanos, lines, &same, &tracks, &counts];
                let added = client.query(&statement, &values);
                if !commits {
                    return added.await;
                }
                // Both are sent at once. After an error, the server takes the commit for a rollback.
                let (added, committed) = join(added, client.batch_execute("COMMIT")).await;
                added.and_then(|rows| committed.map(|()| rows))
            })
        });
        added.map_err(|error| (self.explained(error), reached))
    }

    /// Returns the numbers of the events of a chunk that are there already; refuses if one is another event.
    fn numbers_of(&mut self, batch: &Batch, chunk: usize, rows: &[Row]) -> Result<HashSet<i64>, PostgresError> {
        let mut numbers = HashSet::with_capacity(rows.len());
        for row in rows {
            let (number, position): (i64, i64) = (self.column(row, 0)?, self.column(row, 1)?);
            if let (Some(line), Some(event)) = (self.column::<Option<&str>>(row, 2)?, batch.event(chunk, number)) {
                let (id, line_number) = (event.id, position.unsigned_abs());
                // Its line may be that of an older version, or have texts erased.
                let found = self.decode(line_number, line)?;
                if found != *event && !self.is_erased(&found, event)? {
                    let path = self.address.clone().into();
                    return Err(JournalError::Conflict { id, path, line: line_number }.into());
                }
            }
            numbers.insert(number);
        }
        Ok(numbers)
    }

    /// Tells whether a stored event is another with texts erased, or the other way round.
    fn is_erased(&mut self, found: &Event, event: &Event) -> Result<bool, PostgresError> {
        let track = found.track.as_str().to_owned();
        let rows = self.on_this_connection(|connected| {
            connected.session.ask(|client| async move { client.query(REDACTIONS, &[&track]).await })
        })?;
        let redactions = rows.iter().map(|row| self.decode(self.count(row, 0)?, self.column(row, 1)?));
        let redactions = redactions.collect::<Result<Redactions, _>>()?;
        Ok(redactions.later(found, event).is_some())
    }

    /// Turns what `append` refuses into what a journal says.
    fn explained(&self, error: PostgresError) -> PostgresError {
        let version = |details: &Value| {
            let newer = details.get("newer")?.as_array()?;
            Some(JournalError::UnexpectedVersion {
                track: details.get("track")?.as_str()?.parse().ok()?,
                expected: details.get("expected")?.as_u64()?,
                found: details.get("found")?.as_u64()?,
                newer_ids: newer.iter().filter_map(|id| id.as_str()?.parse().ok()).collect(),
            })
        };
        let PostgresError::Refused { code, detail: Some(detail), .. } = &error else { return error };
        let details: Option<Value> = serde_json::from_str(detail).ok().filter(|_| **code == *VERSION);
        details.as_ref().and_then(version).map_or(error, PostgresError::from)
    }

    /// Finds out whether a batch was stored, after the connection broke, and stores it if it was not, unless somebody
    /// else has stored something since: its events might not be recorded behind all others any more.
    fn store_again(
        &mut self,
        pending: &Pending<'_>,
        mut error: PostgresError,
        mut reached: Reached,
    ) -> Result<Vec<HashSet<i64>>, PostgresError> {
        let Pending { batch, rests_on, end, .. } = *pending;
        let began = Moment::now();
        while began.elapsed() < self.target.options.wait {
            self.disconnect();
            // The lock is taken only once the transaction that was broken has ended, one way or the other.
            let now = match self.begin(rests_on) {
                Ok(now) => now,
                Err(other) => {
                    error = other;
                    break;
                }
            };
            if now == end {
                match self.store(pending) {
                    Err((other, further)) if other.is_of_connection() => {
                        error = other;
                        reached = if reached == Reached::Commit { reached } else { further };
                        continue;
                    }
                    stored => return stored.map_err(|(error, _)| error),
                }
            }
            match self.which_are_there(batch, end) {
                Ok(Some(known)) => {
                    self.roll_back();
                    return Ok(known);
                }
                Ok(None) => {
                    self.roll_back();
                    return Err(PostgresError::Interrupted { address: self.address.clone() });
                }
                Err(other) => error = other,
            }
        }
        // What was begun on it keeps others away.
        self.disconnect();
        if reached == Reached::Commit {
            return Err(PostgresError::Uncertain { address: self.address.clone(), reason: error.to_string() });
        }
        Err(error)
    }

    /// Returns the numbers of the events of each chunk that were there before an end, or `None` if some are not there.
    fn which_are_there(&mut self, batch: &Batch, end: End) -> Result<Option<Vec<HashSet<i64>>>, PostgresError> {
        let mut known = Vec::new();
        for (number, columns) in batch.chunks.iter().enumerate() {
            let (count, columns) = (columns.ids.len(), Arc::clone(columns));
            let rows = self.on_this_connection(|connected| {
                let statement = connected.statements.which.clone();
                connected
                    .session
                    .ask(|client| async move { client.query(&statement, &[&columns.ids, &columns.lines]).await })
            })?;
            if rows.len() < count {
                return Ok(None);
            }
            self.numbers_of(batch, number, &rows)?;
            let mut there = HashSet::new();
            for row in &rows {
                if self.column::<i64>(row, 1)? <= end.position {
                    there.insert(self.column(row, 0)?);
                }
            }
            known.push(there);
        }
        Ok(Some(known))
    }
}

/// Tells whether an event is there with another line than the one that was sent.
fn has_other_lines(rows: &[Row]) -> bool {
    rows.iter().any(|row| row.try_get::<_, Option<&str>>(2).is_ok_and(|line| line.is_some()))
}
