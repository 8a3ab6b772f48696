"""Drafts, the articles as their sources give them, and their completion."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from corpus.article import Article, SourceWarning, article_id, content_hash
from corpus.block import Block
from corpus.errors import UnreadableSource
from corpus.readers.dates import DoubtfulDate, publication_date
from corpus.readers.urls import canonical_url
from corpus.text.canonical import one_line
from corpus.text.invisible import with_few_marks, without_hidden
from corpus.text.language import detect_language, primary_language
from corpus.text.lookalikes import alphabet_in_disguise

READERS = "readers 4"
"""Raised when a reader makes another text, or other blocks, of the same source than before."""

_logger = logging.getLogger(__name__)

MAX_FIELD_CHARS = 300
"""Longest title, publisher or author; more is cut, because a source may put anything there."""

_FIRST_LINE_CHARS = 120
"""Longest title that is taken from the text itself: a headline's length, not a paragraph's."""

_MAX_SHOWN_CHARS = 60

_NO_ADDRESS = "is not a plain http or https address; stored without it."
_NO_LANGUAGE = "is no language tag, such as en or pt-BR; it is told from the text."


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its source gives it. `text` is canonical already, and `blocks` are its structure; all else is as it
    was written.

    `external_id` is the source's own id where its format has one. `warnings` tell, one sentence each, what of
    the source was not taken.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    language: str | None = None
    published: str | None = None
    date_source: str | None = None
    external_id: str | None = None
    warnings: tuple[str, ...] = ()


def unforeseen(error: Exception) -> str:
    """Log an error that no reader foresaw, and return the reason for the user why there is no article."""
    _logger.error("A source could not be read.", exc_info=error)
    return not_an_article(error)


def not_an_article(error: Exception) -> str:
    """Return the reason for the user why there is no article, when no reader foresaw the error."""
    return f"it cannot be read as an article ({type(error).__name__})."


def finish(draft: Draft, name: str, origin: str) -> tuple[Article, list[SourceWarning]]:
    """Return the article, and what of its draft was not taken. `name` is the source's path within what was ingested.

    Raises `UnreadableSource` when there is no text.
    """
    if not draft.text.strip():
        raise UnreadableSource(origin, "it holds no text.")
    url, url_doubt = _check(draft.url, canonical_url, "address", _NO_ADDRESS)
    published, date_doubt = _check_date(draft.published)
    language, language_doubt = _check(draft.language, primary_language, "language", _NO_LANGUAGE)
    external_id = draft.external_id or url or name
    article = Article(
        id=article_id(external_id),
        external_id=external_id,
        origin=origin,
        title=_field(draft.title) or _title_from_text(draft.text) or _field(PurePosixPath(name).stem) or name,
        text=draft.text,
        blocks=draft.blocks,
        read_by=READERS,
        content_hash=content_hash(draft.text),
        url=url,
        publisher=_name(draft.publisher),
        author=_name(draft.author),
        language=language or detect_language(draft.text),
        published=published,
        date_source=draft.date_source if published else None,
    )
    doubts = (*draft.warnings, url_doubt, date_doubt, language_doubt)
    return article, [SourceWarning(origin, doubt) for doubt in doubts if doubt]


def _field(written: str | None) -> str | None:
    """Return what can be seen of a field: nothing in it may hide, or reorder what stands beside it."""
    line = one_line(without_hidden((written or "")[: 10 * MAX_FIELD_CHARS]), MAX_FIELD_CHARS)
    return with_few_marks(line) or None


def _name(written: str | None) -> str | None:
    """Return a name that passes for no other: one in foreign letters that look Latin says so."""
    name = _field(written)
    alphabet = alphabet_in_disguise(name or "")
    return f"{name} ({alphabet} letters)" if alphabet else name


def _title_from_text(text: str) -> str | None:
    """The first line of `text`, when there are words in it."""
    start = text[: 10 * _FIRST_LINE_CHARS].lstrip()
    line = with_few_marks(one_line(without_hidden(start.partition("\n")[0]), _FIRST_LINE_CHARS))
    return line if any(map(str.isalnum, line)) else None


def _check(
    written: str | None, read: Callable[[str], str | None], what: str, doubt: str
) -> tuple[str | None, str | None]:
    """Return a field as `read` makes it, and a remark when that is nothing; neither when nothing was written."""
    if not written or not written.strip():
        return None, None
    value = read(written)
    return value, None if value else f"the {what} {_shown(written)} {doubt}"


def _check_date(written: str | None) -> tuple[date | None, str | None]:
    if not written or not written.strip():
        return None, None
    try:
        return publication_date(written), None
    except DoubtfulDate as doubt:
        return None, f"the date {_shown(written)} {doubt}; stored without a date."


def _shown(written: str) -> str:
    return f"'{one_line(written, _MAX_SHOWN_CHARS)}'"
