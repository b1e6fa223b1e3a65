"""Reads what `demarche export` writes with other people's programs, and holds it against the states as JSON.

usage: read_back.py DEMARCHE ANY-EVENTS LOG...

ANY-EVENTS are lines of every kind that the codec reads: tests/it/export.rs writes them.
"""

import csv
import datetime
import html.parser
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import cmarkgfm
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
    """Every dated meeting stands in the calendar, once, with what it needs, and only a confirmed one takes time."""
    parsed = icalendar.Calendar.from_ical(demarche("export", "ics", log))
    events = parsed.walk("VEVENT")
    assert not parsed.errors and not any(event.errors for event in events), parsed.errors
    meetings = [(track["track"], meeting) for track in tracks(log) for meeting in track["meetings"]]
    dated = [(track, m) for track, m in meetings if m["phase"] in ("proposed", "scheduled", "held") and m["when"]]
    found = {str(event["UID"]) for event in events}
    assert len(found) == len(events) >= len(dated), (len(found), len(events), len(dated))
    for event in events:
        assert event["STATUS"] in ("TENTATIVE", "CONFIRMED", "CANCELLED"), event["STATUS"]
        assert event["DTSTAMP"].dt.tzinfo is not None and event["SEQUENCE"] >= 0
        end = event.get("DTEND")
        assert end is None or end.dt > event["DTSTART"].dt, event
        assert event["TRANSP"] == "TRANSPARENT" or event["STATUS"] == "CONFIRMED", event
        assert event["SUMMARY"].strip(), event
    summaries = "\n".join(str(event["SUMMARY"]) for event in events)
    for _, meeting in dated:
        title = meeting["title"]
        assert title is None or any(c in title for c in "\r\n\t") or title in summaries, title
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
    logs = sorted([*fixtures.glob("*.jsonl"), *fixtures.glob("cases/*.jsonl"), fixtures / "v0/early-draft.v2.jsonl"])
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


# What somebody may write into an event who wants more than to be read.
HOSTILE_TEXTS = pathlib.Path(__file__).parents[4] / "fixtures" / "hostile-texts.json"
EVIL = json.loads(HOSTILE_TEXTS.read_text(encoding="utf-8"))
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# The elements of a brief as a page, and as GitHub and others show its Markdown.
PAGE = set("html head meta style title body h1 h2 h3 p ul li strong a table thead tbody tr th td".split())


def evil_log():
    lines = []

    def event(number, kind, track, text, data, **more):
        lines.append({
            "id": f"0199f3c0-5a00-7000-8000-{number:012x}", "v": 1, "type": kind, "track": track, "occurred": "2025-05-01",
            "recorded": f"2025-06-01T00:00:00.{number:09}Z", "source": {"who": "ru/mfa", "attribution": "media"},
            "cite": text, "note": text, "data": data, **more,
        })

    for at, text in enumerate(EVIL):
        track, base = f"evil/track-{at}", 1 + 8 * at
        event(base, "track_opened", track, text, {"title": text, "kind": "other", "parties": ["ru", "us"]})
        meeting = {"meeting": "round", "title": text, "when": "2025-07-01", "venue": text}
        event(base + 1, "meeting_scheduled", track, text, meeting)
        event(base + 2, "statement_made", track, text, {"summary": text})
        event(base + 3, "claim_denied", track, text, {"claims": [lines[-1]["id"]], "summary": text})
        event(base + 4, "meeting_postponed", track, text, {"meeting": "round", "reason": text, "until": "2025-08"})
    path = pathlib.Path(SCRATCH, "evil.jsonl")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


class Markup(html.parser.HTMLParser):
    """Which elements, attributes and addresses a page has."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.links = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links.update(value for name, value in attrs if name in ("href", "src", "xlink:href", "action"))


def evil():
    """No text becomes a formula, an element, a link to anything but the web, or a line of a calendar."""
    log = evil_log()
    parsed = icalendar.Calendar.from_ical(demarche("export", "ics", log))
    parts = list(parsed.walk())
    assert len(parts) == 1 + len(EVIL) and {part.name for part in parts} == {"VCALENDAR", "VEVENT"}, len(parts)
    assert not any("ATTENDEE" in part for part in parts)
    for command in ("export csv", "export csv --events", "replay --format csv", "events --format csv", "check --format csv"):
        name, *options = command.split()
        text = demarche(name, *options[:1], log, *options[1:]) if name == "export" else table(name, log, *options)
        # Semicolons part cells where the comma is the decimal sign.
        for delimiter in ",;":
            for row in csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter):
                assert not any(cell.startswith(FORMULA) for cell in row), (command, delimiter, row)
    digest, replay = demarche("export", "digest", log, "--since", "2025-01-01"), table("replay", log, "--format", "markdown")
    for text in (digest, replay):
        page = Markup(cmarkgfm.github_flavored_markdown_to_html(text.decode(), cmarkgfm.Options.CMARK_OPT_UNSAFE))
        assert page.elements <= PAGE and page.attributes <= {"href"}, (page.elements - PAGE, page.attributes)
        assert all(link.startswith(("http://", "https://", "mailto:")) for link in page.links), page.links
    page = Markup(demarche("export", "digest", log, "--since", "2025-01-01", "--html").decode())
    assert page.elements <= PAGE | {"bdi"} and not any(name.startswith("on") for name in page.attributes), page.elements - PAGE
    assert all(link.startswith("http") for link in page.links), page.links
    picture = demarche("timeline", log).decode()
    xml.etree.ElementTree.fromstring(picture)
    shown = Markup(picture)
    assert not shown.links and not {"script", "image", "a", "foreignobject"} & shown.elements, shown.elements
    assert not any(name.startswith("on") for name in shown.attributes), shown.attributes
    return len(EVIL)


def table(name, log, *options):
    """A table of a command that may end with 1: findings, no error."""
    done = subprocess.run([DEMARCHE, name, log, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode in (0, 1) and done.stdout, done.stderr
    return done.stdout


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
    print(f"{evil()} texts that would be more than text stay text")
