-- Needs a view `log` with id, type, track, occurred, recorded and "when": contenders.py makes it.
COPY (
  WITH placed AS (
    SELECT *, struct_pack(
      earliest := CASE WHEN contains(occurred, 'T') THEN CAST(occurred AS TIMESTAMPTZ)::TIMESTAMP
        ELSE CAST(left(replace(rtrim(split_part(occurred, '/', 1), '?~%'), 'XX', '01') || '-01-01', 10) AS TIMESTAMP) END,
      recorded := recorded, id := id) AS place
    FROM log
  )
  SELECT track, count(*), unnest(arg_max({ t: type, o: occurred }, place)), arg_max("when", place)
  FROM placed GROUP BY track
) TO '/dev/stdout' (FORMAT csv, DELIMITER '\t', HEADER false);
