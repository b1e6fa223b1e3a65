"""What the tests share: the fixtures of the repository, the command line, and generated logs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(variable: str) -> str:
    """Returns a program that the test script has built: it names the program in the environment."""
    path = os.environ.get(variable)
    if not path:
        raise pytest.UsageError(f"{variable} is not set: it names a program that ./test.sh has built")
    return str(Path(path).resolve())


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples name the fixtures as one who stands at the root of the repository does."""
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="session")
def command_line() -> CommandLine:
    return CommandLine(tool("DEMARCHE"))


class CommandLine:
    """The command line, which the package must agree with."""

    def __init__(self, program: str) -> None:
        self.program = program

    def prints(self, *arguments: str, may_fail: bool = False) -> str:
        done = subprocess.run([self.program, *arguments], cwd=ROOT, capture_output=True, text=True)
        assert may_fail or done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two hundred small logs whose events collide."""
    folder = tmp_path_factory.mktemp("generated")
    subprocess.run([tool("COLLIDING_LOGS"), str(folder), "200"], check=True)
    logs = sorted(str(log) for log in folder.glob("*.jsonl"))
    assert len(logs) == 200
    return logs


def fixtures() -> list[str]:
    """Every log among the fixtures that is one: expectations and broken logs are none."""
    found = [ROOT / "fixtures/us-russia-2025.jsonl", *(ROOT / "fixtures/cases").glob("*.jsonl")]
    found += [*(ROOT / "fixtures/conformance").glob("*.jsonl.gz")]
    logs = [str(log.relative_to(ROOT)) for log in found if ".expect" not in log.name]
    assert len(logs) > 20
    return sorted(logs)
