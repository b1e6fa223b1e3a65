"""The notebook runs from beginning to end, and says what it says in the repository."""

from __future__ import annotations

import copy

import nbformat
from nbclient import NotebookClient

from conftest import ROOT

NOTEBOOK = ROOT / "python/examples/silences.ipynb"

# A picture of matplotlib differs from one version of it to the next; that it is drawn is enough.
COMPARED = ["text/plain", "text/html", "image/svg+xml"]


def told(notebook: nbformat.NotebookNode) -> list[list[object]]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        [{kind: data.get(kind) for kind in COMPARED} | {"is_drawn": "image/png" in data}
         for data in (output.get("data", {}) for output in cell.outputs)]
        for cell in cells
    ]


def test_the_notebook_says_what_it_said() -> None:
    committed = nbformat.read(NOTEBOOK, as_version=4)
    run = copy.deepcopy(committed)
    NotebookClient(run, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    assert told(run) == told(committed)
    assert sum(len(outputs) for outputs in told(committed)) > 10
