"""The stretch of an article that a language model says a sentence rests on, found by its first and last words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from assistant.answer import Evidence
from assistant.writing.passages import follows
from corpus.text.english import ENGLISH

_MOST_LINES = 4
"""A longer stretch is no quotation; the lines that are cited stand instead."""

_FEWEST_WORDS = 3
"""Of fewer, nobody could tell what they say."""

_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})

_AROUND = " \"'.,;:!?…()[]"
"""What models put around words, or leave out, when they copy them."""

_DENIES = re.compile(rf"\b(?:{ENGLISH.any_of('negations', 'denying')}|\w+n['’]t)\b", re.IGNORECASE)
"""What turns the rest of its sentence round: no quotation stands without it."""

_ENDS = re.compile(r"[.!?…]*[\"'”’»)]*")


class Span(NamedTuple):
    """A stretch of an article as evidence, and the lines that it lies in."""

    evidence: Evidence
    lines: tuple[Evidence, ...]


def find_span(begins: str, ends: str, lines: Sequence[Evidence]) -> Span | None:
    """Return the shortest stretch of `lines` that begins and ends with these words; None where there is none.

    `lines` are all that the model was shown, article by article, in order; the stretch may go over several that follow
    each other. White space, capitals, quotation marks and dashes may differ, and what ends a sentence. Where a line
    says "not", or the like, outside of the stretch, it is taken in to its beginning or end.
    """
    found = [span for run in _runs(lines) for span in _within(begins, ends, run)]
    return min(found, key=lambda span: span.evidence.end - span.evidence.start, default=None)


def _runs(lines: Sequence[Evidence]) -> Iterator[list[Evidence]]:
    """Yield the lines of one passage that nothing parts."""
    run: list[Evidence] = []
    for line in lines:
        if run and not (follows(run[-1], line) and line.hit.passage.id == run[-1].hit.passage.id):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _within(begins: str, ends: str, run: Sequence[Evidence]) -> Iterator[Span]:
    first, last = (_letters(words)[0].strip(_AROUND) for words in (begins, ends))
    if not first or not last:
        return
    start, end = run[0].start, run[-1].end
    article = run[0].hit.article.text
    letters, places = _letters(article[start:end])
    closings = [match.end() for match in _words(last).finditer(letters)]
    for opening in _words(first).finditer(letters):
        closing = next((place for place in closings if place >= opening.end()), None)
        if closing is None:
            return
        begin, stop = start + places[opening.start()], start + places[closing - 1] + 1
        span = _evidence(begin, _with_its_end(article, stop, end), run)
        if span:
            yield span


def _evidence(start: int, end: int, run: Sequence[Evidence]) -> Span | None:
    lines = tuple(line for line in run if line.start < end and start < line.end)
    if len(lines) > _MOST_LINES or len(run[0].hit.article.text[start:end].split()) < _FEWEST_WORDS:
        return None
    best = max(lines, key=lambda line: line.support)
    short = best.short if best.short and start <= best.short[0] and best.short[1] <= end else None
    start, end = _with_what_denies(start, end, lines)
    return Span(replace(best, start=start, end=end, short=short, copies=()), lines)


def _with_what_denies(start: int, end: int, lines: Sequence[Evidence]) -> tuple[int, int]:
    article, first, last = lines[0].hit.article.text, lines[0].start, lines[-1].end
    return (
        first if _DENIES.search(article[first:start]) else start,
        last if _DENIES.search(article[end:last]) else end,
    )


def _with_its_end(article: str, stop: int, end: int) -> int:
    """Return where the sentence ends, if only its full stop or quotation mark stands between."""
    match = _ENDS.match(article, stop, end)
    return match.end() if match else stop


def _words(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")


def _letters(text: str) -> tuple[str, list[int]]:
    """Return `text` in small letters, with plain marks and single spaces, and where each of its letters stands."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = " " if letter.isspace() else letter.translate(_STRAIGHT).lower()
        if len(plain) == 1 and not (plain == " " and letters and letters[-1] == " "):
            letters.append(plain)
            places.append(place)
    return "".join(letters), places
