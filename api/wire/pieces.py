"""An answer in the pieces in which clients of OpenAI's protocols are told it.

Its text carries ` [n]` behind each sentence, since a chat window shows nothing else; for each citation it is told where
sentence and marker stand. Chat windows render Markdown, so that text from outside is escaped for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from api.wire.answer import AnswerBody, Sources, answer_body
from api.wire.body import Body, Text
from api.wire.limits import FinishReason, Limits
from api.wire.markdown import as_markdown
from api.wire.markers import with_marker
from assistant.answer import Answer, Citation, NoAnswerReason, Section, SectionKind, Status
from assistant.events import Completed, Event, Retrieved, SentenceAdded, Started, sentences_added
from assistant.frame.frame import frame_for
from index.hit import Hit

_SET_APART = (SectionKind.ITEM, SectionKind.DATED, SectionKind.PARTY)
"""What follows a section of these begins a paragraph, lest it seem to belong to it."""


class UrlCitation(Body):
    """A citation: `[start_index, end_index)` of the text is the sentence with its marker.

    `url` is the article's own, or its address on this service when it has none. `title` is plain text.
    """

    start_index: int
    end_index: int
    title: Text
    url: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What is added to the text. The last one says why it ended, and carries the native `answer` if there is one."""

    text: str = ""
    citations: tuple[UrlCitation, ...] = ()
    finish_reason: FinishReason | None = None
    answer: AnswerBody | None = None


PageOf = Callable[[str, str], str]
"""(article id, content hash) -> address of the reading page of that version, to which `&start=` can be added."""


def answer_pieces(events: Generator[Event], request_id: str, page_of: PageOf) -> Generator[Piece]:
    """Yield the pieces of a message for the events of `Assistant.stream`; closing this closes `events`."""
    teller = _Teller(request_id, page_of)
    with closing(events):
        for event in events:
            yield from teller.tell(event)


def pieces_of(answer: Answer, request_id: str, page_of: PageOf) -> Generator[Piece]:
    """Yield the pieces of a whole answer."""
    return answer_pieces(_events_of(answer), request_id, page_of)


def within(limits: Limits, pieces: Generator[Piece]) -> Generator[Piece]:
    """Yield the pieces until one goes beyond the limits. The native answer stays whole: it is told by the last."""
    told, ended = "", None
    with closing(pieces):
        for piece in pieces:
            ended = ended or limits.end_before(piece.text, told)
            if ended is None:
                told += piece.text
                yield piece
            elif piece.finish_reason:
                yield Piece(finish_reason=ended, answer=piece.answer)


def gathered(pieces: Generator[Piece]) -> Generator[list[Piece]]:
    """Yield, for each piece, all pieces so far."""
    so_far: list[Piece] = []
    with closing(pieces):
        for piece in pieces:
            so_far.append(piece)
            yield so_far


class _Teller:
    """Remembers what was told of one answer: indices count into all of its content."""

    def __init__(self, request_id: str, page_of: PageOf) -> None:
        self._request_id = request_id
        self._page_of = page_of
        self._told = 0
        self._section: Section | None = None
        self._hits: tuple[Hit, ...] = ()
        self._cited: dict[str, Citation] = {}

    def tell(self, event: Event) -> Iterator[Piece]:
        match event:
            case Started():
                yield Piece()
            case Retrieved(hits):
                self._hits = hits
            case SentenceAdded(delta, _, citations, section):
                yield self._sentence(self._opening(section), delta, citations)
            case Completed(answer):
                body = answer_body(answer, self._request_id)
                yield replace(self._piece(_remarks(body)), finish_reason="stop", answer=body)

    def _opening(self, section: Section) -> str:
        """Return what stands before the first sentence of a section that is shown as one."""
        last, self._section = self._section, section
        is_new, gap = last is None or section.head != last.head, "\n" if self._told else ""
        label = as_markdown(section.head.label)
        match section.head.kind:
            case SectionKind.ITEM:
                return f"{gap}- "
            case SectionKind.DATED if is_new:
                return f"{gap}- **{label}:** " if label else f"{gap}- "
            case SectionKind.PARTY if is_new:
                return f"{gap}{gap}**{label}:** "
            case _ if is_new and last and last.head.kind in _SET_APART:
                return "\n\n"
        return ""

    def _sentence(self, opening: str, delta: str, citations: Sequence[Citation]) -> Piece:
        self._cited.update((citation.id, citation) for citation in citations)
        sources = Sources(self._hits, tuple(self._cited.values()))
        escaped = as_markdown(delta)
        before = opening or escaped[: len(escaped) - len(escaped.lstrip())]
        numbers = (sources.citation_body(citation).number for citation in citations)
        text = before + with_marker(escaped.lstrip(), numbers)
        start, end = self._told + len(before), self._told + len(text)
        cited = (_url_citation(start, end, citation, self._page_of) for citation in citations)
        return replace(self._piece(text), citations=tuple(cited))

    def _piece(self, text: str) -> Piece:
        self._told += len(text)
        return Piece(text)


def _remarks(body: AnswerBody) -> str:
    """Return what has no citation, since no article says it: what the assistant says of itself and of its answer, that
    there is none, or not to everything."""
    frame = frame_for(body.question)
    if body.status == Status.NO_ANSWER:
        return as_markdown(body.about or frame.say(f"chat.{body.no_answer_reason or NoAnswerReason.NOT_SUPPORTED}"))
    lacking = [frame.say("chat.unanswered", asked=asked) for asked in body.unanswered]
    return "".join(f"\n\n{as_markdown(remark)}" for remark in (*lacking, *filter(None, [body.about])))


def _url_citation(start: int, end: int, citation: Citation, page_of: PageOf) -> UrlCitation:
    article, span = citation.hit.article, citation.source_span
    url = article.url or f"{page_of(article.id, article.content_hash)}&start={span.start}&end={span.end}"
    return UrlCitation(start_index=start, end_index=end, title=article.title, url=url)


def _events_of(answer: Answer) -> Generator[Event]:
    """Yield the events that this answer would have come with."""
    yield Retrieved(answer.hits)
    yield from sentences_added(answer)
    yield Completed(answer)
