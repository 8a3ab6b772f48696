"""The sentence before one that points back: it names whom or what the other speaks of."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answer import Evidence
from corpus.attributions.index import attributions_within
from corpus.text.english import ENGLISH
from corpus.text.names import names_in
from corpus.text.sentences import sentence_spans

_POINTS_BACK = re.compile(rf"^\W*(?:{ENGLISH.any_of('pointing_words')}|such)\b", re.IGNORECASE)
"""How a sentence begins whose subject was named before it."""

_LEANS = re.compile(
    rf"""
    ^ \W* {ENGLISH.any_of("leading_on")} \b \W* (?: {ENGLISH.any_of("pointing_words")} | such ) \b   # But it
    | ^ \W* (?: {ENGLISH.any_of("leading_on")} \b \W* )? {ENGLISH.any_of("prepositions")} \b            # In May she
      (?: (?! \b {ENGLISH.any_of("saying")} \b ) [^.;:] )*? \b {ENGLISH.any_of("persons")} \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""How a sentence begins that leads over to such a word."""

_PERSONS = frozenset({"he", "she"})

_PARAGRAPH = 2
"""Line breaks between one paragraph and the next."""

_LOOK_BACK = 600
"""Characters before a sentence in which the one before it is looked for."""


def sentence_before(item: Evidence) -> Evidence | None:
    """Return the sentence before one that points back, in the same paragraph, unless that points back as well.

    The speaker of "..., he said" was named in the paragraph before, where the sentence begins its own. The sentence is
    quoted, so it has to be whole; `assistant.reading.attribution` asks only whom a line names, and ends it at lines.
    """
    if not _points_back(item):
        return None
    text, first = item.hit.article.text, max(0, item.start - _LOOK_BACK)
    spans = sentence_spans(text[first : item.start])
    if not spans or text[first + spans[-1][1] : item.start].count("\n") > (
        _PARAGRAPH if _has_unnamed_speaker(item) else 0
    ):
        return None
    start, end = first + spans[-1][0], first + spans[-1][1]
    # A span at the very beginning of what was looked at may be the rest of a longer sentence.
    is_whole = spans[-1][0] > 0 or first == 0
    before = replace(item, start=start, end=end, support=0.0, signals={}, short=None, copies=())
    return before if is_whole and not _points_back(before) else None


def begins_pointing_back(sentence: str) -> bool:
    """Whether a sentence begins with a word for what was named before it."""
    return bool(_POINTS_BACK.match(sentence))


def leans_on_what_stands_before(sentence: str) -> bool:
    """Whether a sentence cannot be understood alone, so that behind another one it would say something else.

    Some that can are taken for such: "On Monday the head of the school left it to her deputy".
    """
    return begins_pointing_back(sentence) or bool(_LEANS.match(sentence))


def _points_back(item: Evidence) -> bool:
    return begins_pointing_back(item.text) or _has_unnamed_speaker(item)


def _has_unnamed_speaker(item: Evidence) -> bool:
    """Whether someone speaks whom the sentence does not name: "The price, he said, was fair." """
    speakers = {one.speaker.who.lower() for one in attributions_within(item.hit.article, item.start, item.end)}
    return bool(speakers) and speakers <= _PERSONS and not names_in(item.text.lstrip("“\"‘'"))
