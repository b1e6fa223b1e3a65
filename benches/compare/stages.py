"""Where the instructions of `demarche replay` go, and where it waits for memory: counted by callgrind."""

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

EVENTS, TRACKS, SEED = 100_000, 1_000, 7
"""The log of benches/instructions.sh."""

STAGES = [
    ("sorting the facts of a track", r"slice::sort|cmp_order"),
    ("reading lines to facts", r"demarche_core::|hashbrown|simdutf8|uuid::|chrono::|memchr|wide::"),
    ("cutting the log, putting parts together", r"demarche_journal"),
    ("printing states", r"serde_json|serde_core|ryu|itoa|log_fold::row|core::fmt|::serialize"),
    ("folding", r"demarche_projection"),
    ("allocating, copying and comparing memory", r"malloc|_int_|free|mem(cpy|move|set|cmp|chr)|realloc|bcmp"),
    ("everything else", r""),
]
"""By the first pattern that is found in the name of a function."""


def rows(demarche: Path, generate_log: Path, scratch: Path) -> list[list[str]]:
    """A row a stage: instructions for each event, their share, and data fetched from beyond the caches."""
    scratch.mkdir(parents=True, exist_ok=True)
    log, profile = scratch / "profiled.jsonl", scratch / "callgrind.out"
    with log.open("wb") as output:
        subprocess.run([generate_log, str(EVENTS), str(TRACKS), str(SEED)], stdout=output, check=True)
    replay = [demarche, "replay", "--format", "jsonl", "--threads", "1", log]
    counting = ["valgrind", "--tool=callgrind", "--cache-sim=yes", f"--callgrind-out-file={profile}"]
    # As in benches/instructions.sh: a long copy would be counted by the byte.
    tunables = {"GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=0x40000000"}
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*counting, *replay], **silent, check=True, env=os.environ | tunables)
    instructions, misses = Counter(), Counter()
    for function, counts in costs(profile):
        stage = next(name for name, pattern in STAGES if re.search(pattern, function))
        instructions[stage] += counts["Ir"]
        misses[stage] += counts["DLmr"] + counts["DLmw"]
    log.unlink()
    total, missed = instructions.total(), misses.total()
    found = [
        [stage, f"{instructions[stage] / EVENTS:,.0f}", f"{instructions[stage] / total:.0%}",
         f"{misses[stage] / EVENTS:.1f}"]
        for stage, _ in sorted(STAGES, key=lambda stage: -instructions[stage[0]])
    ]  # fmt: skip
    return [*found, ["together", f"{total / EVENTS:,.0f}", "100%", f"{missed / EVENTS:.1f}"]]


def costs(profile: Path):
    """Each function with what it took itself, piece by piece, as the file has it (valgrind manual, callgrind format)."""
    names, kinds, function, is_called = {}, [], "", False
    for line in profile.read_text().splitlines():
        if line.startswith("events:"):
            kinds = line.split()[1:]
        elif found := re.match(r"(c?fn)=\((\d+)\)(?: (.*))?", line):
            kind, number, name = found.groups()
            if name:
                names[number] = name
            if kind == "fn":
                function = names[number]
        elif line.startswith("calls="):
            # What the call took belongs to the function that is called.
            is_called = True
        elif re.match(r"[\d+*-]", line):
            if not is_called:
                counts = [int(count) for count in line.split()[1:]]
                yield function, dict.fromkeys(kinds, 0) | dict(zip(kinds, counts, strict=False))
            is_called = False
