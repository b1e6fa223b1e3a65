"""Imported on a cluster, GDELT's rows become the events that `demarche import gdelt` makes of them."""

import gzip
import json
import random
import zipfile
from pathlib import Path

import demarche_spark as ds
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from conftest import assert_same, collected, demarche, one_process
from gdelt_rows import rows


def imported(*files: Path) -> Path:
    log = files[0].with_name(f"{files[0].name}.jsonl")
    log.write_bytes(demarche("import", "gdelt", *files))
    return log


def lines(spark: SparkSession, *files: Path) -> list[bytes]:
    found = ds.import_gdelt(spark, [str(file) for file in files]).select("line").toArrow()
    return sorted(line.encode() for line in found["line"].to_pylist())


def test_imports_equal_those_of_the_command_line(spark: SparkSession, tmp_path: Path) -> None:
    file = tmp_path / "rows.tsv"
    file.write_bytes(b"\n".join(rows(200_000, 3, 10_000)) + b"\n")
    log = imported(file)
    expected = sorted(log.read_bytes().splitlines())
    types = [json.loads(line)["type"] for line in expected]
    assert len(types) > 40_000 and {"track_opened", "claim_confirmed", "meeting_held"} < set(types)
    events = ds.import_gdelt(spark, str(file)).persist()
    assert sorted(line.encode() for line in events.select("line").toArrow()["line"].to_pylist()) == expected
    ds.check_ids(events)
    assert_same(collected(ds.fold(events, today=ds.last_recorded(events))), one_process(log))
    events.unpersist()


def test_files_may_be_cut_anywhere_and_given_in_any_order(spark: SparkSession, tmp_path: Path) -> None:
    made = rows(6_000, 4, 2_000)
    whole, plain, packed = tmp_path / "whole.tsv", tmp_path / "b.tsv", tmp_path / "a.tsv.gz"
    whole.write_bytes(b"\n".join(made))
    expected = sorted(imported(whole).read_bytes().splitlines())
    plain.write_bytes(b"\n".join(made[:2_500]))
    packed.write_bytes(gzip.compress(b"\n".join(made[2_500:])))
    assert lines(spark, plain, packed) == expected
    random.Random(5).shuffle(made)
    with zipfile.ZipFile(tmp_path / "made.CSV.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.CSV", b"\n".join(made[:3_000]))
        archive.writestr("2.CSV", b"\n".join(made[3_000:]) + b"\n")
    assert lines(spark, tmp_path / "made.CSV.zip") == expected
    with pytest.raises(ds.EventsError, match="one kind after the other"):
        ds.import_gdelt(spark, [str(plain), str(tmp_path / "made.CSV.zip")])


@pytest.mark.parametrize("version", ["gdelt-1.0.tsv", "gdelt-1.0-without-addresses.tsv", "gdelt-2.0.export.CSV.zip"])
def test_every_version_is_read(spark: SparkSession, version: str) -> None:
    sample = Path(__file__).parents[3] / "fixtures" / "import" / version
    assert lines(spark, sample) == sorted(demarche("import", "gdelt", sample).splitlines())


def test_a_broken_row_is_an_error(spark: SparkSession, tmp_path: Path) -> None:
    made = rows(100, 6, 100)
    file = tmp_path / "rows.tsv"
    file.write_bytes(b"\n".join([*made, b"1\t2\t3"]))
    with pytest.raises(PySparkException, match="61"):
        lines(spark, file)
    file.write_bytes(b"\n".join([*made, made[0].replace(b"20310101", b"20310231", 1)]))
    with pytest.raises(PySparkException, match="2031-02-31"):
        lines(spark, file)
