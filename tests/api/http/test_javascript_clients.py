"""Official clients in JavaScript, of OpenAI and of the Model Context Protocol: `tests/clients/asks.mjs` asks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from api.wire.chat_completions import MODEL

CLIENTS = Path(__file__).parents[2] / "clients"
QUESTION = "what does China say about semiconductors?"
SECONDS = 600
"""Only what hangs takes so long; the registry is asked once in a checkout."""


@pytest.fixture(scope="module")
def program() -> list[str]:
    """The command that asks. Elsewhere than in CI, its packages come with `npm --prefix tests/clients ci`."""
    if not (CLIENTS / "node_modules").is_dir():
        if "CI" not in os.environ:
            pytest.skip("its packages are not installed")
        npm = ["npm", "--prefix", str(CLIENTS), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(npm, check=True, timeout=SECONDS, capture_output=True)
    return [shutil.which("node") or "node", str(CLIENTS / "asks.mjs")]


def test_javascript_clients_get_what_http_gives(client: httpx.Client, program: list[str]) -> None:
    address = str(client.base_url).rstrip("/")
    asked = subprocess.run([*program, address, QUESTION], timeout=SECONDS, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    told = json.loads(asked.stdout)

    native = client.post("/v1/ask", json={"question": QUESTION}).json()
    completion = client.post(
        "/v1/chat/completions", json={"model": MODEL, "messages": [{"role": "user", "content": QUESTION}]}
    ).json()
    message = completion["choices"][0]["message"]
    assert told["models"] == [MODEL]
    assert told["whole"]["content"] == told["streamed"] == told["responded"]["text"] == message["content"]
    assert told["whole"]["annotations"] == message["annotations"]
    assert len(told["responded"]["annotations"]) == len(native["citations"]) > 0
    assert told["refused"] == {"name": "BadRequestError", "status": 400, "code": "unsupported_value"}
    assert told["dimension"] == 384
    assert told["tool"]["tools"] == ["ask", "search", "fetch"]
    assert told["tool"]["answer"]["answer"]["text"] == native["answer"]["text"]
