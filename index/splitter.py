"""Splitting of articles into passages that an encoder can read whole, at sentence ends wherever possible."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from langchain_text_splitters import TextSplitter

from corpus.article import Article, Passage
from corpus.text.sentences import sentence_rules, sentence_spans, trim
from index.encoders.encoder import Encoder
from index.options import RetrievalOptions
from index.passage_text import embedded_text

_RULES = "1"
"""Raised when this file cuts differently, so that articles are split again."""

_LONGEST_TOKEN = 16
"""Characters a token, on average over a passage; keeps 50 MB without a space from being one token."""

_SENTENCES_REMEMBERED = 256
"""More than a passage has."""


class PassageSplitter:
    """Passages of at most `options.passage_tokens`, and never more than `encoder` reads, title included."""

    def __init__(self, encoder: Encoder, options: RetrievalOptions) -> None:
        self._encoder = encoder
        self._wanted_tokens = options.passage_tokens
        rules = (_RULES, sentence_rules())
        self.fingerprint = _digest("splitter", *rules, encoder.fingerprint, str(options.passage_tokens))

    def split(self, article: Article) -> list[Passage]:
        """Return passages in order, not overlapping; every character but white space lies in exactly one of them."""
        measure = _Measure(self._encoder.count_tokens, self._room_beside(article.title))
        spans: list[tuple[int, int]] = []
        for start, end in _merged_sentences(article, measure):
            spans.extend(trim(article.text, *span) for span in _fitting(article.text, start, end, measure))
        return [_passage(article, start, end) for start, end in spans if start < end]

    def _room_beside(self, title: str) -> int:
        """Tokens that the title leaves; a fourth of the whole when the encoder reads very little."""
        whole = min(self._wanted_tokens, self._encoder.max_tokens)
        return max(whole - self._encoder.count_tokens(embedded_text(title, "")), whole // 4)


class _Measure:
    """Tokens of a text, as far as `limit`: what is longer needs no exact number."""

    def __init__(self, count_tokens: Callable[[str], int], limit: int) -> None:
        # The merging asks for each sentence when it goes into a passage and again when it comes out.
        self._count_tokens = lru_cache(_SENTENCES_REMEMBERED)(count_tokens)
        self.limit = limit

    def fits(self, text: str) -> bool:
        return len(text) <= self.limit * _LONGEST_TOKEN and self._count_tokens(text) <= self.limit

    def tokens_up_to_limit(self, text: str) -> int:
        if len(text) > self.limit * _LONGEST_TOKEN:
            return self.limit
        return min(self._count_tokens(text), self.limit)


class _SentenceSplitter(TextSplitter):
    """Merges the sentences of one article into passages, keeping every character so that offsets add up."""

    def __init__(self, measure: _Measure) -> None:
        super().__init__(
            chunk_size=measure.limit,
            chunk_overlap=0,
            length_function=measure.tokens_up_to_limit,
            strip_whitespace=False,
        )

    def split_text(self, text: str) -> list[str]:
        starts = [start for start, _ in sentence_spans(text)]
        bounds = [0, *starts[1:], len(text)]
        sentences = [text[start:end] for start, end in pairwise(bounds)]
        return self._merge_splits(sentences, separator="")


def _merged_sentences(article: Article, measure: _Measure) -> Iterator[tuple[int, int]]:
    if measure.fits(article.text):
        yield 0, len(article.text)
        return
    position = 0
    for text in _SentenceSplitter(measure).split_text(article.text):
        yield position, position + len(text)
        position += len(text)


def _fitting(text: str, start: int, end: int, measure: _Measure) -> Iterator[tuple[int, int]]:
    """Yield the stretch itself, or (a sentence longer than a passage) its halves, cut between words."""
    if end - start <= 1 or measure.fits(text[start:end]):
        yield start, end
        return
    middle = _between_words(text, start, end)
    yield from _fitting(text, start, middle, measure)
    yield from _fitting(text, middle, end, measure)


def _between_words(text: str, start: int, end: int) -> int:
    """The last space before the middle, looked for in the second quarter only, else the middle."""
    middle = (start + end) // 2
    quarter = (start + middle) // 2
    space = max(text.rfind(" ", quarter, middle), text.rfind("\n", quarter, middle))
    return middle if space < 0 else space + 1


def _passage(article: Article, start: int, end: int) -> Passage:
    # The vectors of its sentences are kept under the same key, and must be those of the sentences as they are now.
    vector_key = _digest(sentence_rules(), embedded_text(article.title, article.text[start:end]))
    place = (article.id, article.content_hash, str(start), str(end))
    return Passage(
        id=f"p-{_digest(*place, vector_key)}",
        article_id=article.id,
        content_hash=article.content_hash,
        start=start,
        end=end,
        vector_key=vector_key,
    )


def _digest(*parts: str) -> str:
    """128 bits; the parts cannot run into each other because no part holds a NUL."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
