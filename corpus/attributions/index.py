"""The attributions of an article: what everyone in it says, and who says it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from corpus.article import Article
from corpus.attributions.frames import Frame, frames_in
from corpus.attributions.phrases import may_be_label
from corpus.attributions.quotes import quotes_in
from corpus.attributions.statements import Statement, statements_of
from corpus.attributions.voices import Speaker, Voices
from corpus.block import Stretch
from corpus.keyed import Keyed
from corpus.text.page_notes import labels_no_speaker
from corpus.units import ContextPart, Role, Unit, units_of

_REMEMBERED_ARTICLES = 256
"""Articles whose attributions are kept for the next question that finds them."""

_LABEL = re.compile(r"(?P<who>[A-Z][\w.’'-]*(?:[ ][\w.’'-]+){0,5}):\s+(?=\S)")
_AFTER_A_LABEL = re.compile(r"[:\s]*")
_ENDS_A_SENTENCE = (".", "!", "?", "”", '"', "…")


@dataclass(frozen=True, slots=True)
class Attribution:
    """`text[start:end]` is what `speaker` says: in their own words where `is_direct`, else as it is reported.

    `verb` is as written: a verb of saying, "according to", ":" behind a label; empty where a quotation has none.
    """

    speaker: Speaker
    verb: str
    start: int
    end: int
    is_direct: bool


def attributions_of(article: Article) -> tuple[Attribution, ...]:
    """Return the attributions of an article in order; what nobody is said to say has none."""
    return _index_of(article).attributions


def attributions_within(article: Article, start: int, end: int) -> list[Attribution]:
    """Return those of which a part lies in [start, end) of the text."""
    index = _index_of(article)
    first, last = bisect_right(index.ends, start), bisect_left(index.attributions, end, key=lambda one: one.start)
    return [one for one in index.attributions[first:last] if one.end > start]


def quoted_speaker(article: Article, start: int, end: int) -> str | None:
    """Return the name of who speaks, in their own words, in [start, end) of the text; None where the article names
    nobody."""
    said = (one.speaker for one in attributions_within(article, start, end) if one.is_direct)
    return next((speaker.name for speaker in said if speaker.name[:1].isupper()), None)


def is_quoted(article: Article, place: int) -> bool:
    """Whether the character at `place` of the text stands between quotation marks."""
    quotes = _index_of(article).quotes
    number = bisect_right(quotes, place, key=lambda quote: quote[0])
    return number > 0 and place < quotes[number - 1][1]


@dataclass(frozen=True, slots=True)
class _Index:
    """Attributions in order, for each where the last of those up to it ends, and what stands in quotation marks."""

    attributions: tuple[Attribution, ...]
    ends: tuple[int, ...]
    quotes: tuple[Stretch, ...]


def _index_of(article: Article) -> _Index:
    return _made(Keyed((article.content_hash, article.read_by), article))


@lru_cache(_REMEMBERED_ARTICLES)
def _made(keyed: Keyed[Article]) -> _Index:
    article = keyed.value
    units = units_of(article)
    statements = statements_of(article.text, [(unit.start, unit.end) for unit in units])
    found = sorted(_Reading(article.text, units).found(statements), key=lambda one: (one.start, one.end))
    return _Index(tuple(found), tuple(accumulate((one.end for one in found), max)), tuple(quotes_in(article.text)))


class _Reading:
    """Goes through an article once, and remembers who spoke."""

    def __init__(self, text: str, units: Sequence[Unit]) -> None:
        self._text = text
        self._units = {unit.start: unit for unit in units}
        self._voices = Voices(text)
        self._labels = self._turns(units)
        self._last: Attribution | None = None  # of direct speech just before, which a quotation may go on with

    def found(self, statements: Sequence[Statement]) -> Iterator[Attribution]:
        made: list[Attribution] = []
        before: Statement | None = None
        for statement in statements:
            if made and made[-1].end >= statement.end:
                continue  # it goes on in the line of a turn
            self._voices.come_to(statement)
            made = list(self._of(statement, before))
            yield from made
            self._last = next((one for one in reversed(made) if one.is_direct), None)
            before = statement

    def _of(self, statement: Statement, before: Statement | None) -> Iterator[Attribution]:
        label = self._label_of(statement)
        if label:
            yield label
        elif frames := frames_in(statement):
            yield from self._of_frames(statement, frames)
        elif statement.is_quoted and self._last:
            yield from _spoken(statement.speech, self._last.speaker, self._last.verb)
        elif named := self._announced(statement) or (
            before if before and statement.is_quoted and self._is_beside(before, statement) else None
        ):
            person = self._voices.person_at(named)
            if person:
                yield from _spoken(statement.speech, self._voices.told(person), "")

    def _announced(self, statement: Statement) -> Statement | None:
        """Return a statement that ends in a quotation behind a colon: 'Ann Lee had one word: "No."'."""
        quote = statement.speech[0] if statement.speech else None
        is_announced = quote and self._text[statement.start : quote[0]].rstrip("“\"'‘ ").endswith(":")
        return statement if is_announced else None

    def _is_beside(self, before: Statement, statement: Statement) -> bool:
        return "\n" not in self._text[before.end : statement.start]

    def _of_frames(self, statement: Statement, frames: Sequence[Frame]) -> Iterator[Attribution]:
        told: list[tuple[Frame, Speaker]] = []
        for frame in frames:
            speaker = self._voices.told(frame.speaker) if frame.speaker else told[-1][1]
            told.append((frame, speaker))
            for start, end in frame.said:
                yield Attribution(speaker, frame.verb, start, end, is_direct=False)
        reported = [said for frame in frames for said in frame.said]
        for quote in statement.speech:
            if not any(start <= quote[0] and quote[1] <= end for start, end in reported):
                frame, speaker = min(told, key=lambda one: _distance(one[0].at, quote))
                yield from _spoken([quote], speaker, frame.verb)

    def _turns(self, units: Sequence[Unit]) -> frozenset[str]:
        """Return what names the speakers of a conversation: labels of lines and turns, of which one speaks twice.

        What stands in bold, or before a colon, in one place only may be the heading of its paragraph.
        """
        parts = {part for unit in units for part in unit.context if part.role is Role.SPEAKER}
        lines = (match for line in self._text.split("\n") if (match := _LABEL.match(line.lstrip())))
        told = [self._labelled_by(part) for part in parts]
        told += [(label["who"], label.string[label.end() :]) for label in lines if may_be_label(label["who"])]
        found = [who for who, behind in told if not labels_no_speaker(who, behind)]
        return frozenset(label for label in found if len(label) > 1) if len(set(found)) < len(found) else frozenset()

    def _labelled_by(self, part: ContextPart) -> tuple[str, str]:
        """Return a label, and what stands behind it in its line."""
        line_end = self._text.find("\n", part.end)
        behind = self._text[part.end : line_end if line_end >= 0 else None]
        return self._text[part.start : part.end], behind.lstrip(": .")

    def _label_of(self, statement: Statement) -> Attribution | None:
        """Return what follows the speaker of a turn, or of a headline: "Lee: we will not yield"."""
        return self._turn(statement) or self._labelled_line(statement)

    def _turn(self, statement: Statement) -> Attribution | None:
        unit = self._units.get(statement.start)
        part = next((one for one in unit.context if one.role is Role.SPEAKER), None) if unit else None
        who = self._text[part.start : part.end] if part else ""
        if part is None or not (who in self._labels or self._voices.is_name(who)):
            return None
        start = statement.start
        if part.end < statement.end and part.start >= start:  # the label stands in this statement
            behind = _AFTER_A_LABEL.match(self._text, part.end, statement.end)
            start = behind.end() if behind else part.end
        return self._labelled(who, (start, statement.end), is_direct=True)

    def _labelled_line(self, statement: Statement) -> Attribution | None:
        match = _LABEL.match(self._text, statement.start, statement.end)
        if match is None or (statement.start and self._text[statement.start - 1] != "\n"):
            return None
        line_end = self._text.find("\n", statement.end)
        line = self._text[match.end() : line_end if line_end >= 0 else None].rstrip()
        is_sentence = line.endswith(_ENDS_A_SENTENCE)
        if not ((is_sentence and match["who"] in self._labels) or self._voices.is_name(match["who"])):
            return None
        return self._labelled(match["who"], (match.end(), match.end() + len(line)), is_direct=is_sentence)

    def _labelled(self, who: str, said: Stretch, *, is_direct: bool) -> Attribution:
        return Attribution(Speaker(who, self._voices.full_name(who) or who), ":", *said, is_direct)


def _spoken(quotes: Sequence[Stretch], speaker: Speaker, verb: str) -> Iterator[Attribution]:
    for start, end in quotes:
        yield Attribution(speaker, verb, start, end, is_direct=True)


def _distance(at: Stretch, quote: Stretch) -> int:
    """Return the characters between a frame and a quotation."""
    return min(abs(quote[0] - at[1]), abs(at[0] - quote[1]))
