"""Makes small real catalogs for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.article import Article, article_id, content_hash
from corpus.catalog import Catalog
from index.embedding import embed_new_passages
from index.encoder import Encoder
from index.options import IndexOptions
from index.splitter import PassageSplitter
from tests.hashing_encoder import HashingEncoder

ENCODER = HashingEncoder()
OPTIONS = IndexOptions(passage_tokens=48)


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
    """Stores, splits and embeds: what is left is to index them."""
    catalog.put(list(articles))
    split_new_articles(catalog, encoder)
    embed_new_passages(catalog, encoder)


def split_new_articles(catalog: Catalog, encoder: Encoder = ENCODER) -> None:
    splitter = PassageSplitter(encoder, OPTIONS)
    new = catalog.articles(catalog.articles_to_split(splitter.fingerprint))
    catalog.put_passages(splitter.fingerprint, {id_: splitter.split(new[id_]) for id_ in new})


@contextmanager
def writer_with(folder: Path, *articles: Article) -> Iterator[Catalog]:
    with Catalog.open_writer(folder) as catalog:
        put(catalog, articles)
        yield catalog
