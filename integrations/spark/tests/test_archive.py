"""An archive is read by its newest manifest, and every segment is verified."""

import json
from pathlib import Path

import demarche_spark as ds
import pyarrow as pa
import pytest
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from conftest import assert_same, collected, demarche, generate, one_process


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of two manifests, the second of which has more."""
    log = generate(tmp_path / "log.jsonl", 300, 20, 11)
    first = tmp_path / "first.jsonl"
    first.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:100]))
    folder = tmp_path / "archive"
    for journal in (first, log):
        demarche("export", "archive", journal, "-o", f"file://{folder}")
    return folder


def test_states_of_an_archive(spark: SparkSession, tmp_path: Path, archive: Path) -> None:
    # The first manifest names segments that the second one has no longer, and an interrupted export leaves others.
    next((archive / "segments").iterdir()).joinpath("left-over.jsonl.zst").write_bytes(b"not a segment")
    events = ds.read_archive(spark, f"file://{archive}/")
    assert events.count() == 300
    ds.check_ids(events)
    assert_same(collected(ds.fold(events, today=ds.last_recorded(events))), one_process(tmp_path / "log.jsonl"))


def test_an_altered_segment_is_found(spark: SparkSession, archive: Path) -> None:
    segment = next((archive / "segments").rglob("*.zst"))
    with pa.input_stream(str(segment), compression="zstd") as stream:
        lines = stream.read()
    with pa.output_stream(str(segment), compression="zstd") as out:
        out.write(lines.replace(b'"media"', b'"mediA"', 1).replace(b'2015', b'2016', 1))
    with pytest.raises(PySparkException, match=f"{segment.name}: it was altered"):
        ds.read_archive(spark, f"file://{archive}").collect()
    segment.write_bytes(segment.read_bytes()[:-9])
    with pytest.raises(PySparkException, match=f"{segment.name}: it can't be unpacked"):
        ds.read_archive(spark, f"file://{archive}").collect()


def test_a_missing_segment_is_found(spark: SparkSession, archive: Path) -> None:
    spark.conf.set("spark.sql.files.ignoreMissingFiles", "true")
    try:
        named = ds.read_archive(spark, f"file://{archive}")
        segment = next((archive / "segments").rglob("*.zst"))
        segment.unlink()
        with pytest.raises(Py4JJavaError, match=segment.name):
            named.collect()
        with pytest.raises(PySparkException, match=segment.name):
            ds.read_archive(spark, f"file://{archive}")
    finally:
        spark.conf.unset("spark.sql.files.ignoreMissingFiles")


def test_what_is_no_archive_is_refused(spark: SparkSession, tmp_path: Path, archive: Path) -> None:
    newest = archive / "manifest-00000002.json"
    manifest = json.loads(newest.read_bytes())

    def refused(reason: str, **changes: object) -> None:
        newest.write_text(json.dumps(manifest | changes))
        with pytest.raises(ds.ArchiveError, match=f"manifest-00000002.json: .*{reason}"):
            ds.read_archive(spark, f"file://{archive}")

    refused("version 2", version=2)
    refused("is not a manifest", segments=None)
    refused("have 300 events, and it says 7", events=7)
    elsewhere = manifest["segments"][0] | {"path": "../../secrets.jsonl.zst"}
    refused("do not follow from their hashes", segments=[elsewhere, *manifest["segments"][1:]])
    refused("do not follow from their hashes", segments=[*manifest["segments"], manifest["segments"][0]])
    newest.write_text("{")
    with pytest.raises(ds.ArchiveError, match="is not a manifest"):
        ds.read_archive(spark, f"file://{archive}")
    (tmp_path / "empty").mkdir()
    with pytest.raises((ds.ArchiveError, PySparkException), match="manifest"):
        ds.read_archive(spark, f"file://{tmp_path}/empty")
