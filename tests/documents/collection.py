"""The documents of `kinds`: what is asked of each, and what a careful reader of it would answer."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KINDS = Path(__file__).parent / "kinds"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question; the answer has and lacks these texts, or is refused.

    With `or_refuses` both are right: what the reading model is not sure of may be refused, and is never told wrong.
    """

    question: str
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    refuses: bool = False
    or_refuses: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a kind. `title` is the one that it must be stored under, where that is no matter of course."""

    kind: str
    name: str
    text: str
    title: str | None = None
    is_left_out: bool = False
    asks: tuple[Ask, ...] = field(default=())


def documents() -> Iterator[Document]:
    for path in sorted(KINDS.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["document"]:
            asks = tuple(_ask(**one) for one in entry["ask"])
            yield Document(
                path.stem, entry["name"], entry["text"], entry.get("title"), entry.get("is_left_out", False), asks
            )


def _ask(has: list[str] | None = None, lacks: list[str] | None = None, **fields: Any) -> Ask:
    return Ask(has=tuple(has or ()), lacks=tuple(lacks or ()), **fields)


def write(folder: Path) -> None:
    """Write all documents to `folder`, those of a kind into a folder of their own."""
    for document in documents():
        path = folder / document.kind / document.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document.text, encoding="utf-8")
