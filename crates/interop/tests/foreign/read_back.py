"""Reads what `demarche export` writes with other people's programs, and holds it against the states as JSON.

usage: read_back.py DEMARCHE LOG...
"""

import json
import subprocess
import sys

import icalendar

DEMARCHE, *LOGS = sys.argv[1:]


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


for log in LOGS:
    print(f"{log}: iCalendar, {calendar(log)} meetings")
