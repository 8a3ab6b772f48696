"""Taking articles in one by one while others search: findable at once, and a new generation only now and then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.article import Article, Passage
from corpus.store.data_folder import DataFolder
from corpus.store.protocols import Store
from index.backends import word_writer
from index.embedding import embed_passages
from index.encoders.encoder import Encoder
from index.passage_text import embedded_text
from index.splitter import PassageSplitter
from index.vectors.delta import MAX_DELTA_PASSAGES


def prepare(
    store: Store, encoder: Encoder, splitter: PassageSplitter, articles: Sequence[Article]
) -> Mapping[str, list[Passage]]:
    """The passages of each article by its id, with their vectors stored, so that storing them makes them findable."""
    passages = {article.id: splitter.split(article) for article in articles}
    texts = (
        (passage, embedded_text(article.title, article.text[passage.start : passage.end]))
        for article in articles
        for passage in passages[article.id]
    )
    embed_passages(store, encoder, texts)
    return passages


def index_words(store: Store, data: DataFolder) -> None:
    """Take what changed into the word index. What was deleted is hidden; `mend_words` purges it later."""
    # Without a generation nothing would tell later that something has to be purged.
    word_writer(data).update(store, hide_deleted=store.generations.live() is not None)


def is_build_due(store: Store, encoder: str) -> bool:
    """Whether so much came after the live generation that searching it exactly begins to cost."""
    live = store.generations.live()
    since = live.seq if live and live.encoder == encoder else 0
    return store.passages.count(since) > MAX_DELTA_PASSAGES
