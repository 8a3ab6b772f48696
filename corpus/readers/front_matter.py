"""Front matter: what stands above the text of a Markdown file (YAML, TOML between `+++`, or JSON), by our names."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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

_FIELD = re.compile(r"(?P<name> [A-Za-z_][\w -]{0,40}? ) [ \t]* : (?: [ \t]+ (?P<value> .*? ) )? [ \t]*", re.VERBOSE)
_LIST_ITEM = re.compile(r"[ \t]* - [ \t]+ (?P<value> .*? ) [ \t]*", re.VERBOSE)
_IN_QUOTES = re.compile(r"""(?P<mark>["']) (?P<value> [^"']* ) (?P=mark)""", re.VERBOSE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Fields by our names, `body` below them, and what to tell the user; no fields where there is no front matter."""

    body: str
    fields: Mapping[str, str] = field(default_factory=dict)
    is_draft: bool = False
    doubts: tuple[str, ...] = ()


class BrokenFrontMatter(ValueError):
    """The message follows the words "its front matter"."""


def split_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a text that begins with a `---`, `+++` or `{` line.

    YAML with a line that is none (a title with a colon or an `@`, say) is read line by line, and a doubt tells so.
    Raises `BrokenFrontMatter`.
    """
    if text.startswith("{"):
        return _split_json(text)
    if not _OPENING.match(text):
        return FrontMatter(text)
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise BrokenFrontMatter(f"has no closing line '{text[:3]}'.")
    if len(match["fields"]) > _MAX_FRONT_MATTER_CHARS:
        raise BrokenFrontMatter(f"is longer than {_MAX_FRONT_MATTER_CHARS} characters.")
    loaded, doubts = _load_yaml(match["fields"]) if match["yaml"] else (_load_toml(match["fields"]), ())
    return _front_matter(loaded, text[match.end() :].strip(), doubts)


def _front_matter(loaded: object, body: str, doubts: tuple[str, ...] = ()) -> FrontMatter:
    if loaded is None or loaded == "":
        return FrontMatter(body)
    if not isinstance(loaded, dict):
        raise BrokenFrontMatter("is not a list of names and values such as 'title: ...'.")
    written = {str(name).lower(): _as_text(value) for name, value in loaded.items()}
    values = {ours: [written[name] for name in names if name in written] for ours, names in _NAMES.items()}
    fields = {ours: value for ours, found in values.items() for value in found[::-1] if value not in _NOTHING}
    is_draft = str(loaded.get("draft")).lower() == "true"
    return FrontMatter(body, fields, is_draft, doubts)


def _split_json(text: str) -> FrontMatter:
    """Return the object in which Hugo keeps the fields of some pages; a text may well begin with a brace, too."""
    try:
        loaded, end = json.JSONDecoder().raw_decode(text[:_MAX_FRONT_MATTER_CHARS])
    except (ValueError, RecursionError):
        return FrontMatter(text)
    return _front_matter(loaded, text[end:].strip())


def _load_toml(front: str) -> object:
    try:
        return tomllib.loads(f"\n{front}", parse_float=str)  # lines count from the one that opens it
    except (ValueError, ArithmeticError) as error:
        problem = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a value is out of range"
        raise BrokenFrontMatter(f"is not TOML: {problem}.") from None
    except RecursionError:
        raise BrokenFrontMatter("is nested too deeply.") from None


def _load_yaml(front: str) -> tuple[object, tuple[str, ...]]:
    """Load all scalars as the author wrote them: dates follow our rules, and `no` is a language, not False."""
    import yaml

    try:
        return yaml.load(front, Loader=yaml.BaseLoader), ()  # noqa: S506 - BaseLoader makes strings only
    except yaml.MarkedYAMLError as error:
        # Marks count from 0, and the front matter begins in the file's second line.
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        if (mended := _lines_as_they_stand(front)) is not None:
            return mended, (f"its front matter is not YAML, line {line}: {error.problem}; read as it stands.",)
        raise BrokenFrontMatter(f"is not YAML, line {line}: {error.problem}.") from None
    except yaml.YAMLError as error:
        raise BrokenFrontMatter(f"is not YAML: {str(error).splitlines()[0]}.") from None
    except (ValueError, OverflowError):
        raise BrokenFrontMatter("holds a character that does not exist.") from None
    except RecursionError:
        raise BrokenFrontMatter("is nested too deeply.") from None


def _lines_as_they_stand(front: str) -> dict[str, str | list[str]] | None:
    """Return fields of which each stands on a line, with lists below their names; None where a line is neither."""
    fields: dict[str, str | list[str]] = {}
    name = None
    for line in filter(str.strip, front.split("\n")):
        if one := _FIELD.fullmatch(line):
            name = one["name"]
            fields[name] = _unquoted(one["value"] or "")
        elif (item := _LIST_ITEM.fullmatch(line)) and name is not None:
            before = fields[name]
            fields[name] = [*(before if isinstance(before, list) else []), _unquoted(item["value"])]
        elif not line.lstrip().startswith("#"):
            return None
    return fields


def _unquoted(value: str) -> str:
    quoted = _IN_QUOTES.fullmatch(value)
    return quoted["value"] if quoted else value


def _as_text(value: object) -> str:
    """A scalar, or a list of scalars (several authors); anything deeper is not ours."""
    items = value if isinstance(value, list) else [value]
    scalars = (item.isoformat() if isinstance(item, date) else item for item in items)  # TOML has dates
    return ", ".join(item.strip() for item in scalars if isinstance(item, str))
