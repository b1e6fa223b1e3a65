"""The package answers what the command line answers, byte for byte."""

from __future__ import annotations

import pytest

import demarche
from conftest import CommandLine, fixtures

QUESTIONS: list[tuple[list[str], dict[str, object]]] = [
    ([], {}),
    (["--as-of", "2025-06"], {"as_of": "2025-06"}),
    (["--known-at", "2025-10-22T12:00:00Z", "--today", "2026-03-01"], {"known_at": "2025-10-22T12:00:00Z", "today": "2026-03-01"}),
    (["--patience", "30", "--patience", "summit=10"], {"patience": ["30", "summit=10"]}),
]
READINGS = ["prudent", "latest", "on-record", "grade:B3", "who:us", "side:ru"]


def compare(log: str, command_line: CommandLine, options: list[str], question: dict[str, object]) -> None:
    fold = demarche.Fold(log)

    def printed(command: str, *more: str, may_fail: bool = False) -> str:
        return command_line.prints(command, log, *options, *more, "--format", "json", may_fail=may_fail)

    for reading in READINGS:
        read = {**question, "reading": reading}
        assert fold.states(**read).to_json() == printed("replay", "--reading", reading), (log, read)
        assert fold.agenda(**read).to_json() == printed("agenda", "--reading", reading), (log, read)
        assert fold.history(**read).to_json() == printed("history", "--reading", reading), (log, read)
    recorded = fold.history(along="recorded", **question).to_json()
    assert recorded == printed("history", "--along", "recorded"), (log, question)
    sides = [option for reading in READINGS for option in ("--reading", reading)]
    assert fold.compare(READINGS, **question).to_json() == printed("compare", *sides), (log, question)
    assert fold.findings(**question).to_json() == printed("check", may_fail=True), (log, question)


def track_by_track(log: str, command_line: CommandLine) -> None:
    fold = demarche.Fold(log)
    assert fold.events().to_jsonl() == command_line.prints("events", log, "--format", "jsonl"), log
    assert fold.events().to_json() == command_line.prints("events", log, "--format", "json"), log
    for along in ["recorded", "occurred"]:
        changes = fold.diff("2025-06", "2025-10-22", along=along).to_json()
        diff = command_line.prints("diff", log, "--from", "2025-06", "--to", "2025-10-22", "--along", along, "--format", "json")
        assert changes == diff, (log, along)
    for state in list(fold.states())[:3]:
        why = command_line.prints("why", log, "--track", state.track, "--format", "json")
        assert fold.why(state.track).to_json() + "\n" == why, (log, state.track)


@pytest.mark.parametrize("log", fixtures())
def test_fixtures(log: str, command_line: CommandLine) -> None:
    for options, question in QUESTIONS:
        compare(log, command_line, options, question)
    track_by_track(log, command_line)


def test_generated_logs(generated: list[str], command_line: CommandLine) -> None:
    for number, log in enumerate(generated):
        compare(log, command_line, *QUESTIONS[number % len(QUESTIONS)])
        track_by_track(log, command_line)


def test_names_beside_a_log_are_read(tmp_path: object, command_line: CommandLine) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "log.jsonl").write_bytes(Path("fixtures/us-russia-2025.jsonl").read_bytes())
    (folder / "names.tsv").write_bytes(Path("fixtures/us-russia-2025.names.tsv").read_bytes())
    log = str(folder / "log.jsonl")
    why = command_line.prints("why", log, "--track", "us-ru/leaders", "--format", "json")
    assert demarche.Fold(log).why("us-ru/leaders").to_json() + "\n" == why
    assert demarche.Fold("fixtures/us-russia-2025.jsonl").why("us-ru/leaders").to_json() + "\n" != why


def test_imports(command_line: CommandLine) -> None:
    for format, file in [
        ("gdelt", "gdelt-1.0.tsv"),
        ("gdelt", "gdelt-2.0.tsv"),
        ("historyatstate", "historyatstate.csv"),
    ]:
        path = f"fixtures/import/{file}"
        lines = demarche.import_(format, path).events.to_jsonl()
        assert lines == command_line.prints("import", format, path), path
