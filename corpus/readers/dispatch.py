"""The choice of a reader for each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft, finish, unforeseen
from corpus.readers.formats import BEIR_CORPUS, Format, format_of, may_hold_articles, suffixes
from corpus.readers.rows import Columns
from corpus.readers.source_file import LeftOut, SourceFile, find_source_files, printable

Reading = Article | SourceWarning | UnreadableSource | LeftOut
"""What comes out of a source. A warning about an article stands before it."""

_NO_COLUMNS: Columns = {}

_OTHER_KINDS = {
    ".doc": "Word 97; save it as .docx",
    ".dot": "Word 97; save it as .docx",
    ".pages": "Pages; export it as .docx or .pdf",
    ".xls": "Excel; save its sheets as .csv",
    ".xlsx": "Excel; save its sheets as .csv",
    ".ods": "a spreadsheet; save its sheets as .csv",
    ".mobi": "a Kindle book; convert it into .epub",
    ".azw3": "a Kindle book; convert it into .epub",
    ".zip": "an archive; unpack it into a folder",
}
"""What can be done with files of kinds that are met often and not read."""


def holds_sources(place: Path) -> bool:
    """Whether it is a file, or a folder with one that may hold articles, as deep as it may be."""
    return any(isinstance(found, SourceFile) for found in find_sources(place))


def read_articles(place: Path, columns: Columns = _NO_COLUMNS) -> Iterator[Reading]:
    """Yield everything in a file, or in a folder and the folders below it, one article at a time.

    Sorted within each folder; hidden files are passed over, and those of other kinds come back as left out. `columns`
    are those of tables whose names are no usual ones. Nothing is raised for a source that cannot be read.
    """
    for found in find_sources(place):
        if isinstance(found, SourceFile):
            yield from read_file(found, columns)
        else:
            yield found


def find_sources(place: Path) -> Iterator[SourceFile | LeftOut | UnreadableSource]:
    """Yield the files that `read_articles` reads, in its order, and what it says of others."""
    return find_source_files(place, may_hold_articles, BEIR_CORPUS)


def read_file(file: SourceFile, columns: Columns = _NO_COLUMNS) -> Iterator[Reading]:
    """Yield everything in one file; nothing is raised."""
    try:
        for draft in drafts(file.path, columns):
            yield from _finished(draft, file)
    except UnreadableSource as error:
        yield error
    except Exception as error:  # whatever it was, the other sources go on
        yield UnreadableSource(file.origin, unforeseen(error))


def drafts(path: Path, columns: Columns = _NO_COLUMNS) -> Iterable[Draft | UnreadableSource]:
    """Return what is in a file of a known format. Raises `UnreadableSource`."""
    its_format = format_of(path)
    if its_format is None:
        raise UnreadableSource(printable(path), _why_not(path))
    return its_format.read(path) if isinstance(its_format, Format) else its_format.read(path, columns)


def _why_not(path: Path) -> str:
    if what := _OTHER_KINDS.get(path.suffix.lower()):
        return f"it is {what}."
    return f"only files that end in {', '.join(suffixes())} can be read."


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
