"""The job, as it is handed to `spark-submit`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pyspark

from conftest import MASTER, assert_same, demarche, generate, one_process
from gdelt_rows import rows

HERE = Path(__file__).parents[1]
SUBMIT = Path(pyspark.__path__[0], "bin", "spark-submit")


def submit(folder: Path, *arguments: str | Path, master: str = "local[2]") -> subprocess.CompletedProcess[str]:
    """Submits the job with the module as an archive, as `--py-files` ships it."""
    module = shutil.make_archive(str(folder / "demarche_spark"), "zip", HERE, "demarche_spark")
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [SUBMIT, "--master", master, "--conf", "spark.ui.enabled=false", "--py-files", module, HERE / "fold.py"]
    given = [str(argument) for argument in [*command, *arguments]]
    # It hands over the job's standard error as its own standard output.
    pipe, same = subprocess.PIPE, subprocess.STDOUT
    return subprocess.run(given, env=environment, cwd=folder, stdout=pipe, stderr=same, text=True, timeout=300)


def test_the_job_folds_a_journal(tmp_path: Path) -> None:
    log = generate(tmp_path / "log.jsonl", 20_000, 500, 9)
    done = submit(tmp_path, "--format", "lines", "--output", tmp_path / "states", log, master=MASTER)
    assert done.returncode == 0, done.stdout[-3_000:]
    expected = one_process(log)
    assert_same(pq.read_table(tmp_path / "states"), expected)
    last = max(json.loads(line)["recorded"] for line in log.read_bytes().splitlines())
    assert f"{expected.num_rows} tracks, judged as of {last.rstrip('Z')}" in done.stdout, done.stdout


def test_the_job_imports_gdelt(tmp_path: Path) -> None:
    file = tmp_path / "rows.tsv"
    file.write_bytes(b"\n".join(rows(5_000, 8, 1_000)))
    done = submit(tmp_path, "--format", "gdelt", "--today", "2031-06", "--output", tmp_path / "states", file)
    assert done.returncode == 0, done.stdout[-3_000:]
    (tmp_path / "log.jsonl").write_bytes(demarche("import", "gdelt", file))
    assert_same(pq.read_table(tmp_path / "states"), one_process(tmp_path / "log.jsonl", options=("--today", "2031-06")))


def test_an_error_is_one_line(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"id":"0199f3c0-5a00-7000-8000-000000000001","track":"us-ru"}\n')
    done = submit(tmp_path, "--format", "lines", "--today", "2025", "--output", tmp_path / "states", log)
    errors = [line for line in done.stdout.splitlines() if line.startswith("error: ")]
    assert done.returncode == 2 and len(errors) == 1, done.stdout[-3_000:]
    assert "missing field `v`" in errors[0]
    assert not list((tmp_path / "states").glob("status=*"))
    done = submit(tmp_path, "--format", "lines", "--output", tmp_path / "states", tmp_path / "none.jsonl")
    errors = [line for line in done.stdout.splitlines() if line.startswith("error: ")]
    assert done.returncode == 2 and len(errors) == 1, done.stdout[-3_000:]
    assert "none.jsonl" in errors[0]
