"""Taking articles in one by one while others search: findable at once, and a new generation only now and then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.article import Article, Passage
from corpus.store.sqlite import Catalog
from index.embedding import embed_passages
from index.encoders.encoder import Encoder
from index.passage_text import embedded_text
from index.repair import lexical_folder, live_record
from index.splitter import PassageSplitter
from index.vectors.delta import MAX_DELTA_PASSAGES
from index.words.bm25 import update_lexical


def prepare(
    catalog: Catalog, encoder: Encoder, splitter: PassageSplitter, articles: Sequence[Article]
) -> Mapping[str, list[Passage]]:
    """The passages of each article by its id, with their vectors stored, so that storing them makes them findable."""
    passages = {article.id: splitter.split(article) for article in articles}
    texts = (
        (passage, embedded_text(article.title, article.text[passage.start : passage.end]))
        for article in articles
        for passage in passages[article.id]
    )
    embed_passages(catalog, encoder, texts)
    return passages


def index_words(catalog: Catalog) -> None:
    """Take what changed into the lexical index. What was deleted is hidden; `mend_words` purges it later."""
    # Without a generation nothing would tell later that something has to be purged.
    update_lexical(catalog, lexical_folder(catalog.folder), hide_deleted=live_record(catalog) is not None)


def is_build_due(catalog: Catalog, encoder: str) -> bool:
    """Whether so much came after the live generation that searching it exactly begins to cost."""
    live = live_record(catalog)
    since = live.seq if live and live.encoder == encoder else 0
    return catalog.count_passages_since(since) > MAX_DELTA_PASSAGES
