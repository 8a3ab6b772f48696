"""Rich Text Format (.rtf): the text by striprtf, with marks put in before that tell headings, items and cells after.

Deleted, struck and hidden text is left out, as are notes and the heads and feet of pages, which striprtf leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.html_blocks import structure_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADING, _END_OF_LEVEL, _ITEM, _CELL, _ROW = "\ue000\ue001\ue002\ue003\ue004"
_PARAGRAPH, _IN_TABLE, _RAISED, _LOWERED, _ON_LINE = "\ue005\ue006\ue007\ue008\ue009"
"""Of Unicode's private characters, which documents have no use for."""

_MARKS = (
    (re.compile(r"\\outlinelevel([0-8])(?![0-9]) ?"), rf" {_HEADING}\1{_END_OF_LEVEL}"),
    (re.compile(r"\\(?:listtext|pntext)(?![a-z0-9]) ?"), rf"\g<0>{_ITEM}"),
    (re.compile(r"\\intbl(?![a-z0-9]) ?"), _IN_TABLE),
    (re.compile(r"\\(?:nest)?cell(?![a-z0-9]) ?"), _CELL),
    (re.compile(r"\\(?:nest)?row(?![a-z0-9]) ?"), _ROW),
    (re.compile(r"\\(?:par|sect|page)(?![a-z0-9]) ?"), rf"\g<0>{_PARAGRAPH}"),
    (re.compile(r"(\{ [^{}]*) \\super (?![a-z0-9])[ ]? ([^{}]*) \}", re.VERBOSE), rf"\1\\i0 {_RAISED}\2{_ON_LINE}}}"),
    (re.compile(r"(\{ [^{}]*) \\sub (?![a-z0-9])[ ]? ([^{}]*) \}", re.VERBOSE), rf"\1\\i0 {_LOWERED}\2{_ON_LINE}}}"),
    (re.compile("HYPERLINK"), ""),  # its address would be written into the text
)

_UNSEEN_RUN = re.compile(r"\{ [^{}]* \\(?:deleted|strike|striked1|v)(?![a-z0-9]) [^{}]* \}", re.VERBOSE)
_STYLESHEET = re.compile(r"\{\\stylesheet")
_STYLE_LEVEL = re.compile(
    r"\{ \\s(\d{1,4}) (?!\d) [^{}]* (?: \\outlinelevel([0-8]) | [ ]heading[ ]([1-9]); | [ ](title); )",
    re.VERBOSE | re.IGNORECASE,
)
_STYLE = re.compile(r"\\s(\d{1,4})(?!\d) ?")
_BRACE = re.compile(r"\\[{}\\]|[{}]")
_TEXT_OF_INFO = r"\{{\\{}(?![a-z]) ([^{{}}]*)\}}"
_LABEL = re.compile(r"\s* (?: [•◦▪·–*-] | [0-9a-zA-Z]{1,4}[.)] )? \t", re.VERBOSE)
_NUMBER = re.compile(r"\d{1,5}")
_LEVEL = re.compile(rf"{_HEADING}(\d){_END_OF_LEVEL}")
_PRIVATE = re.compile("[\ue000-\ue009]")
_SIGNATURE = "{\\rtf"
_LAST_LEVEL = 6

_TAGS = {_RAISED: "<sup>", _LOWERED: "<sub>", "\n": "<br>"}


def parse(raw: bytes, origin: str) -> Draft:
    """Return text and blocks of a document. Raises `UnreadableSource`."""
    written = raw.decode("latin-1")
    if not written.lstrip().startswith(_SIGNATURE):
        raise UnreadableSource(origin, "it is no .rtf file, or damaged.")
    found = structure_of(_html_of(_text_of(_marked(written))))
    return Draft(found.text, found.blocks, title=_said(written, "title"), author=_said(written, "author"))


def _text_of(written: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return str(rtf_to_text(written, errors="replace"))  # type: ignore[no-untyped-call]


def _marked(written: str) -> str:
    begin, end = _stylesheet(written)
    styles = _STYLE_LEVEL.findall(written[begin:end])
    levels = {style: outline or str(int(named or 1) - 1) for style, outline, named, _ in styles}
    marked = _UNSEEN_RUN.sub("", written[:begin] + written[end:])
    marked = _STYLE.sub(lambda style: _as_level(style, levels), marked)
    for pattern, mark in _MARKS:
        marked = pattern.sub(mark, marked)
    return marked


def _as_level(style: re.Match[str], levels: dict[str, str]) -> str:
    level = levels.get(style[1])
    return style[0] if level is None else f"{style[0].rstrip()} {_HEADING}{level}{_END_OF_LEVEL}"


def _stylesheet(written: str) -> tuple[int, int]:
    """Return where the names of styles stand, which are no text."""
    begin = _STYLESHEET.search(written)
    if not begin:
        return 0, 0
    depth = 0
    for brace in _BRACE.finditer(written, begin.start()):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return begin.start(), brace.end()
    return 0, 0


def _said(written: str, field: str) -> str | None:
    found = re.search(_TEXT_OF_INFO.format(field), written)
    return _text_of(f"{_SIGNATURE}1 {found[1]}}}").strip() if found else None


def _html_of(text: str) -> HtmlElement:
    from lxml import html

    return html.document_fromstring(f"<body>{''.join(_parts(text))}</body>")


def _parts(text: str) -> Iterator[str]:
    """Yield paragraphs and tables as HTML."""
    rows: list[list[str]] = []
    cells: list[str] = []
    cell = ""
    for part, end in zip(*[iter([*re.split(f"([{_PARAGRAPH}{_CELL}{_ROW}])", text), ""])] * 2, strict=False):
        if end == _CELL:
            cells, cell = [*cells, cell + part], ""
        elif end == _ROW:
            rows, cells = [*rows, cells], []
        elif _IN_TABLE in part:
            cell += f"{part} "
        elif part.strip():
            yield _table(rows)
            yield _paragraph(part)
            rows = []
    yield _table(rows)


def _table(rows: list[list[str]]) -> str:
    made = ("".join(f"<td>{_inline(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in made)}</table>" if rows else ""


def _paragraph(part: str) -> str:
    if level := _LEVEL.search(part):
        tag = f"h{min(int(level[1]) + 1, _LAST_LEVEL)}"
        return f"<{tag}>{_inline(part)}</{tag}>"
    plain = _PRIVATE.sub("", part)
    if not (label := _LABEL.match(plain)):
        return f"<p>{_inline(part)}</p>"
    number = _NUMBER.search(label[0])
    tag, start = ("ol", f' start="{number[0]}"') if number else ("ul", "")
    return f"<{tag}{start}><li>{_inline(part.replace(label[0].strip(), '', 1))}</li></{tag}>"


def _inline(text: str) -> str:
    """Return text as HTML, what is raised or lowered marked."""
    made: list[str] = []
    open_tag = ""
    for character in escape(_LEVEL.sub("", text).strip()):
        if character == _ON_LINE:
            made.append(open_tag.replace("<", "</"))
            open_tag = ""
        elif character in _TAGS:
            made.append(_TAGS[character])
            open_tag = open_tag if character == "\n" else _TAGS[character]
        elif character >= " " and not _PRIVATE.match(character):
            made.append(character)
        elif character == "\t":
            made.append(" ")
    return "".join(made)
