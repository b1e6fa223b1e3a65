"""Plain Python: LOG.jsonl a line at a time, with `json` or `orjson`. It tells what it took, without the start of Python."""

import sys
from datetime import UTC, datetime
from time import perf_counter

log, decoder = sys.argv[1:]
if decoder == "orjson":
    from orjson import loads
else:
    from json import loads


def earliest(date: str) -> str:
    """The first instant of a date of the generated logs, as text in UTC."""
    if "T" in date:
        return datetime.fromisoformat(date).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    start = date.partition("/")[0].rstrip("?~%").replace("XX", "01")
    return (start + "-01-01")[:10] + "T00:00:00"


began = perf_counter()
counts, last, ahead = {}, {}, {}
with open(log, "rb") as lines:
    for line in lines:
        event = loads(line)
        track, occurred, when = event["track"], event["occurred"], event["data"].get("when")
        # Without its `Z`, text is in the order of time.
        place = (earliest(occurred), event["recorded"][:-1], event["id"])
        counts[track] = counts.get(track, 0) + 1
        if track not in last or last[track][0] < place:
            last[track] = (place, event["type"], occurred)
        if when and (track not in ahead or ahead[track][0] < place):
            ahead[track] = (place, when)
for track, (_, kind, occurred) in last.items():
    print(track, counts[track], kind, occurred, ahead.get(track, ("", ""))[1], sep="\t")
sys.stdout.flush()
print(perf_counter() - began, file=sys.stderr)
