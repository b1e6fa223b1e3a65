"""The fold: where every track stands."""

from collections.abc import Iterable, Iterator
from typing import Any

import demarche
import pyarrow as pa
from pyspark.sql import DataFrame

from .events import EventsError


def fold(
    events: DataFrame,
    *,
    today: str,
    as_of: str | None = None,
    known_at: str | None = None,
    reading: str | None = None,
    patience: Any = None,
    partitions: int | None = None,
) -> DataFrame:
    """Returns one row for each track: the table of states that `demarche export parquet` writes.

    `today` is the instant as of which all tracks are judged; a part of the journal cannot know the last one of the
    whole, which `last_recorded` finds. The other questions are those of `demarche.fold_arrow`. Without `partitions`,
    Spark decides how many parts there are. A worker needs memory, outside the JVM, for the events of its longest track.

    The frame is computed anew each time that it is asked for, as any frame of Spark is.
    """
    question = {"today": today, "as_of": as_of, "known_at": known_at, "reading": reading, "patience": patience}
    # A question that makes no sense is refused here, rather than by each executor.
    demarche.fold_arrow([], **question)

    def states(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in demarche.fold_arrow(_sound(batches), sorted_by_track=True, **question):
            yield pa.record_batch(batch)

    names = ["track", "line"] if "line" in events.columns else events.columns
    placed = events.repartition("track") if partitions is None else events.repartition(partitions, "track")
    empty = events.sparkSession.createDataFrame(pa.schema(demarche.states_schema()).empty_table())
    # Sorted by track, a part needs memory for the events of one track only. Spark sorts on disk if it has to.
    return placed.sortWithinPartitions("track").select(names).mapInArrow(states, empty.schema)


def write_states(states: DataFrame, path: str, *, overwrite: bool = False) -> None:
    """Writes states as Parquet, a folder for each status: `status=stalled/…`.

    What is there is replaced only with `overwrite`.
    """
    states.write.partitionBy("status").mode("overwrite" if overwrite else "errorifexists").parquet(path)


def _sound(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Refuses texts that are not UTF-8, which Spark passes on as they are."""
    for batch in batches:
        try:
            batch.validate(full=True)
        except pa.ArrowInvalid as error:
            raise EventsError(f"a text that is not UTF-8: {error}") from error
        yield batch
