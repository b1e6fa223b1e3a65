"""Imports GDELT's event files: rows to events, as `demarche import gdelt` does.

What becomes of a row depends on earlier rows between the same two parties only. So rows are brought together by their
parties, and each pair is imported by itself.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import demarche
import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from .events import STRICT, EventsError, from_lines

# The columns of an actor in GDELT's files, from 0: its country, its known group, and its three types.
ACTORS = ((7, 8, (12, 13, 14)), (17, 18, (22, 23, 24)))

# Rows between no two parties become nothing, but there are many, so they are spread.
SPREAD = 1_024

ROWS_PER_BATCH = 10_000


def import_gdelt(spark: SparkSession, paths: str | Iterable[str], **options: str) -> DataFrame:
    """Returns the events of GDELT's event files, without a header: tables separated by tabs, plain, `.gz`, `.zst` or
    `.zip`.

    Rows are imported in the order in which GDELT added them, by `DATEADDED` and `GLOBALEVENTID`; so files may be given
    in any order, and cut anywhere. The options are those of `demarche.import_rows`: a broken row is an error, unless
    `on_error="skip"` leaves it out.
    """
    paths = [paths] if isinstance(paths, str) else list(paths)
    rows = _rows(spark, paths)
    cells = F.split(F.col("row").cast("string"), "\t")
    parties = [_party(cells, *actor) for actor in ACTORS]
    pair = F.array_sort(F.array(*parties))
    is_pair = (pair[0] != "") & (pair[0] != pair[1])
    key = F.when(is_pair, F.concat_ws(" ", pair)).otherwise(F.pmod(F.xxhash64("row"), F.lit(SPREAD)).cast("string"))
    # `DATEADDED` is the last column but one; in the oldest files, which have no address, it is the last.
    added = F.try_element_at(cells, F.when(F.size(cells) == 57, -1).otherwise(-2))
    placed = rows.select(key.alias("key"), added.alias("added"), cells[0].try_cast("bigint").alias("number"), "row")
    ordered = placed.repartition("key").sortWithinPartitions("key", "added", "number", "row")

    def events(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # Each pair by itself, so that no result depends on how many parts there are.
        for _, rows in groupby(_keyed(batches), key=lambda keyed: keyed[0]):
            made = demarche.import_rows("gdelt", (row for _, row in rows), **options)
            for batch in pa.RecordBatchReader.from_stream(made.lines):
                yield batch.select(["line"])

    return from_lines(ordered.select("key", "row").mapInArrow(events, "line string"))


def _party(cells: Column, country: int, group: int, types: tuple[int, int, int]) -> Column:
    """Returns what decides the party of an actor: an organisation of states by its group, anybody else by country."""

    def cell(at: int) -> Column:
        return F.lower(F.btrim(F.coalesce(F.get(cells, at), F.lit("")), F.lit(' "\r')))

    is_organisation = (cell(group) != "") & F.lit("igo").isin(*[cell(at) for at in types])
    return F.when(is_organisation, cell(group)).otherwise(cell(country))


def _keyed(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, bytes]]:
    for batch in batches:
        yield from zip(batch.column("key").to_pylist(), batch.column("row").to_pylist(), strict=True)


def _rows(spark: SparkSession, paths: list[str]) -> DataFrame:
    """Returns the rows of files in a column `row`, as bytes."""
    zipped = [path.lower().endswith(".zip") for path in paths]
    if not any(zipped):
        return spark.read.options(**STRICT).text(paths, lineSep="\n").select(F.col("value").cast("binary").alias("row"))
    if not all(zipped):
        raise EventsError("some files are .zip and others are not: import them one kind after the other")
    files = spark.read.format("binaryFile").options(**STRICT).load(paths)
    return files.select("content").mapInArrow(_unzip, "row binary")


def _unzip(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for content in batch.column("content"):
            with zipfile.ZipFile(io.BytesIO(content.as_py())) as archive:
                for file in archive.infolist():
                    yield from _cut(archive.read(file).split(b"\n"))


def _cut(rows: list[Any]) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(rows), ROWS_PER_BATCH):
        yield pa.record_batch([pa.array(rows[start : start + ROWS_PER_BATCH], pa.binary())], names=["row"])
