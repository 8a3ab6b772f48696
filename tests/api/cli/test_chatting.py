from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.api.cli.conftest import Command

ASSISTANT = Path(sys.executable).with_name("assistant")
QUESTION = "what does China say about semiconductors?"
MEANT = "(what does the US say about semiconductors?)"
_SECONDS = 120


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "ASSISTANT_DATA": str(settings.data), "TERM": "dumb"}


def piped(environment: dict[str, str], *lines: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [ASSISTANT, "chat"],
        input=b"\n".join(lines),
        env=environment,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )


@pytest.fixture
def said_to(with_samples: Command, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What `assistant chat` says to some lines, in this process."""

    def chat(*lines: str) -> str:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO("\n".join(lines).encode())))
        return with_samples("chat").out

    return chat


def test_chat_a_piped_conversation_is_answered_line_by_line(environment: dict[str, str]) -> None:
    done = piped(environment, QUESTION.encode(), b"", b"and the US?", b"/quit", b"never asked")
    answer, *sources = done.stdout.decode().splitlines()

    assert (done.returncode, done.stderr) == (0, b"")
    assert "[1]" in answer
    assert sources[0].startswith("[1] ")
    assert MEANT in sources
    assert sources.index(MEANT) > 0
    assert ">" not in {line[:1] for line in sources}


def test_chat_bytes_that_are_no_text_end_no_conversation(environment: dict[str, str]) -> None:
    done = piped({**environment, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}, b"caf\xe9?", QUESTION.encode())

    assert done.returncode == 0
    assert b"[1]" in done.stdout


def test_chat_sources_are_quoted_when_asked_for(said_to: Callable[..., str]) -> None:
    said = said_to("/sources", QUESTION, "/sources")

    assert said.startswith("Nothing was answered yet.\n")
    assert re.search(r"^    “.+”$", said, re.MULTILINE)
    assert re.search(r"^    characters \d+-\d+ of article ", said, re.MULTILINE)


def test_chat_what_is_cleared_is_forgotten(said_to: Callable[..., str]) -> None:
    said = said_to(QUESTION, "/clear", "and the US?")

    assert "Forgotten." in said
    assert MEANT not in said


def test_chat_small_talk_and_unknown_commands_are_told_what_there_is(said_to: Callable[..., str]) -> None:
    said = said_to("thanks!", "/sources", "/what")

    assert said.startswith("I answer questions from ")
    assert "The last answer has no sources." in said
    assert "There is no such command; the commands are:\n  /sources" in said


def test_chat_whatever_is_piped_in_does_no_harm(environment: dict[str, str]) -> None:
    done = piped(environment, b"\xff\xfe and\x1b[2J the US?", b"x" * 3_000, QUESTION.encode())

    assert done.returncode == 0
    assert b"ask in at most 2,000" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"\x1b" not in done.stdout
    assert b"[1]" in done.stdout


class Terminal:
    """A person's side of a terminal."""

    def __init__(self, side: int, process: subprocess.Popen[bytes]) -> None:
        self._side = side
        self.process = process
        self.seen = ""

    def type(self, text: str) -> None:
        os.write(self._side, text.encode())

    def comes_within(self, seconds: float) -> bool:
        """Whether anything more does."""
        return bool(select.select([self._side], [], [], seconds)[0])

    def wait_for(self, text: str) -> str:
        """All that came until `text` did, from where the last wait ended."""
        while text not in self.seen:
            ready, _, _ = select.select([self._side], [], [], _SECONDS)
            assert ready, f"{text!r} did not come after {self.seen!r}"
            self.seen += os.read(self._side, 65536).decode().replace("\r", "")
        before, _, self.seen = self.seen.partition(text)
        return before


@contextmanager
def terminal(environment: dict[str, str]) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [ASSISTANT, "chat"],
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        # Tests that run in the background of a shell ignore Ctrl-C, and whom they start would, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(theirs)
    try:
        yield Terminal(ours, process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        os.close(ours)


def test_chat_a_person_at_a_terminal_is_greeted_answered_and_let_go(environment: dict[str, str]) -> None:
    with terminal(environment) as screen:
        greeting = screen.wait_for("\n> ")
        screen.type(QUESTION + "\n")
        answer = screen.wait_for("\n> ")
        screen.type("and the US?\n")
        follow_up = screen.wait_for("\n> ")
        screen.type("\x04")  # Ctrl-D
        code = screen.process.wait(_SECONDS)

    assert "I answer questions from " in greeting
    assert "/quit" in greeting
    assert "[1]" in answer
    assert MEANT in follow_up
    assert code == 0


def test_chat_ctrl_c_at_the_prompt_says_how_to_leave(environment: dict[str, str]) -> None:
    with terminal(environment) as screen:
        screen.wait_for("\n> ")
        # One that comes between the prompt and the wait behind it is seen with the next key only.
        for _ in range(int(_SECONDS)):
            screen.process.send_signal(signal.SIGINT)
            if screen.comes_within(1.0):
                break
        screen.wait_for("Press Ctrl-D or type /quit to leave.")
        screen.wait_for("\n> ")
        screen.type("/quit\n")

        assert screen.process.wait(_SECONDS) == 0


def test_chat_a_conversation_is_read_from_a_file(with_samples: Command, tmp_path: Path) -> None:
    file = tmp_path / "said.json"
    file.write_text(f'[{{"role": "user", "content": "{QUESTION}"}}, {{"role": "assistant", "content": "Much."}}]')
    done = with_samples("ask", "and the US?", "--history", file)

    assert done.code == 0
    assert done.out.startswith(MEANT)


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '[{"role": "system", "content": "x"}]', '[{"role": "user", "content": "x"}]' * 2, None]
)
def test_chat_a_file_that_holds_no_conversation_is_one_remark(
    with_samples: Command, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "said.json"
    if content is not None:
        file.write_text(content)
    done = with_samples("ask", "and the US?", "--history", file)

    assert (done.code, done.out) == (2, "")
    assert "--history" in done.err
    assert "Traceback" not in done.err
