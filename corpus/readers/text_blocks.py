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
from corpus.text.sentences import is_hard_wrapped

_LONGEST_TITLE = 120
"""Characters of a first line that may be a title."""

_ENDS_NO_TITLE = (".", ",", ";", ":", "。")

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
    return pieces


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
        elif is_hard_wrapped(lines):
            yield Piece(BlockKind.PARAGRAPH, _joined(lines))
        else:
            yield from (Piece(BlockKind.PARAGRAPH, line.strip()) for line in lines)


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
