"""Which reader reads which file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.readers.beir import read_beir
from corpus.readers.draft import Draft, finish, unforeseen
from corpus.readers.html import read_html
from corpus.readers.markdown import read_markdown
from corpus.readers.source_file import BEIR_SUFFIX, SourceFile, find_source_files, printable
from corpus.readers.text_file import read_plain_text

Reading = Article | SourceWarning | UnreadableSource
"""What comes out of a source. A warning about an article stands before it."""

# Every kind named here is also looked for in folders: see `source_file.ARTICLE_SUFFIXES`.
_READERS: dict[str, Callable[[Path], Draft]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain_text,
    ".html": read_html,
    ".htm": read_html,
}


def read_articles(place: Path) -> Iterator[Reading]:
    """Everything in a file, or in a folder and the folders below it, one article at a time.

    Sorted within each folder; hidden files are left out. Nothing is raised for a source that cannot be read.
    """
    for found in find_source_files(place):
        if isinstance(found, UnreadableSource):
            yield found
        else:
            yield from _read_file(found)


def _read_file(file: SourceFile) -> Iterator[Reading]:
    try:
        for draft in _drafts(file.path):
            yield from _finished(draft, file)
    except UnreadableSource as error:
        yield error
    except Exception as error:  # whatever it was, the other sources go on
        yield UnreadableSource(file.origin, unforeseen(error))


def _drafts(path: Path) -> Iterable[Draft | UnreadableSource]:
    suffix = path.suffix.lower()
    if suffix == BEIR_SUFFIX:
        return read_beir(path)
    if suffix in _READERS:
        return (_READERS[suffix](path),)
    kinds = ", ".join((*_READERS, BEIR_SUFFIX))
    raise UnreadableSource(printable(path), f"only files that end in {kinds} can be read.")


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
