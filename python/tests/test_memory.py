"""Memory stays flat: nothing that is handed over is kept."""

from __future__ import annotations

import gc
from pathlib import Path

import polars
import pyarrow

import demarche

LOG = "fixtures/us-russia-2025.jsonl"


def resident_kib() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


def once() -> None:
    fold = demarche.Fold(LOG)
    states = fold.states()
    polars.DataFrame(states)
    pyarrow.table(fold.events())
    states.__arrow_c_schema__()
    # A capsule that nobody takes, and a stream of which only a part is read.
    states.__arrow_c_stream__()
    pyarrow.RecordBatchReader.from_stream(fold.lines()).read_next_batch()
    list(demarche.fold_arrow(fold.lines(), today="2025-11"))
    demarche.fold_arrow(fold.lines(), today="2025-11")
    fold.state("us-ru/leaders")._repr_html_()
    fold.timeline()
    fold.why("us-ru/leaders").to_json()
    try:
        fold.states(as_of="2025-13")
    except demarche.QuestionError:
        pass


def test_memory_is_flat_over_a_thousand_calls() -> None:
    for _ in range(200):
        once()
    gc.collect()
    before = resident_kib()
    for _ in range(1000):
        once()
    gc.collect()
    grown = resident_kib() - before
    # One leaked table of states in each call would be some 30 MiB.
    assert grown < 8 * 1024, f"{grown} KiB more"
