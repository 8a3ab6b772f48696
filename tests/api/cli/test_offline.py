"""Nothing is told to anybody: libraries that report to their makers are kept from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
ARTICLE = ROOT / "corpus" / "articles" / "chips-in-the-china-plan.md"

WATCHING = """
import os, sys

def watch(event, arguments):
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple)):
        host = arguments[0] if event == "socket.getaddrinfo" else arguments[1][0]
        if host not in ("127.0.0.1", "::1", "localhost"):
            with open(os.environ["WATCHED"], "a") as file:
                print(event, host, file=file)

sys.addaudithook(watch)
"""
"""Python runs this at the start of every process, children too."""


def test_commands_no_command_looks_for_another_machine(tmp_path: Path) -> None:
    watched = tmp_path / "watched"
    (tmp_path / "sitecustomize.py").write_text(WATCHING, encoding="utf-8")
    environment = {name: text for name, text in os.environ.items() if name not in ("CI", "TF_BUILD", "JENKINS_URL")}
    environment |= {
        "ASSISTANT_DATA": str(tmp_path / "data"),
        "HOME": str(tmp_path),  # where consent to reports would be kept
        "PYTHONPATH": str(tmp_path),
        "WATCHED": str(watched),
    }

    def assistant(*arguments: str | Path) -> str:
        command = [str(Path(sys.executable).with_name("assistant")), *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout

    probe = "import socket\ntry: socket.create_connection(('203.0.113.1', 9), 0.01)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", probe], env=environment, check=True)
    assert "203.0.113.1" in watched.read_text(encoding="utf-8"), "the watch sees what it should"
    watched.unlink()

    assistant("ingest", ARTICLE)
    assert "[1]" in assistant("ask", "what does China say about semiconductors?")
    assert not watched.exists(), watched.read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} <= {"data", "sitecustomize.py", "__pycache__", ".cache"}
