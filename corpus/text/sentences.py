"""Sentence boundaries in code points: those of the `sentencex` library, corrected for news."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from statistics import median

from sentencex import get_sentence_boundaries

from corpus.text.canonical import encodable
from corpus.text.english import ENGLISH
from corpus.text.european import EUROPEAN
from corpus.text.language import likely_language
from corpus.text.lexicons import alternation, capitalised

_FEWEST_WORDS = 3
"""Of another European language, from which on a block is taken for one in it."""

_OUR_RULES = "7"
"""Raised when this file or a list that it reads ends sentences elsewhere than before, to embed them anew."""

_WRAP_WIDTH = 100
"""Characters; nobody wraps by hand at more, so a block with a longer line is not hard-wrapped."""

_WRAP_FILL = 50
"""Characters; the lines of a hard-wrapped block are filled, those of a list or of headings are not."""

_MARKUP = re.compile(r"<[^<>\n]*> | \]\([^()\s]*\) | https?://\S+", re.VERBOSE)
"""What is no text of a line, and makes it longer than it was wrapped at."""

SENTENCE_ENDS = (".", "!", "?", "”", '"')
"""How a line ends that is a sentence and no heading."""

_BLOCK_END = re.compile(
    r"""
    \n [^\S\n]* (?=\n)                                      # a line without anything
    | ^ [^\S\n]* [-=_*] (?: [^\S\n] | [-=_*] )* (?=\n|\Z)   # a rule
    """,
    re.VERBOSE | re.MULTILINE,
)

_LONGEST_SPEAKER = 16
"""Letters of a name with its office and the word for saying."""

_BEFORE_CHARS, _AFTER_CHARS = 24, 80
"""As much of two neighbours as tells whether they are one sentence."""

_DAY = alternation(capitalised(ENGLISH.words("short_weekdays")))
_MONTH = alternation(month[:3].capitalize() for month in ENGLISH.words("months")) + "[a-z]* [.]?"
_BEGINS = r"""(?: ^ | [\s"'“‘(/–—-] | \[ )"""

_ORDINAL_ENDING = ENGLISH.any_of("ordinal_endings")
_SHORT_TITLE = rf"{alternation(capitalised(ENGLISH.words('short_titles')))} [.]"

_Join = tuple[re.Pattern[str], re.Pattern[str]]

_ONE_SENTENCE: tuple[_Join, ...] = tuple(
    (re.compile(f"(?: {before} ) $", re.VERBOSE), re.compile(after, re.VERBOSE))
    for before, after in (
        # Titles of people and first words of names, before a name.
        (
            rf"{_BEGINS} {alternation(capitalised(ENGLISH.words('before_names')))} [.]",
            r"[A-Z0-9]",
        ),
        # A party with the state that a legislator is of: D-W.Va., (R-N. H.), "the D-Ohio. member".
        (rf"{_BEGINS} [A-Z]-[A-Z] [.]", rf"(?! {_SHORT_TITLE} ) [A-Z] [a-z]{{0,4}} [.]"),
        (rf"{_BEGINS} [A-Z]-[A-Z] [a-z]{{0,4}} [.] (?: \s? [A-Z] [a-z]{{0,4}} [.] )?", r"[a-z]"),
        # Letters of a state or union that is joined to another: Mekong-U.S., the U.S.-E.U. summit.
        (r"- [A-Z] [.]", r"[A-Z] [.]"),
        # What always stands for something that follows.
        (rf"{_BEGINS} (?i: {ENGLISH.any_of('before_anything')} ) [.]", r"\S"),
        # What is numbered.
        (
            rf"{_BEGINS} (?i: {ENGLISH.any_of('before_numbers')} ) [.]",
            r"[£$€]? \d | [IVXLC]+ \b",
        ),
        # What measures, or is shortened, before a word in lower case.
        (
            rf"{_BEGINS} (?i: {ENGLISH.any_of('before_lower_case')} ) [.]",
            r"[a-z]",
        ),
        # A day before its date or up to another, or at the beginning; elsewhere it may well end a sentence.
        (rf"{_BEGINS} {_DAY} [.]", rf"[a-z0-9–—-] | {_MONTH} \s \d"),
        (rf"^ (?: {alternation(capitalised(ENGLISH.words('before_a_weekday')))} \s )? {_DAY} [.]", r"\S"),
        # A time of day before its zone, day or date.
        (r"\b [ap][.]m[.]", rf"(?: [A-Z]{{1,3}}T | GMT | UTC ) \b | {_DAY} [a-z]* \b | {_MONTH} \s \d"),
        # An ordinal that was torn from its number, and what was torn from it.
        (r"\d", rf"{_ORDINAL_ENDING} \s* (?: [.,;:)] | \Z )"),
        (rf"^ {_ORDINAL_ENDING}", r"."),
        # The number of an item of a list.
        (r"^ [(]? \d{1,3} [.)]", r"\S"),
        # A question, a call or a pause inside a sentence; and who asked or called.
        (r"""[?!…] ["'”’]?""", r"[a-z]"),
        (
            r"""[?!] ["”]""",
            rf"""(?! {alternation(capitalised(ENGLISH.words("after_a_quoted_question")))} \s )
                (?: [A-Z][\w.’'-]* \s+ ){{1,4}} {ENGLISH.any_of("quoting")} \b""",
        ),
        # Who said it, behind a quotation in Chinese; and what Japanese goes on with there.
        (r"[。！？!?] [”’」』]", rf"[^“”‘’「」『』]{{1,{_LONGEST_SPEAKER}}} [。！？!?]? \Z | (?: と | って )"),
    )
)
"""How a piece ends and the next one begins when both are one sentence."""

_ALSO_ONE_SENTENCE = {
    language: (re.compile(f"(?: {before} ) $", re.VERBOSE | re.IGNORECASE), re.compile(after))
    for language, before, after in (
        ("de", rf"\b {EUROPEAN.any_of('before_german_ordinals')} \s \d{{1,2}} [.]", r"\w"),
        ("es", r"\b [ap] [.] \s? m [.]", r"[a-z]"),
        ("fr", rf"(?: ^ | \s ) {EUROPEAN.any_of('before_french_names')} [.]", r"[A-Z]"),
    )
}
"""The same in languages that the library has rules for, in which these are missing. In which a text is, it tells
alone, so that equal passages have equal sentences, and their vectors can be shared."""

_ENDS_AFTER_ALL = re.compile(
    rf"""\b {ENGLISH.any_of("no_abbreviations")} [.] \s+ (?= ["“]? [A-Z] [a-z] )""", re.VERBOSE
)
"""Words that are taken for abbreviations although a capital letter follows; "No. Five" is one."""


_ENDS_IN_A_TITLE = re.compile(rf"{_BEGINS} {_SHORT_TITLE} $", re.VERBOSE)
_BEGINS_WITH_A_NAME = re.compile(
    rf"(?! {alternation(capitalised(ENGLISH.words('sentence_openers', 'prepositions', 'question_words')))} \b ) [A-Z]",
    re.VERBOSE,
)

_ENDS_IN_A_NUMBER = re.compile(r"\d$")
_IS_TORN_FROM_A_NUMBER = re.compile(rf"{_ORDINAL_ENDING}\s*(?:[.,;:)]|\Z)")
_ENDS_IN_A_TORN_ORDINAL = re.compile(rf"\d\s+{_ORDINAL_ENDING}$")

_ENDS_IN_AN_OPENING = re.compile(r"""[.!?…] ["”’)]? \s+ (?P<mark> ["“‘(] ) \s* \Z""", re.VERBOSE)

_ASKS = re.compile(r""".* [?？؟] ["'”’»)\]]*""", re.VERBOSE | re.DOTALL)


@cache
def sentence_rules() -> str:
    """Return a version that changes whenever a text may have other sentences than before."""
    return f"{_OUR_RULES} {version('sentencex')}"


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return [start, end) of each sentence of `text`, in order, without surrounding white space.

    A line break ends a sentence (a heading or a list item stands alone), except inside a hard-wrapped block between
    a title and its name, and between a number and its ending.
    Every letter and digit lies in exactly one span; what has neither is no sentence. The rules are those of English,
    which end sentences of most scripts rightly, or those of German, Spanish and French for blocks in these.
    """
    return [
        (start, end)
        for block in _whole_blocks(text)
        for start, end in _sentences(text, *block)
        if any(map(str.isalnum, text[start:end]))
    ]


def asks(text: str) -> bool:
    """Whether a sentence or heading is a question, by how it ends."""
    return _ASKS.fullmatch(text) is not None


def breaks_off(text: str, following: str) -> bool:
    """Whether a line or paragraph ends in a title ("Sen.") and the following one begins with the name; or in a number,
    from which its ending was torn ("October 1", "st", ". It closed")."""
    end = text[-_BEFORE_CHARS:]
    is_titled = text.endswith(".") and _ENDS_IN_A_TITLE.search(end)
    is_torn = _ENDS_IN_A_NUMBER.search(end) and _IS_TORN_FROM_A_NUMBER.match(following)
    return bool((is_titled and _BEGINS_WITH_A_NAME.match(following)) or is_torn or _ENDS_IN_A_TORN_ORDINAL.search(end))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without white space at its ends; empty when there is nothing else."""
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), end - (len(stretch) - len(stretch.rstrip()))


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    language = likely_language(text[start:end], _FEWEST_WORDS)
    language = language if language in _ALSO_ONE_SENTENCE else "en"
    return _joined(text, _pieces(text, start, end, language), language)


def _pieces(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a block, without the white space between them; a sentence may still be in several."""
    block = text[start:end]
    found = get_sentence_boundaries(language, encodable(block))
    ends = {_before_an_opening(block, boundary["end_index"]) for boundary in found}
    ends.update(match.end() for match in _ENDS_AFTER_ALL.finditer(block) if not _is_quoted(block, match.start()))
    for piece_start, piece_end in pairwise(sorted({0, *ends, len(block)})):
        piece = trim(text, start + piece_start, start + piece_end)
        if piece[0] < piece[1]:
            yield piece


def _is_quoted(block: str, at: int) -> bool:
    """Whether a quotation that was opened before is still open, the sentences of which stay together."""
    return block.count('"', 0, at) % 2 == 1 or block.rfind("“", 0, at) > block.rfind("”", 0, at)


def _before_an_opening(block: str, end: int) -> int:
    """Return where a sentence ends that is said to end behind the mark which opens the next: 'he said. “ | No one'."""
    opening = _ENDS_IN_AN_OPENING.search(block, max(0, end - _BEFORE_CHARS), end)
    if opening is None or (opening["mark"] == '"' and block.count('"', 0, end) % 2 == 0):
        return end
    return opening.start("mark")


def _joined(text: str, pieces: Iterator[tuple[int, int]], language: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences that the pieces of a block make."""
    before = next(pieces, None)
    if before is None:
        return
    rules = (*_ONE_SENTENCE, *([_ALSO_ONE_SENTENCE[language]] if language in _ALSO_ONE_SENTENCE else []))
    start = before[0]
    for piece in pieces:
        if not _are_one_sentence(text, before, piece, rules):
            yield start, before[1]
            start = piece[0]
        before = piece
    yield start, before[1]


def _are_one_sentence(text: str, before: tuple[int, int], after: tuple[int, int], rules: Sequence[_Join]) -> bool:
    end = text[max(before[0], before[1] - _BEFORE_CHARS) : before[1]]
    beginning = text[after[0] : min(after[1], after[0] + _AFTER_CHARS)]
    return any(ends.search(end) and begins.match(beginning) for ends, begins in rules)


def _whole_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Blocks, one that breaks off together with what follows."""
    whole: tuple[int, int] | None = None
    for start, end in _blocks(text):
        if whole and breaks_off(text[slice(*trim(text, *whole))], text[start:end].lstrip()):
            whole = whole[0], end
        elif not text[start:end].isspace() and start < end:
            if whole:
                yield whole
            whole = start, end
    if whole:
        yield whole


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs: hard-wrapped ones whole, others line by line."""
    start = 0
    for end, next_start in (*(match.span() for match in _BLOCK_END.finditer(text)), (len(text), len(text))):
        if is_hard_wrapped(text[start:end].strip("\n").split("\n")):
            yield start, end
        else:
            yield from _lines(text, start, end)
        start = next_start


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for line in text[start:end].split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def is_hard_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines that no empty line parts are one paragraph, broken where its lines were full; tags and addresses
    in them count or not."""
    return _are_full(lines) or _are_full([_MARKUP.sub("", line) for line in lines])


def _are_full(lines: Sequence[str]) -> bool:
    lengths = [len(line) for line in lines]
    return len(lengths) > 1 and max(lengths) <= _WRAP_WIDTH and median(lengths[:-1]) >= _WRAP_FILL
