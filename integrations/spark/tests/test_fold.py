"""States on a cluster are those of one process, cell by cell."""

import gzip
import os
import random
import signal
import threading
import time
from pathlib import Path

import demarche_spark as ds
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from conftest import assert_same, collected, demarche, generate, one_process


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Few tracks are busy, most are quiet."""
    return generate(tmp_path_factory.mktemp("log") / "log.jsonl", 100_000, 3_000, 7)


@pytest.fixture(scope="module")
def expected(log: Path) -> pa.Table:
    return one_process(log)


def folded(spark: SparkSession, *logs: Path, partitions: int = 8) -> pa.Table:
    events = ds.read_lines(spark, [str(log) for log in logs])
    ds.check_ids(events)
    return collected(ds.fold(events, today=ds.last_recorded(events), partitions=partitions))


def test_states_equal_those_of_one_process(spark: SparkSession, log: Path, expected: pa.Table) -> None:
    assert_same(folded(spark, log), expected)


def test_brief_tracks(spark: SparkSession, tmp_path: Path) -> None:
    log = generate(tmp_path / "brief.jsonl", 20_000, 20_000, 3, "brief")
    assert_same(folded(spark, log), one_process(log))


def test_questions_are_answered_as_by_one_process(spark: SparkSession, log: Path) -> None:
    asked = "--as-of 2020-06 --known-at 2021 --today 2021-03 --reading on-record --patience 30"
    events = ds.read_lines(spark, str(log))
    states = ds.fold(events, today="2021-03", as_of="2020-06", known_at="2021", reading="on-record", patience=["30"])
    assert_same(collected(states), one_process(log, options=tuple(asked.split())))


def test_logs_may_be_compressed_shuffled_and_repeated(
    spark: SparkSession, tmp_path: Path, log: Path, expected: pa.Table
) -> None:
    lines = log.read_bytes().splitlines()
    random.Random(1).shuffle(lines)
    half = len(lines) // 2
    plain, packed, dense = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz", tmp_path / "c.jsonl.zst"
    plain.write_bytes(b"\xef\xbb\xbf" + b"\r\n\r\n".join(lines[:half]))
    packed.write_bytes(gzip.compress(b"\n".join(lines[half:]), 1))
    with pa.output_stream(str(dense), compression="zstd") as stream:
        stream.write(b"\n".join(lines[:1_000]))
    assert_same(folded(spark, plain, packed, dense), expected)


def test_tables_of_events(spark: SparkSession, tmp_path: Path, log: Path, expected: pa.Table) -> None:
    demarche("export", "parquet", log, "--events", "-o", tmp_path / "events.parquet")
    events = ds.read_parquet(spark, str(tmp_path / "events.parquet"))
    ds.check_ids(events)
    assert_same(collected(ds.fold(events, today=ds.last_recorded(events))), expected)
    with pytest.raises(ds.EventsError, match="it lacks id, type"):
        pq.write_table(pa.table({"track": ["us-ru"]}), tmp_path / "other.parquet")
        ds.read_parquet(spark, str(tmp_path / "other.parquet"))


def test_states_are_written_by_status(spark: SparkSession, tmp_path: Path, log: Path, expected: pa.Table) -> None:
    events = ds.read_lines(spark, str(log))
    states = ds.fold(events, today=ds.last_recorded(events))
    ds.write_states(states, str(tmp_path / "states"))
    assert_same(pq.read_table(tmp_path / "states"), expected)
    folders = {path.name for path in (tmp_path / "states").iterdir() if path.is_dir()}
    assert folders == {f"status={status}" for status in set(expected["status"].to_pylist())}
    with pytest.raises(PySparkException, match="already exists"):
        ds.write_states(states, str(tmp_path / "states"))


def test_an_executor_is_killed(spark: SparkSession, log: Path, expected: pa.Table) -> None:
    found: list[pa.Table] = []
    thread = threading.Thread(target=lambda: found.append(folded(spark, log, partitions=24)))
    before = executors(spark)
    assert len(before) == 2
    thread.start()
    wait_for_half(spark, tasks=24)
    os.kill(before[0], signal.SIGKILL)
    assert thread.is_alive(), "the fold had ended before an executor was killed"
    thread.join(timeout=240)
    assert len(found) == 1, "the fold failed"
    assert_same(found[0], expected)
    deadline = time.monotonic() + 60
    while len(executors(spark)) < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert before[0] not in executors(spark)


def executors(spark: SparkSession) -> list[int]:
    """Returns the ids of the processes of this cluster's executors."""
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    driver = jvm.java.lang.ProcessHandle.current().pid()
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            command, status = (process / "cmdline").read_bytes(), (process / "stat").read_text()
        except OSError:
            continue
        if int(status.rsplit(") ", 1)[1].split()[1]) == driver and b"CoarseGrainedExecutorBackend" in command:
            found.append(int(process.name))
    return sorted(found)


def wait_for_half(spark: SparkSession, tasks: int) -> None:
    """Waits until a stage of so many tasks is half done."""
    tracker = spark.sparkContext.statusTracker()
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for stage in tracker.getActiveStageIds():
            info = tracker.getStageInfo(stage)
            if info and info.numTasks == tasks and tasks // 4 <= info.numCompletedTasks < tasks:
                return
        time.sleep(0.02)
    raise AssertionError("no stage was seen half done")


def test_a_track_of_a_million_events_among_quiet_ones(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    big = generate(tmp_path / "big.jsonl", 1_000_000, 1, 5)
    quiet = generate(tmp_path / "quiet.jsonl", 20_000, 2_000, 6)
    expected = one_process(big, quiet)
    assert max(expected["events"].to_pylist()) > 900_000
    with Peak() as peak:
        begun = time.monotonic()
        found = folded(spark, big, quiet)
        seconds = time.monotonic() - begun
    assert_same(found, expected)
    with capsys.disabled():
        print(f"\n1 M events on one track: {seconds:.0f} s; a Python worker had at most {peak.megabytes:.0f} MB")


class Peak:
    """Watches how much memory the Python workers of executors have."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self) -> None:
        while not self.ended.wait(0.1):
            for process in Path("/proc").iterdir():
                try:
                    if process.name.isdigit() and b"pyspark.daemon" in (process / "cmdline").read_bytes():
                        pages = int((process / "statm").read_text().split()[1])
                        self.megabytes = max(self.megabytes, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
                except OSError:
                    continue

    def __enter__(self) -> "Peak":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()
