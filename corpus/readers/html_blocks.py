"""The structure of a document that is HTML, or was made into it: its blocks, and the canonical text they make.

White space is joined as browsers join it. What a browser does not show is left out: comments, templates, struck text,
what is hidden. Superscripts and subscripts are written as Unicode has them, else with `^` and `_`, so that a power
stays a power.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from corpus.block import BlockKind
from corpus.readers.pieces import Piece, PieceCell, Structured
from corpus.readers.structured import structured
from corpus.readers.tables import is_layout, rows_of, table_pieces
from corpus.text.canonical import canonical_text
from corpus.text.sentences import asks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSEEN = frozenset(
    "script style template noscript head title meta link iframe object embed applet audio video canvas svg map "
    "input select textarea datalist option del s strike rp rt dialog nav".split()
)
"""Elements that a reader of a page does not see as its text: programs, forms, struck text, menus."""

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark meter output progress q ruby rb "
    "samp small span strong sub sup time tt u var wbr img picture source".split()
)
"""Elements that stand in a line. All others begin a block."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}

_KINDS = {
    "blockquote": BlockKind.QUOTATION,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    "summary": BlockKind.HEADING,
    "button": BlockKind.HEADING,
}

_HIDING_STYLE = re.compile(r"(?: display \s* : \s* none | visibility \s* : \s* hidden )", re.VERBOSE | re.IGNORECASE)

_MOST_DEPTH = 200
"""Elements within each other; deeper ones are written as text of the one that they are in."""

_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_IS_RAISED = re.compile(r"[0-9+\-=()ni]+")
_IS_LOWERED = re.compile(r"[0-9+\-=()]+")
_NOTE_MARK = re.compile(r"[\[(]? (?: \d{1,3} | [a-z*†‡§] ) [\])]?", re.VERBOSE)
"""What points to a footnote, when it is a link."""
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|e|o|a|º|ª|TM|SM|®|™)", re.IGNORECASE)
"""Raised letters that change nothing when they are written on the line."""
_FRACTION = re.compile(r"(\d*) ([⁰¹²³⁴⁵⁶⁷⁸⁹]+) [/⁄] ([₀₁₂₃₄₅₆₇₈₉]+)", re.VERBOSE)
_ON_THE_LINE = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")

_SPACE = re.compile(r"[ \t\n\r\f]+")
_LINE_BREAK = "\0"
"""A break within a paragraph, while its text is collected; no document holds the character."""
_SOFT_HYPHEN = "\u00ad"
_EMPTY_LINE = re.compile(r"\0 [\s\0]* \0", re.VERBOSE)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_QUOTED = re.compile(r"""\s*["'«‘“„]""")

_LONGEST_VALUE = 120
"""Characters of what a term of a list of definitions is said to be; longer ones are read sentence by sentence."""

_LAST_LEVEL = 6
"""Level of what heads a few lines without being marked as a heading."""


def structure_of_html(html: str) -> Structured:
    """Return text and blocks of what a page or a part of one shows; nothing of it is run or fetched."""
    return structured(pieces_of_html(html))


def pieces_of_html(html: str) -> list[Piece]:
    """Return the pieces of what a page or a part of one shows; none when there is nothing in it."""
    from lxml.etree import ParserError
    from lxml.html import document_fromstring

    try:
        # A declaration of XML at the beginning would be refused.
        return pieces_of(document_fromstring(f"<!doctype html>{html}"))
    except ParserError:
        return []


def pieces_of(tree: HtmlElement, is_furniture: Callable[[HtmlElement], bool] = lambda _: False) -> list[Piece]:
    """Return what `tree` shows as pieces; all that stands in an element of which `is_furniture` holds is furniture."""
    return _Walker(is_furniture).pieces_of(tree)


def structure_of(tree: HtmlElement) -> Structured:
    """Return text and blocks of everything that `tree` shows."""
    return structured(pieces_of(tree))


class _Walker:
    """Walks a tree once, collecting text until a block begins or ends."""

    def __init__(self, is_furniture: Callable[[HtmlElement], bool] = lambda _: False) -> None:
        self._is_furniture = is_furniture
        self._furniture = 0  # elements around that are
        self._linked = 0  # characters of the line that stand in links
        self._element: HtmlElement | None = None
        self._pieces: list[Piece] = []
        self._line: list[str] = []
        self._next = Piece(BlockKind.PARAGRAPH)  # what the text that is being collected will be
        self._time: str | None = None

    def pieces_of(self, tree: HtmlElement) -> list[Piece]:
        self._walk(tree, 0)
        self._end_block()
        return self._pieces

    def pieces_of_content(self, element: HtmlElement) -> list[Piece]:
        """Return the pieces of what is in `element`, whatever it is itself."""
        self._walk_content(element, 0)
        self._end_block()
        return self._pieces

    def _walk(self, element: HtmlElement, depth: int) -> None:
        tag = element.tag
        if is_unseen(element):
            if tag == "nav":  # it stands between what is before and after it
                self._end_block()
            return
        if depth > _MOST_DEPTH:
            self._line.append(element.text_content())
        elif tag in _INLINE or tag == "br" or (tag == "button" and self._next.kind is BlockKind.HEADING):
            self._walk_inline(element, tag, depth)
        else:
            self._end_block()
            outer, self._element = self._element, element
            stands_around = self._is_furniture(element)
            self._furniture += stands_around
            self._walk_block(element, tag, depth)
            self._end_block()
            self._furniture -= stands_around
            self._element = outer

    def _walk_inline(self, element: HtmlElement, tag: str, depth: int) -> None:
        match tag:
            case "br":
                self._line.append(_LINE_BREAK)
            case "sup":
                self._line.append(_raised(element))
            case "sub":
                self._line.append(_lowered(element))
            case "q":
                self._walk_quote(element, depth)
            case "a":
                self._linked += len(element.text_content())
                self._walk_content(element, depth)
            case _:
                self._walk_content(element, depth)

    def _walk_quote(self, element: HtmlElement, depth: int) -> None:
        has_marks = _QUOTED.match(element.text_content())
        self._line.append("" if has_marks else "“")
        self._walk_content(element, depth)
        self._line.append("" if has_marks else "”")

    def _walk_block(self, element: HtmlElement, tag: str, depth: int) -> None:
        if piece := _like(tag):
            self._walk_as(piece, element, depth)
        elif tag in ("ul", "ol", "menu"):
            self._walk_list(element, tag, depth)
        elif tag == "pre":
            self._add(Piece(BlockKind.CODE, _code(element)))
        else:
            walk = {"dl": self._walk_definitions, "table": self._walk_table, "article": self._walk_post}
            walk.get(tag, self._walk_content)(element, depth)

    def _walk_content(self, element: HtmlElement, depth: int) -> None:
        self._line.append(element.text or "")
        for child in element:
            self._walk(child, depth + 1)
            self._line.append(child.tail or "")

    def _walk_as(self, piece: Piece, element: HtmlElement, depth: int) -> None:
        """Walk what is in `element`; its text makes blocks such as `piece`."""
        before, self._next = self._next, piece
        self._walk_content(element, depth)
        self._end_block()
        self._next = before

    def _walk_list(self, element: HtmlElement, tag: str, depth: int) -> None:
        level = self._next.level + 1 if self._next.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH) else 1
        ordinal = _number(element.get("start"), 1) if tag == "ol" else None
        for child in element:
            if child.tag == "li" and not is_hidden(child):
                number = None if ordinal is None else _number(child.get("value"), ordinal)
                self._walk_as(Piece(BlockKind.ITEM, level=level, ordinal=number), child, depth + 1)
                ordinal = None if number is None else number + 1
            else:
                self._walk(child, depth + 1)

    def _walk_definitions(self, element: HtmlElement, depth: int) -> None:
        """Short terms and descriptions become rows of two cells; others, and questions, headings and what they head."""
        for terms, descriptions in _definitions(element):
            term = ", ".join(filter(None, (_one_line(part) for part in terms)))
            if asks(term) or any(map(_is_long, descriptions)):
                self._add(Piece(BlockKind.HEADING, term, level=_LAST_LEVEL))
                for part in descriptions:
                    self._walk_content(part, depth + 1)
                    self._end_block()
            else:
                head = PieceCell(term)
                told = [PieceCell(_one_line(part), row=[head]) for part in descriptions]
                self._add(Piece(BlockKind.ROW, cells=[head, *told]))

    def _walk_post(self, element: HtmlElement, depth: int) -> None:
        """Walk an article; one of several beside each other is a post, with a time of its own."""
        beside = chain(element.itersiblings("article"), element.itersiblings("article", preceding=True))
        if next(beside, None) is not None:
            self._time = next(iter(element.xpath("(.//time[@datetime])[1]/@datetime")), None)
        self._walk_content(element, depth)

    def _walk_table(self, element: HtmlElement, depth: int) -> None:
        rows = rows_of(element)
        if is_layout(rows):
            for part in element.iterdescendants("td", "th"):
                if next(part.iterancestors("table")) is element:
                    self._walk_content(part, depth + 1)
                    self._end_block()
            return
        for caption in element.iterchildren("caption"):
            self._walk_as(Piece(BlockKind.CAPTION), caption, depth + 1)
        for piece in table_pieces(rows, _one_line):
            self._add(piece)

    def _end_block(self) -> None:
        written, self._line = "".join(self._line), []
        linked, self._linked = self._linked, 0
        for paragraph in _EMPTY_LINE.split(written):
            if text := _one_paragraph(paragraph):
                self._add(replace(self._next, text=text, linked=min(1.0, linked / len(text))))
                if self._next.kind is BlockKind.ITEM:  # what follows in an item belongs to it
                    self._next = Piece(BlockKind.PARAGRAPH, level=self._next.level)

    def _add(self, piece: Piece) -> None:
        piece.time, self._time = self._time, None
        piece.element = self._element
        if self._furniture:
            piece.kind = BlockKind.FURNITURE
        self._pieces.append(piece)


def _like(tag: str) -> Piece | None:
    """Return what the text in such an element becomes; None where that depends on more than its name."""
    if tag in _HEADINGS:
        return Piece(BlockKind.HEADING, level=_HEADINGS[tag])
    kind = _KINDS.get(tag)
    return Piece(kind, level=_LAST_LEVEL if kind is BlockKind.HEADING else 0) if kind else None


def is_hidden(element: HtmlElement) -> bool:
    """Return whether the page itself says that an element is not shown."""
    return element.get("hidden") is not None or _HIDING_STYLE.search(element.get("style") or "") is not None


def is_unseen(element: HtmlElement) -> bool:
    """Return whether nothing of an element belongs to the text that a reader sees."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _UNSEEN or is_hidden(element):
        return True
    return _points_back(element) or (tag == "button" and not _heads(element))


def _heads(button: HtmlElement) -> bool:
    """Return whether a button unfolds the text that it heads: it stands in a heading, or asks."""
    return any(one.tag in _HEADINGS for one in button.iterancestors()) or asks(button.text_content().strip())


def _points_back(element: HtmlElement) -> bool:
    """Return whether it is the arrow of a footnote, back to where its mark stands."""
    return element.tag == "a" and "backref" in (element.get("class") or element.get("role") or "")


def _one_paragraph(written: str) -> str:
    lines = (_SPACE.sub(" ", line).strip(" ") for line in written.replace(_SOFT_HYPHEN, "").split(_LINE_BREAK))
    return canonical_text(_FRACTION.sub(_as_fraction, "\n".join(filter(None, lines)))).strip()


def _one_line(element: HtmlElement) -> str:
    """Return the text of an element on one line, as its blocks would have it."""
    if not len(element):  # the most cells of tables, for which the rest takes much longer
        return _one_paragraph(element.text or "")
    return " ".join(piece.text for piece in _Walker().pieces_of_content(element)).replace("\n", " ")


def _code(element: HtmlElement) -> str:
    for line_break in element.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    return canonical_text(element.text_content()).strip("\n").rstrip()


def _number(written: str | None, default: int) -> int:
    return int(written) if written and _NUMBER.fullmatch(written) else default


def _raised(element: HtmlElement) -> str:
    """Return a superscript in a line: none for the mark of a footnote."""
    text = _SPACE.sub(" ", element.text_content()).strip()
    links = element.xpath(".//a[starts-with(@href, '#')]")
    if links and _NOTE_MARK.fullmatch(text):
        return ""
    if _IS_RAISED.fullmatch(text):
        return text.translate(_RAISED)
    return text if not text or _ORDINAL.fullmatch(text) else f"^{_grouped(text)}"


def _lowered(element: HtmlElement) -> str:
    text = _SPACE.sub(" ", element.text_content()).strip()
    if _IS_LOWERED.fullmatch(text):
        return text.translate(_LOWERED)
    return text and f"_{_grouped(text)}"


def _grouped(text: str) -> str:
    return text if text.isalnum() else f"({text})"


def _as_fraction(match: re.Match[str]) -> str:
    whole, above, below = match.groups()
    fraction = f"{above.translate(_ON_THE_LINE)}/{below.translate(_ON_THE_LINE)}"
    return f"{whole} {fraction}" if whole else fraction


def _is_long(description: HtmlElement) -> bool:
    """Return whether a description is more than a cell of a table would hold."""
    if description.xpath("boolean(.//dl | .//table | .//ul | .//ol | .//p[2])"):
        return True
    pieces = _Walker().pieces_of_content(description)
    return len(pieces) > 1 or any(piece.cells or len(piece.text) > _LONGEST_VALUE for piece in pieces)


def _definitions(element: HtmlElement) -> Iterator[tuple[list[HtmlElement], list[HtmlElement]]]:
    """Yield the terms of a list of definitions, each with the descriptions that follow.

    The parser puts a part within the one before when that has no end and is of the same kind: they are parted.
    """
    for part in list(element.iterdescendants("dt", "dd")):
        if part.getparent().tag in ("dt", "dd"):
            part.getparent().addnext(part)
    terms: list[HtmlElement] = []
    told: list[HtmlElement] = []
    for part in element.iterdescendants("dt", "dd"):
        if next(part.iterancestors("dl")) is not element:
            continue
        if part.tag == "dt" and told:
            yield terms, told
            terms, told = [], []
        (terms if part.tag == "dt" else told).append(part)
    if terms or told:
        yield terms, told
