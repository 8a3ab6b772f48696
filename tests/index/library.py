"""Makes small real catalogs for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.update import split_new_articles

from corpus.article import Article, article_id, content_hash
from corpus.store.sqlite import Catalog
from index.embedding import embed_new_passages
from index.encoders.encoder import Encoder
from index.options import RetrievalOptions
from index.search import Searcher
from index.splitter import PassageSplitter
from index.vectors.exact import ExactVectors
from index.vectors.stored_vectors import exact_vectors
from index.words.bm25 import LexicalIndex, lexical_in_memory
from tests.hashing_encoder import HashingEncoder

ENCODER = HashingEncoder()
OPTIONS = RetrievalOptions(passage_tokens=48)


def article(name: str, text: str, title: str = "", **metadata: Any) -> Article:
    """An article called `name` by its source."""
    return Article(
        id=article_id(name),
        external_id=name,
        origin=f"{name}.txt",
        title=title,
        text=text,
        content_hash=content_hash(text),
        **({"language": "en"} | metadata),
    )


def put(catalog: Catalog, articles: Iterable[Article], encoder: Encoder = ENCODER) -> None:
    """Store, split and embed: what is left is to index them."""
    catalog.put(list(articles))
    split(catalog, encoder)
    embed_new_passages(catalog, encoder)


def split(catalog: Catalog, encoder: Encoder = ENCODER) -> None:
    split_new_articles(catalog, PassageSplitter(encoder, OPTIONS), lambda done, total: None)


@contextmanager
def writer_with(folder: Path, *articles: Article) -> Iterator[Catalog]:
    with Catalog.open_writer(folder) as catalog:
        put(catalog, articles)
        yield catalog


class InMemoryIndex:
    """Stands where `LiveIndex` does, without files: exact vectors and words of one moment."""

    fallback = False

    def __init__(self, catalog: Catalog) -> None:
        self._vectors = exact_vectors(catalog, ENCODER.fingerprint)
        self._lexical = lexical_in_memory(catalog)

    def vectors(self) -> ExactVectors:
        return self._vectors

    def lexical(self) -> LexicalIndex:
        return self._lexical

    def catch_up(self) -> None:
        """It is of one moment."""


def searcher(catalog: Catalog, candidates: int = 100) -> Searcher:
    """Over what is in the catalog now."""
    return Searcher(catalog, ENCODER, InMemoryIndex(catalog), replace(OPTIONS, candidates=candidates))
