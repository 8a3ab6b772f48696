"""Canonical text: the one form in which article text is stored, hashed and quoted."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_MAX_MARKS = 30
"""Combining marks kept on one letter: the bound of Unicode's Stream-Safe Text Format (UAX #15, section 13).
No writing needs more, and normalising a longer run takes quadratic time."""

_FIRST_MARK, _LAST_MARK = 0x300, 0x1EFFF
"""Outside there are no combining marks (Unicode 16)."""

_LAST_BASIC = 0xFFFF
_BEYOND_BASIC = re.compile("[\U00010000-\U0010ffff]")

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def canonical_text(raw: str) -> str:
    r"""`raw` in NFC, every line end as `\n`, without control characters other than `\n` and `\t`.

    Lone surrogates become U+FFFD. White space is left alone, so that text which is already canonical comes
    back unchanged and offsets into it survive. Idempotent; linear in the length of any input.
    """
    # Controls go first: one that stood between a carriage return and its line feed must not make two lines.
    text = _LINE_ENDS.sub("\n", _CONTROLS.sub("", raw))
    text = encodable(text)
    if text.isascii():
        return text
    # Normalising can lengthen a run of marks, hence the second cut; cutting a run's tail keeps it normalised.
    return _cut_marks(unicodedata.normalize("NFC", _cut_marks(text)))


def encodable(text: str) -> str:
    """Return a text as long in which lone surrogates, which UTF-8 cannot write, are U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def one_line(raw: str, max_chars: int) -> str:
    """Return `raw` as canonical text on one line, white space squeezed, cut to `max_chars`; may be empty."""
    # Looking further than this would only help fields that somebody padded with blanks.
    line = " ".join(canonical_text(raw[: 10 * max_chars]).split())
    return line if len(line) <= max_chars else line[: max_chars - 1].rstrip() + "…"


def _cut_marks(text: str) -> str:
    wide = any(map(unicodedata.combining, set(_BEYOND_BASIC.findall(text))))
    return _overlong_marks(wide).sub(lambda run: run[0][:_MAX_MARKS], text)


@cache
def _overlong_marks(wide: bool) -> re.Pattern[str]:
    # A character class that reaches beyond the Basic Multilingual Plane is searched ten times as slowly.
    last = _LAST_MARK if wide else _LAST_BASIC
    marks = "".join(chr(code) for code in range(_FIRST_MARK, last + 1) if unicodedata.combining(chr(code)))
    return re.compile(f"[{re.escape(marks)}]{{{_MAX_MARKS + 1},}}")
