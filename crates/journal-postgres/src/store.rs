//! The store: a journal in PostgreSQL, over a connection that is made again when it breaks.

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant as Moment};

use demarche_core::codec::{canonical, decode};
use demarche_core::{Event, EventId, Instant, TrackId};
use demarche_journal::{Appended, Bell, ExpectedVersion, Loaded, Store, StoreError, StorePosition, Tail, scan_chunks};
use tokio_postgres::Row;

use crate::address::Address;
use crate::batch::Batch;
use crate::copy::Lines;
use crate::error::PostgresError;
use crate::login::Login;
use crate::options::Options;
use crate::schema::{refuse_other, version_of};
use crate::session::{Session, Target};
use crate::statements::Statements;

/// How long to wait before the first attempt to connect again; it doubles, up to the second.
const PAUSE: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// A journal in PostgreSQL, for several servers at once: see [`Store`] for what it promises.
///
/// Each has a connection, which is made again when it breaks; a [reader](Store::reader) has its own, so that it waits
/// for no append. All calls wait for the server, so an async service makes them on a thread that may block.
///
/// ```no_run
/// use demarche_journal::Store as _;
/// use demarche_journal_postgres::{Address, Login, Options, PostgresStore};
///
/// let address: Address = "postgres://desk@db.example.org/news".parse()?;
/// let login = Login::from_environment(&|name| std::env::var_os(name));
/// let mut store = PostgresStore::open(&address, &login, Options::default())?;
/// println!("{} events", store.position()?.events);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PostgresStore {
    pub(crate) target: Target,
    pub(crate) address: String,
    bell: Bell,
    connected: Option<Connected>,
}

/// A connection, and what was prepared on it.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) session: Session,
    pub(crate) statements: Arc<Statements>,
}

impl PostgresStore {
    /// Opens a journal.
    ///
    /// # Errors
    ///
    /// A [`PostgresError`] if the server can't be reached, the role may not read the journal, there is none, it is laid
    /// out by another version, or the server is set up to lose what it acknowledges.
    pub fn open(address: &Address, login: &Login, options: Options) -> Result<Self, PostgresError> {
        Self::open_target(Target { address: address.clone(), login: login.clone(), options })
    }

    fn open_target(target: Target) -> Result<Self, PostgresError> {
        let mut store = Self { address: target.address.to_string(), target, bell: Bell::default(), connected: None };
        store.connect()?;
        Ok(store)
    }

    /// Returns the lines of all events, in order, as they are now: a log to read, seal, or copy. It is one snapshot,
    /// over a separate connection.
    ///
    /// # Errors
    ///
    /// A [`PostgresError`] if the server can't be reached. Reading from it gives errors that have one inside.
    pub fn lines(&self) -> Result<Lines, PostgresError> {
        Lines::open(&self.target)
    }

    /// Puts another line in the place of the line of an event, durably, and makes all readers begin anew: for erasure.
    /// The event keeps its id, track, type and times. Only the owner of the tables may do it. Returns whether the event
    /// had the old line.
    ///
    /// # Errors
    ///
    /// A [`PostgresError`]; nothing was replaced then. A new line that is not the canonical line of an event with the
    /// same id, track, type and times is refused.
    pub fn replace_line(&mut self, id: EventId, old: &str, new: &str) -> Result<bool, PostgresError> {
        let (from, to) = (self.decode(0, old)?, self.decode(0, new)?);
        let kept = |event: &Event| (event.id, event.track.clone(), event.event_type(), event.recorded);
        let is_kept = kept(&from) == kept(&to) && from.id == id && from.occurred == to.occurred;
        if !is_kept || canonical(&to, new.as_bytes()) != new {
            return Err(PostgresError::NotTheSame { id });
        }
        let (old, new) = (old.to_owned(), new.to_owned());
        self.retrying(move |connected| {
            let (old, new) = (old.clone(), new.clone());
            connected.session.ask(|client| async move {
                client.query_one_scalar("SELECT replace_line($1, $2, $3)", &[&id.uuid(), &old, &new]).await
            })
        })
    }

    fn connect(&mut self) -> Result<(), PostgresError> {
        self.connected = None;
        let session = Session::open(&self.target, &self.bell)?;
        let schema = self.target.address.schema().to_owned();
        let (version, fsync) = session.ask(|client| async move {
            let version = version_of(&client, &schema).await?;
            Ok((version, client.query_one_scalar::<String, _>("SELECT current_setting('fsync')", &[]).await?))
        })?;
        let (address, schema) = (self.address.clone(), self.target.address.schema().to_owned());
        refuse_other(&self.target.address, version.ok_or(PostgresError::NoJournal { address, schema })?)?;
        if fsync != "on" {
            let address = self.address.clone();
            return Err(PostgresError::NotDurable { address, setting: "fsync", value: fsync, needed: "on" });
        }
        let schema = self.target.address.schema().to_owned();
        let statements = session.ask(|client| async move {
            // A standby notifies nobody.
            if !client.query_one_scalar::<bool, _>("SELECT pg_is_in_recovery()", &[]).await? {
                client.batch_execute(&format!("LISTEN \"{schema}\"")).await?;
            }
            Statements::prepare(&client).await
        })?;
        self.connected = Some(Connected { session, statements: Arc::new(statements) });
        Ok(())
    }

    /// Gives the connection up, with what was begun on it.
    pub(crate) fn disconnect(&mut self) {
        self.connected = None;
    }

    /// Returns the connection, unless it broke.
    pub(crate) fn still_connected(&self) -> Option<&Connected> {
        self.connected.as_ref().filter(|connected| !connected.session.is_lost())
    }

    /// Returns the connection, made again if it broke.
    pub(crate) fn connected(&mut self) -> Result<&Connected, PostgresError> {
        if self.connected.as_ref().is_none_or(|connected| connected.session.is_lost()) {
            self.connect()?;
        }
        let reason = "there is no connection".to_owned();
        self.connected.as_ref().ok_or_else(|| PostgresError::Unreachable { address: self.address.clone(), reason })
    }

    /// Does something that may be done twice, over another connection if one breaks.
    pub(crate) fn retrying<T>(
        &mut self,
        act: impl Fn(&Connected) -> Result<T, PostgresError>,
    ) -> Result<T, PostgresError> {
        let (began, mut pause) = (Moment::now(), PAUSE);
        loop {
            match self.connected().and_then(&act) {
                Err(error) if error.is_of_connection() => {
                    self.disconnect();
                    if began.elapsed() + pause >= self.target.options.wait {
                        return Err(error);
                    }
                    sleep(pause);
                    pause = (pause * 2).min(PAUSE_MAX);
                }
                done => return done,
            }
        }
    }

    /// Reads an event from its line.
    pub(crate) fn decode(&self, position: u64, line: &str) -> Result<Event, PostgresError> {
        let broken = |error| PostgresError::BrokenLine { address: self.address.clone(), position, error };
        decode(line.as_bytes()).map_err(|error| broken(Box::new(error)))
    }

    fn rows_behind(&mut self, after: StorePosition, most: i64) -> Result<Vec<Row>, PostgresError> {
        let epoch = i64::try_from(after.epoch).unwrap_or(i64::MAX);
        let events = i64::try_from(after.events).unwrap_or(i64::MAX);
        self.retrying(|connected| {
            let statement = connected.statements.read.clone();
            connected.session.ask(|client| async move { client.query(&statement, &[&epoch, &events, &most]).await })
        })
    }

    /// Returns a column of a row.
    pub(crate) fn column<'r, T: tokio_postgres::types::FromSql<'r>>(
        &self,
        row: &'r Row,
        number: usize,
    ) -> Result<T, PostgresError> {
        row.try_get(number).map_err(|error| PostgresError::of(&self.address, &error))
    }

    pub(crate) fn count(&self, row: &Row, number: usize) -> Result<u64, PostgresError> {
        Ok(self.column::<i64>(row, number)?.unsigned_abs())
    }

    fn tail(&mut self, after: StorePosition, most: usize) -> Result<Tail, PostgresError> {
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = self.rows_behind(after, limit)?;
        let head = |store: &Self, rows: &[Row]| match rows.first() {
            Some(row) => Ok((store.count(row, 0)?, store.count(row, 1)?)),
            None => Err(PostgresError::NoJournal {
                address: store.address.clone(),
                schema: store.target.address.schema().to_owned(),
            }),
        };
        let (mut epoch, last) = head(self, &rows)?;
        let mut is_anew = epoch != after.epoch;
        if !is_anew && after.events > last {
            // A backup was put in its place, which has fewer events.
            rows = self.rows_behind(StorePosition::default(), limit)?;
            epoch = head(self, &rows)?.0;
            is_anew = true;
        }
        let mut position = StorePosition { epoch, events: if is_anew { 0 } else { after.events } };
        let (mut events, mut lines) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in &rows {
            if let Some(at) = self.column::<Option<i64>>(row, 2)? {
                position.events = at.unsigned_abs();
                let line: &str = self.column(row, 3)?;
                events.push(self.decode(position.events, line)?);
                lines.push(line.to_owned());
            }
        }
        Ok(Tail { events, lines, is_anew: is_anew && after != StorePosition::default(), position })
    }

    fn load_lines(&self) -> Result<Option<Loaded>, PostgresError> {
        let mut lines = self.lines()?;
        let Some((facts, texts)) = scan_chunks(&mut || lines.next_chunk())? else { return Ok(None) };
        let position = lines.position();
        let is_whole = facts.len() as u64 == position.events;
        Ok(is_whole.then_some(Loaded { facts, texts, position }))
    }
}

impl Store for PostgresStore {
    fn append(
        &mut self,
        make: &mut dyn FnMut(Option<Instant>) -> Vec<Event>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
    ) -> Result<Vec<(Event, Appended)>, StoreError> {
        Ok(self.append_with(|last| Ok(Batch::of(make(last))?), expected, rests_on)?)
    }

    fn append_lines(&mut self, lines: &[(Event, String)]) -> Result<Vec<Appended>, StoreError> {
        let canonical = lines.iter().map(|(event, line)| canonical(event, line.as_bytes())).collect();
        let events = lines.iter().map(|(event, _)| event.clone()).collect();
        let batch = Batch::of_lines(events, canonical).map_err(PostgresError::from)?;
        let appended = self.append_with(|_| Ok(batch), &[], &[])?;
        Ok(appended.into_iter().map(|(_, outcome)| outcome).collect())
    }

    fn read(&mut self, after: StorePosition, most: usize) -> Result<Tail, StoreError> {
        Ok(self.tail(after, most)?)
    }

    /// Copies all lines over a separate connection, and reads them in parallel, while more come. It is not done where a
    /// line must be reported.
    fn load(&mut self) -> Result<Option<Loaded>, StoreError> {
        Ok(self.load_lines()?)
    }

    fn position(&mut self) -> Result<StorePosition, StoreError> {
        let row = self.retrying(|connected| {
            let statement = connected.statements.position.clone();
            connected.session.ask(|client| async move { client.query_one(&statement, &[]).await })
        })?;
        Ok(StorePosition { epoch: self.count(&row, 0)?, events: self.count(&row, 1)? })
    }

    fn event(&mut self, id: EventId) -> Result<Option<Event>, StoreError> {
        let row = self.retrying(|connected| {
            let statement = connected.statements.event.clone();
            connected.session.ask(|client| async move { client.query_opt(&statement, &[&id.uuid()]).await })
        })?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(self.decode(self.count(&row, 0)?, self.column(&row, 1)?)?))
    }

    fn version(&mut self, track: &TrackId) -> Result<u64, StoreError> {
        let row = self.retrying(|connected| {
            let (statement, track) = (connected.statements.version.clone(), track.as_str().to_owned());
            connected.session.ask(|client| async move { client.query_one(&statement, &[&track]).await })
        })?;
        Ok(self.count(&row, 0)?)
    }

    /// Opens another connection.
    fn reader(&self) -> Result<Option<Box<dyn Store>>, StoreError> {
        Ok(Some(Box::new(Self::open_target(self.target.clone())?)))
    }

    /// Returns a bell that rings when the server notifies of new events, and when the connection breaks.
    fn bell(&self) -> Bell {
        self.bell.clone()
    }
}
