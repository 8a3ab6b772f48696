"""What an answer says itself, in each language: a file in `languages` for each, all with the same texts.

The language of a question decides; what there is no file for is said in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from assistant.query.language import DEFAULT, question_language

_FOLDER = Path(__file__).parent / "languages"

FRAMES = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
"""The ISO 639 codes of the languages that there is a file for."""


class Frame:
    """The texts of one language, by the names in its file: `answer.how` is `how` below `[answer]`."""

    def __init__(self, tag: str, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self.tag = tag
        self.texts: Mapping[str, str] = {
            f"{table}.{name}": text
            for table, texts in tables.items()
            for name, text in texts.items()
            if isinstance(text, str)
        }
        self._months: Sequence[str] = tables["words"]["months"]

    def say(self, name: str, **values: object) -> str:
        """Return a text with these values in it; what they hold is put in as it is."""
        return self.texts[name].format(**values)

    def counted(self, name: str, count: int) -> str:
        """Return `name` for this number of things; `name_one` is for one."""
        return self.say(f"{name}_one" if count == 1 else name, count=self.number(count))

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", self.texts["words.thousands"])

    def joined(self, several: Sequence[str]) -> str:
        """Return `A, B and C`."""
        *first, last = several
        comma = self.texts["words.comma"]
        return self.say("words.and", first=comma.join(first), last=last) if first else last

    def listed(self, several: Iterable[str]) -> str:
        """Return `A, B, C`."""
        return self.texts["words.comma"].join(several)

    def day(self, day: date) -> str:
        """Return `5 May 2025`."""
        return self.told(day.year, day.month, day.day)

    def told(self, year: int, month: int | None = None, day: int | None = None) -> str:
        """Return a date as exactly as it is known: `5 May 2025`, `May 2025`, `2025`."""
        if month is None:
            return self.say("words.year", year=year)
        if day is None:
            return self.say("words.month_of_year", month=self._months[month - 1], year=year)
        return self.say("words.day", day=day, month=self._months[month - 1], year=year)


@cache
def frame_in(tag: str) -> Frame:
    """Return the frame in the language with this ISO 639 code; that in English where there is none."""
    known = tag if tag in FRAMES else DEFAULT
    return Frame(known, tomllib.loads((_FOLDER / f"{known}.toml").read_text(encoding="utf-8")))


def frame_for(question: str) -> Frame:
    """Return the frame in the language of a question."""
    return frame_in(question_language(question))


ENGLISH_FRAME = frame_in(DEFAULT)
