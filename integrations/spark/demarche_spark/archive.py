"""Reads an archive of object storage: the segments that its newest manifest names, each verified by its hash."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from .events import STRICT, EventsError, from_lines

# How a segment is named beneath the address of its archive.
SEGMENT = re.compile(r"segments/day=\d{4}-\d{2}-\d{2}/([0-9a-f]{64})\.jsonl\.zst")

# A line has at most 1 MiB, so that a batch of so many lines stays small enough for an executor.
LINES_PER_BATCH = 4_096


# In how many tasks an archive's segments are looked up.
LISTING_TASKS = 64


class ArchiveError(EventsError):
    """What is wrong with an archive."""


def read_archive(spark: SparkSession, address: str) -> DataFrame:
    """Reads the archive at an address, such as `s3://bucket/prefix` or `file:///folder`.

    The lines of each segment are held against their hash before one of them is used. The root of the whole, which
    needs the order of the log, is not computed: `demarche verify` does that.
    """
    base = re.sub("^s3://", "s3a://", address.rstrip("/"))
    manifest = _newest_manifest(spark, base)
    sizes = {segment["path"]: (segment["sha256"], segment["bytes"], segment["events"]) for segment in manifest}
    if not sizes:
        return from_lines(spark.createDataFrame([], "line string"))
    with _tasks_for_listing(spark):
        files = spark.read.format("binaryFile").options(**STRICT).load([f"{base}/{path}" for path in sizes])

    def lines(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for path, packed in zip(batch.column("path"), batch.column("content"), strict=True):
                yield from _unpack(str(path), packed.as_buffer(), sizes)

    return from_lines(files.select("path", "content").mapInArrow(lines, "line string"))


@contextmanager
def _tasks_for_listing(spark: SparkSession) -> Iterator[None]:
    """Has Spark look up many files in a few tasks, since by default it starts one for each."""
    key = "spark.sql.sources.parallelPartitionDiscovery.parallelism"
    before = spark.conf.get(key)
    spark.conf.set(key, LISTING_TASKS)
    try:
        yield
    finally:
        spark.conf.set(key, str(before))


def _newest_manifest(spark: SparkSession, base: str) -> list[dict[str, Any]]:
    """Returns the segments of the manifest with the highest number."""
    found = spark.read.format("binaryFile").options(**STRICT).load(f"{base}/manifest-*.json")
    numbers = {}
    for (path,) in found.select("path").collect():
        if number := re.search(r"/manifest-(\d{8,})\.json$", path):
            numbers[int(number[1])] = path
    if not numbers:
        raise ArchiveError(f"there is no archive at {base}: it has no manifest")
    path = numbers[max(numbers)]
    ((content,),) = found.where(found["path"] == path).select("content").collect()
    return read_manifest(path, bytes(content))


def read_manifest(path: str, content: bytes) -> list[dict[str, Any]]:
    """Returns the segments that a manifest names, if it is one of a version that is known here."""
    try:
        manifest = json.loads(content)
        what = (manifest["format"], manifest["version"])
        segments: list[dict[str, Any]] = manifest["segments"] if what == ("demarche-archive", 1) else []
        events = sum(segment["events"] for segment in segments)
        # A path that could lead elsewhere is never followed.
        named = [SEGMENT.fullmatch(segment["path"]) for segment in segments]
        sound = [name is not None and name[1] == segment["sha256"] for name, segment in zip(named, segments)]
    except (ValueError, TypeError, KeyError) as error:
        raise ArchiveError(f"{path}: it is not a manifest: {error!r}") from error
    if what != ("demarche-archive", 1):
        raise ArchiveError(f"{path}: it is of {what[0]}, version {what[1]}, and this program reads demarche-archive, 1")
    if not all(sound) or len({segment["path"] for segment in segments}) != len(segments):
        raise ArchiveError(f"{path}: the names of its segments do not follow from their hashes")
    if events != manifest["events"]:
        raise ArchiveError(f"{path}: its segments have {events} events, and it says {manifest['events']}")
    return segments


def _unpack(path: str, packed: pa.Buffer, sizes: dict[str, tuple[str, int, int]]) -> Iterator[pa.RecordBatch]:
    """Unpacks a segment, and returns its lines once they are verified."""
    sha256, length, events = sizes["/".join(path.rsplit("/", 3)[1:])]
    try:
        with pa.input_stream(pa.py_buffer(packed), compression="zstd") as stream:
            content = stream.read(length + 1)
    except OSError as error:
        raise ArchiveError(f"{path}: it can't be unpacked: {error}") from error
    lines = content.split(b"\n")
    if len(content) != length or hashlib.sha256(content).hexdigest() != sha256 or len(lines) != events + 1:
        raise ArchiveError(f"{path}: it was altered: its lines are not those of the manifest")
    for start in range(0, events, LINES_PER_BATCH):
        column = pa.array(lines[start : min(start + LINES_PER_BATCH, events)], pa.string())
        yield pa.record_batch([column], names=["line"])
