"""LlamaIndex itself, which wants another release of openai than these tests have: `tests/clients/asks.py` asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.wire.chat_completions import MODEL

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / "tests" / "clients"
PACKAGES = ROOT / "build" / "llamaindex"
QUESTION = "what does China say about semiconductors?"
SECONDS = 600
"""Only what hangs takes so long; the registry is asked once in a checkout."""


@pytest.fixture(scope="module")
def program() -> list[str]:
    """The command that asks. Elsewhere than in CI, its packages are installed by hand (CONTRIBUTING.md)."""
    if not PACKAGES.is_dir():
        if "CI" not in os.environ:
            pytest.skip("its packages are not installed")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        lock = str(CLIENTS / "requirements.lock")
        subprocess.run([*pip, "--target", str(PACKAGES), "--requirement", lock], check=True, timeout=SECONDS)
    return [sys.executable, str(CLIENTS / "asks.py")]


def test_llamaindex_gets_what_http_gives_and_for_its_own_passages_the_same(
    client: httpx.Client, program: list[str]
) -> None:
    address = str(client.base_url).rstrip("/")
    environment = os.environ | {"PYTHONPATH": str(PACKAGES)}
    asked = subprocess.run(
        [*program, address, QUESTION], timeout=SECONDS, capture_output=True, text=True, env=environment
    )
    assert asked.returncode == 0, asked.stderr

    sent = {"model": MODEL, "messages": [{"role": "user", "content": QUESTION}]}
    content = client.post("/v1/chat/completions", json=sent).json()["choices"][0]["message"]["content"]
    assert json.loads(asked.stdout) == {"chat": content, "streamed": content, "refined": content}
