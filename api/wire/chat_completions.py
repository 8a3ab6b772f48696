"""An answer in the shape of OpenAI's chat completions, so that what speaks that protocol can ask.

Its text carries ` [n]` behind each sentence, since a chat window shows nothing else; an annotation for each citation
says where sentence and marker stand. Chat windows render Markdown, so that text from outside is escaped for it. The
native answer is there too, whole, as `assistant`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.answer import AnswerBody, Sources, answer_body
from api.wire.body import Body, Text, new_id
from api.wire.markdown import as_markdown, from_markdown
from api.wire.markers import with_marker
from assistant.answer import Answer, Citation, NoAnswerReason, Section, SectionKind, Status
from assistant.conversation.rewriter import MAX_MESSAGE_CHARACTERS, MAX_MESSAGES, Message
from assistant.events import Completed, Event, Retrieved, SentenceAdded, Started, sentences_added
from index.hit import Hit

MODEL = "cited-assistant"

_NO_ANSWER = {
    NoAnswerReason.NO_ARTICLES: "I have no articles to look into.",
    NoAnswerReason.NOTHING_RELEVANT: "I found no answer: no article says anything about this.",
    NoAnswerReason.NOT_SUPPORTED: "I found no answer: the articles come near this question, but none answers it.",
    NoAnswerReason.NOT_A_QUESTION: "This is not a question that articles can answer.",
}
_SET_APART = (SectionKind.ITEM, SectionKind.DATED, SectionKind.PARTY)
"""What follows a section of these begins a paragraph, lest it seem to belong to it."""


class _Ignoring(BaseModel):
    """Clients send parameters of many makers; those that mean nothing here do no harm."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TextPart(_Ignoring):
    """A piece of a message. Only text can be read."""

    type: Literal["text"]
    text: str


class ChatMessage(_Ignoring):
    """One message. Only those of `user` and `assistant` count; articles are the only instructions there are."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | Annotated[list[TextPart], Field(max_length=1_000, fail_fast=True)] | None = None

    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


def _as_said(message: ChatMessage) -> str:
    # What we said comes back as it went out.
    return from_markdown(message.text()) if message.role == "assistant" else message.text()


class StreamOptions(_Ignoring):
    """`include_usage` adds a chunk without choices at the end."""

    include_usage: bool = False


class ChatRequest(_Ignoring):
    """The last message of the user is the question; the ones before it are the conversation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"messages": [{"role": "user", "content": "what does China say about semiconductors?"}]}]
        }
    )

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1_000, fail_fast=True)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None

    def question(self) -> str:
        """Return the last message of the user; empty when there is none."""
        return next((message.text() for message in reversed(self.messages) if message.role == "user"), "")

    def history(self) -> list[Message]:
        asked = max((n for n, message in enumerate(self.messages) if message.role == "user"), default=0)
        messages = [
            Message(message.role, _as_said(message)[:MAX_MESSAGE_CHARACTERS])
            for message in self.messages[:asked]
            if message.role in ("user", "assistant")
        ]
        return messages[-MAX_MESSAGES:]

    def wants_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage


class UrlCitation(Body):
    """`[start_index, end_index)` of the content is the sentence with its marker.

    `url` is the article's own, or its address on this service when it has none. `title` is plain text.
    """

    start_index: int
    end_index: int
    title: Text
    url: str


class Annotation(Body):
    """A citation as OpenAI's clients know them."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class ChatAnswerMessage(Body):
    """What the assistant says."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(Body):
    """There is always one."""

    index: Literal[0] = 0
    message: ChatAnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(Body):
    """Tokens of a language model; 0 when none was asked, or its server told none."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class ChatBody(Body):
    """A chat completion; `assistant` is the answer of `/v1/ask`."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    assistant: AnswerBody


class ModelBody(Body):
    """The one model there is."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = MODEL


class ModelsBody(Body):
    """All models."""

    object: Literal["list"] = "list"
    data: list[ModelBody]


@dataclass(frozen=True, slots=True)
class ChatPiece:
    """What is added to the content; the last one carries the native `answer`."""

    text: str = ""
    annotations: tuple[Annotation, ...] = ()
    answer: AnswerBody | None = None


PageOf = Callable[[str, str], str]
"""(article id, content hash) -> address of the reading page of that version, to which `&start=` can be added."""


def chat_pieces(events: Generator[Event], request_id: str, page_of: PageOf) -> Generator[ChatPiece]:
    """Yield the pieces of a chat's message for the events of `Assistant.stream`; closing this closes `events`."""
    teller = _Teller(request_id, page_of)
    with closing(events):
        for event in events:
            yield from teller.tell(event)


def chat_body(answer: Answer, request_id: str, page_of: PageOf) -> ChatBody:
    """Return a whole answer as one completion."""
    *pieces, last = chat_pieces(_events_of(answer), request_id, page_of)
    assert last.answer is not None
    message = ChatAnswerMessage(
        content="".join(piece.text for piece in (*pieces, last)),
        annotations=[annotation for piece in pieces for annotation in piece.annotations],
    )
    return ChatBody(
        id=new_id("chatcmpl"),
        created=last.answer.created,
        choices=[Choice(message=message)],
        usage=usage_of(last.answer),
        assistant=last.answer,
    )


def usage_of(answer: AnswerBody) -> Usage:
    return Usage(**{name: answer.usage.get(name, 0) for name in Usage.model_fields})


class _Teller:
    """Remembers what was told of one answer: indices count into all of its content."""

    def __init__(self, request_id: str, page_of: PageOf) -> None:
        self._request_id = request_id
        self._page_of = page_of
        self._told = 0
        self._section: Section | None = None
        self._hits: tuple[Hit, ...] = ()
        self._cited: dict[str, Citation] = {}

    def tell(self, event: Event) -> Iterator[ChatPiece]:
        match event:
            case Started():
                yield ChatPiece()
            case Retrieved(hits):
                self._hits = hits
            case SentenceAdded(delta, _, citations, section):
                if opening := self._opening(section):
                    yield self._piece(opening)
                    delta = delta.lstrip()
                yield self._sentence(delta, citations)
            case Completed(answer):
                body = answer_body(answer, self._request_id)
                yield replace(self._piece(_remarks(body)), answer=body)

    def _opening(self, section: Section) -> str:
        """Return what stands before the first sentence of a section that is shown as one."""
        last, self._section = self._section, section
        is_new, gap = section != last, "\n" if self._told else ""
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

    def _sentence(self, delta: str, citations: Sequence[Citation]) -> ChatPiece:
        self._cited.update((citation.id, citation) for citation in citations)
        sources = Sources(self._hits, tuple(self._cited.values()))
        escaped = as_markdown(delta)
        start = self._told + len(escaped) - len(escaped.lstrip())
        text = with_marker(escaped, (sources.citation_body(citation).number for citation in citations))
        end = self._told + len(text)
        annotations = (_annotation(start, end, citation, self._page_of) for citation in citations)
        return replace(self._piece(text), annotations=tuple(annotations))

    def _piece(self, text: str) -> ChatPiece:
        self._told += len(text)
        return ChatPiece(text)


def _remarks(body: AnswerBody) -> str:
    """Return what has no citation, since no article says it: what the assistant says of itself and of its answer, that
    there is none, or not to everything."""
    if body.status == Status.NO_ANSWER:
        return as_markdown(body.about or _NO_ANSWER[body.no_answer_reason or NoAnswerReason.NOT_SUPPORTED])
    lacking = [f"I found no evidence for: {asked}" for asked in body.unanswered]
    return "".join(f"\n\n{as_markdown(remark)}" for remark in (*lacking, *filter(None, [body.about])))


def _annotation(start: int, end: int, citation: Citation, page_of: PageOf) -> Annotation:
    article, span = citation.hit.article, citation.source_span
    url = article.url or f"{page_of(article.id, article.content_hash)}&start={span.start}&end={span.end}"
    return Annotation(url_citation=UrlCitation(start_index=start, end_index=end, title=article.title, url=url))


def _events_of(answer: Answer) -> Generator[Event]:
    """Yield the events that this answer would have come with."""
    yield Retrieved(answer.hits)
    yield from sentences_added(answer)
    yield Completed(answer)
