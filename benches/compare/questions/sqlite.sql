-- The lines of the standard input, each a value of one column.
.mode ascii
.separator "\037" "\n"
CREATE TABLE lines (line TEXT);
.import /dev/stdin lines
.mode tabs
.headers off
WITH
  events AS (
    SELECT line ->> 'track' AS track, line ->> 'type' AS type, line ->> 'occurred' AS occurred,
      line ->> '$.data.when' AS ahead, rtrim(line ->> 'recorded', 'Z') AS recorded, line ->> 'id' AS id
    FROM lines
  ),
  starts AS (
    SELECT *, substr(occurred, 1, iif(instr(occurred, '/') = 0, 99, instr(occurred, '/') - 1)) AS start FROM events
  ),
  placed AS MATERIALIZED (
    SELECT *, iif(instr(occurred, 'T') > 0, datetime(occurred),
      substr(replace(rtrim(start, '?~%'), 'XX', '01') || '-01-01', 1, 10) || ' 00:00:00') || recorded || ',' || id AS place
    FROM starts
  ),
  -- With one max() in a query, bare columns are those of its row.
  last AS (SELECT track, count(*) AS events, type, occurred, max(place) FROM placed GROUP BY track),
  next AS (SELECT track, ahead, max(place) FROM placed WHERE ahead IS NOT NULL GROUP BY track)
SELECT track, events, type, occurred, ahead FROM last LEFT JOIN next USING (track);
