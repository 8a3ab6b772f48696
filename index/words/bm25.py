"""Search by words: BM25 over the terms of `corpus.text.analysis`, by tantivy.

One field holds title and passage. Two fields, summed, lose .02 nDCG@10 on open-squad (.824 to .847); question
words as stop words gain on every set (.847 to .852 there, .786 to .814 on MTRAG-UN).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import tantivy

from corpus.article import Passage
from corpus.store.protocols import Store
from corpus.text.analysis import analyzer, content_terms, parted
from index.errors import WordIndexDamaged
from index.passage_text import EmbeddedText, embedded_texts
from index.words.files import checked_seq, newest, newest_seq, publish, stage, sweep

_ID, _ARTICLE, _WORDS = "id", "article", "words"
_ANALYZER = "english_words"

_LOCKS = (".tantivy-writer.lock", ".tantivy-meta.lock")

_WRITER_BYTES = 50_000_000
"""Memory of the one writing thread: 20,000 passages make one segment."""

_MOST_TERMS = 128
"""Different words of a question that are looked up, the first ones: only a pasted page has more."""


class Bm25Index:
    """`index.words.protocols.WordIndex`: one commit on disk or in memory."""

    def __init__(self, commit: _Commit, folder: Path | None = None) -> None:
        self._commit = commit
        self._folder = folder

    @property
    def seq(self) -> int:
        """The store's `seq` that is covered."""
        return self._commit.seq

    def search(self, question: str, limit: int) -> list[tuple[str, float]]:
        commit = self._commit
        query = commit.any_of(_terms(question))
        return _ranked(commit.matches(query, limit))

    def with_all(self, text: str, limit: int) -> list[tuple[str, float]]:
        commit = self._commit
        terms = _terms(text)
        return _ranked(commit.matches(commit.all_of(terms), limit)) if terms else []

    def score(self, question: str, passage_ids: Collection[str]) -> dict[str, float]:
        commit = self._commit
        # Not the engine's set query: it makes an automaton of the ids, which takes three times as long.
        among = commit.any_of(passage_ids, _ID, "basic")
        scored = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
                (tantivy.Occur.Should, commit.any_of(_terms(question))),
            ]
        )
        return dict.fromkeys(passage_ids, 0.0) | commit.matches(scored, len(passage_ids))

    def rarity(self, terms: Collection[str]) -> dict[str, float]:
        searcher = self._commit.searcher
        total = searcher.num_docs
        # Replaced passages count in the engine until it merges their files, so that a term may seem to be in all.
        found = {term: min(searcher.doc_freq(_WORDS, term), total) for term in terms}
        return {term: math.log1p((total - n + 0.5) / (n + 0.5)) for term, n in found.items() if n}

    def passage_ids(self) -> set[str]:
        """Return the ids of all passages that can be found."""
        everything = tantivy.Query.all_query()
        return {id_ for id_, _ in self._commit.searcher.terms_with_prefix(_ID, "", everything)}

    def refresh(self) -> None:
        if self._folder is not None and newest(self._folder) != self._commit.folder:
            self._commit = _open_newest(self._folder)


class Bm25Files:
    """`WordIndexReader` and `WordIndexWriter` of `index.words.protocols`, over a folder.

    What is on disk is never changed, only replaced when its successor is whole.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> Bm25Index:
        return Bm25Index(_open_newest(self._folder), self._folder)

    def in_memory(self, store: Store) -> Bm25Index:
        # 1 s for 10,000 passages.
        seq = store.changes.seq()
        with _writing():
            engine = tantivy.Index(_schema())
            _write(engine, store, store.passages.all())
            return Bm25Index(_open(engine, seq))

    def is_behind(self, store: Store) -> bool:
        return newest_seq(self._folder) < store.changes.seq()

    def update(
        self, store: Store, hide_deleted: bool = False, coming: Sequence[tuple[Passage, EmbeddedText]] = ()
    ) -> None:
        sweep(self._folder)
        try:
            present = self.open()
        except WordIndexDamaged:
            return self._rebuild(store, coming)
        if store.changes.has_deletions_since(present.seq) and not hide_deleted:
            # The engine hides deleted passages, but keeps their words; what was purged must really be gone.
            return self._rebuild(store, coming)
        return self._add_changes(present, store, coming)

    def rebuild(self, store: Store) -> None:
        self._rebuild(store)

    def _rebuild(self, store: Store, coming: Sequence[tuple[Passage, EmbeddedText]] = ()) -> None:
        seq = store.changes.seq()
        with _writing():
            engine = tantivy.Index(_schema(), str(stage(self._folder)))
            _write(engine, store, store.passages.all(), coming=coming)
        publish(self._folder, seq, volatile=_LOCKS)

    def repair(self, store: Store) -> None:
        self.update(store)
        if self.open().passage_ids() != {passage.id for passage in store.passages.all()}:
            self.rebuild(store)

    def _add_changes(self, present: Bm25Index, store: Store, coming: Sequence[tuple[Passage, EmbeddedText]]) -> None:
        # Read before the changes: one that comes in between is taken in now and once more the next time.
        seq = store.changes.seq()
        changed = [change.article_id for change in store.changes.since(present.seq)]
        if changed or coming:
            staging = stage(self._folder, base=newest(self._folder))
            with _writing():
                _write(_engine_at(staging), store, store.passages.of_articles(changed), changed, coming)
            publish(self._folder, seq, volatile=_LOCKS)


def _write(
    engine: tantivy.Index,
    store: Store,
    passages: Sequence[Passage],
    gone: Iterable[str] = (),
    coming: Sequence[tuple[Passage, EmbeddedText]] = (),
) -> None:
    """Take away all passages of the articles `gone`, then add these, and those that are not stored yet."""
    _register_analyzer(engine)
    writer = engine.writer(_WRITER_BYTES, num_threads=1)
    for article_id in gone:
        writer.delete_documents_by_term(_ARTICLE, article_id)
    for passage, _ in coming:  # a commit that was killed left them
        writer.delete_documents_by_term(_ID, passage.id)
    for passage, text in chain(embedded_texts(store, passages), coming):
        writer.add_document(
            tantivy.Document(**{_ID: passage.id, _ARTICLE: passage.article_id, _WORDS: parted(text.whole)})
        )
    writer.commit()
    writer.wait_merging_threads()


@contextmanager
def _writing() -> Iterator[None]:
    """Raise `WordIndexDamaged` when an engine cannot be made, opened or written in the block."""
    try:
        yield
    except ValueError as error:  # the engine's word for whatever the disk refuses
        raise WordIndexDamaged(f"The word index cannot be written ({error}); check the disk.") from error


class _Commit(NamedTuple):
    """One state of the index, held open; the same one answers a whole search."""

    engine: tantivy.Index
    searcher: tantivy.Searcher
    seq: int
    folder: Path | None

    def any_of(self, terms: Iterable[str], field: str = _WORDS, index_option: str = "freq") -> tantivy.Query:
        each = [tantivy.Query.term_query(self.engine.schema, field, term, index_option) for term in terms]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in each])

    def all_of(self, terms: Iterable[str]) -> tantivy.Query:
        each = [tantivy.Query.term_query(self.engine.schema, _WORDS, term, "freq") for term in terms]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in each])

    def matches(self, query: tantivy.Query, limit: int) -> dict[str, float]:
        if limit <= 0:
            return {}
        found = self.searcher.search(query, limit, count=False).hits
        return {self.searcher.doc(address)[_ID][0]: float(score) for score, address in found}


def _open_newest(folder: Path) -> _Commit:
    while True:
        path = newest(folder)
        if path is None:
            raise WordIndexDamaged(f"There is no word index in {folder}; run `assistant rebuild`.")
        try:
            seq = checked_seq(path)  # before the engine reads a byte
            return _open(_engine_at(path), seq, path)
        except (WordIndexDamaged, ValueError, OSError) as error:
            # A writer may have replaced it between two lines; then the newer one is meant.
            if newest(folder) == path:
                raise WordIndexDamaged(f"The word index in {path} cannot be opened: {error}") from error


def _open(engine: tantivy.Index, seq: int, folder: Path | None = None) -> _Commit:
    engine.config_reader("manual")
    engine.reload()
    return _Commit(engine, engine.searcher(), seq, folder)


def _engine_at(folder: Path) -> tantivy.Index:
    return tantivy.Index.open(str(folder))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_ID, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_ARTICLE, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_WORDS, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _register_analyzer(engine: tantivy.Index) -> None:
    engine.register_tokenizer(_ANALYZER, analyzer())


def _terms(question: str) -> list[str]:
    """Return the terms of a question as the analyser reads it: words, never query syntax."""
    return list(dict.fromkeys(content_terms(question)))[:_MOST_TERMS]


def _ranked(scores: dict[str, float]) -> list[tuple[str, float]]:
    """Sort best first; equal ones by id, because their order on disk means nothing."""
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
