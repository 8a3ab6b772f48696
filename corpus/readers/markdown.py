"""Markdown with front matter (YAML, or TOML between `+++`): title, url, publisher, author, published, language.

The text below the front matter is kept verbatim, marks and all: offsets and quotes are those of the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date

from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.text_file import parse_text

_MAX_FRONT_MATTER_CHARS = 64 * 1024

_NOTHING = frozenset({"", "~", "null"})
"""How YAML writes that there is no value."""

_NAMES = {
    "title": ("title",),
    "url": ("url", "canonical_url", "link"),
    "publisher": ("publisher", "source", "site"),
    "author": ("author", "authors"),
    "published": ("published", "date"),
    "language": ("language", "lang"),
}
"""What others call our fields; the first name that has a value counts."""

_OPENING = re.compile(
    r"""
    ---[ \t]* (?! \n [ \t]* (?: \n | \Z ) ) $   # a line that is followed by an empty one is a rule
    | \+\+\+[ \t]* $
    """,
    re.VERBOSE | re.MULTILINE,
)

_FRONT_MATTER = re.compile(
    r"""
    (?: (?P<yaml> --- ) | \+\+\+ ) [ \t]*\n               # its opening line
    (?P<fields> .*? )
    ^ (?(yaml) (?: --- | \.\.\. ) | \+\+\+ ) [ \t]* $     # the first line that closes it
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

_FENCED = re.compile(
    r"""
    ^ [ ]{0,3} (?P<fence> `{3,}+ | ~{3,}+ ) [^\n]*+ \n
    .*?
    (?: ^ [ ]{0,3} (?P=fence) [`~]* [ \t]* $ | \Z )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
"""Code, in which a line that begins with `#` is no heading."""

_MARKS = re.compile(r"\*\*|`")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")

_HEADING = re.compile(
    r"""
    ^ \#{1,6} [ \t]+        # one to six marks
    (?P<title> \S [^\n]*)   # the heading, perhaps with closing marks
    $
    """,
    re.VERBOSE | re.MULTILINE,
)


def parse_markdown(raw: bytes, origin: str) -> Draft:
    """Raise `UnreadableSource` when there is front matter and it is broken; using half is guesswork."""
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
    """Fields by our names, and body; no fields when the text does not begin with a `---` or `+++` line."""
    if not _OPENING.match(text):
        return {}, text
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise _BrokenFrontMatter(f"has no closing line '{text[:3]}'.")
    if len(match["fields"]) > _MAX_FRONT_MATTER_CHARS:
        raise _BrokenFrontMatter(f"is longer than {_MAX_FRONT_MATTER_CHARS} characters.")
    load = _load_yaml if match["yaml"] else _load_toml
    return _fields(load(match["fields"])), text[match.end() :].strip()


def _fields(loaded: object) -> dict[str, str]:
    if loaded is None or loaded == "":
        return {}
    if not isinstance(loaded, dict):
        raise _BrokenFrontMatter("is not a list of names and values such as 'title: ...'.")
    written = {str(name).lower(): _as_text(value) for name, value in loaded.items()}
    values = {ours: [written[name] for name in names if name in written] for ours, names in _NAMES.items()}
    return {ours: value for ours, found in values.items() for value in found[::-1] if value not in _NOTHING}


def _load_toml(front: str) -> object:
    try:
        return tomllib.loads(f"\n{front}", parse_float=str)  # lines count from the one that opens it
    except (ValueError, ArithmeticError) as error:
        problem = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a value is out of range"
        raise _BrokenFrontMatter(f"is not TOML: {problem}.") from None
    except RecursionError:
        raise _BrokenFrontMatter("is nested too deeply.") from None


def _load_yaml(front: str) -> object:
    """Load all scalars as the author wrote them: dates follow our rules, and `no` is a language, not False."""
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
    scalars = (item.isoformat() if isinstance(item, date) else item for item in items)  # TOML has dates
    return ", ".join(item.strip() for item in scalars if isinstance(item, str))


def _first_heading(body: str) -> str | None:
    match = _HEADING.search(_FENCED.sub("", body))
    return _without_marks(match["title"].rstrip("# \t")) if match else None


def _without_marks(title: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", title))
