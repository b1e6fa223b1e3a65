"""What no part of a journal can see, and what is no journal."""

import json
from pathlib import Path
from typing import Any

import demarche_spark as ds
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from conftest import assert_same, collected, one_process

ID = "0199f3c0-5a00-7000-8000-00000000000{}"


def line(number: int, **changes: Any) -> str:
    event = {
        "id": ID.format(number),
        "v": 2,
        "type": "statement_made",
        "track": "us-ru",
        "occurred": "2025-10-22",
        "recorded": f"2025-10-23T08:00:0{number}Z",
        "source": {"who": "ru/mfa", "attribution": "media"},
        "data": {"summary": "Talks go on"},
    }
    return json.dumps(event | changes)


def journal(path: Path, *lines: str | bytes) -> Path:
    path.write_bytes(b"".join((one.encode() if isinstance(one, str) else one) + b"\n" for one in lines))
    return path


def test_an_id_on_two_tracks_is_named(spark: SparkSession, tmp_path: Path) -> None:
    log = journal(tmp_path / "log.jsonl", line(1), line(2), line(1, track="us-ir", id=ID.format(1).upper()), line(3))
    with pytest.raises(ds.EventsError, match=f"one id, two tracks: {ID.format(1)} on us-ir and us-ru$"):
        ds.check_ids(ds.read_lines(spark, str(log)))


def test_many_ids_on_two_tracks_are_cut_short(spark: SparkSession, tmp_path: Path) -> None:
    ids = [f"0199f3c0-5a00-7000-8000-0000000000{number}" for number in range(10, 40)]
    lines = [line(1, id=one, track=track) for one in ids for track in ("us-ru", "us-ir")]
    log = journal(tmp_path / "log.jsonl", *lines)
    with pytest.raises(ds.EventsError, match="and more$") as caught:
        ds.check_ids(ds.read_lines(spark, str(log)))
    assert sum(one in str(caught.value) for one in ids) == 20


def test_an_event_that_is_sent_again_counts_once(spark: SparkSession, tmp_path: Path) -> None:
    other_form = json.dumps(dict(reversed(json.loads(line(1, id=ID.format(1).upper())).items())), indent=None)
    log = journal(tmp_path / "log.jsonl", line(1), line(2), line(1), "", " \r", other_form)
    events = ds.read_lines(spark, str(log))
    ds.check_ids(events)
    states = collected(ds.fold(events, today="2025-10-24"))
    assert states["events"].to_pylist() == [2]
    assert_same(states, one_process(log, options=("--today", "2025-10-24")))


def test_another_event_with_the_same_id_is_named(spark: SparkSession, tmp_path: Path) -> None:
    log = journal(tmp_path / "log.jsonl", line(1), line(2), line(1, data={"summary": "Talks are over"}))
    with pytest.raises(PySparkException, match=ID.format(1)):
        collected(ds.fold(ds.read_lines(spark, str(log)), today="2025-10-24"))


NO_EVENTS = ["no json", '{"id":1}', "{}", line(2, track="Us-Ru"), line(2, occurred="2025-02-30"), b'{"id":"\xff"}']


@pytest.mark.parametrize("broken", NO_EVENTS)
def test_a_line_that_is_no_event_is_an_error(spark: SparkSession, tmp_path: Path, broken: str | bytes) -> None:
    log = journal(tmp_path / "log.jsonl", line(1), broken)
    with pytest.raises(PySparkException, match="Error"):
        collected(ds.fold(ds.read_lines(spark, str(log)), today="2025-10-24"))


@pytest.mark.parametrize(
    ("instants", "last"),
    [
        (["2025-10-23T08:00:00Z", "2025-10-23T09:30:00+02:00"], "2025-10-23T08:00:00.000000000Z"),
        (["2025-10-23T08:00:00.123456788Z", "2025-10-23t08:00:00.123456789z"], "2025-10-23T08:00:00.123456789Z"),
        (["2025-10-22T22:00:00.5-10:00", "2025-10-23T07:59:59.999999999Z"], "2025-10-23T08:00:00.500000000Z"),
    ],
)
def test_the_last_instant_is_exact(spark: SparkSession, tmp_path: Path, instants: list[str], last: str) -> None:
    log = journal(tmp_path / "log.jsonl", *[line(number, recorded=at) for number, at in enumerate(instants)])
    events = ds.read_lines(spark, str(log))
    assert ds.last_recorded(events) == last
    assert_same(collected(ds.fold(events, today=last)), one_process(log))


def test_no_last_instant_is_guessed(spark: SparkSession, tmp_path: Path) -> None:
    log = journal(tmp_path / "log.jsonl", line(1), line(2, recorded="yesterday"))
    with pytest.raises(ds.EventsError, match="yesterday"):
        ds.last_recorded(ds.read_lines(spark, str(log)))
    with pytest.raises(ds.EventsError, match="there are no events"):
        ds.last_recorded(ds.read_lines(spark, str(journal(tmp_path / "empty.jsonl"))))


def test_a_question_that_makes_no_sense_is_refused_at_once(spark: SparkSession, tmp_path: Path) -> None:
    events = ds.read_lines(spark, str(journal(tmp_path / "log.jsonl", line(1))))
    with pytest.raises(ValueError, match="some day"):
        ds.fold(events, today="some day")
    with pytest.raises(ValueError, match="no-such-reading"):
        ds.fold(events, today="2025-10-24", reading="no-such-reading")


def test_no_events_have_no_states(spark: SparkSession, tmp_path: Path) -> None:
    events = ds.read_lines(spark, str(journal(tmp_path / "empty.jsonl")))
    assert ds.fold(events, today="2025-10-24").count() == 0
