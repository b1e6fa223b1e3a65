"""Events as a data frame, and what must be known of all of them before any is folded.

A frame of events has the columns `id`, `track` and `recorded`, and either `line`, the line of a journal, or the columns
of the table of events that `demarche export parquet --events` writes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

# A file that is gone or broken is an error, whatever the session says: a fold of the rest would be a wrong answer.
STRICT = {"ignoreMissingFiles": "false", "ignoreCorruptFiles": "false"}

# What the engine has to know of a line. Everything else is read by Demarche, which refuses what is no event.
HEAD = "id string, track string, recorded string"

# The columns without which a table of events cannot be folded.
NEEDED = ("id", "type", "track", "occurred", "recorded", "who", "attribution", "data")

# How many ids an error names.
NAMED = 20

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class EventsError(ValueError):
    """What is wrong with the events as a whole."""


def read_lines(spark: SparkSession, paths: str | Iterable[str]) -> DataFrame:
    """Reads journals: JSON Lines, plain or compressed (`.gz`, `.zst`)."""
    paths = [paths] if isinstance(paths, str) else list(paths)
    # The default would also end a line at a carriage return, which is white space to JSON.
    return from_lines(spark.read.options(**STRICT).text(paths, lineSep="\n").select(F.col("value").alias("line")))


def from_lines(lines: DataFrame) -> DataFrame:
    """Makes a frame of events of a column `line`. Blank lines are skipped, as in any journal."""
    head = F.from_json("line", HEAD)
    events = lines.where(F.btrim("line", F.lit(" \t\r")) != "").select(head.alias("head"), "line")
    return events.select(F.lower("head.id").alias("id"), "head.track", "head.recorded", "line")


def read_parquet(spark: SparkSession, paths: str | Iterable[str]) -> DataFrame:
    """Reads tables of events, as `demarche export parquet --events` writes them.

    Their instants are exact to the microsecond. Events that were recorded closer together than that, such as imported
    ones, may change places: fold their lines instead.
    """
    paths = [paths] if isinstance(paths, str) else list(paths)
    events = spark.read.options(**STRICT).parquet(*paths)
    missing = [name for name in NEEDED if name not in events.columns]
    if missing:
        raise EventsError(
            f"this is no table of events: it lacks {', '.join(missing)}; `demarche export parquet --events` writes one"
        )
    return events.withColumn("id", F.lower("id"))


def check_ids(events: DataFrame) -> None:
    """Raises an error that names the ids that stand on two tracks.

    No part of a fold sees them, as each has the events of other tracks. An id that is repeated on one track is seen by
    the fold itself: the same event counts once, and another event is an error.
    """
    # Numbers are counted in a hash table. Texts would be sorted first, which takes many times as long.
    track = F.xxhash64("track")
    placed = events.where(F.col("id").isNotNull()).groupBy("id").agg(F.min(track).alias("a"), F.max(track).alias("b"))
    torn = [row["id"] for row in placed.where("a != b").orderBy("id").limit(NAMED + 1).collect()]
    if torn:
        tracks = events.where(F.col("id").isin(torn[:NAMED])).groupBy("id").agg(F.sort_array(F.collect_set("track")))
        named = "; ".join(f"{id} on {' and '.join(on)}" for id, on in tracks.orderBy("id").collect())
        more = "; and more" if len(torn) > NAMED else ""
        raise EventsError(f"one id, two tracks: {named}{more}")


def last_recorded(events: DataFrame) -> str:
    """Returns when the last event was recorded, to the nanosecond: the instant as of which a journal is judged."""
    if events.schema["recorded"].dataType.typeName() == "string":
        instant, unread = _instants("recorded")
    else:
        instant, unread = F.struct(F.unix_micros("recorded").alias("micros"), F.lit("").alias("digits")), F.lit(None)
    last, strange = events.agg(F.max(instant), F.max(unread)).collect()[0]
    if strange is not None:
        remedy = "say as of when to judge, or use `demarche fmt`"
        raise EventsError(f"no instant that Spark can read: {strange!r}; {remedy}")
    if last is None:
        raise EventsError("there are no events")
    whole = EPOCH + timedelta(microseconds=last["micros"])
    return f"{whole.replace(tzinfo=None).isoformat(timespec='seconds')}.{last['digits'] or f'{whole.microsecond:06}'}Z"


def _instants(name: str) -> tuple[Column, Column]:
    """Returns an instant by which texts of instants are in order, and the text where there is none.

    Spark's own instants end at the microsecond. Offsets are of whole minutes, so the digits of the fraction stay.
    """
    micros = F.unix_micros(F.upper(name).try_cast("timestamp"))
    digits = F.rpad(F.regexp_extract(name, r"\.(\d+)", 1), 9, "0")
    unread = F.when(micros.isNull(), F.col(name))
    return F.when(micros.isNotNull(), F.struct(micros.alias("micros"), digits.alias("digits"))), unread
