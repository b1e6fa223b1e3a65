"""What came of it, as a page: the figures, and the goals held against them."""

import os
import re
import sys
import textwrap
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from subprocess import check_output

import goals
from contenders import Contender
from logs import Log
from measure import Samples

QUIET = 0.02
"""The share of the machine that others may take before figures are no results."""


RUNS = 7
"""How many it takes."""


@dataclass(frozen=True)
class Results:
    """Everything that was found out."""

    logs: dict[str, Log]
    contenders: list[Contender]
    samples: dict[str, dict[str, Samples]]
    """By log and contender."""
    shares: dict[str, dict]
    memory: dict[str, dict[str, float]]
    """In MiB, without mapped files."""
    instructions: int
    stages: list[list[str]]
    """Where they go."""
    missing: list[str]
    quick: bool
    runs: int
    others: float
    left_out: list[str]

    def seconds(self, log: str, contender: str) -> float | None:
        """The median, where it was measured."""
        samples = self.samples[log].get(contender)
        return samples and samples.median


def page(results: Results, template: str) -> str:
    """Fills in a template of this folder."""
    text = Path(__file__).with_name(template).read_text()
    parts = {
        "reservations": reservations(results),
        "goals": table(["goal", "wanted", "measured", ""], goals.rows(results)),
        "logs": table(LOG_HEADER, [shares(results, log) for log in results.logs.values()]),
        "figures": "\n\n".join(figures(results, log) for log in results.logs.values()),
        "stages": table(STAGES_HEADER, results.stages),
        "machine": machine(),
        "versions": versions(),
        "runs": str(results.runs),
        "others": f"{results.others:.0%}",
    }
    text = re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], text)
    return re.sub(r"\n{3,}", "\n\n", text)


def reservations(results: Results) -> str:
    told = []
    if results.quick:
        told.append("**No results**: made by `--quick`, on small logs, to see that everything works.")
    if results.others > QUIET:
        told.append(f"**No results**: other programs took {results.others:.0%} of the machine meanwhile.")
    if results.left_out:
        told.append(f"Left out of this run, for time: {', '.join(results.left_out)}.")
    if results.runs < RUNS:
        told.append(f"**No results**: {results.runs} runs are too few.")
    return "\n>\n".join(f"> {line}" for line in [*told, *results.missing])


SHARES = ["late", "claims about claims", "retractions", "imprecise dates"]
STAGES_HEADER = ["stage", "instructions an event", "share", "lines of 64 bytes fetched from memory"]
LOG_HEADER = ["log", "bytes a line", "tracks", *SHARES]


def shares(results: Results, log: Log) -> list[str]:
    found = results.shares[log.key]
    percent = [f"{found[share] * 100:.1f} %" for share in SHARES]
    return [log.title, f"{log.bytes / log.events:.0f}", f"{found['tracks']:,}", *percent]


def figures(results: Results, log: Log) -> str:
    """The table of one log, the quickest first."""
    samples = results.samples[log.key]
    ours = min((samples[key].median for key in ("ours", "ours1", "ours2") if key in samples), default=None)
    rows = []
    for contender in results.contenders:
        if contender.key in samples:
            found = samples[contender.key]
            rows.append((found.median, row(contender, log, found, ours)))
    header = ["", "threads", "seconds", "MB/s", "events/s", "peak memory", "its time ÷ ours", "runs"]
    return f"### {log.title}\n\n" + table(header, [row for _, row in sorted(rows, key=lambda row: row[0])])


def row(contender: Contender, log: Log, found: Samples, ours: float | None) -> list[str]:
    seconds = found.median
    idle = contender.key == "empty"
    return [
        contender.label,
        str(contender.threads or "–"),
        f"{seconds:.2f}" if seconds >= 1 else f"{seconds:.4f}",
        f"{log.bytes / 1e6 / seconds:,.0f}" if contender.reads_log else "–",
        "–" if idle else f"{log.events / 1e6 / seconds:.2f} M",
        "–" if contender.times_itself else f"{found.peak:,.0f} MiB",
        f"{seconds / ours:.2f}" if ours else "–",
        str(len(found.seconds)),
    ]


def machine() -> str:
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model[1] if model else 'unknown'}), {gib:.0f} GiB of memory, Linux"


def versions() -> str:
    def first_line(*command: str) -> str:
        return check_output(command, text=True).split("\n")[0]

    def locked(crate: str) -> str:
        return re.search(rf'^name = "{crate}"\nversion = "(.+)"', lock, re.MULTILINE)[1]

    lock = Path(__file__).with_name("programs").joinpath("Cargo.lock").read_text()
    found = [f"{name} {version(name)}" for name in ("duckdb-cli", "polars", "orjson")]
    found += [first_line("jq", "--version").replace("-", " ")]
    found += ["sqlite3 " + first_line("sqlite3", "--version").split()[0]]
    found += [f"{crate} {locked(crate)}" for crate in ("cqrs-es", "serde_json")]
    found += ["Python " + sys.version.split()[0], " ".join(first_line("rustc", "--version").split()[:2])]
    return textwrap.fill("Versions: " + ", ".join(found) + ".", 120)


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines).replace("|  |", "| |")
