"""Puts the widget's source files together into the one script that a page loads.

The sources share one scope, in this order. Comments and needless space are left out: what they are is told by small
rules that the sources keep to (comments fill whole lines, templates are not nested, statements end with semicolons),
so there is no parser here, and nothing to install to work on the widget.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

SOURCES = (
    "wire.js",
    "strings.js",
    "code_points.js",
    "elements.js",
    "event_stream.js",
    "client.js",
    "store.js",
    "draft.js",
    "answer_text.js",
    "turn_view.js",
    "citation_card.js",
    "drawer.js",
    "citations.js",
    "frame.js",
    "chat.js",
    "start.js",
)

LANGUAGES = ("de",)
"""Tables that are loaded by those who want them; English is part of the widget."""

PAGE_FILES = ("page.css", "page.js", "icon.svg")

_CSS_COMMENT = re.compile(
    r"""
    /\*
    [^*]* \*+           # up to a run of stars
    (?: [^/*] [^*]* \*+ )*  # that no slash follows
    /
    """,
    re.VERBOSE,
)
_CSS_SPACE = re.compile(r"\s*([{};,])\s*|(?<=:)\s+")

_TOKEN = re.compile(
    r"""
      " (?: [^"\\] | \\. )* "                   # a string
    | ` (?: [^`\\] | \\. )* `                   # a template
    | (?<= [(,=!?:] ) / (?: [^/\\\n] | \\. )+ /   # a regular expression, right after what no division follows
    | (?<= [(,=!?:]\  ) / (?: [^/\\\n] | \\. )+ /
    | \s* /\* .*? \*/ \s*                        # a comment within a line: types
    | \s+
    | [\w$]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


_LAST_COMMA = re.compile(r",(?=[)\]}])")

_SCRIPT = "text/javascript; charset=utf-8"


@dataclass(frozen=True)
class WebFile:
    """A file for browsers. `version` names its content; `integrity` is what `<script integrity>` takes (SRI)."""

    body: bytes
    media_type: str

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def integrity(self) -> str:
        return "sha384-" + b64encode(hashlib.sha384(self.body).digest()).decode()

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


@cache
def widget() -> WebFile:
    """The whole widget as one classic script with no global names of its own."""
    folder = files("api.web") / "widget"
    style = _CSS_COMMENT.sub("", (folder / "widget.css").read_text(encoding="utf-8")).strip()
    style = _CSS_SPACE.sub(r"\1", style).replace(";}", "}")
    packs = {name: language_pack(name).integrity for name in LANGUAGES}
    code = compact("".join((folder / name).read_text(encoding="utf-8") for name in SOURCES))
    script = f'(()=>{{"use strict";const STYLE={json.dumps(style)},PACKS={json.dumps(packs)};{code}}})();\n'
    return WebFile(script.encode(), _SCRIPT)


@cache
def language_pack(name: str) -> WebFile:
    """A table of strings, which the widget loads as data."""
    table = json.loads((files("api.web") / "widget" / "languages" / f"{name}.json").read_text(encoding="utf-8"))
    body = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    return WebFile(body, "application/json")


@cache
def web_file(name: str) -> WebFile:
    """A file of ours as it is: `page.css`, `page.js`, `icon.svg`."""
    media_types = {
        "css": "text/css; charset=utf-8",
        "js": _SCRIPT,
        "svg": "image/svg+xml",
    }
    return WebFile((files("api.web") / "page" / name).read_bytes(), media_types[name.rpartition(".")[2]])


def code_lines(source: str) -> Iterator[str]:
    """The lines of a JavaScript source without indentation, comments and empty lines.

    A comment is a line that begins with `//`, or lines from one that begins with `/*` to one that ends with `*/`.
    """
    in_comment = False
    for line in map(str.strip, source.splitlines()):
        in_comment = in_comment or line.startswith("/*")
        if line and not in_comment and not line.startswith("//"):
            yield line
        in_comment = in_comment and not line.endswith("*/")


def compact(source: str) -> str:
    """The same program without comments and without space that separates nothing."""
    tokens = [" " if "/*" in token[:9] else token for token in _TOKEN.findall("\n".join(code_lines(source)))]
    kept: list[str] = []
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        kept.append(_needed_space(kept[-1] if kept else "", token, following) if token.isspace() else token)
    return _LAST_COMMA.sub("", "".join(kept))


def _needed_space(before: str, space: str, after: str) -> str:
    if before[-1:] in "{;,([" or after[:1] in ")}].?":
        return ""
    if "\n" in space:
        return "\n"  # it may end a statement
    are_words = _is_word(before[-1:]) and _is_word(after[:1])
    return " " if are_words or (before[-1:] in "+-" and after[:1] in "+-") else ""


def _is_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "$")
