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

UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "assistant.service"
TEXT = UNIT.read_text(encoding="utf-8")
(EXECUTABLE,) = re.findall(r"^ExecStart=(\S+) serve$", TEXT, re.MULTILINE)


def complaints(text: str, folder: Path) -> list[str]:
    """What systemd says of a unit. The program that it starts is the one that is installed here."""
    if shutil.which("systemd-analyze") is None and "CI" not in os.environ:
        pytest.skip("there is no systemd-analyze here")
    unit = folder / UNIT.name
    unit.write_text(text.replace(EXECUTABLE, str(Path(sys.executable).with_name("assistant"))), encoding="utf-8")
    said = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    lines = (said.stdout + said.stderr).splitlines()
    return [line for line in lines if UNIT.name in line] or [f"it failed: {lines}"] * said.returncode


def test_systemd_unit_is_one_that_systemd_finds_nothing_wrong_with(tmp_path: Path) -> None:
    assert complaints(TEXT, tmp_path) == []
    assert complaints(TEXT.replace("ProtectHome=", "ProtectHomes="), tmp_path) != []


def test_systemd_unit_waits_longer_than_the_service_takes_to_stop() -> None:
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", TEXT, re.MULTILINE)

    assert int(seconds) > HttpOptions().drain_seconds + SECONDS_TO_LET_GO + 2 * SECONDS_TO_KILL
