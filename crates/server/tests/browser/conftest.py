"""A server over a copy of a journal, and browsers to look at it.

The environment names the program (DEMARCHE), the repository (ROOT) and a Chromium (CHROMIUM).
"""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(os.environ.get("ROOT", Path(__file__).parents[4])).resolve()
PROGRAM = os.environ.get("DEMARCHE", str(ROOT / "target/debug/demarche"))
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

# Text that a careless page would take for markup, an address or a command.
HOSTILE = [
    "<script>window.hacked=1</script>",
    "\"><img src=x onerror=\"window.hacked=1\">",
    "'><svg onload='window.hacked=1'>",
    "</title><script>window.hacked=1</script>",
    "</textarea><script>window.hacked=1</script>",
    "javascript:window.hacked=1",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\u202etxt.exe\u2066 \u200b\u0000".replace("\u0000", ""),
    "&lt;b&gt;&amp;#x3c;",
    "<a href=//evil.example>x</a><style>*{display:none}</style><base href=//evil.example>",
    "<iframe src=//evil.example></iframe><link rel=stylesheet href=//evil.example/x.css>",
    "a" * 400,
]


class Server:
    """A running `demarche serve`."""

    def __init__(self, journal, *options, port=0):
        self.journal = Path(journal)
        self.options = options
        self.port = port
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", str(self.journal), "--listen", f"127.0.0.1:{self.port}", *self.options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address, self.record_address = None, None
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            assert line, "the server has stopped"
            for address in re.findall(r"http://[^\s)]+", line):
                if self.address is None:
                    self.address = address.rstrip("/")
                    self.port = int(re.search(r":(\d+)", self.address).group(1))
                else:
                    self.record_address = address
            if self.record_address or {"--read-only", "--users"} & set(self.options):
                return
        raise AssertionError("the server did not say where one can record")

    def stop(self):
        self.process.terminate()
        assert self.process.wait(10) == 0, "a server that is told to stop ends with 0"

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def record(self, *arguments):
        """Enters an event as another process does, and returns its id."""
        done = subprocess.run([PROGRAM, "record", "-j", str(self.journal), *arguments],
                              capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def events(self):
        return [json.loads(line) for line in self.journal.read_text().splitlines() if line.strip()]


@pytest.fixture(scope="session")
def chromium():
    assert CHROMIUM, "no Chromium was found: install it, or name it in CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def journal(tmp_path):
    """A copy of the example, with its names."""
    path = tmp_path / "desk.jsonl"
    shutil.copy(ROOT / "fixtures/us-russia-2025.jsonl", path)
    shutil.copy(ROOT / "fixtures/us-russia-2025.names.tsv", tmp_path / "names.tsv")
    return path


@pytest.fixture
def server(journal):
    server = Server(journal)
    yield server
    if server.process.poll() is None:
        server.kill()


class Visitor:
    """A browser of one person; what goes wrong in any of its pages fails the test at its end."""

    def __init__(self, chromium, server, **options):
        self.server = server
        self.problems = []
        self.context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.set_default_timeout(10_000)
        self.context.on("page", self.watch)

    def watch(self, page):
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        page.on("console", self.hear)
        page.on("request", self.ask)

    def hear(self, message):
        # A server that is down on purpose is no slip of the page.
        if message.type == "error" and "ERR_CONNECTION" not in message.text and "status of 4" not in message.text:
            self.problems.append(f"console: {message.text}")

    def ask(self, request):
        if not request.url.startswith((self.server.address, "data:", "blob:")):
            self.problems.append(f"external request: {request.url}")

    def page(self, path="/"):
        page = self.context.new_page()
        page.goto(self.server.address + path)
        return page

    def may_record(self):
        page = self.context.new_page()
        page.goto(self.server.record_address)
        page.close()
        return self


@pytest.fixture
def visit(chromium, server):
    """Makes visitors, who must have met no problem in the end."""
    visitors = []

    def make(**options):
        visitors.append(Visitor(chromium, server, **options))
        return visitors[-1]

    yield make
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        visitor.context.close()
    assert problems == []


@pytest.fixture
def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
