"""The steps of the Dockerfile that need no container engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ASSISTANT = [sys.executable, "-W", "ignore", "-c", "from api.cli import main; main()"]


def exec_form(instruction: str) -> list[str]:
    (found,) = re.findall(rf"^\s*{instruction} (\[.*\])$", DOCKERFILE, re.MULTILINE)
    command: list[str] = json.loads(found)
    return command


def test_dockerfile_copies_what_is_there_and_let_through() -> None:
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()
    ]
    let_through = re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(copied) == sorted(let_through)
    assert all((ROOT / name).exists() for name in copied)


def test_dockerfile_installs_only_what_is_locked() -> None:
    installs = re.findall(r"/pip install --no-cache-dir (.*)$", DOCKERFILE, re.MULTILINE)
    (pip_release,) = re.findall(r"^PIP_RELEASE := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert installs == [
        f"pip=={pip_release}",
        "--no-deps --require-hashes --requirement requirements.lock",
        "--no-deps --index-url https://download.pytorch.org/whl/cpu --requirement pytorch.lock",
        "--no-deps --require-hashes --constraint requirements-dev.lock psycopg psycopg-binary",
        "--no-deps --build-constraint requirements-dev.lock .",
    ]


def test_dockerfile_container_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)[-1] == "assistant"


def test_dockerfile_container_command_lets_nobody_in_unasked(tmp_path: Path) -> None:
    assert exec_form("ENTRYPOINT") == ["assistant"]

    ran = subprocess.run(
        [*ASSISTANT, *exec_form('CMD\\b(?= \\["serve)')],
        env={"ASSISTANT_DATA": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 2
    assert "--allow-anyone-to-ask" in ran.stderr


def test_dockerfile_container_health_check_tells_a_service_from_none(client: httpx.Client) -> None:
    _, *command = exec_form('CMD\\b(?= \\["python)')
    here = [
        sys.executable,
        *(part.replace("http://127.0.0.1:8000", str(client.base_url).rstrip("/")) for part in command),
    ]
    elsewhere = [sys.executable, *(part.replace(":8000", ":1") for part in command)]

    assert subprocess.run(here).returncode == 0
    assert subprocess.run(elsewhere, stderr=subprocess.DEVNULL).returncode != 0
