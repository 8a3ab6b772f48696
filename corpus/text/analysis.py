"""Words as they are searched: English stems, stop words left out. The index and all who compare words share it."""

from __future__ import annotations

from functools import cache

import tantivy

from corpus.text.english import ENGLISH

_LONGEST_WORD = 40
"""Bytes; what is longer is no word."""


def analyzer() -> tantivy.TextAnalyzer:
    """Return the analyser of texts. An index made by it holds other words after a change here."""
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
    """The stems that BM25 counts, in order, repeats kept; stop words and question words left out."""
    return list(_shared_analyzer().analyze(text.encode("utf-8", "replace").decode("utf-8")))


@cache
def _shared_analyzer() -> tantivy.TextAnalyzer:
    return analyzer()
