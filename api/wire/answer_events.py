"""An answer as it comes, in the bodies that go over the wire (`answer.started` to `answer.completed`).

Sources are told before anything is cited, so they have no number yet; a citation comes right after the sentence that
carries it, with the number that it keeps.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from api.wire.answer import CitationBody, SourceBody, Sources, answer_body
from api.wire.body import Body, new_id
from assistant.answer import Citation
from assistant.events import Completed, Event, Retrieved, SentenceAdded, Started
from index.hit import Hit


class StartedBody(Body):
    """The answer begins: the index was searched, and the likeliest passages were read."""

    id: str
    mode: str
    index_generation: str | None
    seq: int


class FoundSourceBody(SourceBody):
    """A source before anything is cited: what is cited, and with which number, is told later."""

    number: None = None  # narrower than in an answer that is complete
    cited: None = None  # type: ignore[assignment]  # narrower, too, than mypy lets a field become


class FoundBody(Body):
    """The passages that the answer may cite, best first."""

    sources: list[FoundSourceBody]


class DeltaBody(Body):
    """What is added to the answer's text."""

    delta: str


class CitedBody(Body):
    """A citation of the sentence that was just closed."""

    citation: CitationBody


EventName = Literal["answer.started", "sources", "text.delta", "citation", "answer.completed", "error"]


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event of a stream. `seq` counts from 1 without gaps."""

    seq: int
    name: EventName
    body: Body


def stream_events(events: Generator[Event], request_id: str, explain: bool = False) -> Generator[StreamEvent]:
    """Yield the wire's events for those of `Assistant.stream`; closing this closes `events`."""
    teller = _Teller(request_id, explain)
    with closing(events):
        for event in events:
            yield from teller.tell(event)


class _Teller:
    """Remembers what was told of one answer."""

    def __init__(self, request_id: str, explain: bool) -> None:
        self._request_id, self._explain = request_id, explain
        self._id = new_id("ans")
        self._seq = 0
        self._hits: tuple[Hit, ...] = ()
        self._cited: dict[str, Citation] = {}

    def tell(self, event: Event) -> Iterator[StreamEvent]:
        match event:
            case Started(mode, generation):
                yield self._event(
                    "answer.started",
                    StartedBody(id=self._id, mode=mode, index_generation=generation, seq=self._seq + 1),
                )
            case Retrieved(hits):
                self._hits = hits
                yield self._event("sources", _found(hits))
            case SentenceAdded(delta, _, citations, _):
                yield self._event("text.delta", DeltaBody(delta=delta))
                yield from self._tell_citations(citations)
            case Completed(answer):
                body = answer_body(answer, self._request_id, self._explain)
                yield self._event("answer.completed", body.model_copy(update={"id": self._id}))

    def _tell_citations(self, citations: tuple[Citation, ...]) -> Iterator[StreamEvent]:
        new = [citation for citation in citations if citation.id not in self._cited]
        self._cited.update((citation.id, citation) for citation in new)
        sources = Sources(self._hits, tuple(self._cited.values()))
        for citation in new:
            yield self._event("citation", CitedBody(citation=sources.citation_body(citation)))

    def _event(self, name: EventName, body: Body) -> StreamEvent:
        self._seq += 1
        return StreamEvent(self._seq, name, body)


def _found(hits: tuple[Hit, ...]) -> FoundBody:
    bodies = Sources(hits, ()).bodies()
    return FoundBody(sources=[FoundSourceBody(**{**dict(body), "number": None, "cited": None}) for body in bodies])
