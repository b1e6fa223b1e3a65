"""Times everyone on every log, and writes what came of it: see README.md."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import answers
import contenders
import logs
import report
import stages
from measure import Others, Samples, Stopwatch

TOP = Path(__file__).resolve().parents[2]
SLOW_SECONDS, SLOW_RUNS = 60, 3
"""Who takes longer runs less often."""
SHORT_FACTOR = 7
"""What takes milliseconds runs more often."""


def main() -> None:
    arguments = options()
    folder = arguments.target / "compare"
    release = arguments.target / "release"
    programs = folder / "build" / "release"
    scale = 50 if arguments.quick else 1
    all_logs = logs.make(folder / "logs", release / "examples" / "generate_log", scale)
    ours = contenders.Ours(release / "demarche")
    everyone = [*contenders.peers(programs), *ours.contenders()]
    left_out = [contender.label for contender in everyone if contender.key in arguments.without]
    everyone = [contender for contender in everyone if contender.key not in arguments.without]
    stopwatch = Stopwatch(programs / "measure")

    others = Others()
    measured, shares = {}, {}
    for log in all_logs.values():
        present = [contender for contender in everyone if log.key in contender.logs]
        slow, shares[log.key] = check(present, ours, log, stopwatch, folder / "answer")
        runs = arguments.runs * (SHORT_FACTOR if log.key == "small" else 1)
        measured[log.key] = timed(present, log, stopwatch, runs, slow)
    memory = {
        log.key: {c.key: private_mib(c, log, stopwatch) for c in ours.contenders() if c.key in ("ours1", "ours2")}
        for log in (all_logs[key] for key in contenders.BIG)
    }
    results = report.Results(
        logs=all_logs, contenders=everyone, samples=measured, shares=shares, memory=memory,
        instructions=instructions(),
        stages=stages.rows(release / "demarche", release / "examples" / "generate_log", folder / "profile"),
        missing=ours.missing(), quick=arguments.quick, runs=arguments.runs,
        others=others.share(), left_out=left_out,
    )  # fmt: skip
    for template, output in (("page.md", arguments.output), ("goals.md", arguments.goals)):
        output.write_text(report.page(results, template))
        say(f"written to {output}")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=Path, required=True, help="where cargo puts what it builds")
    parser.add_argument("--quick", action="store_true", help="small logs and three runs, to see that everything works")
    parser.add_argument("--runs", type=int, help="runs of each contender on each log [7, or 3 with --quick]")
    parser.add_argument("--without", nargs="*", default=[], metavar="KEY", help="leave these peers out (see contenders.py)")
    parser.add_argument("--output", type=Path, help="the page [docs/performance.md, with --quick beside the logs]")
    arguments = parser.parse_args()
    arguments.target = arguments.target.resolve()
    quick = arguments.target / "compare"
    arguments.output = arguments.output or (quick if arguments.quick else TOP / "docs") / "performance.md"
    arguments.goals = (quick if arguments.quick else TOP / "benches") / "goals.md"
    arguments.runs = arguments.runs or (3 if arguments.quick else report.RUNS)
    return arguments


def check(present, ours, log, stopwatch, scratch) -> tuple[set[str], dict]:
    """Stops where two answers differ. It is also the run that warms the page cache, and shows who is slow."""
    say(f"{log.title}: do the answers agree?")
    right, shares = answers.agree_with(ours, log)
    slow = set()
    for contender in present:
        if contender.answers:
            answer, seconds = answers.of(contender, log, stopwatch, scratch)
            if answer != right:
                sys.exit(f"{log.path.name}: {contender.label} answers something else: see {scratch}")
            slow |= {contender.key} if seconds > SLOW_SECONDS else set()
        elif contender.command(log)[0] == ours.program:
            answers.same_state(ours, contender, log, stopwatch, scratch)
    scratch.unlink()
    return slow, shares


def timed(present, log, stopwatch, runs: int, slow: set[str]) -> dict[str, Samples]:
    """Runs everyone in turn, so that whatever slows the machine slows all; the turns begin with another each time."""
    samples = {contender.key: Samples() for contender in present}
    for turn in range(runs):
        say(f"{log.title}: run {turn + 1} of {runs}")
        first = turn % len(present)
        for contender in present[first:] + present[:first]:
            if contender.key in slow and turn >= SLOW_RUNS:
                continue
            taken = stopwatch.run(contender.command(log), times_itself=contender.times_itself)
            samples[contender.key].seconds.append(taken["seconds"])
            samples[contender.key].peak_kib.append(taken["peak_kib"])
    return samples


def private_mib(contender, log, stopwatch) -> float:
    """The memory of a contender without mapped files, from a run of its own: to sample it takes time."""
    return stopwatch.run(contender.command(log), private=True)["private_kib"] / 1024


def instructions() -> int:
    """Instructions per event; the guard may find them too many, but not fail to count them."""
    done = subprocess.run([TOP / "benches" / "instructions.sh"], capture_output=True, text=True, check=False)
    found = re.search(r"^(\d+) instructions per event", done.stdout, re.MULTILINE)
    if not found:
        sys.exit(f"the instructions could not be counted:\n{done.stderr}")
    return int(found[1])


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.chdir(TOP)
    main()
