"""Names: runs of capitalised words."""

from __future__ import annotations

import re

_NAME = r"[A-Z][\w’'-]*(?:\.[A-Z]\.?)*"
_NAME_RUN = re.compile(
    rf"""
    (?<!\w) {_NAME}        # Eric, but not what follows the first letter of pH
    (?: [ ] {_NAME} )*      # Schmidt
    """,
    re.VERBOSE,
)


def name_stretches(text: str) -> list[tuple[int, int]]:
    """Return where runs of capitalised words stand, the first of a text too; in code points."""
    return [match.span() for match in _NAME_RUN.finditer(text)]


def names_in(text: str) -> list[str]:
    """Return runs of capitalised words, the first word of the text left out unless a run goes on after it."""
    names = []
    for match in _NAME_RUN.finditer(text):
        name = match.group()
        if match.start() == 0 and " " not in name and not name.isupper():
            continue
        names.append(name)
    return names
