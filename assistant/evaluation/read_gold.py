"""Reading gold questions, whatever format they are in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.evaluation.errors import BadGold
from assistant.evaluation.gold import BadLine, Gold, GoldQuestion
from assistant.evaluation.gold_formats import read_questions

_LINES_SHOWN = 5
"""Bad lines that are named in full; with more, the file is probably of another kind."""


def read_gold(path: Path, qrels: Path | None = None, skip_bad: bool = False) -> Gold:
    """Return the questions of a gold file or BEIR folder; drafts are left out and counted.

    `qrels` makes `path` a TREC topics file. Raises `BadGold` when the file cannot be read, holds no question,
    or has a bad line (with `skip_bad` those are left out and listed in the result).
    """
    if not path.exists():
        raise BadGold(f"{path} does not exist; check the path.")
    try:
        good, bad = _sorted_out(read_questions(path, qrels))
    except UnicodeDecodeError as error:
        raise BadGold(f"{path} is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    if bad and not skip_bad:
        raise BadGold(_complaint(bad))
    confirmed = tuple(question for question in good if not question.draft)
    if not confirmed:
        raise BadGold(f"{path} holds no question" + (" but drafts." if good else "."))
    return Gold(path.stem, confirmed, tuple(bad), len(good) - len(confirmed))


def _sorted_out(
    readings: Iterator[tuple[str, GoldQuestion | BadLine]],
) -> tuple[list[GoldQuestion], list[BadLine]]:
    """Separate questions from bad lines; a second question of an id is a bad line."""
    places: dict[str, str] = {}
    good: list[GoldQuestion] = []
    bad: list[BadLine] = []
    for place, reading in readings:
        if isinstance(reading, BadLine):
            bad.append(reading)
        elif reading.id in places:
            bad.append(BadLine(place, f"the id {reading.id} is already that of {places[reading.id]}."))
        else:
            places[reading.id] = place
            good.append(reading)
    return good, bad


def _complaint(bad: list[BadLine]) -> str:
    shown = "\n".join(str(line) for line in bad[:_LINES_SHOWN])
    more = f"\n... and {len(bad) - _LINES_SHOWN} more." if len(bad) > _LINES_SHOWN else ""
    return f"{shown}{more}\nMend the file, or pass --skip-bad to go on without these."
