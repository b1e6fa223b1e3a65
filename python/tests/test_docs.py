"""What the documentation shows is run: Python as a session, SQL in DuckDB, models as dbt makes them."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest

from conftest import ROOT, CommandLine

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MODEL = re.compile(r"-- (models|tests)/(\w+)\.sql\n(.*)", re.DOTALL)
REFERENCE = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_root: None) -> Path:
    """A folder with a journal, beside which the fixtures lie."""
    shutil.copy(ROOT / "fixtures/us-russia-2025.jsonl", tmp_path / "journal.jsonl")
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    return tmp_path


def run_python(name: str, blocks: list[tuple[str, str]]) -> int:
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    for language, text in blocks:
        if language == "python":
            exec(compile(text, name, "exec"), names)
        if language == "pycon":
            test = doctest.DocTestParser().get_doctest(text, names, name, name, 0)
            runner.run(test, clear_globs=False)
            names = test.globs
    assert runner.failures == 0
    return runner.tries


def run_sql(blocks: list[str]) -> int:
    database = duckdb.connect()
    for text in blocks:
        model = MODEL.match(text)
        query = REFERENCE.sub(r"\1", model.group(3) if model else text).strip().rstrip(";")
        if model and model.group(1) == "models":
            database.execute(f"create view {model.group(2)} as {query}")
            query = f"select * from {model.group(2)}"
        rows = database.execute(query).fetchall()
        # A test of dbt passes if it finds nothing.
        assert bool(rows) != bool(model and model.group(1) == "tests"), text
    return len(blocks)


def test_python(desk: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs/python.md").read_text())
    assert run_python("docs/python.md", blocks) > 25
    assert (desk / "spells.png").stat().st_size > 5_000


def test_recipes(desk: Path, command_line: CommandLine) -> None:
    blocks = BLOCK.findall((ROOT / "docs/recipes.md").read_text())
    export(blocks, desk, command_line)
    assert run_python("docs/recipes.md", blocks) > 10
    assert run_sql([text for language, text in blocks if language == "sql"]) == 7


def test_what_the_page_about_r_says_of_the_files_is_so(desk: Path, command_line: CommandLine) -> None:
    """R itself is not run: its package arrow reads files by the same library as pyarrow."""
    blocks = BLOCK.findall((ROOT / "docs/r.md").read_text())
    export(blocks, desk, command_line)
    tables = {name: pyarrow.parquet.read_table(f"{name}.parquet") for name in ["states", "events"]}
    named = [(name, column) for text in (text for language, text in blocks if language == "r")
             for name, column in re.findall(r"\b(states|events)\$(\w+)", text) if column != "quiet"]
    assert len(named) >= 6
    for name, column in named:
        assert column in tables[name].column_names, (name, column)
    assert str(tables["states"].schema.field("last_activity_latest").type) == "timestamp[us, tz=UTC]"
    assert tables["states"]["silent"].to_pylist()[0] is not None


def export(blocks: list[tuple[str, str]], desk: Path, command_line: CommandLine) -> None:
    for language, text in blocks:
        for line in text.splitlines() if language == "sh" else ():
            words = line.split()
            assert words[0] == "demarche"
            arguments, _, target = " ".join(words[1:]).partition(" > ")
            printed = subprocess.run([command_line.program, *arguments.split()], check=True, capture_output=True).stdout
            if target:
                Path(target).write_bytes(printed)
