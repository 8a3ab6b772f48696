"""Parts of a gold set that are looked at on their own: by any field of the gold questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from assistant.evaluation.case import Case

_MOST_PARTS = 20
"""A field with more values than that (a name, a date) is no kind of question, unless it is asked for."""

_NO_KINDS = frozenset({"other_speakers", "wrong_answers"})
"""Fields that measures read: they say what is wrong, not what kind of question it is."""

PUBLISHER = "publisher"
FOLLOW_UP = "follow_up"

Slices = dict[str, dict[str, list[int]]]
"""Field -> value -> positions of the questions. A question with several values is in several slices."""


def slices(cases: Sequence[Case], wanted: Collection[str] = ()) -> Slices:
    """Return slices by each field that has two to twenty values, and by each `wanted` one whatever it has."""
    parts: Slices = {}
    for position, case in enumerate(cases):
        for field, value in _field_values(case):
            parts.setdefault(field, {}).setdefault(value, []).append(position)
    return {
        field: dict(sorted(values.items()))
        for field, values in sorted(parts.items())
        if field in wanted or 2 <= len(values) <= _MOST_PARTS
    }


def unknown_fields(parts: Slices, wanted: Collection[str]) -> list[str]:
    """Return the wanted fields that no question has."""
    return sorted(set(wanted) - set(parts))


def _field_values(case: Case) -> Iterator[tuple[str, str]]:
    """Yield each field of the question with its value; several for a field that is a list."""
    answerable = case.gold.is_answerable
    yield "answerable", "unknown" if answerable is None else _word(answerable)
    yield FOLLOW_UP, _word(bool(case.gold.history))
    for publisher in sorted(_publishers(case)):
        yield PUBLISHER, publisher
    for field, value in (case.gold.model_extra or {}).items():
        if field not in _NO_KINDS:
            yield from ((field, word) for word in _words(value))


def _words(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str | int | bool) for one in values):
        return []
    return list(dict.fromkeys(_word(one) for one in values))


def _word(value: str | int | bool) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _publishers(case: Case) -> set[str]:
    """Return the publishers of the relevant documents, where the articles are at hand."""
    if case.find_article is None:
        return set()
    articles = map(case.find_article, case.gold.relevance)
    return {article.publisher for article in articles if article and article.publisher}
