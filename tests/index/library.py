"""Makes small real stores for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.ingestion.pipeline import Pipeline
from corpus.article import Article, article_id, content_hash
from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.embedding import A_STEP, embed_passages
from index.encoders.encoder import Encoder
from index.options import RetrievalOptions
from index.passage_text import embedded_texts
from index.retriever import Retriever
from index.splitter import PassageSplitter
from index.vectors.exact import ExactVectors
from index.vectors.stored_vectors import stored_vectors
from index.words.bm25 import Bm25Files, Bm25Index
from index.words.protocols import WordIndex
from tests.corpus.store.examples import put_unsplit
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


def put(store: Store, articles: Iterable[Article], encoder: Encoder = ENCODER) -> None:
    """Store, split and embed: what is left is to index them."""
    put_unsplit(store, list(articles))
    split(store, encoder)
    for _ in embed(store, encoder):
        pass


def embed(store: Store, encoder: Encoder = ENCODER, step: int = A_STEP) -> Iterator[int]:
    """Give what is stored the vectors that it lacks."""
    missing = store.passages.without_vector(encoder.fingerprint)
    return embed_passages(store, encoder, embedded_texts(store, missing), step)


def split(store: Store, encoder: Encoder = ENCODER) -> None:
    """Give the articles passages without vectors, as a killed writer of an older version left them."""
    splitter = PassageSplitter(encoder, OPTIONS)
    articles = store.articles.get_many(store.passages.articles_to_split(splitter.fingerprint))
    store.passages.put(splitter.fingerprint, {id_: splitter.split(article) for id_, article in articles.items()})


def pipeline(store: Store, data: DataFolder, encoder: Encoder = ENCODER) -> Pipeline:
    return Pipeline(store, data, encoder, PassageSplitter(encoder, OPTIONS))


def update(store: Store, data: DataFolder, encoder: Encoder = ENCODER, rebuild: bool = False) -> None:
    """Make everything findable that is stored, as every command does at its end."""
    pipeline(store, data, encoder).complete(rebuild)


@contextmanager
def writer_with(folder: Path, *articles: Article) -> Iterator[Store]:
    with open_store_writer(DataFolder(folder)) as store:
        put(store, articles)
        yield store


def words_in_memory(store: Store) -> Bm25Index:
    return Bm25Files(Path("no such folder")).in_memory(store)


def live_name(store: Store) -> str | None:
    """Of the generation that is live."""
    live = store.generations.live()
    return live.name if live else None


def exact_vectors(store: Store, encoder: str) -> ExactVectors:
    """All that have one of this encoder: what is right to find."""
    return ExactVectors(*stored_vectors(store, encoder, store.passages.all()))


class InMemoryIndex:
    """Stands where `LiveIndex` does, without files: exact vectors and words of one moment."""

    fallback = False

    def __init__(self, store: Store) -> None:
        self._vectors = exact_vectors(store, ENCODER.fingerprint)
        self._words = words_in_memory(store)

    def vectors(self) -> ExactVectors:
        return self._vectors

    def words(self) -> WordIndex:
        return self._words

    def catch_up(self) -> None:
        """It is of one moment."""


def retriever_over(store: Store, candidates: int = 100) -> Retriever:
    """Over what is in the store now."""
    return Retriever(store, ENCODER, InMemoryIndex(store), replace(OPTIONS, candidates=candidates))
