#!/usr/bin/env python3
"""Readers and writers at once, and a server that is killed under load: what was acknowledged must be in the journal, once.

    run.py PROGRAM [--seconds 120] [--readers 50] [--writers 10] [--kills 50] [--journal LOG]

Readers are `wrk`, which Debian has; without it there are none, and the report says so. The report goes to standard
output. The exit code is 1 if anything acknowledged is missing, stands there twice, or is not what was sent.
"""

import argparse
import http.client
import json
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path


class Server:
    def __init__(self, program, journal, port=0):
        self.program, self.journal, self.port = program, journal, port

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "serve", str(self.journal), "--listen", f"127.0.0.1:{self.port}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.cookie, addresses = None, []
        while len(addresses) < 2:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("the server has stopped")
            addresses += re.findall(r"http://127\.0\.0\.1:(\d+)(/\S*)", line)
        self.port = int(addresses[0][0])
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", addresses[1][1])
        answer = connection.getresponse()
        answer.read()
        self.cookie = (answer.getheader("set-cookie") or "").split(";")[0]

    def headers(self):
        return {"content-type": "application/x-ndjson", "cookie": self.cookie or "",
                "origin": f"http://127.0.0.1:{self.port}", "sec-fetch-site": "same-origin"}

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(30)

    def rss(self):
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) // 1024


def line(writer, number):
    return json.dumps({
        "id": str(uuid.UUID(int=(time.time_ns() // 1_000_000 << 80) | 0x7000 << 64 | 0x8 << 60 | random.getrandbits(60))),
        "type": "statement_made", "track": f"load/track-{writer % 5}", "occurred": "2026-01-01",
        "source": {"who": f"writer-{writer}", "attribution": "on_record"},
        "data": {"summary": f"Statement {number} of writer {writer}"}})


class Writer(threading.Thread):
    """Enters one event after the other; each until it is acknowledged, as a client does that is not sure."""

    def __init__(self, number, server, until):
        super().__init__(daemon=True)
        self.number, self.server, self.until = number, server, until
        self.sent, self.acknowledged, self.seconds, self.retries, self.refused = {}, [], [], 0, []

    def run(self):
        connection, count = None, 0
        while not self.until.is_set():
            count += 1
            text = line(self.number, count)
            identity = json.loads(text)["id"]
            self.sent[identity] = json.loads(text)
            while not self.until.is_set():
                began = time.monotonic()
                try:
                    if connection is None:
                        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
                    connection.request("POST", "/api/v1/events", text, self.server.headers())
                    answer = connection.getresponse()
                    body = answer.read()
                    if answer.status in (200, 201):
                        self.acknowledged.append(identity)
                        self.seconds.append(time.monotonic() - began)
                        break
                    if answer.status not in (403, 429, 503):
                        self.refused.append((answer.status, body[:200]))
                        break
                except (OSError, http.client.HTTPException):
                    connection = None
                self.retries += 1
                time.sleep(0.02)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")


def check(journal, writers):
    """What is wrong with the journal, given what was sent and acknowledged."""
    found, wrong = {}, []
    for text in journal.read_text().splitlines():
        event = json.loads(text)
        if event["id"] in found:
            wrong.append(f"twice: {event['id']}")
        found[event["id"]] = event
    for writer in writers:
        wrong += [f"refused: {refusal}" for refusal in writer.refused]
        for identity in writer.acknowledged:
            if identity not in found:
                wrong.append(f"acknowledged and not there: {identity}")
            elif found[identity]["data"] != writer.sent[identity]["data"]:
                wrong.append(f"other content: {identity}")
    return wrong


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--seconds", type=int, default=120)
    arguments.add_argument("--readers", type=int, default=50)
    arguments.add_argument("--writers", type=int, default=10)
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--journal", type=Path)
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp())
    journal = folder / "desk.jsonl"
    if given.journal:
        shutil.copy(given.journal, journal)
    server = Server(given.program, journal)
    wrong = []

    if given.seconds:
        server.start()
        until = threading.Event()
        writers = [Writer(number, server, until) for number in range(given.writers)]
        readers = None
        if shutil.which("wrk"):
            readers = subprocess.Popen(
                ["wrk", "--latency", "-t2", f"-c{given.readers}", f"-d{given.seconds}s",
                 f"http://127.0.0.1:{server.port}/api/v1/tracks?limit=100"], stdout=subprocess.PIPE, text=True)
        else:
            print("no readers: wrk is not installed")
        for writer in writers:
            writer.start()
        memory, began = [], time.monotonic()
        while time.monotonic() - began < given.seconds:
            time.sleep(min(5, given.seconds / 4))
            memory.append(server.rss())
        until.set()
        for writer in writers:
            writer.join(30)
        seconds = [second for writer in writers for second in writer.seconds]
        entered = sum(len(writer.acknowledged) for writer in writers)
        print(f"{given.writers} writers, {given.readers} readers, {given.seconds} s: {entered} events entered "
              f"({entered / given.seconds:.0f} a second), p50 {percentile(seconds, 0.5):.1f} ms, "
              f"p99 {percentile(seconds, 0.99):.1f} ms; memory {memory[0]} MiB at first, {memory[-1]} MiB at last, "
              f"median {statistics.median(memory):.0f} MiB")
        if readers:
            print("readers, by wrk:")
            print("\n".join(f"  {text.strip()}" for text in readers.communicate()[0].splitlines()
                            if re.search(r"50%|99%|Requests/sec|Non-2xx|Socket errors", text)))
        if server.stop() != 0:
            wrong.append("the server did not end with 0")
        wrong += check(journal, writers)

    if given.kills:
        server.start()
        until = threading.Event()
        writers = [Writer(number, server, until) for number in range(100, 100 + given.writers)]
        for writer in writers:
            writer.start()
        for _ in range(given.kills):
            time.sleep(random.uniform(0.05, 0.3))
            server.kill()
            server.start()
        time.sleep(0.5)
        until.set()
        for writer in writers:
            writer.join(30)
        server.stop()
        entered = sum(len(writer.acknowledged) for writer in writers)
        retries = sum(writer.retries for writer in writers)
        print(f"killed {given.kills} times under load: {entered} events acknowledged, {retries} retries")
        wrong += check(journal, writers)

    shutil.rmtree(folder)
    print("\n".join(wrong[:20]) or "nothing acknowledged is missing, nothing stands twice")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
