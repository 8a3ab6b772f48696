"""What other users of the machine can read: nothing of the data folder, and no secret anywhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.assistant.model_server import Fault, ModelServer, model_server
from tests.attacks.conftest import ASSISTANT, PATIENCE, serving

MODEL_KEY = "sk-model-0123456789abcdef"
QUESTION = {"question": "what does China say about semiconductors?", "mode": "generative"}


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with model_server() as server:
        server.fault = Fault.ERROR
        yield server


@pytest.fixture
def careless() -> Iterator[None]:
    """A umask that lets everybody read and write what is made."""
    before = os.umask(0)
    yield
    os.umask(before)


def assistant(data: Path, *arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ASSISTANT, *arguments],
        env={**os.environ, "ASSISTANT_DATA": str(data), **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def open_to_others(*places: Path) -> list[str]:
    every = [path for place in places for path in (place, *place.rglob("*"))]
    return [f"{path}: {path.stat().st_mode:o}" for path in every if path.stat().st_mode & 0o077]


def test_data_folder_nothing_that_any_process_writes_can_be_read_by_others(tmp_path: Path, careless: None) -> None:
    data, made = tmp_path / "data", tmp_path / "made"
    made.mkdir(mode=0o700)
    assert assistant(data, "ingest", "corpus/articles/weekend-brief.md").returncode == 0
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "1", "question": "who?", "answers": ["x"]}\n')
    assert assistant(data, "backup", made / "saved").returncode == 0
    assert assistant(data, "feedback", "export", "--out", made / "drafts.jsonl").returncode == 0
    assert assistant(data, "evaluate", gold, "--out", made / "run").returncode == 0
    assert assistant(tmp_path / "again", "restore", made / "saved").returncode == 0
    with serving(data, workers=2) as service:
        article = {"title": "New", "text": "Something new."}
        assert httpx.post(f"{service.url}/v1/articles", json=article, timeout=PATIENCE).status_code == 202
        assert open_to_others(data) == []
    assert open_to_others(data, tmp_path / "again", *made.iterdir()) == []


def test_data_folder_one_that_others_can_read_is_mended_and_that_is_said_once(articles: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(articles, tmp_path / "data"))
    for path in (data, *data.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    first, second = assistant(data, "articles", "list"), assistant(data, "articles", "list")
    assert first.stderr.splitlines() == [f"Other users could read the data folder {data}; now only its owner can."]
    assert second.stderr == ""
    assert open_to_others(data) == []


def test_data_folder_one_that_holds_other_things_too_is_left_as_it_is_and_that_is_said(tmp_path: Path) -> None:
    tool = tmp_path / "work" / "bin" / "tool"
    tool.parent.mkdir(parents=True)
    tool.touch()
    for path in (tool, tool.parent, tool.parent.parent):
        path.chmod(0o755)  # whatever the umask
    modes = {path: path.stat().st_mode for path in (tool, tool.parent, tool.parent.parent)}
    done = assistant(tool.parent.parent, "status")
    assert (done.returncode, "holds other things, too" in done.stderr) == (0, True), done.stderr
    assert {path: path.stat().st_mode for path in modes} == modes


def test_data_folder_a_link_that_another_user_made_is_refused(articles: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a link of another user")
    link = tmp_path / "link"
    link.symlink_to(articles)
    os.lchown(link, 65534, 65534)
    done = assistant(link, "status")
    assert (done.returncode, "a link that another user made" in done.stderr) == (3, True), done.stderr


def test_secrets_none_is_in_logs_metrics_lists_of_processes_or_what_commands_say(
    articles: Path, tmp_path: Path, model: ModelServer
) -> None:
    data = Path(shutil.copytree(articles, tmp_path / "data"))
    key = assistant(data, "keys", "create", "somebody", "--scope", "ask", "--scope", "admin").stdout.strip()
    assert key.startswith("sk_")
    settings = {
        "ASSISTANT_MODEL__BASE_URL": model.url,
        "ASSISTANT_MODEL__API_KEY": MODEL_KEY,
        "ASSISTANT_EVALUATING__API_KEY": key,
    }
    told = [
        done.stdout + done.stderr
        for arguments in (
            ["status"],
            ["keys", "list", "--json"],
            ["model", "check"],
            ["serve", "--help"],
            ["serve", "--x"],
        )
        if (done := assistant(data, *arguments, **settings))
    ]
    headers = {"Authorization": f"Bearer {key}"}
    with (
        serving(data, workers=2, **settings) as service,
        httpx.Client(base_url=service.url, timeout=PATIENCE) as client,
    ):
        told.append(client.post("/v1/ask", json=QUESTION, headers=headers).text)
        told.append(client.get("/metrics", headers=headers).text)
        told.append(client.post("/v1/ask", content=key, headers=headers).text)
        told.append(client.get("/metrics", headers={"Authorization": f"Bearer {key}x"}).text)
        told += [Path(f"/proc/{number}/cmdline").read_text() for number in service.processes()]
    told.append(service.log.read_text())
    assert f"Bearer {MODEL_KEY}" in model.keys, "the key did reach the model's server"
    assert [text for text in told if key in text or MODEL_KEY in text or "link_secret" in text] == []
