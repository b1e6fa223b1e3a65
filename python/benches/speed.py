"""How fast a question becomes a data frame, against what people would write instead. One run, taken in turns.

    python python/benches/speed.py LOG PROGRAM

LOG is a journal, PROGRAM the command line, both as built for release:

    cargo run --release -p demarche-core --example generate_log -- 1000000 10000 7 > million.jsonl
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import polars
from polars import col

import demarche

ROUNDS = 7


def package(log: str) -> int:
    """Where every track stands, as a frame: order, standing of claims, evidence, all rules."""
    return polars.DataFrame(demarche.Fold(log).states()).height


def counts(log: str) -> int:
    """How many events each track has, and when the last was recorded: less than which one is the last."""
    lines = polars.scan_ndjson(log).group_by("track")
    return lines.agg(polars.len(), col("recorded").max(), col("type").last()).collect().height


def last_words(log: str) -> int:
    """The last event of each track by its dates, as they are written, and how many sources there are."""
    last = col("type", "occurred", "id").sort_by("occurred", "recorded").last()
    lines = polars.scan_ndjson(log).group_by("track")
    return lines.agg(polars.len(), last, col("source").struct.field("who").n_unique()).collect().height


def command_line(program: str, log: str) -> int:
    """The same as the package, printed."""
    printed = subprocess.run([program, "replay", log, "--format", "jsonl"], check=True, capture_output=True).stdout
    return printed.count(b"\n")


def main(log: str, program: str) -> None:
    ways: dict[str, Callable[[], int]] = {
        "package": lambda: package(log),
        "Polars: counts": lambda: counts(log),
        "Polars: last words": lambda: last_words(log),
        "command line": lambda: command_line(program, log),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            assert way() > 0
            times[name].append(time.perf_counter() - began)
    for name, seconds in times.items():
        ratio = statistics.median(other / ours for other, ours in zip(seconds, times["package"]))
        print(f"{name:18} {min(seconds):6.3f} s at best, {statistics.median(seconds):6.3f} s in the middle, {ratio:5.2f} ×")


if __name__ == "__main__":
    main(*sys.argv[1:])
