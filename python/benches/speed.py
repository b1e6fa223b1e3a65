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

import demarche

ROUNDS = 7


def package(log: str) -> int:
    """Where every track stands, as a frame: order, standing, evidence, all rules."""
    return polars.DataFrame(demarche.Fold(log).states()).height


def polars_alone(log: str) -> int:
    """A simpler question: the last event of each track, and how many there are."""
    lines = polars.scan_ndjson(log)
    last = lines.group_by("track").agg(polars.len(), polars.col("recorded").max(), polars.col("type").last())
    return last.collect().height


def command_line(program: str, log: str) -> int:
    """The same as the package, printed."""
    printed = subprocess.run([program, "replay", log, "--format", "jsonl"], check=True, capture_output=True).stdout
    return printed.count(b"\n")


def main(log: str, program: str) -> None:
    ways: dict[str, Callable[[], int]] = {
        "package": lambda: package(log),
        "Polars alone": lambda: polars_alone(log),
        "command line": lambda: command_line(program, log),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            tracks = way()
            times[name].append(time.perf_counter() - began)
            assert tracks > 0
    for name, seconds in times.items():
        print(f"{name:14} {min(seconds):6.3f} s at best, {statistics.median(seconds):6.3f} s in the middle")
    for name in ["Polars alone", "command line"]:
        ratios = [other / ours for other, ours in zip(times[name], times["package"])]
        print(f"{name} takes {statistics.median(ratios):.2f} times as long as the package")


if __name__ == "__main__":
    main(*sys.argv[1:])
