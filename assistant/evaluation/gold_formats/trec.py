"""TREC topics, as `number<TAB>text` lines or classic `<top>` records, with a qrels file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from assistant.evaluation.gold import BadLine, GoldQuestion, make_question
from assistant.evaluation.gold_formats.judgements import read_judgements

_TOPIC = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*([^\s<]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*(?:Topic:)?\s*([^<]+)", re.IGNORECASE)


def read_trec(topics: Path, qrels: Path) -> Iterator[tuple[str, GoldQuestion | BadLine]]:
    """Yield each topic's title as a question; topics without judgements are kept and left out of retrieval."""
    judgements = read_judgements(qrels)
    text = topics.read_text(encoding="utf-8-sig")
    read = _records if "<top>" in text.lower() else _lines
    for line_number, number, title in read(text):
        place = f"{topics.name} line {line_number}"
        if number is None or title is None:
            yield place, BadLine(place, "is no topic: it needs a number and a title.")
        else:
            yield place, _question(number, title, judgements, place)


def _question(
    number: str, title: str, judgements: Mapping[str, Mapping[str, int]], place: str
) -> GoldQuestion | BadLine:
    fields = {"id": number, "question": " ".join(title.split()), "grades": judgements.get(number)}
    return make_question(fields, place)


def _records(text: str) -> Iterator[tuple[int, str | None, str | None]]:
    for record in _TOPIC.finditer(text):
        number, title = _NUMBER.search(record[1]), _TITLE.search(record[1])
        yield text.count("\n", 0, record.start()) + 1, number and number[1], title and title[1]


def _lines(text: str) -> Iterator[tuple[int, str | None, str | None]]:
    for line_number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            number, tab, title = line.partition("\t")
            yield line_number, number.strip(), title if tab else None
