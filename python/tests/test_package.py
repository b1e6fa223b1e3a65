"""Errors with places, journals, objects in notebooks, threads, and the text of the documentation."""

from __future__ import annotations

import datetime
import doctest
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import polars
import pyarrow
import pytest

import demarche
from conftest import ROOT

LOG = "fixtures/us-russia-2025.jsonl"


def test_examples_in_docstrings_run() -> None:
    parser = doctest.DocTestParser()
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    examined = 0
    for name in ["__doc__", *demarche.__all__]:
        thing = demarche if name == "__doc__" else getattr(demarche, name)
        parts = {name: thing}
        if isinstance(thing, type):
            parts |= {f"{name}.{part}": value for part, value in vars(thing).items() if not part.startswith("__")}
        for label, part in parts.items():
            if isinstance(part, (staticmethod, classmethod)):
                part = part.__func__
            test = parser.get_doctest(getattr(part, "__doc__", None) or "", {"import_": demarche.import_}, label, None, 0)
            examined += len(test.examples)
            runner.run(test)
    assert runner.failures == 0
    assert examined > 60


def test_every_public_thing_is_documented() -> None:
    for name in demarche.__all__:
        thing = getattr(demarche, name)
        assert thing.__doc__, name
        for part, value in vars(thing).items() if isinstance(thing, type) else ():
            assert part.startswith("_") or getattr(value, "__doc__", None), f"{name}.{part}"


def test_types_are_strict() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "python/demarche", "python/tests/typed.py"],
        cwd=ROOT, capture_output=True, text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_the_stub_names_what_there_is() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "demarche._demarche", "--allowlist", "python/tests/stubtest.txt"],
        cwd=ROOT, capture_output=True, text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_a_broken_line_is_told_with_its_place(tmp_path: Path) -> None:
    lines = Path(LOG).read_text().splitlines()
    lines[4] = lines[4].replace('"occurred":"', '"occurred":"x', 1)
    log = tmp_path / "broken.jsonl"
    log.write_text("\n".join(lines) + "\n")
    with pytest.raises(demarche.LogError) as refused:
        demarche.Fold(log)
    error = refused.value
    assert (error.log, error.line) == (str(log), 5) and error.column and error.column > 1
    assert str(error).startswith(f"{log}:5:{error.column}: bad date in `occurred`")
    assert isinstance(error, demarche.DemarcheError) and isinstance(error, ValueError)
    fold = demarche.Fold(log, on_error="skip")
    assert len(fold) == 78 and [type(skipped) for skipped in fold.skipped] == [demarche.LogError]


def test_two_events_of_one_id_are_told(tmp_path: Path) -> None:
    line = Path(LOG).read_text().splitlines()[0]
    log = tmp_path / "conflict.jsonl"
    log.write_text(line + "\n" + line.replace('"occurred":"2025', '"occurred":"2024') + "\n")
    with pytest.raises(demarche.LogError, match="duplicate id"):
        demarche.Fold(log)
    with pytest.raises(demarche.QuestionError, match="duplicate id"):
        demarche.Fold.of(log.read_text().splitlines())


def test_unknown_types_can_be_left_out(tmp_path: Path) -> None:
    line = Path(LOG).read_text().splitlines()[0]
    log = tmp_path / "newer.jsonl"
    log.write_text(line.replace('"v":1', '"v":99').replace('"v":2', '"v":99').replace('"v":3', '"v":99') + "\n")
    with pytest.raises(demarche.LogError, match="newer"):
        demarche.Fold(log)
    assert demarche.Fold(log, skip_unknown=True).unknown == 1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"as_of": "2025-13"}, "month 13"),
        ({"today": "2025/.."}, "without an end"),
        ({"reading": "loud"}, "no reading"),
        ({"patience": "some"}, "no number of days"),
        ({"track": ""}, "empty pattern"),
        ({"status": "asleep"}, "asleep"),
        ({"as_of": datetime.datetime(2025, 1, 1)}, "needs Z or an offset"),
    ],
)
def test_bad_questions_say_what_is_wrong(question: dict[str, object], reason: str) -> None:
    with pytest.raises(demarche.QuestionError, match=reason):
        demarche.Fold(LOG).states(**question)  # type: ignore[arg-type]


def test_bad_arguments_are_type_errors() -> None:
    fold = demarche.Fold(LOG)
    for wrong in [lambda: fold.states(asof="2025"), lambda: fold.states(as_of=2025), lambda: fold.states(track=7)]:
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(KeyError, match="did you mean us-ru/irritants"):
        fold.state("us-ru/irritant")
    with pytest.raises(FileNotFoundError):
        demarche.Fold("no/such/log.jsonl")
    with pytest.raises(demarche.QuestionError, match="today is missing"):
        demarche.fold_arrow(fold.lines())
    # Neither may be taken for a log without events.
    for elsewhere in ["-", "postgres://desk@db/desk", "s3://bucket/desk"]:
        with pytest.raises(demarche.QuestionError):
            demarche.Fold(elsewhere)


def test_dates_may_be_objects() -> None:
    fold = demarche.Fold(LOG)
    day, instant = datetime.date(2025, 10, 22), datetime.datetime(2025, 10, 22, 23, 0, tzinfo=datetime.timezone.utc)
    assert fold.states(known_at=day).to_json() == fold.states(known_at="2025-10-22").to_json()
    assert fold.states(known_at=instant).to_json() == fold.states(known_at="2025-10-22T23:00:00Z").to_json()
    assert fold.states(today="now").to_json() != fold.states().to_json()


def test_a_journal_keeps_what_is_entered(tmp_path: Path) -> None:
    path = tmp_path / "desk.jsonl"
    journal = demarche.Journal(path)
    first = journal.record("track_opened", "us-ru", {"title": "Talks", "kind": "consultations", "parties": ["us", "ru"]}, who="desk", attribution="document")
    with pytest.raises(demarche.ConflictError):
        journal.record("track_stalled", "us-ru", who="ru/mfa", attribution="on_record", expected_version=7)
    with pytest.raises(demarche.LogError, match="missing field"):
        journal.record("meeting_held", "us-ru", {}, who="ru/mfa", attribution="on_record")
    with pytest.raises(TypeError, match="unexpected keyword"):
        journal.record("track_stalled", "us-ru", whom="ru/mfa")  # type: ignore[call-arg]
    assert len(journal) == journal.version("us-ru") == 1
    again = journal.append([first, first.to_json(), json.loads(first.to_json())])
    assert [event.id for event in again] == [first.id] * 3 and len(journal) == 1
    assert path.read_text() == first.to_json() + "\n"
    assert demarche.Journal(path).fold().event(first.id) == first


def test_a_name_that_is_nearly_another_is_warned_of(tmp_path: Path) -> None:
    journal = demarche.Journal(tmp_path / "desk.jsonl")
    for _ in range(2):
        journal.record("track_stalled", "us-ru/irritants", who="ru/mfa", attribution="on_record")
    with pytest.warns(demarche.DemarcheWarning):
        journal.record("track_stalled", "us-ru/iritants", who="ru/mfa", attribution="on_record")


def test_a_broken_row_is_told_with_its_place() -> None:
    with pytest.raises(demarche.RowError) as refused:
        demarche.import_("gdelt", b"1\t20170415\n")
    assert (refused.value.file, refused.value.line) == ("<bytes>", 1)
    imported = demarche.import_("gdelt", b"1\t20170415\n", on_error="skip")
    assert imported.report.broken == 1 and len(imported.report.skipped) == 1
    with pytest.raises(demarche.QuestionError, match="not one of"):
        demarche.import_("acled", b"")


def test_notebooks_show_texts_as_texts() -> None:
    hostile = '<script>alert("x")</script>\u202e'
    journal = demarche.Fold.of([{
        "id": "0199f3c0-5a00-7000-8000-000000000001", "v": 2, "type": "track_stalled", "track": "us-ru",
        "occurred": "2025-05", "recorded": "2025-10-23T08:00:00Z",
        "source": {"who": "izvestia", "attribution": "media"}, "data": {"reason": hostile}, "cite": hostile,
    }])
    shown = [
        journal.state("us-ru")._repr_html_(), journal.why("us-ru")._repr_html_(), journal.states()._repr_html_(),
        journal.events()._repr_html_(), journal.timeline()._repr_svg_(), journal.timeline().html,
    ]
    for html in shown:
        assert "<script>" not in html and "\u202e" not in html
    assert "&lt;script&gt;" in shown[0]


def test_other_threads_run_while_it_works(tmp_path: Path) -> None:
    lines = Path(LOG).read_text().splitlines()
    log = tmp_path / "long.jsonl"
    with log.open("w") as out:
        for copy in range(300):
            for number, line in enumerate(lines):
                event = json.loads(line)
                event["id"] = f"0199f3c0-5a00-7000-8000-{copy * 1000 + number:012x}"
                event["data"].pop("claims", None)
                if event["type"] in ("claim_denied", "claim_confirmed", "claim_withdrawn", "event_retracted"):
                    continue
                event["track"] = f"t{copy}/{event['track']}"
                out.write(json.dumps(event) + "\n")
    beats, done = [0], threading.Event()

    def beat() -> None:
        while not done.is_set():
            beats[0] += 1
            time.sleep(0.001)

    heart = threading.Thread(target=beat)
    heart.start()
    fold = demarche.Fold(log)
    before, began = beats[0], time.monotonic()
    while time.monotonic() - began < 1:
        fold.states()
        fold.history()
    done.set()
    heart.join()
    # Without the lock being released, the heart would beat only between the calls.
    assert beats[0] - before > 100


def test_threads_share_a_fold() -> None:
    fold = demarche.Fold(LOG)
    expected, answers = fold.states().to_json(), []
    threads = [threading.Thread(target=lambda: answers.append(fold.states().to_json())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 8


def test_a_log_that_was_cut_is_told(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(Path(LOG).read_bytes())
    fold = demarche.Fold(log)
    with log.open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(demarche.LogChangedError, match="make the fold again"):
        fold.states()


def test_rows_of_a_track_must_stand_together_if_they_are_said_to() -> None:
    fold = demarche.Fold(LOG)
    batches = pyarrow.table(fold.lines()).to_batches(max_chunksize=5)
    expected = polars.DataFrame(fold.states(today=fold.last_recorded))
    assert polars.DataFrame(demarche.fold_arrow(iter(batches), today=fold.last_recorded)).equals(expected)
    with pytest.raises(demarche.QuestionError, match="do not stand together"):
        list(demarche.fold_arrow(batches, today=fold.last_recorded, sorted_by_track=True))
    in_order = pyarrow.table(fold.lines()).sort_by("track").to_batches(max_chunksize=5)
    folded = demarche.fold_arrow(iter(in_order), today=fold.last_recorded, sorted_by_track=True)
    assert polars.DataFrame(folded).equals(expected)


def test_an_error_of_the_caller_comes_through() -> None:
    def batches() -> object:
        raise RuntimeError("the engine is gone")
        yield

    with pytest.raises(RuntimeError, match="the engine is gone"):
        list(demarche.fold_arrow(batches(), today="2025"))
    with pytest.raises(demarche.QuestionError, match="neither a column `line`"):
        list(demarche.fold_arrow(pyarrow.table({"x": [1]}), today="2025"))
    with pytest.raises(demarche.LogError):
        list(demarche.fold_arrow(pyarrow.table({"line": ["{}"]}), today="2025"))
