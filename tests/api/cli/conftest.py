from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli import main
from assistant.settings import Settings


@dataclass(frozen=True)
class Finished:
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Finished]


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Run `assistant ARGUMENTS` on a data folder of its own."""
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "data"))

    def run(*arguments: str | Path) -> Finished:
        monkeypatch.setattr(sys, "argv", ["assistant", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        captured = capsys.readouterr()
        return Finished(int(left.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def with_samples(monkeypatch: pytest.MonkeyPatch, assistant: Command, settings: Settings) -> Command:
    """Run `assistant ARGUMENTS` on the sample articles, which it must not change."""
    monkeypatch.setenv("ASSISTANT_DATA", str(settings.data))
    return assistant
