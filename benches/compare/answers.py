"""Holds the answers against each other: figures for different answers could not be compared."""

import hashlib
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import orjson

from contenders import Contender, Ours
from logs import Log
from measure import Stopwatch


def digest(lines) -> str:
    """The same for the same lines in any order."""
    return hashlib.sha256(b"".join(sorted(lines))).hexdigest()


def of(contender: Contender, log: Log, stopwatch: Stopwatch, scratch: Path) -> tuple[str, float]:
    """What a contender answers, as a digest, and the seconds that it took."""
    taken = stopwatch.run(contender.command(log), scratch, times_itself=contender.times_itself)
    with scratch.open("rb") as lines:
        # A store prints other lines, too.
        return digest(line for line in lines if b"\t" in line), taken["seconds"]


def same_state(ours: Ours, contender: Contender, log: Log, stopwatch: Stopwatch, scratch: Path) -> None:
    """Stops where one way to replay a log prints other bytes than one thread."""
    *_, path = command = contender.command(log)
    digests = []
    for way in (command, ours.replay(path, 1)):
        stopwatch.run(way, scratch)
        with scratch.open("rb") as printed:
            digests.append(hashlib.file_digest(printed, "sha256").digest())
    if digests[0] != digests[1]:
        raise SystemExit(f"{path.name}: {contender.label} prints something else than one thread")


def agree_with(ours: Ours, log: Log) -> tuple[str, dict]:
    """The peers' answer worked out from what `demarche events` prints, as a digest; and shares of the log.

    Checks on the way that `replay` gives the tracks, their counts and their last activity that follow from those events
    once the retractions and what they retract are left out.
    """
    retracted, shares = retractions(log)
    all_events: dict[str, list] = {}
    considered: dict[str, list] = {}
    for event in printed([ours.program, "events", "--format", "jsonl", log.path]):
        when = event["data"].get("when")
        place(all_events, event, [event["type"], event["occurred"]], when)
        if event["type"] not in ("event_retracted", "event_redacted") and event["id"] not in retracted:
            place(considered, event, [event["occurred"]], None)
    for state in printed(ours.replay(log.path, 1)):
        count, [last_activity], _ = considered.pop(state["track"])
        if (count, last_activity) != (state["events"], state["last_activity"]):
            raise SystemExit(f"{log.path.name}: replay is wrong about {state['track']}")
    if considered:
        raise SystemExit(f"{log.path.name}: replay knows nothing of {next(iter(considered))}")
    lines = ("\t".join([track, str(n), *last, ahead]) + "\n" for track, (n, last, ahead) in all_events.items())
    return digest(line.encode() for line in lines), shares | {"tracks": len(all_events)}


def place(tracks: dict[str, list], event: dict, last: list[str], ahead: str | None) -> None:
    """Enters the next event in order."""
    track = tracks.setdefault(event["track"], [0, [], ""])
    track[0] += 1
    track[1] = last
    track[2] = ahead or track[2]


def printed(command: list):
    """The objects that a command prints, one a line."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        yield from map(orjson.loads, process.stdout)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed")


def retractions(log: Log) -> tuple[set[str], dict]:
    """The ids that a log retracts (it never retracts a retraction), and what share of its events is how."""
    retracted, kinds = set(), Counter()
    with log.path.open("rb") as lines:
        for event in map(orjson.loads, lines):
            kinds["claims about claims"] += event["type"].startswith("claim_")
            if event["type"] == "event_retracted":
                retracted.add(event["data"]["event"])
                kinds["retractions"] += 1
            kinds["imprecise dates"] += not exact(event["occurred"])
            kinds["late"] += late(event)
    shares = {kind: count / log.events for kind, count in kinds.items()}
    # Of the others nobody can say whether they are.
    return retracted, shares | {"late": shares["late"] / (1 - shares["imprecise dates"])}


def exact(text: str) -> bool:
    return (len(text) == 10 and not text.endswith("X")) or "T" in text


def late(event: dict) -> bool:
    """Whether an event was recorded at least thirty days after it occurred; only where the day is known."""
    if not exact(event["occurred"]):
        return False
    days = [date.fromisoformat(event[field][:10]) for field in ("occurred", "recorded")]
    return (days[1] - days[0]).days >= 30
