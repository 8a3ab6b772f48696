from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from os import environ
from pathlib import Path

import httpx
import pytest

from assistant.ask import Assistant
from assistant.settings import HttpOptions, Settings
from tests.api.conftest import serving
from tests.api.http.test_error_handlers import SECRET

PAGE = Path(__file__).parents[4] / "docs" / "http.md"
EXAMPLES = re.findall(r"^```(sh|python|js)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
COMMANDS = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-W", "ignore", "-c"],
    "js": ["node", "--input-type=module", "-e"],
}


@pytest.fixture(scope="module")
def client(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """On a data folder of its own: the examples post articles."""
    data = Path(shutil.copytree(samples, tmp_path_factory.mktemp("reference") / "data"))
    settings = Settings(data=data, serving=HttpOptions(port=0))
    with (
        Assistant.open(settings) as helper,
        serving(helper, settings) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


def skip_without(program: str) -> None:
    if shutil.which(program) is None and "CI" not in environ:
        pytest.skip(f"there is no {program} here")


@pytest.mark.parametrize(
    ("language", "code"), [pytest.param(*example, id=f"{n}-{example[0]}") for n, example in enumerate(EXAMPLES)]
)
def test_reference_every_example_of_the_page_runs(client: httpx.Client, language: str, code: str) -> None:
    skip_without("node" if language == "js" else "curl")
    code = code.replace("http://127.0.0.1:8000", str(client.base_url).rstrip("/"))

    ran = subprocess.run([*COMMANDS[language], code], capture_output=True, text=True, timeout=120)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_reference_needs_no_script_and_names_every_route(client: httpx.Client) -> None:
    response = client.get("/docs")

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "<script" not in response.text
    for path in client.get("/openapi.json").json()["paths"]:
        assert f" {path}</code>" in response.text


def test_reference_the_commands_of_the_reference_run(client: httpx.Client) -> None:
    skip_without("curl")
    commands = [
        html.unescape(command) for command in re.findall(r"<pre>(.*?)</pre>", client.get("/docs").text, re.DOTALL)
    ]
    posts = [command for command in commands if "-X POST" in command]

    routes = client.get("/openapi.json").json()["paths"].values()
    assert len(posts) == sum("post" in methods for methods in routes)
    for command in posts:
        if "/v1/links" in command:  # its example names no article that there is
            continue
        ran = subprocess.run(["bash", "-c", f"{command} -f"], capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0
        assert ran.stdout.startswith("{") or "/v1/feedback" in command


def test_reference_echoes_nothing(client: httpx.Client) -> None:
    assert SECRET not in client.get("/docs", params={"a": SECRET}).text
