"""What the commands do to the data folder: take articles in from disks, remove some, build the index anew.

One writer at a time. All functions raise `CorpusError` (data folder in use, nothing to ingest ...) or `IndexRoomError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic

from assistant.ingestion.pipeline import Pipeline, batches
from assistant.ingestion.report import GrowingReport, IngestReport, OnOutcome, OnProgress
from assistant.settings import Settings
from corpus.article import Article
from corpus.errors import NothingToIngest
from corpus.readers import Reading, holds_sources, read_articles
from corpus.readers.draft import READERS
from corpus.readers.formats import what_folders_may_hold
from corpus.readers.reread import read_again
from corpus.readers.rows import Columns
from corpus.readers.source_file import LeftOut, printable
from corpus.store import open_store_writer
from corpus.store.disk import keep_reserve
from corpus.store.protocols import Store
from index.encoders.load import load_encoder
from index.splitter import PassageSplitter

_SECONDS_BETWEEN_WORDS = 10.0
"""New articles are found by meaning at once, and by their words after so long; an update of the words takes 40 ms."""

_REREAD_AT_ONCE = 256
"""Articles whose stored texts are held together while they are read again."""

Read = Callable[[Path, Columns], Iterable[Reading]]
"""Reads a file or folder, as `read_articles` does."""


def ingest_paths(
    settings: Settings,
    paths: Sequence[Path],
    sync: bool = False,
    on_outcome: OnOutcome | None = None,
    on_progress: OnProgress | None = None,
    columns: Columns | None = None,
    ray: str | None = None,
) -> IngestReport:
    """Make all articles in these files and folders findable, and what an ingest left that was killed.

    A source that cannot be read is reported and the rest goes on. With `sync`, articles that came from these places
    and are no longer there are removed. Raises `NothingToIngest` before anything is stored when a path does not exist
    or is a folder without any file that may hold articles.

    `ray` is the address of a Ray cluster whose nodes read, split and embed; raises `ClusterFailed` besides.
    """
    with open_store_writer(settings.data_folder) as store:
        keep_reserve(settings.data)
        pipeline = _pipeline(store, settings, on_progress)
        with _reader(pipeline, settings, ray) as read:
            report = ingest(pipeline, paths, sync, on_outcome, columns, read)
        pipeline.complete(on_build=_named("building", on_progress))
    return report


def reread_articles(
    settings: Settings,
    on_outcome: OnOutcome | None = None,
    on_progress: OnProgress | None = None,
) -> IngestReport:
    """Read stored articles again from their sources where a newer reader makes more of them, and find them by that.

    Articles whose source cannot be read stay as they are, and are reported.
    """
    with open_store_writer(settings.data_folder) as store:
        pipeline = _pipeline(store, settings, on_progress)
        run = _Run(on_outcome)
        ids = list(store.articles.read_otherwise(READERS))
        for start in range(0, len(ids), _REREAD_AT_ONCE):
            stored = store.articles.get_many(ids[start : start + _REREAD_AT_ONCE])
            for batch in batches(run.readable(read_again(stored, store.articles.posted_source)), _length):
                run.take(pipeline, batch)
        pipeline.complete(on_build=_named("building", on_progress))
        return run.finished(pipeline.embedded, pipeline.embedding_seconds)


def remove_articles(
    settings: Settings,
    article_ids: Sequence[str],
    on_outcome: OnOutcome | None = None,
    on_progress: OnProgress | None = None,
) -> int:
    """How many there were to remove; their text leaves every version and the index."""
    with open_store_writer(settings.data_folder) as store:
        known = sorted(store.articles.stored(article_ids))
        removed = store.articles.delete(known)
        GrowingReport(on_outcome).note_removed(known)
        _pipeline(store, settings, on_progress).complete(on_build=_named("building", on_progress))
    return removed


def rebuild_index(settings: Settings, on_progress: OnProgress | None = None) -> None:
    """Make the whole index anew from the store; what has been embedded is not embedded again."""
    with open_store_writer(settings.data_folder) as store:
        pipeline = _pipeline(store, settings, on_progress)
        pipeline.complete(rebuild=True, on_build=_named("building", on_progress))


def ingest(
    pipeline: Pipeline,
    paths: Sequence[Path],
    sync: bool = False,
    on_outcome: OnOutcome | None = None,
    columns: Columns | None = None,
    read: Read = read_articles,
) -> IngestReport:
    """`ingest_paths` into the store that `pipeline` fills, before words and generation are made current."""
    _check_hold_sources(paths)
    run = _Run(on_outcome)
    words_due = monotonic() + _SECONDS_BETWEEN_WORDS
    for batch in batches(run.articles(paths, columns or {}, read), _length):
        run.take(pipeline, batch)
        if monotonic() > words_due:
            pipeline.index_words()
            words_due = monotonic() + _SECONDS_BETWEEN_WORDS
    if sync:
        _remove_gone(pipeline.store, paths, run)
    return run.finished(pipeline.embedded, pipeline.embedding_seconds)


class _Run(GrowingReport):
    """One ingest under way, and which articles were met in it."""

    def __init__(self, say: OnOutcome | None) -> None:
        super().__init__(say)
        self.met: set[tuple[str, str]] = set()

    def articles(self, paths: Iterable[Path], columns: Columns, read: Read) -> Iterator[Article]:
        """All that can be read; what cannot is said as it is met, and files of other kinds are counted."""
        for path in paths:
            yield from self.readable(read(path, columns))

    def readable(self, readings: Iterable[Reading]) -> Iterator[Article]:
        for reading in readings:
            if isinstance(reading, Article):
                self.met.add((reading.origin, reading.id))
                yield reading
            elif isinstance(reading, LeftOut):
                self.left_out[reading.ending] += 1
            else:
                self.remark(reading)

    def take(self, pipeline: Pipeline, articles: Sequence[Article]) -> None:
        for outcome in pipeline.take(articles):
            self.note(outcome)


@contextmanager
def _reader(pipeline: Pipeline, settings: Settings, ray: str | None) -> Iterator[Read]:
    if ray is None:
        yield read_articles
        return
    from assistant.ingestion.on_ray import reading_on  # it needs an extra

    with reading_on(ray, settings, pipeline) as read:
        yield read


def _pipeline(store: Store, settings: Settings, on_progress: OnProgress | None) -> Pipeline:
    options = settings.retrieval
    encoder = load_encoder(options.encoder, options.threads)
    embedded = 0

    def on_step(passages: int) -> None:
        nonlocal embedded
        embedded += passages
        if on_progress and passages:
            on_progress("embedding", embedded, 0)

    return Pipeline(store, settings.data_folder, encoder, PassageSplitter(encoder, options), on_step)


def _length(article: Article) -> int:
    return len(article.text)


def _named(stage: str, on_progress: OnProgress | None) -> Callable[[int, int], None] | None:
    return partial(on_progress, stage) if on_progress else None


def _check_hold_sources(paths: Iterable[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise NothingToIngest(f"{path} does not exist; check the path.")
        if not holds_sources(path):
            kinds = what_folders_may_hold()
            raise NothingToIngest(f"{path} holds no file that can be read ({kinds}); check the path.")


def _remove_gone(store: Store, paths: Sequence[Path], run: _Run) -> None:
    """Remove what came from these places and was not met again although all of its file could be read."""
    failed = tuple(error.source for error in run.unreadable)
    gone = {
        article_id
        for path in paths
        for origin, article_id in store.articles.origins_under(Path(printable(path.resolve()))).items()
        if (origin, article_id) not in run.met and not _may_still_be_there(origin, failed)
    }
    store.articles.delete(gone)
    run.note_removed(sorted(gone))


def _may_still_be_there(origin: str, failed: tuple[str, ...]) -> bool:
    return any(origin == source or origin.startswith((f"{source}#", f"{source}/")) for source in failed)
