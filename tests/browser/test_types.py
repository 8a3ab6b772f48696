"""The types of the widget's sources, checked by TypeScript."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
COMPILER = HERE / "node_modules/.bin/tsc"


def test_the_widget_s_types_are_right() -> None:
    if not COMPILER.exists():
        message = f"No TypeScript: npm ci --prefix {HERE.relative_to(HERE.parents[1])}"
        if "CI" in os.environ:
            pytest.fail(message)
        pytest.skip(message)

    done = subprocess.run([COMPILER, "--project", HERE / "tsconfig.json"], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout
