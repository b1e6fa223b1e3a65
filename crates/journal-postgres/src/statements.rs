//! What a store asks the server, prepared once a connection.

use tokio_postgres::{Client, Error, Statement};

/// All lines with their positions, as they stand on the disk: nearly in order, and much faster than by an index.
pub(crate) const COPY: &str = "COPY (SELECT position, line FROM event) TO STDOUT (FORMAT binary)";

/// The events behind a position, if the epoch is still the same, and all otherwise; with the epoch, and the last
/// position. There is one row without an event if there is none. All of it is one snapshot.
const READ: &str = "
SELECT journal.epoch, (SELECT coalesce(max(position), 0) FROM event), behind.position, behind.line
FROM journal LEFT JOIN LATERAL (
  SELECT position, line FROM event
  WHERE position > CASE WHEN journal.epoch = $1::bigint THEN $2::bigint ELSE 0 END
  ORDER BY position LIMIT $3::bigint
) AS behind ON true ORDER BY behind.position";

const POSITION: &str = "SELECT epoch, (SELECT coalesce(max(position), 0) FROM event) FROM journal";

const EVENT: &str = "SELECT position, line FROM event WHERE id = $1";

const VERSION: &str = "SELECT count(*) FROM event WHERE track = $1";

/// Where the journal ends, when its last event was recorded, and which of some events are not there with the same line:
/// their numbers, from 1, and the lines that are there, if any.
const STATE: &str = "
SELECT (SELECT coalesce(max(position), 0) FROM event), last.recorded, last.recorded_nanos, others.numbers, others.lines
FROM journal CROSS JOIN LATERAL (
  SELECT array_agg(needed.n) AS numbers, array_agg(event.line) AS lines
  FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS needed (id, line, n) LEFT JOIN event ON event.id = needed.id
  WHERE event.line IS DISTINCT FROM needed.line
) AS others LEFT JOIN LATERAL (
  SELECT recorded, recorded_nanos FROM event ORDER BY recorded DESC, recorded_nanos DESC LIMIT 1
) AS last ON true";

/// Which of some events are there: as `append` says it.
const WHICH: &str = "
SELECT new.n, event.position, nullif(event.line, new.line)
FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS new (id, line, n) JOIN event ON event.id = new.id";

const APPEND: &str = "SELECT n, stored_at, other FROM append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// The backend that keeps other writers away.
pub(crate) const HOLDER: &str = "
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 1145389385 AND objid = 'event'::regclass::oid
  AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1";

/// The redactions on a track, with their positions.
pub(crate) const REDACTIONS: &str =
    "SELECT position, line FROM event WHERE track = $1 AND type = 'event_redacted' ORDER BY position";

/// Whether the role may replace lines.
pub(crate) const MAY_REPLACE: &str = "SELECT has_function_privilege('replace_line(uuid, text, text)', 'EXECUTE')";

/// The statements, prepared.
#[derive(Debug)]
pub(crate) struct Statements {
    pub(crate) read: Statement,
    pub(crate) position: Statement,
    pub(crate) event: Statement,
    pub(crate) version: Statement,
    pub(crate) begin: Statement,
    pub(crate) state: Statement,
    pub(crate) which: Statement,
    pub(crate) append: Statement,
}

impl Statements {
    pub(crate) async fn prepare(client: &Client) -> Result<Self, Error> {
        Ok(Self {
            read: client.prepare(READ).await?,
            position: client.prepare(POSITION).await?,
            event: client.prepare(EVENT).await?,
            version: client.prepare(VERSION).await?,
            begin: client.prepare("SELECT begin_append()").await?,
            state: client.prepare(STATE).await?,
            which: client.prepare(WHICH).await?,
            append: client.prepare(APPEND).await?,
        })
    }
}
