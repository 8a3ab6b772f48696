"""Articles into the store: read, stored in batches, reported one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Action, Article, Outcome, SourceWarning
from corpus.errors import NothingToIngest, UnreadableSource
from corpus.readers import Reading, read_articles
from corpus.readers.source_file import (
    ARTICLE_SUFFIXES,
    BEIR_CORPUS,
    SourceFile,
    find_source_files,
    printable,
)
from corpus.store.protocols import ARTICLES_PER_TRANSACTION, Store

_BATCH_CHARS = 16_000_000
"""Text held in memory before it is stored (but never less than one article)."""

Report = Outcome | SourceWarning | UnreadableSource
"""What is said while it goes on. An outcome is said only once its article is safely stored."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of everything that was given. `removed` are article ids (only with `sync`)."""

    counts: Mapping[Action, int]
    removed: tuple[str, ...]
    unreadable: tuple[UnreadableSource, ...]
    warnings: tuple[SourceWarning, ...]

    @property
    def changed(self) -> bool:
        """Whether the store holds anything new, so that the index has work."""
        stored = (Action.CREATED, Action.UPDATED, Action.DUPLICATE)
        return bool(self.removed) or any(self.counts.get(action) for action in stored)


def ingest(
    store: Store,
    paths: Sequence[Path],
    sync: bool = False,
    on_outcome: Callable[[Report], None] | None = None,
) -> IngestReport:
    """Put all articles in these files and folders into the store.

    A source that cannot be read is reported and the rest goes on. With `sync`, articles that came from these
    places and are no longer there are removed. Raises `NothingToIngest` before anything is stored when a path
    does not exist or is a folder without any file that may hold articles.
    """
    for path in paths:
        _check_holds_sources(path)
    run = _Run(store, on_outcome)
    for path in paths:
        for reading in read_articles(path):
            run.take(reading)
    run.store()
    removed = _remove_gone(store, paths, run) if sync else ()
    return IngestReport(dict(run.counts), removed, tuple(run.unreadable), tuple(run.warnings))


class _Run:
    """One ingest under way: the batch that waits, what has been said so far, and which articles were met."""

    def __init__(self, store: Store, on_outcome: Callable[[Report], None] | None) -> None:
        self.counts: Counter[Action] = Counter()
        self.unreadable: list[UnreadableSource] = []
        self.warnings: list[SourceWarning] = []
        self.met: set[tuple[str, str]] = set()
        self._store = store
        self._say = on_outcome or (lambda _: None)
        self._batch: list[Article] = []
        self._batch_chars = 0

    def take(self, reading: Reading) -> None:
        match reading:
            case Article():
                self._add(reading)
            case SourceWarning():
                self.warnings.append(reading)
                self._say(reading)
            case UnreadableSource():
                self.unreadable.append(reading)
                self._say(reading)

    def _add(self, article: Article) -> None:
        self._batch.append(article)
        self._batch_chars += len(article.text)
        self.met.add((article.origin, article.id))
        if len(self._batch) >= ARTICLES_PER_TRANSACTION or self._batch_chars >= _BATCH_CHARS:
            self.store()

    def store(self) -> None:
        """Commit the batch that waits, then say what became of it."""
        batch, self._batch, self._batch_chars = self._batch, [], 0
        if not batch:
            return
        for outcome in self._store.articles.put(batch):
            self.counts[outcome.action] += 1
            self._say(outcome)


def _check_holds_sources(path: Path) -> None:
    if not path.exists():
        raise NothingToIngest(f"{path} does not exist; check the path.")
    if not any(isinstance(found, SourceFile) for found in find_source_files(path)):
        kinds = ", ".join((*ARTICLE_SUFFIXES, BEIR_CORPUS))
        raise NothingToIngest(f"{path} holds no file that can be read ({kinds}); check the path.")


def _remove_gone(store: Store, paths: Sequence[Path], run: _Run) -> tuple[str, ...]:
    """Remove what came from these places and was not met again although all of its file could be read."""
    failed = tuple(error.source for error in run.unreadable)
    gone = {
        article_id
        for path in paths
        for origin, article_id in store.articles.origins_under(Path(printable(path.resolve()))).items()
        if (origin, article_id) not in run.met and not _may_still_be_there(origin, failed)
    }
    store.articles.delete(gone)
    return tuple(sorted(gone))


def _may_still_be_there(origin: str, failed: tuple[str, ...]) -> bool:
    return any(origin == source or origin.startswith((f"{source}#", f"{source}/")) for source in failed)
