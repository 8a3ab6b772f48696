"""How texts are shown to the model of meaning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus.text.relative_dates import with_dates


def above(*parts: str) -> str:
    """Return what is known of a text as one: title, date, headings, the sentence before."""
    return "\n".join(part for part in parts if part)


def headed(title: str, published: date | None) -> str:
    """Return `Arrests made, Wednesday 18 September 2019`: the day of the week is what "on Saturday" counts from."""
    day = f"{published:%A} {published.day} {published:%B %Y}" if published else ""
    return ", ".join(part for part in (title, day) if part)


def dated(rows: Sequence[tuple[str, date | None, str]]) -> tuple[str, str]:
    """Return what stands above sentences (title, published, text), and the sentences with what their dates mean.

    Where they come from several documents, each run of one begins with its title.
    """
    heads = list(dict.fromkeys(headed(title, published) for title, published, _ in rows))
    shown: list[str] = []
    last = heads[0] if len(heads) == 1 else None
    for title, published, text in rows:
        head = headed(title, published)
        if head != last and head:
            shown.append(f"[{head}]")
        last = head
        shown.append(with_dates(text, published))
    return (heads[0] if len(heads) == 1 else ""), " ".join(shown)
