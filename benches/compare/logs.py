"""The logs that everyone reads: generated, and the same for ever."""

import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson

SEED = 7


@dataclass(frozen=True)
class Log:
    """A log, and what is in it."""

    key: str
    path: Path
    title: str
    events: int

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size

    @property
    def parquet(self) -> Path:
        return self.path.with_suffix(".parquet")


def make(folder: Path, generator: Path, scale: int) -> dict[str, Log]:
    """Makes all logs, where they are not there from an earlier time, a so-manieth as long as they should be."""
    folder.mkdir(parents=True, exist_ok=True)
    million, unscaled = 1_000_000 // scale, generator.stat().st_mtime

    def log(key: str, events: int, tracks: int, form: str, write) -> Log:
        path = folder / f"{key}-{events}.jsonl"
        if not path.exists() or path.stat().st_mtime < unscaled:
            unfinished = path.with_suffix(".unfinished")
            write(unfinished)
            unfinished.rename(path)
        return Log(key, path, f"{number(events)} events on {number(tracks)} tracks{form}", events)

    def generated(events: int, tracks: int, *spread: str):
        def write(unfinished: Path) -> None:
            with unfinished.open("wb") as output:
                command = [generator, str(events), str(tracks), str(SEED), *spread]
                subprocess.run(command, stdout=output, check=True)

        return write

    def reordered(source: Log):
        """The same events, each with its keys in another order."""

        def write(unfinished: Path) -> None:
            with source.path.open("rb") as lines, unfinished.open("wb") as output:
                for line in lines:
                    output.write(shuffled(orjson.loads(line), dice) + b"\n")

        dice = random.Random(SEED)
        return write

    busy = log("busy", million, million // 100, "", generated(million, million // 100))
    long = log("long", 5 * million, million // 20, "", generated(5 * million, million // 20))
    brief = log("brief", million, million, "", generated(million, million, "brief"))
    unordered = log("unordered", million, million // 100, ", keys in no order", reordered(busy))
    for source in (busy, long, brief):
        to_parquet(source)
    small = log("small", 10_000, 100, "", generated(10_000, 100))
    return {log.key: log for log in (busy, long, brief, unordered, small)}


def shuffled(event: dict, dice: random.Random) -> bytes:
    """Writes an event with its keys, and those of its objects, in another order than the canonical one."""
    canonical = list(event)
    for value in [event, event["source"], event["data"]]:
        items = list(value.items())
        dice.shuffle(items)
        value.clear()
        value.update(items)
    if list(event) == canonical:
        event["id"] = event.pop("id")
    return orjson.dumps(event)


def to_parquet(log: Log) -> None:
    """Writes the events of a log to Parquet, as DuckDB sees fit."""
    if log.parquet.exists() and log.parquet.stat().st_mtime >= log.path.stat().st_mtime:
        return
    columns = """{ id: 'UUID', v: 'INTEGER', type: 'VARCHAR', track: 'VARCHAR', occurred: 'VARCHAR',
        recorded: 'TIMESTAMP', source: 'STRUCT(who VARCHAR, via VARCHAR, attribution VARCHAR, grade VARCHAR)',
        cite: 'VARCHAR', note: 'VARCHAR', data: 'JSON' }"""
    lines = f"read_json('{log.path}', format = 'newline_delimited', columns = {columns})"
    duckdb.execute(f"""COPY (SELECT *, data ->> 'when' AS "when" FROM {lines}) TO '{log.parquet}'""")


def number(count: int) -> str:
    """1 M, 50 k, 200."""
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if count >= size:
            return f"{count / size:g} {unit}"
    return str(count)
