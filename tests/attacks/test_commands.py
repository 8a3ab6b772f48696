"""Troubles that every command may meet: each is told in a sentence, with an exit code, and never in a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.attacks.conftest import ASSISTANT, PATIENCE

NO_UTF8 = b"caf\xe9"

READING = (
    ["articles", "list"],
    ["articles", "show", "a-1"],
    ["keys", "list"],
    ["jobs", "list"],
    ["feedback", "export"],
    ["feedback", "remove", "--before", "2020-01-01"],
    ["status"],
    ["serve", "--port", "0"],
)
"""Of commands that open the data folder before anything heavy; the others open it by the same call."""


def run(data: Path | bytes, *arguments: str | bytes | Path, **others: object) -> subprocess.CompletedProcess[bytes]:
    given: dict[str, object] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **others}
    return subprocess.run(
        [ASSISTANT, *arguments],
        env={**os.environb, b"ASSISTANT_DATA": os.fsencode(data)},
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        check=False,
        **given,
    )


def assert_is_told(done: subprocess.CompletedProcess[bytes], code: int, words: bytes) -> None:
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_command_a_data_folder_that_is_a_file_is_told(tmp_path: Path, arguments: Sequence[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    done = run(file, *arguments)
    assert_is_told(done, 3, b"cannot be used")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["articles", "show", NO_UTF8], 2, b"is not valid UTF-8"),
        (["articles", "list", "--after", NO_UTF8], 2, b"is not valid UTF-8"),
        (["keys", "revoke", NO_UTF8], 2, b"is not valid UTF-8"),
        (["jobs", "retry", NO_UTF8], 2, b"is not valid UTF-8"),
        (["serve", "--allow-anyone-to-ask", "--host", NO_UTF8], 2, b"no name of a machine"),
        (["restore", NO_UTF8], 3, b"check the path"),
        (["gold", "check", NO_UTF8], 2, b"check the path"),
        ([NO_UTF8], 2, b"No such command"),
    ],
)
def test_command_an_argument_that_is_no_utf8_is_told(
    articles: Path, arguments: Sequence[str | bytes], code: int, words: bytes
) -> None:
    assert_is_told(run(articles, *arguments), code, words)


def test_command_files_and_folders_may_have_names_that_are_no_utf8(tmp_path: Path) -> None:
    saved, data, again = (os.fsencode(tmp_path / name) + NO_UTF8 for name in ("saved", "data", "again"))
    for folder, arguments in ((data, ["keys", "list"]), (data, ["backup", saved]), (again, ["restore", saved])):
        done = run(folder, *arguments)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", [["articles", "list"], ["articles", "list", "--json"], ["--help"]], ids=" ".join)
def test_command_a_reader_that_left_the_pipe_is_no_error_of_the_program(
    articles: Path, arguments: Sequence[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(articles, *arguments, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["feedback", "export", "--out", "/nowhere/x"], b"(/nowhere/x); check the path"),
        (["backup", "/nowhere/x"], b"cannot be written"),
        (["backup", "/"], b"cannot be written"),
        (["articles", "list"], b"No space left on device; check the path"),
    ],
)
def test_command_an_output_that_cannot_be_written_is_told(
    articles: Path, arguments: Sequence[str], words: bytes
) -> None:
    with Path("/dev/full").open("wb") as full:
        assert_is_told(run(articles, *arguments, stdout=full), 3, words)


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.2])  # earlier, Python itself may still be starting
def test_command_ctrl_c_ends_it_without_a_traceback_however_early(articles: Path, seconds: float) -> None:
    with subprocess.Popen(
        [ASSISTANT, "chat"],
        env={**os.environ, "ASSISTANT_DATA": str(articles)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, 130, -signal.SIGINT)
    assert b"Traceback" not in said, said
