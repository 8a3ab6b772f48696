"""Plain text as blocks, and text of unknown markup: Markdown and HTML are told by their marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from corpus.block import BlockKind
from corpus.readers.html_blocks import pieces_of_html
from corpus.readers.markdown_blocks import pieces_of_markdown
from corpus.readers.pieces import Piece, Structured
from corpus.readers.structured import structured
from corpus.readers.turns import begins_turn
from corpus.text.page_notes import is_furniture, is_sentence
from corpus.text.sentences import is_hard_wrapped
from corpus.units import LEADS_IN

_LONGEST_TITLE = 120
"""Characters of a first line that may be a title."""

_ENDS_NO_TITLE = (".", ",", ";", ":", "。")

_LONGEST_HEADING = 100
"""Characters of a line in the text that may be a heading."""

_MOST_HEADINGS = 2
"""Such lines one below the other, a headline and the line below it, say; more are a list of names, or an address."""

_FEWEST_BELOW = 40
"""Characters of the paragraph that a heading stands above."""

_SHORT_LINE = 50
"""Characters; a line of a hard-wrapped paragraph with as many is full, or the last one."""

_ENDS_NO_HEADING = (*_ENDS_NO_TITLE, "-", "–", "—")

_BEGINS_A_HEADING = re.compile(r"[^\W_]|[“\"'‘¿]")
_NO_HEADING = re.compile(r"\w@\w|://|\bwww\.|\d{3,}[-.\s]\d{4}|[“\"].*[”\"]\Z")
"""An address, a phone number, or nothing but a quotation."""

_PARAGRAPH_END = re.compile(
    r"""
      \n [^\S\n]* \n \s*                                              # an empty line
    | ^ [^\S\n]* (?: [-=_*] [^\S\n]* ){3,} (?: \n | \Z )  # a rule
    """,
    re.VERBOSE | re.MULTILINE,
)

_BULLET = re.compile(r"(?P<indent> [ \t]* ) (?: [-*•‣▪] | (?P<ordinal> \d{1,3} ) [.)] ) [ \t]+ (?= \S )", re.VERBOSE)

_MARKDOWN = re.compile(
    r"""
      ^ \#{1,6} [ \t]+ \S                           # a heading
    | (?<! \\ ) \[ [^\[\]\n]{1,300} \] \( [^()\s]{1,1000} \)  # a link
    | ^ [ \t]* \| .* \| [ \t]* \n [ \t]* \| [ \t]* :?-{2,}  # a table
    | ^ (?: ``` | ~~~ )                             # code
    | \*\* \S [^*\n]{0,200} \*\*                    # bold
    | (?<! \\ ) \\ [*\#_\[\]]                        # a sign that is meant as itself
    """,
    re.VERBOSE | re.MULTILINE,
)

_HTML = re.compile(
    r"^ \s* < (?: !doctype \s html | html | body | article | main | div | p | h[1-6] | table | ul | ol ) \b [^>]* >",
    re.VERBOSE | re.IGNORECASE,
)

FORMATS = ("text", "markdown", "html")
"""What the text of an article may be said to be."""


def structure_of_text(text: str, markup: str | None = None) -> Structured:
    """Return canonical text and blocks of `text`, which is canonical, of the `markup` in `FORMATS`; None: find out."""
    return structured(_PIECES[markup or _markup_of(text)](text))


def _markup_of(text: str) -> str:
    if _HTML.match(text):
        return "html"
    return "markdown" if _MARKDOWN.search(text) else "text"


def _plain_pieces(text: str) -> list[Piece]:
    pieces = [piece for paragraph in _PARAGRAPH_END.split(text) for piece in _of_paragraph(paragraph.strip("\n"))]
    if _has_title_line(text, pieces):
        pieces[0].kind, pieces[0].level = BlockKind.HEADING, 1
    _mark_headings(pieces)
    return pieces


def _mark_headings(pieces: Sequence[Piece]) -> None:
    """Mark lines that stand by themselves between paragraphs of sentences, and are none."""
    lines: list[Piece] = []  # that may be headings of what follows
    above: Piece | None = None
    for piece in pieces:
        if _may_be_heading(piece):
            lines.append(piece)
            continue
        if len(lines) <= _MOST_HEADINGS and _ends_a_section(above) and _may_stand_below_heading(piece):
            for level, line in enumerate(lines, 2):
                line.kind, line.level = BlockKind.HEADING, level
        lines, above = [], piece


def _may_be_heading(piece: Piece) -> bool:
    return piece.kind is BlockKind.PARAGRAPH and _is_no_sentence(piece.text) and not is_furniture(piece.text)


def _is_no_sentence(line: str) -> bool:
    """Whether a line is short, begins as headings do, and ends unlike a sentence or what goes on below it."""
    return (
        len(line) <= _LONGEST_HEADING
        and "\n" not in line
        and _BEGINS_A_HEADING.match(line) is not None
        and not line[0].islower()
        and not line.endswith(_ENDS_NO_HEADING)
        and not is_sentence(line)
        and not begins_turn(line)
        and _NO_HEADING.search(line) is None
    )


def _ends_a_section(above: Piece | None) -> bool:
    return above is None or above.kind is not BlockKind.PARAGRAPH or is_sentence(above.text)


def _may_stand_below_heading(piece: Piece) -> bool:
    """Whether a paragraph tells something in sentences of its own, or leads in a list."""
    text = piece.text
    tells = piece.kind is BlockKind.PARAGRAPH and (is_sentence(text) or text.endswith(LEADS_IN))
    return tells and len(text) >= _FEWEST_BELOW and not text[0].islower()


def _has_title_line(text: str, pieces: Sequence[Piece]) -> bool:
    """Return whether the first line stands alone above the rest, and is no sentence."""
    first, empty, *rest = (*text.split("\n", 2), "", "")
    is_alone = (
        len(pieces) > 1
        and not begins_turn(first)
        and pieces[0].kind is BlockKind.PARAGRAPH
        and bool(rest)
        and not empty.strip(" \t-=_*")
    )
    return is_alone and len(first) <= _LONGEST_TITLE and not first.rstrip().endswith(_ENDS_NO_TITLE)


def _of_paragraph(paragraph: str) -> Iterator[Piece]:
    """Yield the blocks of lines that no empty line parts: list items, and between them paragraphs."""
    for lines in _with_their_items(paragraph.split("\n")):
        if bullet := _BULLET.match(lines[0]):
            ordinal = int(bullet["ordinal"]) if bullet["ordinal"] else None
            yield Piece(BlockKind.ITEM, _joined([lines[0][bullet.end() :], *lines[1:]]), level=1, ordinal=ordinal)
        else:
            yield from (piece for part in _parted_at_headings(lines) for piece in _paragraphs(part))


def _paragraphs(lines: Sequence[str]) -> Iterator[Piece]:
    whole = [_joined(lines)] if is_hard_wrapped(lines) else map(str.strip, lines)
    yield from (Piece(BlockKind.PARAGRAPH, text) for text in whole)


def _parted_at_headings(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield lines together, but apart those that may be headings in hard-wrapped text."""
    widest, start = max(map(len, lines)), 0
    for number in range(len(lines) - 1):
        before, line, after = lines[number - 1 : number], lines[number].strip(), lines[number + 1].lstrip()
        had_room = len(line) < _SHORT_LINE and len(line) + len(after.split(" ", 1)[0]) < widest
        is_apart = number == start or is_sentence(before[0])
        if had_room and is_apart and line and _is_no_sentence(line) and not after[:1].islower():
            if start < number:
                yield lines[start:number]
            yield lines[number : number + 1]
            start = number + 1
    yield lines[start:]


def _with_their_items(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield lines together: an item with the indented lines that go on with it, a turn, and what stands between."""
    group: list[str] = []
    is_transcript = sum(map(begins_turn, lines)) > 1
    for line in lines:
        goes_on = not group or (line[:1].isspace() if _BULLET.match(group[0]) else True)
        if group and (_BULLET.match(line) or not goes_on or (is_transcript and begins_turn(line))):
            yield group
            group = []
        group.append(line)
    yield group


def _joined(lines: Iterable[str]) -> str:
    return " ".join(filter(None, map(str.strip, lines)))


_PIECES = {"text": _plain_pieces, "markdown": pieces_of_markdown, "html": pieces_of_html}
