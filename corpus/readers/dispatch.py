"""The choice of a reader for each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft, finish, unforeseen
from corpus.readers.formats import format_of, may_hold_articles, suffixes
from corpus.readers.source_file import SourceFile, find_source_files, printable

Reading = Article | SourceWarning | UnreadableSource
"""What comes out of a source. A warning about an article stands before it."""


def holds_sources(place: Path) -> bool:
    """Whether it is a file, or a folder with one that may hold articles, as deep as it may be."""
    return any(isinstance(found, SourceFile) for found in find_source_files(place, may_hold_articles))


def read_articles(place: Path) -> Iterator[Reading]:
    """Yield everything in a file, or in a folder and the folders below it, one article at a time.

    Sorted within each folder; hidden files are left out. Nothing is raised for a source that cannot be read.
    """
    for found in find_source_files(place, may_hold_articles):
        if isinstance(found, UnreadableSource):
            yield found
        else:
            yield from _read_file(found)


def _read_file(file: SourceFile) -> Iterator[Reading]:
    try:
        for draft in drafts(file.path):
            yield from _finished(draft, file)
    except UnreadableSource as error:
        yield error
    except Exception as error:  # whatever it was, the other sources go on
        yield UnreadableSource(file.origin, unforeseen(error))


def drafts(path: Path) -> Iterable[Draft | UnreadableSource]:
    """Return what is in a file of a known format. Raises `UnreadableSource`."""
    its_format = format_of(path)
    if its_format is None:
        raise UnreadableSource(printable(path), f"only files that end in {', '.join(suffixes())} can be read.")
    return its_format.read(path)


def _finished(draft: Draft | UnreadableSource, file: SourceFile) -> Iterator[Reading]:
    if isinstance(draft, UnreadableSource):
        yield draft
        return
    origin = f"{file.origin}#{draft.external_id}" if draft.external_id else file.origin
    try:
        article, warnings = finish(draft, file.name, origin)
    except UnreadableSource as error:
        yield error
    except Exception as error:  # one line of many
        yield UnreadableSource(origin, unforeseen(error))
    else:
        yield from warnings
        yield article
