"""Reads what `demarche export` writes with other people's programs, and holds it against the states as JSON.

usage: read_back.py DEMARCHE ANY-EVENTS LOG...

ANY-EVENTS are lines of every kind that the codec reads: tests/it/export.rs writes them.
"""

import csv
import datetime
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import duckdb
import icalendar
import jsonschema

DEMARCHE, ANY_EVENTS, *LOGS = sys.argv[1:]


def demarche(*args, text=None):
    done = subprocess.run([DEMARCHE, *args], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    return done.stdout


def tracks(log):
    names = [state["track"] for state in json.loads(demarche("replay", log, "--format", "json"))]
    return [json.loads(demarche("show", log, "--track", name, "--format", "json")) for name in names]


def calendar(log):
    """Every dated meeting that is not merely proposed stands in the calendar, once, with what it needs."""
    parsed = icalendar.Calendar.from_ical(demarche("export", "ics", log))
    events = parsed.walk("VEVENT")
    assert not parsed.errors and not any(event.errors for event in events), parsed.errors
    meetings = [(track["track"], meeting) for track in tracks(log) for meeting in track["meetings"]]
    dated = [(track, m) for track, m in meetings if m["phase"] in ("scheduled", "held") and m["when"]]
    found = {str(event["UID"]) for event in events}
    assert len(found) == len(events) >= len(dated), (len(found), len(events), len(dated))
    for event in events:
        assert event["STATUS"] in ("TENTATIVE", "CONFIRMED", "CANCELLED"), event["STATUS"]
        assert event["DTSTAMP"].dt.tzinfo is not None and event["SEQUENCE"] >= 0
        end = event.get("DTEND")
        assert end is None or end.dt > event["DTSTART"].dt, event
    titles = {str(event["SUMMARY"]) for event in events}
    for _, meeting in dated:
        title = meeting["title"]
        assert title is None or any(c in title for c in "\r\n\t") or title in titles, title
    return len(events)


def tables(log):
    """Every row of a table is read, with the columns that a database finds."""
    states = len(json.loads(demarche("replay", log, "--format", "json")))
    events = sum(1 for line in open(log, "rb") if line.strip())
    for extra, rows in ([], states), (["--events"], events):
        comma = list(csv.DictReader(io.StringIO(demarche("export", "csv", log, *extra).decode())))
        lines = [json.loads(line) for line in demarche("export", "jsonl", log, *extra).splitlines()]
        assert len(comma) == len(lines) == rows, (len(comma), len(lines), rows)
        assert all(list(row) == list(line) for row, line in zip(comma, lines))
        path = pathlib.Path(SCRATCH, "table.jsonl")
        path.write_bytes(demarche("export", "jsonl", log, *extra))
        assert duckdb.sql(f"select count(*), count(distinct track) from '{path}'").fetchall()[0][0] == rows
        path = pathlib.Path(SCRATCH, "table.parquet")
        path.write_bytes(demarche("export", "parquet", log, *extra))
        found = duckdb.sql(f"select * from '{path}'")
        assert found.columns == list(comma[0]), found.columns
        for row, line in zip(found.fetchall(), lines, strict=True):
            for cell, (key, value) in zip(row, line.items(), strict=True):
                if isinstance(cell, datetime.datetime):
                    # To the microsecond; the last nanosecond of a day is cut to its last microsecond.
                    whole, _, fraction = value.rstrip("Z").partition(".")
                    value = f"{whole}.{fraction:0<6.6}"
                    cell = cell.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")
                value = " ".join(value) if isinstance(value, list) else value
                assert cell == value, (key, cell, value)
    return states, events


STATUSES = {f"https://schema.org/Event{word}" for word in ("Scheduled", "Rescheduled", "Postponed", "Cancelled")}


def linked(log):
    """Every meeting is an event of schema.org, with dates that are days or instants."""
    text = demarche("export", "json-ld", log).decode()
    assert "<" not in text
    document = json.loads(text)
    assert document["@context"] == "https://schema.org"
    events = document["@graph"]
    meetings = [(track["track"], meeting["meeting"]) for track in tracks(log) for meeting in track["meetings"]]
    assert sorted(event["identifier"] for event in events) == sorted(" ".join(names) for names in meetings)
    assert len({event["@id"] for event in events}) == len(events)
    for event in events:
        assert event["@type"] == "Event" and event["name"] and event["eventStatus"] in STATUSES, event
        dates = [event[key] for key in ("startDate", "endDate", "previousStartDate") if key in event]
        assert all(datetime.datetime.fromisoformat(date) for date in dates), event
        assert not (event["eventStatus"].endswith("Postponed") and "startDate" in event), event
        assert event.get("startDate", "") <= event.get("endDate", "9999"), event
    return len(events)


# What the codec refuses and a schema cannot say: days that months do not have, ends before beginnings, bounds in UTC
# beyond the year 9999, keys that stand twice, and ids that stand twice in a log.
BEYOND_A_SCHEMA = {
    "date-30-february", "date-ends-before-it-begins", "date-beyond-9999", "field-duplicate", "field-duplicate-escaped",
    "field-duplicate-in-data", "field-duplicate-in-source", "duplicate-id-other-content", "recorded-out-of-range",
}


def no_number(word):
    raise ValueError(f"{word} is no JSON")


def schema(fixtures, imported):
    """Every event of the fixtures, and of what is imported, is valid, and every rejected one that is JSON at all is not."""
    validator = jsonschema.Draft202012Validator(json.loads(demarche("schema")))
    validator.check_schema(validator.schema)
    valid = refused = 0
    wrong = []
    logs = sorted([*fixtures.glob("*.jsonl"), *fixtures.glob("cases/*.jsonl"), fixtures / "v0/early-draft.v1.jsonl"])
    logs.extend(map(pathlib.Path, [ANY_EVENTS, *imported]))
    for log in (log for log in logs if not log.name.endswith(".expect.jsonl")):
        for number, line in enumerate(log.read_text(encoding="utf-8").strip("\n").split("\n"), 1):
            problems = [problem.message for problem in validator.iter_errors(json.loads(line))]
            assert not problems, f"{log}:{number}: {problems[0]}"
            valid += 1
    for log in sorted((fixtures / "rejected").glob("*.jsonl")):
        try:
            lines = log.read_text(encoding="utf-8").split("\n")
            events = [json.loads(line, parse_constant=no_number) for line in lines if line.strip()]
            # This reader lets lone surrogates pass, which are no JSON.
            json.dumps(events, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            continue
        is_refused = any(not validator.is_valid(event) for event in events)
        if is_refused == (log.stem in BEYOND_A_SCHEMA):
            wrong.append(log.stem)
        refused += is_refused
    assert not wrong, f"refused by the codec or by the schema alone: {wrong}"
    assert valid > 500 and refused > 40, (valid, refused)
    return valid, refused


FIXTURES = pathlib.Path(__file__).resolve().parents[4] / "fixtures"
SAMPLES = {"historyatstate": "historyatstate.csv", "gdelt": "gdelt-2.0.tsv", "icews": "icews-made-up.tab"}
with tempfile.TemporaryDirectory() as SCRATCH:
    for source, sample in SAMPLES.items():
        LOGS.append(str(pathlib.Path(SCRATCH, f"{source}.jsonl")))
        demarche("import", source, str(FIXTURES / "import" / sample), "-o", LOGS[-1])
    for log in LOGS:
        states, events = tables(log)
        print(f"{pathlib.Path(log).name}: iCalendar, {calendar(log)} meetings; tables, {states} states and {events} events;")
        print(f"    JSON-LD, {linked(log)} meetings")
    print("JSON Schema: {} events valid, {} rejected logs refused".format(*schema(FIXTURES, LOGS)))
