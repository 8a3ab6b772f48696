"""Words as they are searched: English stems, stop words left out; of Chinese, Japanese and Korean, pairs of letters.

The index and all who compare words share it. Pairs of letters find as well as words that a segmenter tells apart, and
need no dictionary (docs/adr/0045-languages.md).
"""

from __future__ import annotations

import re
from functools import cache

import tantivy

from corpus.text.english import ENGLISH
from corpus.text.letters import simplified
from corpus.text.scripts import HAN, HANGUL, KANA

_LONGEST_WORD = 40
"""Bytes; what is longer is no word."""


_UNPARTED = re.compile(f"[{HAN}{KANA}{HANGUL}]+")


def parted(text: str) -> str:
    """Return a text for the analyser, each run of letters that no spaces part as its pairs: 半導體 is 半导 导体."""
    return _UNPARTED.sub(_pairs, simplified(text))


def _pairs(run: re.Match[str]) -> str:
    letters = run.group()
    pairs = (letters[at : at + 2] for at in range(max(1, len(letters) - 1)))
    return f" {' '.join(pairs)} "


def analyzer() -> tantivy.TextAnalyzer:
    """Return the analyser of texts that are `parted`. An index made by it holds other words after a change here."""
    questions = sorted(ENGLISH.words("search_stop_words"))
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
        .filter(tantivy.Filter.custom_stopword([*questions, *map(str.capitalize, questions)]))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def content_terms(text: str) -> list[str]:
    """The terms that BM25 counts, in order, repeats kept; stop words and question words left out."""
    return list(_shared_analyzer().analyze(parted(text).encode("utf-8", "replace").decode("utf-8")))


@cache
def _shared_analyzer() -> tantivy.TextAnalyzer:
    return analyzer()
