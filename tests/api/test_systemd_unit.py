"""The systemd unit, as far as that needs no systemd that runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.http.serving.server import SECONDS_TO_LET_GO
from api.http.serving.supervisor import SECONDS_TO_KILL
from assistant.settings import HttpOptions

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
TEXT = (UNITS / "assistant.service").read_text(encoding="utf-8")
EXECUTABLE = "/opt/assistant/bin/assistant"


def complaints(folder: Path, old: str = "", new: str = "") -> list[str]:
    """What systemd says of the units, with one thing replaced. They start the program that is installed here."""
    if shutil.which("systemd-analyze") is None and "CI" not in os.environ:
        pytest.skip("there is no systemd-analyze here")
    names = sorted(path.name for path in UNITS.iterdir())
    for name in names:
        text = (UNITS / name).read_text(encoding="utf-8").replace(old, new)
        text = text.replace(EXECUTABLE, str(Path(sys.executable).with_name("assistant")))
        (folder / name).write_text(text, encoding="utf-8")
    verify = ["systemd-analyze", "verify", *(str(folder / name) for name in names)]
    said = subprocess.run(verify, capture_output=True, text=True)
    lines = (said.stdout + said.stderr).splitlines()
    return [line for line in lines if any(name in line for name in names)] or [f"it failed: {lines}"] * said.returncode


def test_systemd_unit_is_one_that_systemd_finds_nothing_wrong_with(tmp_path: Path) -> None:
    assert complaints(tmp_path) == []
    assert complaints(tmp_path, "ProtectHome=", "ProtectHomes=") != []
    assert complaints(tmp_path, "OnCalendar=", "OnCalender=") != []


def test_systemd_unit_waits_longer_than_the_service_takes_to_stop() -> None:
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", TEXT, re.MULTILINE)

    assert int(seconds) > HttpOptions().drain_seconds + SECONDS_TO_LET_GO + 2 * SECONDS_TO_KILL
