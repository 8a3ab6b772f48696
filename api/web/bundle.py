"""The widget's source files, put together into the script that a page loads, and another that is loaded when needed.

The sources share one scope, in the order of `SOURCES`. Those of `LATER` share one of their own, into which the widget
hands what they need of it. rjsmin and rcssmin leave out comments and needless space.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import rcssmin
import rjsmin

SOURCES = (
    "wire.js",
    "strings.js",
    "code_points.js",
    "elements.js",
    "event_stream.js",
    "client.js",
    "later.js",
    "store.js",
    "draft.js",
    "answer_text.js",
    "turn_view.js",
    "citation_card.js",
    "citations.js",
    "frame.js",
    "chat.js",
    "start.js",
)

LATER = ("strings.js", "drawer.js", "blocks.js", "filters.js", "begin.js")
"""What is not needed at once: passages, and filters."""

_HANDED_OVER = "{make,icon,iconButton,sliceCodePoints,webAddress,ICONS,ENGLISH,sheet,STYLE,resolve:RESOLVE}"

LANGUAGES = ("de", "es", "fr", "ja", "zh")
"""Tables that are loaded by those who want them; English is part of the widget. Answers know the same."""

PAGE_FILES = ("page.css", "page.js", "home.js", "section.js", "watches.js", "questions.js", "icon.svg")

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
    """Return the whole widget as one classic script with no global names of its own."""
    spoken = f"SPOKEN={json.dumps(LANGUAGES)},TABLES={json.dumps(language_tables().integrity)}"
    known = f"STYLE={_style('widget.css')},{spoken},LATER={json.dumps(later_part().integrity)}"
    return _script_of(known, SOURCES)


@cache
def later_part() -> WebFile:
    """Return what the widget loads when it is first used. Its element hands over the widget's functions."""
    known = f"{_HANDED_OVER}=document.currentScript.kit,LATER_STYLE={_style('later/later.css')}"
    return _script_of(known, [f"later/{name}" for name in LATER])


def _script_of(known: str, names: Iterable[str]) -> WebFile:
    code = "".join(_source(name) for name in names)
    return WebFile(rjsmin.jsmin(f'(()=>{{"use strict";const {known};{code}}})();').encode(), _SCRIPT)


def _style(name: str) -> str:
    return json.dumps(rcssmin.cssmin(_source(name)))


def _source(name: str) -> str:
    return (files("api.web") / "widget" / name).read_text(encoding="utf-8")


@cache
def language_tables() -> WebFile:
    """Return the strings of all languages but English, which the widget loads as data. One hash vouches for all, since
    each takes room in the widget."""
    tables = {name: json.loads(_source(f"languages/{name}.json")) for name in LANGUAGES}
    body = json.dumps(tables, ensure_ascii=False, separators=(",", ":")).encode()
    return WebFile(body, "application/json")


@cache
def web_file(name: str) -> WebFile:
    """Return a file of ours as it is: one of `PAGE_FILES`."""
    media_types = {
        "css": "text/css; charset=utf-8",
        "js": _SCRIPT,
        "svg": "image/svg+xml",
    }
    return WebFile((files("api.web") / "page" / name).read_bytes(), media_types[name.rpartition(".")[2]])
