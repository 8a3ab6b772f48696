"""The widget's source files, put together into the one script that a page loads.

The sources share one scope, in the order of `SOURCES`. rjsmin and rcssmin leave out comments and needless space.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
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
    folder = files("api.web") / "widget"
    style = rcssmin.cssmin((folder / "widget.css").read_text(encoding="utf-8"))
    packs = {name: language_pack(name).integrity for name in LANGUAGES}
    code = "".join((folder / name).read_text(encoding="utf-8") for name in SOURCES)
    script = f'(()=>{{"use strict";const STYLE={json.dumps(style)},PACKS={json.dumps(packs)};{code}}})();'
    return WebFile(rjsmin.jsmin(script).encode(), _SCRIPT)


@cache
def language_pack(name: str) -> WebFile:
    """Return a table of strings, which the widget loads as data."""
    table = json.loads((files("api.web") / "widget" / "languages" / f"{name}.json").read_text(encoding="utf-8"))
    body = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    return WebFile(body, "application/json")


@cache
def web_file(name: str) -> WebFile:
    """Return a file of ours as it is: `page.css`, `page.js`, `icon.svg`."""
    media_types = {
        "css": "text/css; charset=utf-8",
        "js": _SCRIPT,
        "svg": "image/svg+xml",
    }
    return WebFile((files("api.web") / "page" / name).read_bytes(), media_types[name.rpartition(".")[2]])
