"""Texts whose attributions were labelled by hand before any code was written for them, and how what is found is scored.

A text ends where its labels begin: `=> speaker | verb | direct or reported | first words ... last words | role`, in the
order of the text, and `!! sentence` for one that gives nobody's words. What no label covers is nobody's words as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Label:
    """What is said in `text[start:end]`, and who says it, by the name that the text resolves to."""

    speaker: str
    verb: str
    is_direct: bool
    start: int
    end: int
    role: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with all attributions in it, and sentences that are nobody's words."""

    text: str
    labels: tuple[Label, ...]
    nobodys: tuple[str, ...]


def labelled(name: str) -> list[Labelled]:
    """Return the texts of one file: `seen` ones shaped the rules, `unseen` ones were only measured."""
    cases = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n---\n")
    return [_labelled(case) for case in cases]


def _labelled(case: str) -> Labelled:
    lines = case.strip().split("\n")
    text = "\n".join(line for line in lines if not line.startswith(("=> ", "!! ")))
    nobodys = tuple(line.removeprefix("!! ") for line in lines if line.startswith("!! "))
    assert all(sentence in text for sentence in nobodys), nobodys
    return Labelled(text, tuple(_labels(text, lines)), nobodys)


def _labels(text: str, lines: Iterable[str]) -> Iterator[Label]:
    after = 0
    for line in (line for line in lines if line.startswith("=> ")):
        speaker, verb, speech, words, *role = (field.strip() for field in line.removeprefix("=> ").split(" | "))
        first, _, last = words.partition(" ... ")
        found = re.compile(re.escape(first) + (rf".*?{re.escape(last)}" if last else ""), re.DOTALL)
        match = found.search(text, after) or found.search(text)
        assert match, line
        after = match.end() if match.start() >= after else after
        yield Label(speaker, verb, speech == "direct", *match.span(), *role)
