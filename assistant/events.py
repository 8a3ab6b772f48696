"""Events on the way to an answer, in order.

`Started`, `Retrieved`, then `SentenceAdded` for each sentence, and always `Completed` as the last. What
came is never taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Answer, Citation, Section, Sentence
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Started:
    """The index was searched: `generation` of it, for `standalone_question` where that is not as typed."""

    mode: str
    generation: str | None
    standalone_question: str | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages that the answer may rest on, best first; every citation's hit is among them."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class SentenceAdded:
    """A sentence that was verified. `delta` is what it adds to the text so far, the space before it included.

    `section` is the one in which it stands, in the shape of the answer so far.
    """

    delta: str
    sentence: Sentence
    citations: tuple[Citation, ...]
    section: Section


@dataclass(frozen=True, slots=True)
class Completed:
    """The whole answer. Its text is what all `SentenceAdded` add up to."""

    answer: Answer


Event = Started | Retrieved | SentenceAdded | Completed


class CitedText(Protocol):
    """A text with its sentences and citations: an `Answer`, or what was verified of one."""

    @property
    def text(self) -> str: ...

    @property
    def sentences(self) -> Sequence[Sentence]: ...

    @property
    def sections(self) -> Sequence[Section]: ...

    @property
    def citations(self) -> Sequence[Citation]: ...


def sentences_added(cited: CitedText) -> Iterator[SentenceAdded]:
    """Yield the events with which this text is streamed, one a sentence."""
    by_id = {citation.id: citation for citation in cited.citations}
    sections = {number: section for section in cited.sections for number in section.sentences}
    end = 0
    for number, sentence in enumerate(cited.sentences):
        citations = tuple(by_id[id_] for id_ in sentence.citations)
        yield SentenceAdded(cited.text[end : sentence.span.end], sentence, citations, sections[number])
        end = sentence.span.end
