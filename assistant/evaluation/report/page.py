"""A page that is one file: style, scripts and data inline, and a policy that forbids it everything else."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

_SHARED_SCRIPTS = ("dom.js", "charts.js", "questions.js")


def render_page(title: str, script: str, data: Mapping[str, Any]) -> str:
    """Return HTML that shows `data` by the script of this name beside this file."""
    code = _inline([*_SHARED_SCRIPTS, script])
    style = _read("style.css")
    policy = (
        f"default-src 'none'; script-src {_hash(code)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    )
    return Template(_read("page.html")).substitute(
        title=html.escape(title), policy=policy, style=style, script=code, data=embedded_json(data)
    )


def embedded_json(data: Mapping[str, Any]) -> str:
    """Return JSON for a script element: with `<` escaped, no text in it can end the element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _inline(names: Sequence[str]) -> str:
    """Join the scripts into one that leaves nothing behind in the page's global names."""
    return '"use strict";\n(() => {\n' + "\n".join(map(_read, names)) + "\n})();\n"


def _read(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """Return the name of exactly this content in a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
