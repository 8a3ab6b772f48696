"""Ingestion on a Ray cluster: its nodes read, split and embed; this process stores, by the one way in.

So it may be killed at any moment, as any ingest: what was stored is not embedded again, nor stored twice.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from assistant.errors import ClusterFailed
from assistant.ingestion.pipeline import Pipeline, embedded_texts
from assistant.ray_cluster import joined, settings_of_node, spread
from assistant.settings import Settings
from corpus.article import Article, SplitArticle
from corpus.readers import Reading, find_sources, read_file
from corpus.readers.rows import Columns
from corpus.readers.source_file import SourceFile
from corpus.store import open_store
from index.embedding import Embedded, embed, without_vector
from index.encoders.load import load_encoder
from index.splitter import PassageSplitter

_FILES_AT_ONCE = 10_000
"""Whose names are held together; processes that embed begin anew after them."""

_READINGS_AT_ONCE = 16
"""Some seconds of one core, which are lost with a node."""

_Embed = Callable[[list[Reading]], tuple[list[Reading], Embedded | None]]
"""Returns what it got, with the vectors that the articles among it lacked."""


@contextmanager
def reading_on(
    address: str, settings: Settings, pipeline: Pipeline
) -> Iterator[Callable[[Path, Columns], Iterator[Reading]]]:
    """Give what reads as `read_articles` does, by the nodes of a cluster, each of which has to see the same files.

    `pipeline` has got the vectors of each article before it comes. Raises what `joined` raises.
    """
    begin = partial(begin_embedding, json.dumps(settings.with_secrets()), pipeline.encoder.fingerprint)
    with joined(address, settings):
        yield partial(_read, begin, pipeline)


def _read(begin: Callable[[], _Embed], pipeline: Pipeline, place: Path, columns: Columns) -> Iterator[Reading]:
    found = find_sources(place)
    while some := list(islice(found, _FILES_AT_ONCE)):
        files = [one for one in some if isinstance(one, SourceFile)]
        yield from (one for one in some if not isinstance(one, SourceFile))
        for readings, embedded in spread(files, partial(read_file, columns=columns), begin, _READINGS_AT_ONCE):
            if embedded is not None:
                pipeline.keep(embedded)
            yield from readings


def begin_embedding(told: str, fingerprint: str) -> _Embed:
    """What a process of a node begins with: `told` are `Settings`, `fingerprint` is that of the encoder to use."""
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
        settings = settings_of_node(told, folder)
        store = open_store(settings.data_folder)  # of which nothing has to stay there for a reader
    encoder = load_encoder(settings.retrieval.encoder, threads=1)
    splitter = PassageSplitter(encoder, settings.retrieval)

    def work(readings: list[Reading]) -> tuple[list[Reading], Embedded | None]:
        if encoder.fingerprint != fingerprint:
            raise ClusterFailed("A node of the Ray cluster has another encoder; install the same version on all nodes.")
        split = [SplitArticle(one, splitter.split(one)) for one in readings if isinstance(one, Article)]
        lacking = without_vector(store, fingerprint, embedded_texts(split))
        return readings, embed(encoder, lacking) if lacking else None

    return work
