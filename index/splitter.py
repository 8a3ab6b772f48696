"""Splitting of articles into passages that an encoder can read whole, at sentence ends wherever possible."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, zip_longest

from langchain_text_splitters import TextSplitter

from corpus.article import Article, Passage
from corpus.block import BlockKind
from corpus.text.sentences import sentence_rules, sentence_spans, trim
from corpus.units import Unit, units_of
from index.encoders.encoder import Encoder
from index.options import RetrievalOptions
from index.passage_text import EmbeddedText, embedded_text, headings_above, passage_text, text_start

_RULES = "2"
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
        """Return passages in order, not overlapping; every letter and digit but furniture's lies in exactly one."""
        measure = _Measure(self._encoder.count_tokens, self._room_beside(article))
        spans: list[tuple[int, int]] = []
        for start, end in _merged_units(article, measure):
            spans.extend(trim(article.text, *span) for span in _fitting(article.text, start, end, measure))
        return [_passage(article, start, end) for start, end in spans if start < end]

    def _room_beside(self, article: Article) -> int:
        """Tokens that title and headings leave; a fourth of the whole when the encoder reads very little."""
        whole = min(self._wanted_tokens, self._encoder.max_tokens)
        beside = {headings_above(article, unit) for unit in units_of(article)} if article.blocks else {""}
        longest = max(
            (self._encoder.count_tokens(f"{text_start(article.title)}{above}") for above in beside), default=0
        )
        return max(whole - longest, whole // 4)


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


class _UnitSplitter(TextSplitter):
    """Merges the units of one article into passages, keeping every character so that offsets add up."""

    def __init__(self, measure: _Measure) -> None:
        super().__init__(
            chunk_size=measure.limit,
            chunk_overlap=0,
            length_function=measure.tokens_up_to_limit,
            strip_whitespace=False,
        )

    def split_text(self, text: str) -> list[str]:
        raise NotImplementedError("units are merged, and no text is split")

    def merge(self, texts: Sequence[str]) -> Iterator[int]:
        """Yield how many of the texts make each passage."""
        ends = list(accumulate(map(len, texts)))
        end = merged = 0
        for passage in self._merge_splits(list(texts), separator=""):
            end += len(passage)
            count = bisect_left(ends, end) + 1
            yield count - merged
            merged = count


def _merged_units(article: Article, measure: _Measure) -> Iterator[tuple[int, int]]:
    """Yield [start, end) of passages that consist of whole units, each heading with what it stands above."""
    if not article.blocks and measure.fits(article.text):
        yield 0, len(article.text)
        return
    groups = _with_headings([unit for unit in units_of(article) if unit.kind is not BlockKind.FURNITURE])
    written = [_written(article, group, following) for group, following in zip_longest(groups, groups[1:])]
    first = 0
    for count in _UnitSplitter(measure).merge(written):
        yield groups[first][0].start, groups[first + count - 1][-1].end
        first += count


def _with_headings(units: Sequence[Unit]) -> list[list[Unit]]:
    groups: list[list[Unit]] = []
    for unit in units:
        if groups and groups[-1][-1].kind is BlockKind.HEADING:
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return groups


def _written(article: Article, group: Sequence[Unit], following: Sequence[Unit] | None) -> str:
    """Return units as they are read, with what parts them from those that follow."""
    start, end = group[0].start, group[-1].end
    if not article.blocks:
        return article.text[start : following[0].start if following else len(article.text)]
    return passage_text(article, start, end).text + ("\n" if following else "")


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
    # The vectors of its units are kept under the same key, and must be those of the units as they are now.
    embedded = embedded_text(article, start, end)
    units = embedded.units if _has_other_units(article, start, end, embedded) else ()
    vector_key = _digest(sentence_rules(), embedded.whole, *units)
    place = (article.id, article.content_hash, str(start), str(end))
    return Passage(
        id=f"p-{_digest(*place, vector_key)}",
        article_id=article.id,
        content_hash=article.content_hash,
        start=start,
        end=end,
        vector_key=vector_key,
    )


def _has_other_units(article: Article, start: int, end: int, embedded: EmbeddedText) -> bool:
    """Whether the units are others than the sentences of the text, which follow from it."""
    if not article.blocks:
        return False
    text = passage_text(article, start, end).text
    return embedded.units != tuple(text[begin:stop] for begin, stop in sentence_spans(text))


def _digest(*parts: str) -> str:
    """128 bits; the parts cannot run into each other because no part holds a NUL."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
