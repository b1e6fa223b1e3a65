#!/usr/bin/env python3
"""How a server does over a large journal: how long it starts, answers, shows another moment, and takes an entry in.

    cargo run --release -p demarche-core --example generate_log -- 1000000 10000 7 > LOG
    scale.py PROGRAM LOG [--steps 60] [--entries 60]

The journal is copied first. The report goes to standard output: milliseconds, half of them (p50) and 99 of a hundred.
"""

import argparse
import http.client
import json
import random
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from run import Server, line, percentile


def get(connection, address, headers=None):
    began = time.monotonic()
    connection.request("GET", address, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{address}: {answer.status} {body[:200]}")
    return time.monotonic() - began, answer, body


def told(name, seconds):
    print(f"{name}: p50 {percentile(seconds, 0.5):.1f} ms, p99 {percentile(seconds, 0.99):.1f} ms, {len(seconds)} times")


def days_of(journal):
    """The days on which something was recorded, in order."""
    days = set()
    with open(journal, "rb") as log:
        for text in log:
            found = re.search(rb'"recorded":"(\d{4}-\d\d-\d\d)', text)
            if found:
                days.add(found.group(1).decode())
    return sorted(days)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("log", type=Path)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--entries", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "desk.jsonl"
        shutil.copy(given.log, journal)
        days = days_of(journal)
        server = Server(given.program, journal)
        began = time.monotonic()
        server.start()
        print(f"started in {time.monotonic() - began:.1f} s, {server.rss()} MiB")
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        first, _, body = get(connection, "/")
        print(f"first view: {first * 1000:.0f} ms, {len(body) // 1024} KiB")
        told("the next views", [get(connection, "/")[0] for _ in range(20)])
        told("GET /api/v1/tracks, one after the other",
             [get(connection, "/api/v1/tracks?limit=100")[0] for _ in range(200)])
        if shutil.which("wrk"):
            done = subprocess.run(
                ["wrk", "-t1", "-c10", "-d10", "--latency", f"http://127.0.0.1:{server.port}/api/v1/tracks?limit=100"],
                capture_output=True, text=True, check=True).stdout
            print("GET /api/v1/tracks, by 10 readers at once (wrk):")
            print("\n".join(text for text in done.splitlines() if re.search(r"50%|99%|Requests/sec", text)))
        # Every step is another day, as a hand on the slider asks for them, so that no answer is kept.
        random.seed(7)
        steps = random.sample(days, min(given.steps, len(days)))
        told("a step of the slider (another known_at), the view", [get(connection, f"/?known_at={day}")[0] for day in steps])
        steps = random.sample(days, min(given.steps, len(days)))
        told("a step of the slider (another as_of), the view", [get(connection, f"/?as_of={day}")[0] for day in steps])
        entered, seen = [], []
        writer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for number in range(given.entries):
            text = line(number, number)
            track = json.loads(text)["track"]
            began = time.monotonic()
            writer.request("POST", "/api/v1/events", text, server.headers())
            answer = writer.getresponse()
            answer.read()
            if answer.status != 201:
                raise SystemExit(f"an entry: {answer.status}")
            entered.append(time.monotonic() - began)
            while json.loads(text)["id"].encode() not in get(connection, f"/api/v1/events?track={track}&limit=1000")[2]:
                pass
            get(connection, "/api/v1/tracks?limit=100")
            seen.append(time.monotonic() - began)
        told("an entry until it is acknowledged", entered)
        told("an entry until a reader has it and the tracks anew", seen)
        print(f"at last {server.rss()} MiB")
        server.stop()


if __name__ == "__main__":
    main()
