"""Markdown with YAML front matter: title, url, publisher, author, published, language.

The text below the front matter is kept verbatim, marks and all: offsets and quotes are those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.source_file import printable, read_bytes
from corpus.readers.text_file import parse_text

_MAX_FRONT_MATTER_CHARS = 64 * 1024

_NOTHING = frozenset({"", "~", "null"})
"""How YAML writes that there is no value."""

_OPENING = re.compile(r"---[ \t]*$", re.MULTILINE)

_FRONT_MATTER = re.compile(
    r"""
    ---[ \t]*\n         # its opening line
    (?P<fields> .*? )
    ^ ---[ \t]* $       # the first line that closes it
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

_HEADING = re.compile(
    r"""
    ^ \#{1,6} [ \t]+        # one to six marks
    (?P<title> \S [^\n]*)   # the heading, perhaps with closing marks
    $
    """,
    re.VERBOSE | re.MULTILINE,
)


def read_markdown(path: Path) -> Draft:
    """Raises `UnreadableSource` when there is front matter and it is broken; using half is guesswork."""
    return parse_markdown(read_bytes(path), printable(path))


def parse_markdown(raw: bytes, origin: str) -> Draft:
    """`read_markdown` of bytes that are no file."""
    try:
        fields, body = _split_front_matter(parse_text(raw, origin))
    except _BrokenFrontMatter as problem:
        raise UnreadableSource(origin, f"its front matter {problem}") from None
    return Draft(
        text=body,
        title=fields.get("title") or _first_heading(body),
        url=fields.get("url"),
        publisher=fields.get("publisher"),
        author=fields.get("author"),
        language=fields.get("language"),
        published=fields.get("published"),
        date_source="front-matter",
    )


class _BrokenFrontMatter(ValueError):
    """The message follows the words "its front matter"."""


def _split_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """Fields (in lower case) and body; no fields when the text does not begin with a `---` line."""
    if not _OPENING.match(text):
        return {}, text
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise _BrokenFrontMatter("has no closing line '---'.")
    return _fields(match["fields"]), text[match.end() :].strip()


def _fields(front: str) -> dict[str, str]:
    if len(front) > _MAX_FRONT_MATTER_CHARS:
        raise _BrokenFrontMatter(f"is longer than {_MAX_FRONT_MATTER_CHARS} characters.")
    loaded = _load_yaml(front)
    if loaded is None or loaded == "":
        return {}
    if not isinstance(loaded, dict):
        raise _BrokenFrontMatter("is not a list of names and values such as 'title: ...'.")
    fields = ((str(name).lower(), _as_text(value)) for name, value in loaded.items())
    return {name: value for name, value in fields if value not in _NOTHING}


def _load_yaml(front: str) -> object:
    """All scalars as the author wrote them: dates follow our rules, and `no` is a language, not False."""
    import yaml

    try:
        return yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes strings only
    except yaml.MarkedYAMLError as error:
        # Marks count from 0, and the front matter begins in the file's second line.
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise _BrokenFrontMatter(f"is not YAML, line {line}: {error.problem}.") from None
    except yaml.YAMLError as error:
        raise _BrokenFrontMatter(f"is not YAML: {str(error).splitlines()[0]}.") from None
    except (ValueError, OverflowError):
        raise _BrokenFrontMatter("holds a character that does not exist.") from None
    except RecursionError:
        raise _BrokenFrontMatter("is nested too deeply.") from None


def _as_text(value: object) -> str:
    """A scalar, or a list of scalars (several authors); anything deeper is not ours."""
    items = value if isinstance(value, list) else [value]
    return ", ".join(item.strip() for item in items if isinstance(item, str))


def _first_heading(body: str) -> str | None:
    match = _HEADING.search(body)
    return match["title"].rstrip("# \t") if match else None
