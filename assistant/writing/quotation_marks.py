"""Quotation marks that a sentence lacks since its quotation began before it, or goes on after it."""

from __future__ import annotations

import re

_MARK = re.compile('[“”"]')
_OPENS = re.compile('(?:^|(?<=[\\s(\\[—–-]))[“"](?=\\S)')
_CLOSING = {"“": "”", '"': '"'}
_OPENING = {"”": "“", '"': '"'}
_OTHERS = ("„", "»", "「", "『")
"""Marks of other languages, in some of which “ closes."""


def missing_marks(text: str) -> tuple[str, str]:
    """Return the marks, each possibly "", with which the quotations of a sentence are opened before and closed after
    it.

    A straight mark after a digit, where nothing is open, is that of inches.
    """
    if any(mark in text for mark in _OTHERS):
        return "", ""
    opening, is_open = "", ""
    for number, found in enumerate(_MARK.finditer(text)):
        mark = found.group()
        if mark == "“" or (mark == '"' and _OPENS.match(text, found.start())):
            is_open = is_open or mark
        elif is_open:
            is_open = ""
        elif number == 0 and not text[: found.start()][-1:].isdigit():
            opening = _OPENING[mark]
    return opening, _CLOSING.get(is_open, "")
