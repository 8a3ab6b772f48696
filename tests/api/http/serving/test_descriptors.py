from __future__ import annotations

import subprocess
import sys

import pytest

_PRINT = (
    "import resource; from api.http.serving.descriptors import connections_allowed, raise_descriptor_limit;"
    "raise_descriptor_limit(); print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], connections_allowed())"
)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [("ulimit -Sn 256 && ulimit -Hn 900", "900 516"), ("ulimit -n 1024", "1024 640"), ("ulimit -n 128", "128 16")],
)
def test_descriptor_limit_is_raised_to_what_is_allowed_and_leaves_a_reserve(limits: str, expected: str) -> None:
    command = ["bash", "-c", f'{limits} && exec "$0" -c "$1"', sys.executable, _PRINT]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == expected
