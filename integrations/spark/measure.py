"""Runs the job on a cluster of two executor processes here, and says what it cost.

    python measure.py --format lines LOG…     (or any other input and options of fold.py)

Processor time and memory are those of its processes; what was read and moved comes from Spark's own log of events.
Processor time hardly depends on what else the machine is doing; the seconds that pass do.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyspark

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def submit(scratch: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    """Starts the job in a session by itself, by which its processes are found."""
    module = shutil.make_archive(str(scratch / "demarche_spark"), "zip", HERE, "demarche_spark")
    command = [str(Path(pyspark.__path__[0], "bin", "spark-submit")), "--master", "local-cluster[2,1,1024]"]
    settings = {"ui.enabled": "false", "eventLog.enabled": "true", "eventLog.compress": "false"}
    for name, value in (settings | {"eventLog.dir": f"file://{scratch}"}).items():
        command += ["--conf", f"spark.{name}={value}"]
    command += ["--py-files", module, str(HERE / "fold.py"), "--output", str(scratch / "states"), *arguments]
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    return subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)


def watch(job: subprocess.Popen[bytes]) -> tuple[dict[str, float], dict[str, float]]:
    """Returns the processor seconds of each kind of process, and the most memory that one of a kind had, in MB."""
    spent: dict[str, dict[int, float]] = defaultdict(dict)
    memory: dict[str, float] = defaultdict(float)
    while job.poll() is None:
        for process in Path("/proc").iterdir():
            try:
                stat = (process / "stat").read_text().rsplit(") ", 1)[1].split() if process.name.isdigit() else []
                command = (process / "cmdline").read_bytes() if stat and int(stat[3]) == job.pid else b""
                # One that has ended, and is not yet forgotten, has no command.
                if command:
                    kind = kind_of(command)
                    spent[kind][int(process.name)] = (int(stat[11]) + int(stat[12])) / TICKS
                    memory[kind] = max(memory[kind], int(stat[21]) * PAGE / 1e6)
            except OSError:
                continue
        time.sleep(0.1)
    return {kind: sum(seconds.values()) for kind, seconds in spent.items()}, memory


def kind_of(command: bytes) -> str:
    if b"CoarseGrainedExecutorBackend" in command:
        return "executors"
    return "their Python workers" if b"pyspark.daemon" in command else "driver"


def moved(scratch: Path) -> dict[str, float]:
    """Adds up what the tasks read, shuffled and spilled, in MB."""
    sums: dict[str, float] = defaultdict(float)
    logs = (path for path in scratch.rglob("*") if path.is_file() and path.name.startswith(("events_", "app-")))
    for line in (line for log in logs for line in log.read_text(encoding="utf-8").splitlines()):
        event: dict[str, Any] = json.loads(line)
        if event["Event"] == "SparkListenerTaskEnd" and "Task Metrics" in event:
            task = event["Task Metrics"]
            sums["read"] += task["Input Metrics"]["Bytes Read"] / 1e6
            sums["shuffled"] += task["Shuffle Write Metrics"]["Shuffle Bytes Written"] / 1e6
            sums["spilled"] += task["Disk Bytes Spilled"] / 1e6
    return sums


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        begun = time.monotonic()
        job = submit(scratch, sys.argv[1:])
        spent, memory = watch(job)
        seconds = time.monotonic() - begun
        if job.returncode:
            sys.exit(f"the job failed with {job.returncode}")
        print(f"{seconds:.0f} s passed, with the start of the cluster")
        for kind in sorted(spent):
            print(f"{spent[kind]:8.1f} s of a processor, at most {memory[kind]:5.0f} MB in one process: {kind}")
        for what, megabytes in moved(scratch).items():
            print(f"{megabytes:8.1f} MB {what}")


if __name__ == "__main__":
    main()
