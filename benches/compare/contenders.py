"""Who is compared: how each is asked the question, and on which logs."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from logs import Log

HERE = Path(__file__).parent
QUESTIONS = HERE / "questions"
DUCKDB = Path(sys.executable).with_name("duckdb")
"""Its own program, which starts in a fraction of the time that Python takes."""
DUCKDB_COLUMNS = """{ id: 'UUID', type: 'VARCHAR', track: 'VARCHAR', occurred: 'VARCHAR', recorded: 'TIMESTAMP',
    data: 'STRUCT("when" VARCHAR)' }"""
BIG = ("busy", "long", "brief")


@dataclass(frozen=True)
class Contender:
    """A way to get the answer."""

    key: str
    label: str
    threads: int
    """How many it is told to use; 0 where it chooses itself."""
    command: Callable[[Log], list]
    logs: tuple[str, ...] = BIG
    """The logs on which it is measured."""
    answers: bool = False
    """Whether it prints the answer in the form that all peers share."""
    times_itself: bool = False
    reads_log: bool = True


def peers(programs: Path) -> list[Contender]:
    """What users would pick instead, and what bounds everyone."""

    def python(label: str, key: str, script: str, *arguments, threads=1, logs=BIG, environment=()) -> Contender:
        def command(log: Log) -> list:
            return [*environment, sys.executable, QUESTIONS / script, log.path, *arguments]

        # The start of Python is not what is compared.
        return Contender(key, label, threads, command, logs, answers=True, times_itself=True)

    def duckdb(log_view: str) -> list:
        settings = "SET threads = 2; SET preserve_insertion_order = false; SET TimeZone = 'UTC';"
        return [DUCKDB, "-batch", "-c", f"{settings} CREATE VIEW log AS {log_view};", "-f", QUESTIONS / "duckdb.sql"]

    def json(log: Log) -> list:
        lines = f"read_json('{log.path}', format = 'newline_delimited', columns = {DUCKDB_COLUMNS})"
        return duckdb(f'SELECT * EXCLUDE data, data."when" AS "when" FROM {lines}')

    def parquet(log: Log) -> list:
        return duckdb(f"FROM '{log.parquet}'")

    def sqlite(log: Log) -> list:
        script = 'exec sqlite3 -batch -init /dev/null :memory: ".read $0" <"$1"'
        return ["sh", "-c", script, QUESTIONS / "sqlite.sql", log.path]

    limit_polars = ("env", "POLARS_MAX_THREADS=2")
    return [
        Contender("scan1", "newline scan of the mapped file", 1, lambda log: [programs / "scan", log.path, "1"]),
        Contender("scan2", "newline scan of the mapped file", 2, lambda log: [programs / "scan", log.path, "2"]),
        Contender("decode", "serde_json, owned events, decoding alone", 1, lambda log: [programs / "decode", log.path],
                  logs=(*BIG, "unordered")),
        Contender("duckdb", "DuckDB, `read_json`, columns named", 2, json, answers=True),
        Contender("parquet", "DuckDB, the same events in Parquet", 2, parquet, answers=True, reads_log=False),
        python("Polars, `scan_ndjson`, schema named", "polars", "polars_last.py", threads=2, environment=limit_polars),
        python("Python, orjson", "orjson", "python_last.py", "orjson"),
        python("Python, json", "json", "python_last.py", "json", logs=("busy",)),
        Contender("sqlite", "sqlite3, `->>`", 1, sqlite, ("busy",), answers=True),
        Contender("jq", "jq, `group_by`", 1, lambda log: ["jq", "-s", "-r", "-f", QUESTIONS / "last.jq", log.path],
                  ("busy",), answers=True),
        Contender("cqrs", "cqrs-es, memory store, replay alone", 1, lambda log: [programs / "cqrs", log.path],
                  ("busy",), answers=True, times_itself=True, reads_log=False),
        Contender("empty", "an empty clap program", 1, lambda _: [programs / "empty"], ("small",), reads_log=False),
    ]  # fmt: skip


class Ours:
    """The program as it is built, and which of its options are there."""

    def __init__(self, program: Path):
        self.program = program
        self.help = subprocess.run([program, "replay", "--help"], capture_output=True, text=True, check=True).stdout
        self.has_threads = "--threads" in self.help

    def replay(self, path: Path, threads: int = 0) -> list:
        """A command, which ends in the log; without a number of threads it chooses itself."""
        options = ["--threads", str(threads)] if threads and self.has_threads else []
        return [self.program, "replay", "--format", "jsonl", *options, path]

    def contenders(self) -> list[Contender]:
        """Its rows; those of options that are not there yet are left out."""
        logs = (*BIG, "unordered")
        found = [
            Contender(f"ours{threads}", "**Demarche**, `replay`", threads,
                      lambda log, threads=threads: self.replay(log.path, threads), logs)
            for threads in ((1, 2) if self.has_threads else (1,))
        ]  # fmt: skip
        found.append(
            Contender("ours", "**Demarche**, `replay`, threads as it chooses", 0,
                      lambda log: self.replay(log.path), ("small",))
        )  # fmt: skip
        return found

    def missing(self) -> list[str]:
        """What can't be measured yet."""
        told = []
        if not self.has_threads:
            told.append("`replay` has no `--threads` yet: its rows with two threads are left out.")
        return told
