"""The article in a page: which of its blocks are text, which stand around it, and which belong to no article.

trafilatura says which text is the article's; the page's own elements say how it is built. What stands between two
blocks of the article is kept where it stood, as furniture unless it reads like text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING

from corpus.block import BlockKind
from corpus.readers.extraction import extracted_text
from corpus.readers.html_blocks import is_unseen, pieces_of, pieces_of_html
from corpus.readers.pieces import Piece, mark_notes
from corpus.text.analysis import content_terms
from corpus.text.canonical import canonical_text
from corpus.text.english import ENGLISH
from corpus.text.sentences import SENTENCE_ENDS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NO_WORD = re.compile(r"[\W_]+")
_PARTS_OF_A_NAME = re.compile(r"[^A-Za-z]+ | (?<=[a-z]) (?=[A-Z])", re.VERBOSE)

_MOSTLY_LINKS = 0.5
"""Share of a block's text in links from which it leads elsewhere."""

_ALL_LINKS = 0.9
"""Share of a block's text in links from which it is nothing else."""

_LEAST_TEXT = 60
"""Characters of a paragraph that the extractor left out and that is text all the same."""

_LEAST_SOUGHT = 30
"""Letters of a block that is looked for within the lines of the extractor; shorter ones would be found by chance."""

_TEXT = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.QUOTATION)

_CLEARLY_MORE = 1.2
"""Letters of a declared text for each that the page shows."""

_END_TAG = re.compile(r"</[a-z]", re.IGNORECASE)

_LEAST_ARTICLE = 80
"""Characters of paragraphs under a headline that are an article when the extractor finds none there."""


def article_pieces(tree: HtmlElement) -> list[Piece]:
    """Return the pieces of a page's article, its headline included; none when it holds no article.

    `tree` is changed: articles in `<aside>` are taken out of it.
    """
    _take_out_of_asides(tree)
    is_furniture = _furniture_of(tree)
    pieces = _around_main(pieces_of(tree, is_furniture), _Extracted(tree, is_furniture))
    if pieces and not _is_beside_the_headline(pieces, tree):
        return pieces
    return _below_headline(tree, is_furniture) or pieces


def plain_letters(text: str) -> str:
    """Return letters and digits alone, in one form and case, to compare texts that were written out differently."""
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


class _Extracted:
    """What the extractor takes for the article."""

    def __init__(self, tree: HtmlElement, is_furniture: Callable[[HtmlElement], bool]) -> None:
        lines = [plain_letters(line) for line in _extracted_text(tree, is_furniture).split("\n")]
        self._lines = {line for line in lines if line}
        self._whole = "".join(lines)

    def holds(self, piece: Piece) -> bool:
        lines = [letters for line in piece.shown.split("\n") if (letters := plain_letters(line))]
        if lines and self._lines.issuperset(lines):
            return True
        letters = "".join(lines)
        return len(letters) >= _LEAST_SOUGHT and letters in self._whole


def _extracted_text(tree: HtmlElement, is_furniture: Callable[[HtmlElement], bool]) -> str:
    copy = deepcopy(tree)
    marked = zip(tree.iter(), copy.iter(), strict=True)
    left_out = [twin for element, twin in marked if is_unseen(element) or is_furniture(element)]
    for twin in left_out:
        if twin.getparent() is not None:
            twin.drop_tree()
    return extracted_text(copy)


def _take_out_of_asides(tree: HtmlElement) -> None:
    """Some pages put their article into `<aside>`, which extractors leave out: one with the headline is no aside."""
    for aside in list(tree.iter("aside")):
        if aside.find(".//h1") is not None:
            aside.tag = "div"


def _furniture_of(tree: HtmlElement) -> Callable[[HtmlElement], bool]:
    """Return a test for elements whose class or id says that they stand around the article."""
    parts, demands = ENGLISH.words("page_parts"), ENGLISH.words("page_demands")
    all_text = _paragraph_length(tree)

    @cache
    def is_furniture(element: HtmlElement) -> bool:
        if not isinstance(element.tag, str):
            return False
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        words = {part.lower() for part in _PARTS_OF_A_NAME.split(names)}
        if parts.isdisjoint(words) or element.find(".//h1") is not None:
            return False
        # What wraps the whole page may name its parts; a demand can be longer than a short article.
        return not demands.isdisjoint(words) or 2 * _paragraph_length(element) <= all_text

    return is_furniture


def _paragraph_length(element: HtmlElement) -> int:
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p"))


def _around_main(pieces: Sequence[Piece], extracted: _Extracted) -> list[Piece]:
    """Return the pieces from the first to the last that the extractor holds, and the headline above them."""
    main = [extracted.holds(piece) and piece.kind is not BlockKind.FURNITURE for piece in pieces]
    if not any(main):
        return []
    posts = _posts_beside([piece.element for piece, is_main in zip(pieces, main, strict=True) if is_main])
    main = [
        is_main or (piece.element in posts and _reads_like_text(piece))
        for piece, is_main in zip(pieces, main, strict=True)
    ]
    first, end = main.index(True), _end_of_article(pieces, main)
    headlines = [n for n, piece in enumerate(pieces[:first]) if piece.kind is BlockKind.HEADING and piece.level == 1]
    start = headlines[-1] if headlines else first
    for piece, is_main in zip(pieces[start:end], main[start:end], strict=True):
        if not (is_main or _reads_like_text(piece)) or _only_leads_elsewhere(piece):
            piece.kind = BlockKind.FURNITURE
    return list(pieces[start:end])


def _posts_beside(elements: Iterable[HtmlElement | None]) -> set[HtmlElement]:
    """Return all elements of the posts of a live blog of which some stand among `elements`."""
    around = {article for element in elements if (article := _article_around(element)) is not None}
    posts: set[HtmlElement] = set()
    for parent in {article.getparent() for article in around}:
        beside = list(parent.iterchildren("article"))
        if len(beside) > 1 and all(map(_is_post, beside)):
            posts.update(part for post in beside for part in post.iter())
    return posts


def _article_around(element: HtmlElement | None) -> HtmlElement | None:
    if element is None or element.tag == "article":
        return element
    return next(element.iterancestors("article"), None)


def _is_post(article: HtmlElement) -> bool:
    """Return whether it tells when it was written, and more than a teaser, of which the headline is a link."""
    return article.find(".//time[@datetime]") is not None and not article.xpath(
        "boolean((.//h1 | .//h2 | .//h3 | .//h4)//a[@href] | .//a[.//h1 or .//h2 or .//h3 or .//h4])"
    )


def _end_of_article(pieces: Sequence[Piece], main: Sequence[bool]) -> int:
    """Return where the article ends: with the last block that the extractor holds, or further down in the element that
    holds all of those, as long as that is less than the page."""
    last = len(main) - 1 - main[::-1].index(True)
    around = _common_ancestor([piece.element for piece, is_main in zip(pieces, main, strict=True) if is_main])
    if around is None or around.tag in ("body", "html"):
        return last + 1
    inside = set(around.iter())
    below = (n for n, piece in enumerate(pieces[last:], last) if piece.element in inside and _reads_like_text(piece))
    return max(below, default=last) + 1


def _common_ancestor(elements: Sequence[HtmlElement]) -> HtmlElement | None:
    """Return the smallest element that holds all of these."""
    first, *others = elements
    lines = [set(other.iterancestors()) | {other} for other in others]
    return next((around for around in (first, *first.iterancestors()) if all(around in line for line in lines)), None)


def _only_leads_elsewhere(piece: Piece) -> bool:
    """Whether a block is a link and no sentence, as those to other articles are that stand within one."""
    is_text = piece.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
    return is_text and piece.linked >= _ALL_LINKS and not piece.text.endswith(SENTENCE_ENDS)


def _reads_like_text(piece: Piece) -> bool:
    """Whether a block within the article is text though the extractor left it out."""
    if piece.linked >= _MOSTLY_LINKS:
        return False
    if piece.time is not None or piece.kind is not BlockKind.PARAGRAPH:
        return True
    return len(piece.text) >= _LEAST_TEXT or piece.text.endswith(SENTENCE_ENDS)


def _is_beside_the_headline(pieces: Sequence[Piece], tree: HtmlElement) -> bool:
    """Whether the page has a headline of which the text says nothing: then it is some other text of the page."""
    headline = next(tree.iter("h1"), None)
    wanted = set(content_terms(headline.text_content())) if headline is not None else set()
    words = {term for piece in pieces if piece.kind is not BlockKind.FURNITURE for term in content_terms(piece.shown)}
    return bool(wanted) and wanted.isdisjoint(words)


def _below_headline(tree: HtmlElement, is_furniture: Callable[[HtmlElement], bool]) -> list[Piece]:
    """Return the pieces of the smallest element that holds the headline and enough paragraphs; none without."""
    headline = next(tree.iter("h1"), None)
    for around in headline.iterancestors() if headline is not None else ():
        pieces = pieces_of(around, is_furniture)
        text = [piece for piece in pieces if piece.kind is not BlockKind.FURNITURE and piece.linked < _MOSTLY_LINKS]
        if sum(len(piece.text) for piece in text if piece.kind is BlockKind.PARAGRAPH) >= _LEAST_ARTICLE:
            return list(_from_headline(pieces))
    return []


def _from_headline(pieces: Sequence[Piece]) -> Iterator[Piece]:
    seen = False
    for piece in pieces:
        seen = seen or (piece.kind is BlockKind.HEADING and piece.level == 1)
        if seen:
            if piece.linked >= _MOSTLY_LINKS:
                piece.kind = BlockKind.FURNITURE
            yield piece


def fuller(pieces: list[Piece], declared_text: str) -> list[Piece]:
    """Return `pieces`, or the text that the page declares beside them when that tells the same and clearly more.

    Pages that show only a part to those who do not pay declare the whole for search engines.
    """
    declared = pieces_of_text(declared_text)
    mark_notes(declared)
    letters = "".join(plain_letters(piece.text) for piece in declared)
    shown = [plain_letters(piece.shown) for piece in pieces if piece.kind in _TEXT]
    told = sum(len(block) for block in shown if block in letters)
    length = sum(map(len, shown))
    if 2 * told < length or len(letters) < _CLEARLY_MORE * length:
        return pieces
    headline = [piece for piece in pieces[:1] if piece.kind is BlockKind.HEADING]
    return [*headline, *declared]


def pieces_of_text(text: str) -> list[Piece]:
    """Return the paragraphs of a text as a page declares it, which may itself be HTML."""
    if _END_TAG.search(text):
        return pieces_of_html(text)
    lines = (canonical_text(line).strip() for line in text.splitlines())
    return [Piece(BlockKind.PARAGRAPH, line) for line in lines if line]
