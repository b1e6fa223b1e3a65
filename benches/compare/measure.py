"""Times whole processes, and tells how much of the machine went to others meanwhile."""

import json
import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Samples:
    """What the runs of one contender on one log took."""

    seconds: list[float] = field(default_factory=list)
    peak_kib: list[int] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def peak(self) -> float:
        """In MiB."""
        return statistics.median(self.peak_kib) / 1024


class Stopwatch:
    """Runs commands by the small program that measures them."""

    def __init__(self, program: Path):
        self.program = program

    def run(self, command: list, output=Path(os.devnull), *, private=False, times_itself=False) -> dict:
        """Runs a command to its end. One that times itself writes its seconds to the standard error."""
        measure = [self.program, *(["--private"] if private else []), output, *command]
        done = subprocess.run(measure, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, command))}:\n{done.stderr}")
        taken = json.loads(done.stdout)
        if times_itself:
            taken["seconds"] = float(done.stderr)
        return taken


class Others:
    """How much of the machine goes to programs that are not ours."""

    def __init__(self):
        self.start = self.now()

    def share(self) -> float:
        """Of all cores, since the start."""
        (wall, busy, ours), (wall_then, busy_then, ours_then) = self.now(), self.start
        others = (busy - busy_then) - (ours - ours_then)
        return max(0.0, others / (os.cpu_count() * (wall - wall_then)))

    @staticmethod
    def now() -> tuple[float, float, float]:
        user, nice, system, *_ = map(int, Path("/proc/stat").read_text().split()[1:5])
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        ours = sum(usage.ru_utime + usage.ru_stime for usage in usages)
        return time.monotonic(), (user + nice + system) / os.sysconf("SC_CLK_TCK"), ours
