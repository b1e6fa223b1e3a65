-- The journal: its events in the order in which they were stored, and the only way to add to them.
--
-- It runs with the schema of the journal as its search path.

-- One row: what is true of the journal as a whole.
CREATE TABLE journal (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  -- Rises when a line was replaced, so that every reader begins anew.
  epoch bigint NOT NULL DEFAULT 1 CHECK (epoch > 0)
);
INSERT INTO journal DEFAULT VALUES;

CREATE TABLE event (
  -- 1, 2, 3, …: dense, in the order of commits.
  position bigint PRIMARY KEY CHECK (position > 0),
  id uuid NOT NULL UNIQUE,
  track text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  -- A date in EDTF, as the line has it.
  occurred text COLLATE "C" NOT NULL,
  -- To the microsecond, and the nanoseconds beyond it.
  recorded timestamptz NOT NULL,
  recorded_nanos smallint NOT NULL CHECK (recorded_nanos BETWEEN 0 AND 999),
  -- The canonical line, without a line end: what is sealed, and all that a fold reads.
  line text COLLATE "C" NOT NULL
);
-- The version of a track is how many events it has: they are counted here when somebody expects one, rather than at
-- every append.
CREATE INDEX event_track ON event (track, position);
CREATE INDEX event_recorded ON event (recorded, recorded_nanos);

-- Guards against accidents of the owner: others lack the privilege.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('demarche.replacing', true) = 'yes' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'events are only added: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse();

-- Keeps other writers away until the transaction ends. With read committed isolation every statement behind it sees
-- what the writer before has committed: so positions are given in the order of commits.
CREATE FUNCTION begin_append() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT pg_advisory_xact_lock(1145389385, 'event'::regclass::oid::integer)
$$;

-- Returns which events of these ids are there already: the number in the call, from 1, the position, and the line that
-- is there if that is another. It may be the same event all the same, as an older version of the schema writes it: who
-- calls can tell.
CREATE FUNCTION known(ids uuid[], lines text[]) RETURNS TABLE (n bigint, stored_at bigint, other text)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT new.n, old.position, nullif(old.line, new.line)
  FROM unnest(ids, lines) WITH ORDINALITY AS new (id, line, n) JOIN event AS old ON old.id = new.id
$$;

-- Adds events to the end. The ids of a call are distinct.
--
-- Those that are there already are not added again, and are returned as `known` does. If one of them has another line
-- and is not among `same`, nothing at all is added: who calls looks whether it is the same event, and calls again with
-- the numbers of those that are. The versions of tracks are compared only if there is something to add.
--
-- The settings keep the planner from scanning the table for a batch.
CREATE FUNCTION append(
  ids uuid[], tracks text[], types text[], occurreds text[], recordeds timestamptz[], nanos smallint[], lines text[],
  same bigint[], expected_tracks text[], expected_counts bigint[]
) RETURNS TABLE (n bigint, stored_at bigint, other text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off
  SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  -- A large batch is seldom sent twice: whether it was, the index of the ids finds out below.
  looks boolean := cardinality(ids) <= 100 OR cardinality(expected_tracks) > 0;
  there bigint[] := '{}';
  is_unclear boolean;
  wrong record;
  last bigint;
BEGIN
  -- Every statement of this function sees what is there when it begins, so the lock could be taken here as well.
  PERFORM begin_append();
  LOOP
    IF looks THEN
      SELECT coalesce(array_agg(n ORDER BY n), '{}'), bool_or(other IS NOT NULL AND n <> ALL (same))
        INTO there, is_unclear FROM known(ids, lines);
      IF is_unclear OR cardinality(there) = cardinality(ids) THEN
        RETURN QUERY SELECT * FROM known(ids, lines);
        RETURN;
      END IF;
    END IF;
    SELECT expected.track, expected.count, found.count AS found INTO wrong
      FROM unnest(expected_tracks, expected_counts) AS expected (track, count)
      CROSS JOIN LATERAL (SELECT count(*) FROM event WHERE event.track = expected.track) AS found
      WHERE found.count <> expected.count LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'version' USING ERRCODE = 'DM001',
        DETAIL = json_build_object('track', wrong.track, 'expected', wrong.count, 'found', wrong.found, 'newer', ARRAY(
          SELECT id FROM event WHERE track = wrong.track ORDER BY position OFFSET wrong.count
        ))::text;
    END IF;
    SELECT coalesce(max(position), 0) INTO last FROM event;
    BEGIN
      -- Its place in the call, without the events before it that are there already: `width_bucket` counts those.
      INSERT INTO event
        SELECT last + n - width_bucket(n, there), id, track, type, occurred, recorded, recorded_nanos, line
        FROM unnest(ids, tracks, types, occurreds, recordeds, nanos, lines) WITH ORDINALITY
          AS new (id, track, type, occurred, recorded, recorded_nanos, line, n)
        WHERE n <> ALL (there);
      EXIT;
    EXCEPTION WHEN unique_violation THEN
      IF looks THEN
        RAISE;
      END IF;
      looks := true;
    END;
  END LOOP;
  PERFORM pg_notify(current_schema(), '');
  IF cardinality(there) > 0 THEN
    RETURN QUERY SELECT n, stored_at, other FROM known(ids, lines) WHERE n = ANY (there);
  END IF;
END
$$;

-- Puts another line in the place of an event's line: for the owner only, and for nothing but erasure. The event keeps
-- its id, its track and its times. Every reader begins anew.
CREATE FUNCTION replace_line(of uuid, old_line text, new_line text) RETURNS boolean LANGUAGE plpgsql
  SET search_path FROM CURRENT AS $$
DECLARE
  is_there boolean;
BEGIN
  PERFORM begin_append();
  PERFORM set_config('demarche.replacing', 'yes', true);
  UPDATE event SET line = new_line WHERE id = of AND line = old_line;
  is_there := FOUND;
  PERFORM set_config('demarche.replacing', '', true);
  IF is_there THEN
    UPDATE journal SET epoch = epoch + 1;
    PERFORM pg_notify(current_schema(), '');
  END IF;
  RETURN is_there;
END
$$;

-- Everybody may execute a function by default. Tables are the owner's alone.
REVOKE ALL ON FUNCTION refuse(), begin_append(), known(uuid[], text[]), replace_line(uuid, text, text),
  append(uuid[], text[], text[], text[], timestamptz[], smallint[], text[], bigint[], text[], bigint[])
  FROM PUBLIC;
