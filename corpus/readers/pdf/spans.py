"""Letters of a page put together to spans: words that stand on one baseline without a gap."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from unicodedata import normalize

from corpus.readers.pdf.page import Rule, Span

Crop = tuple[float, float, float, float]
"""Left, bottom, right and top of what a page shows."""

_SPACE_EM = 0.17
"""A gap that is a space, in sizes of the letters; spaces are a quarter wide, and shrink in justified lines."""
_GAP_EM = 1.0
"""A gap that is more than one."""
_SAME_BASELINE_EM = 0.15
_RAISED_EM = 0.75
"""Further from the line than this is another line."""
_SMALLER = 0.86
"""Raised and lowered letters are smaller than those that they stand at, by at least so much."""

_BULLET_EM = 1.6
"""Most distance of a bullet that is drawn from its text."""
_MOST_DOTS = 1_000
"""Of one page; more are a drawing."""

_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_IS_RAISED = re.compile(r"[0-9+\-−=()ni]+")
_IS_LOWERED = re.compile(r"[0-9+\-−=()]+")
_ON_THE_LINE = re.compile(r"TM|SM|[®™ºª]")
_NOTE_MARK = re.compile(r"\d{1,3}(?:,\s?\d{1,3})*")
_NOTE_SIGN = re.compile(r"[*∗†‡§¶]+")
_AFTER_SENTENCE = re.compile(r"[.,;:!?”’\"')\]][ ]*$")

_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    "\uf0b7": "•",  # bullets of the fonts Symbol and Wingdings
    "\uf0a7": "•",
    "\uf0d8": "•",
    "\u00a0": " ",
    # Codes of TeX's fonts (OT1 and T1), where the file does not say which letters they are.
    **dict(zip("\x0b\x0c\r\x0e\x0f\x1b\x1c\x1d\x1e\x1f", ("ff", "fi", "fl", "ffi", "ffl") * 2, strict=True)),
    **dict(zip("\x10\x11\x15\x16\x88", "“”–—•", strict=True)),
    # Those of Windows, likewise.
    **dict(zip("\x85\x91\x92\x93\x94\x95\x96\x97", "…‘’“”•–—", strict=True)),
}
_COMBINING = dict(zip("´`¨ˆ˜ˇ˘˙˚¯", map(chr, (769, 768, 776, 770, 771, 780, 774, 775, 778, 772)), strict=True))
"""Accents that stand for themselves, and those that stand on a letter."""
_LETTERS = {"ı": "i", "ȷ": "j"}
_ACCENTED = re.compile(r"([´¨ˆ˜ˇ˘˙˚¯]|(?<=[^\W\d_])`) ?([A-Za-zıȷ])")
"""An accent and the letter below it, which TeX's older fonts draw one after the other."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")


def _composed(accented: re.Match[str]) -> str:
    return normalize("NFC", _LETTERS.get(accented[2], accented[2]) + _COMBINING[accented[1]])


@cache
def letters_of(code: int) -> str:
    """Return what a character of a font shows: ligatures as letters, and nothing for controls."""
    character = chr(code)
    return _LIGATURES.get(character) or _CONTROLS.sub("", character)


@dataclass(slots=True)
class Letter:
    """A letter: where its baseline begins, its edges along the line, and its style. `turn` is in quarter turns.

    Not frozen, which would take twice as long: a document of 500 pages has a million of them.
    """

    text: str
    x: float
    y: float
    x0: float
    x1: float
    size: float
    bold: bool
    mono: bool
    turn: int
    is_unknown: bool

    def turn_back(self, crop: Crop) -> Letter:
        """Put it where it stands when it is turned upright, from the lower left corner of what is shown."""
        left, bottom, right, top = crop
        self.x, self.y = turned(self.x, self.y, self.turn, crop)
        if self.turn < 2:
            edge = left if self.turn == 0 else bottom
            self.x0, self.x1 = self.x0 - edge, self.x1 - edge
        else:
            edge = right if self.turn == 2 else top
            self.x0, self.x1 = edge - self.x1, edge - self.x0
        return self


def turned(x: float, y: float, turn: int, crop: Crop) -> tuple[float, float]:
    """Return a place as it is when text that runs in that direction is turned upright."""
    left, bottom, right, top = crop
    match turn:
        case 0:
            return x - left, y - bottom
        case 1:
            return y - bottom, right - x
        case 2:
            return right - x, top - y
        case _:
            return top - y, x - left


def spans_of(letters: Sequence[Letter]) -> Iterator[Span]:
    """Yield the spans of letters, which come in the order in which the file draws them."""
    for run in _runs(letters):
        if span := _span(run):
            yield span


def with_bullets(spans: Sequence[Span], dots: Sequence[Rule]) -> Iterator[Span]:
    """Yield spans, with a bullet before those at which browsers have drawn one instead of writing it."""
    by_height = sorted(dots[:_MOST_DOTS], key=lambda dot: dot.y0)
    heights = [(dot.y0 + dot.y1) / 2 for dot in by_height]
    for span in spans:
        low, high = span.y + 0.05 * span.size, span.y + 0.6 * span.size
        near = by_height[bisect_left(heights, low) : bisect_right(heights, high)]
        dot = next((dot for dot in near if 0 < span.x0 - dot.x1 < _BULLET_EM * span.size), None)
        yield replace(span, text=f"• {span.text}", x0=dot.x0) if dot else span


def _runs(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """Yield letters that stand together; a raised or lowered one belongs to what it stands at."""
    run: list[Letter] = []
    line: Letter | None = None  # the last letter of full size, which tells the baseline
    for letter in letters:
        if letter.text.isspace() and not run:
            continue
        if run and line and not _continues(run[-1], line, letter):
            yield run
            run, line = [], None
            if letter.text.isspace():
                continue
        run.append(letter)
        if not letter.text.isspace() and (line is None or letter.size >= line.size * _SMALLER):
            line = letter
    if run:
        yield run


def _continues(last: Letter, line: Letter, letter: Letter) -> bool:
    size = max(line.size, letter.size)
    off = abs(letter.y - line.y)
    if off > _SAME_BASELINE_EM * size:
        sizes = sorted((line.size, letter.size))
        if off > _RAISED_EM * size or sizes[0] > sizes[1] * _SMALLER:
            return False
    gap = letter.x0 - last.x1
    return -size < gap < _GAP_EM * size


def _span(run: list[Letter]) -> Span | None:
    shown = [letter for letter in run if not letter.text.isspace()]
    if not shown:
        return None
    size = Counter(letter.size for letter in shown).most_common(1)[0][0]
    main = [letter for letter in shown if letter.size >= size * _SMALLER] or shown
    mono = _mostly([letter.mono for letter in main])
    text = _text(run, size, main[0].y)
    text = text if mono else _ACCENTED.sub(_composed, " ".join(text.split()))
    if not text:
        return None
    return Span(
        text,
        min(letter.x0 for letter in shown),
        max(letter.x1 for letter in shown),
        main[0].y,
        size,
        bold=_mostly([letter.bold for letter in main]),
        mono=mono,
    )


def _text(run: Sequence[Letter], size: float, baseline: float) -> str:
    written = ""
    part, off_line = "", 0
    last: Letter | None = None
    for letter in run:
        gap = letter.x0 - last.x1 if last else 0.0
        is_blank = letter.text.isspace() or last is None or last.text.isspace()
        between = " " if gap > _SPACE_EM * size and not is_blank else ""
        where = _where(letter, size, baseline) if not letter.text.isspace() else off_line
        if where != off_line:
            written = _with(written, part, off_line) + between
            part, off_line, between = "", where, ""
        part += between + letter.text
        last = letter
    return _with(written, part, off_line).strip()


def _where(letter: Letter, size: float, baseline: float) -> int:
    """Return 1 for a raised letter, -1 for a lowered one, else 0."""
    off = letter.y - baseline
    if letter.size > size * _SMALLER or abs(off) < _SAME_BASELINE_EM / 2 * size:
        return 0
    return 1 if off > 0 else -1


def _with(written: str, part: str, off_line: int) -> str:
    """Return a line with another part of it, raised or lowered."""
    text = part.strip()
    blank = " " if part.endswith(" ") else ""
    if not off_line or not text:
        return written + part
    if off_line < 0:
        lowered = text.translate(_LOWERED) if _IS_LOWERED.fullmatch(text) else f"_{_grouped(text)}"
        return written + lowered + blank
    if _NOTE_SIGN.fullmatch(text) or (_NOTE_MARK.fullmatch(text) and _AFTER_SENTENCE.search(written)):
        return written + blank
    is_ordinal = text.isalpha() and written[-1:].isdigit() and not _IS_RAISED.fullmatch(text)
    if not written or is_ordinal or _ON_THE_LINE.fullmatch(text):
        return written + text + blank
    return written + (text.translate(_RAISED) if _IS_RAISED.fullmatch(text) else f"^{_grouped(text)}") + blank


def _grouped(text: str) -> str:
    return text if text.isalnum() else f"({text})"


def _mostly(said: Sequence[bool]) -> bool:
    return 2 * sum(said) > len(said)
