"""What a language model is shown: whole passages, article by article, whose lines it may cite by their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from assistant.answer import Evidence
from assistant.language_models.language_model import about_tokens, on_one_line
from assistant.reading.prescore import may_answer
from assistant.writing.context import sentence_before
from assistant.writing.draft import Draft
from assistant.writing.extractive import distinct
from corpus.article import Article
from corpus.text.near_duplicates import Signature
from corpus.units import ContextPart, Role
from index.hit import Hit

_SAID_ABOVE = (Role.HEADING, Role.QUESTION, Role.LEAD_IN, Role.SPEAKER)
"""Context that a line is not understood without; when an article was published stands in its first line."""

_GAP = "..."


class ShownLine(NamedTuple):
    """A sentence, item or row that may be cited, and the text as it is read: a row with its heads, all on one line.

    `was_read`: whether it was read for the question, so that its support is known.
    """

    evidence: Evidence
    written: str
    was_read: bool


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """Lines of a passage, in order: all that tell something, or in a small room those that were read for the question.

    `sub_question` is the position of the one that the passage was found for.
    """

    hit: Hit
    sub_question: int
    lines: tuple[ShownLine, ...]

    @property
    def read_only(self) -> ShownPassage:
        """The passage with the lines only that were read for the question."""
        return replace(self, lines=tuple(line for line in self.lines if line.was_read))


def choose_passages(evidence: Sequence[Evidence], quoted: Draft, most: int, tokens: int) -> tuple[ShownPassage, ...]:
    """Return the passages of what would be quoted, then those of the best of the rest, by sub-question.

    `evidence` is sub-question by sub-question, best first. There are at most `most` passages, of about `tokens` tokens
    together; the first there always is. Of one that does not fit whole, the lines that were read are taken.
    """
    wanted = _wanted(evidence, quoted)
    known = _known([*wanted, *evidence])
    chosen: list[ShownPassage] = []
    signatures: list[Signature] = []
    for item in _one_a_passage(wanted):
        signature = Signature(item.hit.text)
        if len(chosen) == most or any(signature.is_near(other) for other in signatures):
            continue
        passage = _passage(item, known)
        fitting = _as_it_fits(passage, tokens)
        if fitting is None and not chosen:
            fitting = passage.read_only
        if fitting:
            chosen.append(fitting)
            signatures.append(signature)
            tokens -= _tokens(fitting)
    return tuple(chosen)


def _as_it_fits(passage: ShownPassage, tokens: int) -> ShownPassage | None:
    """Return the passage, or what of it was read; None where not even that fits."""
    return next((one for one in (passage, passage.read_only) if one.lines and _tokens(one) <= tokens), None)


def _wanted(evidence: Sequence[Evidence], quoted: Draft) -> list[Evidence]:
    wanted = [sentence.evidence[0] for sentence in quoted]
    by_sub_question = groupby(evidence, key=lambda item: item.sub_question)
    rest = [distinct(list(ranked), wanted) for _, ranked in by_sub_question]
    for rank in range(max(map(len, rest), default=0)):
        wanted += [ranked[rank] for ranked in rest if rank < len(ranked)]
    return wanted


def _one_a_passage(wanted: Sequence[Evidence]) -> list[Evidence]:
    by_passage: dict[str, Evidence] = {}
    for item in wanted:
        by_passage.setdefault(item.hit.passage.id, item)
    return list(by_passage.values())


_Place = tuple[str, int, int]


def _known(evidence: Sequence[Evidence]) -> Mapping[_Place, Evidence]:
    """Return by its place what was read, or is quoted: the first of each."""
    return {_place(item): item for item in reversed(evidence)}


def _place(item: Evidence) -> _Place:
    return item.hit.article.id, item.start, item.end


def _passage(item: Evidence, known: Mapping[_Place, Evidence]) -> ShownPassage:
    hit, read = item.hit, item.hit.read
    lines = []
    for one in read.units:
        if may_answer(hit, one.unit):
            unread = Evidence(
                hit, one.unit.start, one.unit.end, support=0.0, sub_question=item.sub_question, unit=one.unit
            )
            told = known.get(_place(unread))
            was_read = told is not None or unread.overlaps(item)  # a part of it, where it is cut
            lines.append(ShownLine(told or unread, on_one_line(read.text[one.start : one.end]), was_read))
    if not any(line.evidence.overlaps(item) for line in lines):  # quoted, though it is no unit that may answer
        lines.append(ShownLine(item, on_one_line(item.text), was_read=True))
    return ShownPassage(hit, item.sub_question, tuple(sorted(lines, key=lambda line: line.evidence.start)))


def better_half(shown: Sequence[ShownPassage]) -> tuple[ShownPassage, ...]:
    """Return the first half of the passages of each sub-question, at least one of each, in the same order.

    Where each has only one, the lines that were read are left.
    """
    given = Counter(passage.sub_question for passage in shown)
    kept: Counter[int] = Counter()
    half = []
    for passage in shown:
        if 2 * kept[passage.sub_question] < given[passage.sub_question]:
            kept[passage.sub_question] += 1
            half.append(passage)
    if len(half) < len(shown):
        return tuple(half)
    return tuple(passage.read_only if passage.read_only.lines else passage for passage in shown)


def lines_of(shown: Sequence[ShownPassage]) -> list[ShownLine]:
    """Return the lines in the order of their numbers, which begin with 1: article by article, each once."""
    return [line for _, lines in _by_article(shown) for line in lines]


def _by_article(shown: Sequence[ShownPassage]) -> Iterator[tuple[Article, list[ShownLine]]]:
    """Yield each article, the best first, with its lines as they follow each other there."""
    of_article: dict[str, list[ShownPassage]] = {}
    for passage in shown:
        of_article.setdefault(passage.hit.article.id, []).append(passage)
    for passages in of_article.values():
        lines = {_place(line.evidence): line for passage in passages for line in passage.lines}
        yield passages[0].hit.article, [lines[place] for place in sorted(lines, key=lambda place: place[1:])]


def written_out(shown: Sequence[ShownPassage]) -> list[str]:
    """Return what the model reads: a line for each article, then its numbered lines, with what stands above them."""
    written: list[str] = []
    number = 0
    for article, lines in _by_article(shown):
        written.append(_heading(article))
        above, last = "", None
        for line in lines:
            number += 1
            if last and not follows(last, line.evidence):
                written.append(_GAP)
            stands = _above(line.evidence, lines)
            if stands and stands != above:
                written.append(f"({stands})")
            above, before = stands, _before(line.evidence, lines)
            written.append(f"[{number}] {line.written}{before}")
            last = line.evidence
    return written


def _heading(article: Article) -> str:
    named = (article.title, article.publisher or "", str(article.published or ""))
    return f"Article: {' — '.join(known for known in map(on_one_line, named) if known)}"


def follows(before: Evidence, item: Evidence) -> bool:
    """Whether nothing but white space stands between two pieces of one article."""
    between = item.hit.article.text[before.end : item.start]
    return before.hit.article.id == item.hit.article.id and before.end <= item.start and not between.strip()


def _above(item: Evidence, lines: Sequence[ShownLine]) -> str:
    """Return the headings, question, lead-in and speaker of a line, as far as no line says them."""
    article = item.hit.article
    parts = (part for part in (item.unit.context if item.unit else ()) if part.role in _SAID_ABOVE)
    told = (article.text[part.start : part.end] for part in parts if not _is_shown(part, lines))
    posted = f"{item.unit.posted:%H:%M}" if item.unit and item.unit.posted else ""
    title = article.title.casefold()
    return " > ".join(said for said in (*map(on_one_line, told), posted) if said and said.casefold() != title)


def _is_shown(part: ContextPart, lines: Sequence[ShownLine]) -> bool:
    return any(line.evidence.start <= part.start and part.end <= line.evidence.end for line in lines)


def _before(item: Evidence, lines: Sequence[ShownLine]) -> str:
    """Return the sentence that a line points back to, where no line says it."""
    before = sentence_before(item)
    if before is None or any(before.overlaps(line.evidence) for line in lines):
        return ""
    return f" (before it: {on_one_line(before.text)})"


def _tokens(passage: ShownPassage) -> int:
    return sum(map(about_tokens, written_out([passage])))
