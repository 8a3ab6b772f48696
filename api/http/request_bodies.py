"""Bodies and queries of requests. Unknown fields are refused: a misspelt filter must not search everything."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from fastapi import Depends
from fastapi import Request as HttpRequest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from api.http.refused import Refused
from api.problems import NOT_JSON
from assistant.ask import DEFAULT_HITS
from assistant.conversation.rewriter import MAX_MESSAGE_CHARACTERS, MAX_MESSAGES
from assistant.conversation.rewriter import Message as EarlierMessage
from assistant.groundedness.check_text import Source
from assistant.limits import MAX_CHECKED_CHARACTERS, MAX_QUESTION_CHARACTERS
from assistant.writing.compose import Mode
from corpus.article import ArticleFilter
from corpus.text.language import primary_language

Question = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUESTION_CHARACTERS)]
_Value = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Values = Annotated[list[_Value], Field(max_length=100)]


def _primary_language(tag: str) -> str:
    language = primary_language(tag)
    if language is None:
        raise PydanticCustomError("language_tag", "This is no language tag, such as en or pt-BR")
    return language


_Language = Annotated[
    _Value, AfterValidator(_primary_language), Field(description="A language tag; en finds what en-GB finds.")
]


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(written: object) -> object:
    """Let through days only: pydantic by itself would read numbers as seconds since 1970, too."""
    if not (isinstance(written, date) or (isinstance(written, str) and _DAY.fullmatch(written))):
        raise PydanticCustomError("date_format", "Write a day as YYYY-MM-DD")
    return written


_Day = Annotated[date, BeforeValidator(_day)]

_EXAMPLE = "what does China say about semiconductors?"


class Request(BaseModel):
    """What all requests have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Filters(Request):
    """Where to look; kinds are joined by *and*, values of a kind by *or*. Dates are inclusive."""

    publisher: _Values = []
    language: Annotated[list[_Language], Field(max_length=100)] = []
    published_from: _Day | None = None
    published_to: _Day | None = None
    article_id: _Values = []

    def as_filter(self) -> ArticleFilter:
        return ArticleFilter(
            publisher=tuple(self.publisher),
            language=tuple(self.language),
            published_from=self.published_from,
            published_to=self.published_to,
            article_id=tuple(self.article_id),
        )


class Message(Request):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[str, StringConstraints(max_length=MAX_MESSAGE_CHARACTERS)]

    def as_message(self) -> EarlierMessage:
        return EarlierMessage(self.role, self.content)


History = Annotated[
    list[Message],
    Field(
        max_length=MAX_MESSAGES,
        description="Earlier messages, oldest first; what a follow-up leaves unsaid is taken from them.",
    ),
]


class AskRequest(Request):
    """A question, with what came before it and where to look."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": _EXAMPLE}]})

    question: Question
    history: History = []
    filters: Filters = Filters()
    top_k: Annotated[int, Field(strict=True, ge=1, le=50, description="How many passages to read.")] = DEFAULT_HITS
    mode: Mode = "auto"
    stream: Annotated[bool, Field(strict=True, description="Tell the answer as it comes, as server-sent events.")] = (
        False
    )
    explain: Annotated[
        bool, Field(strict=True, description="Add the signals, thresholds, nearest evidence and votes of judges.")
    ] = False


class SearchRequest(Request):
    """What to search for and where."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"query": _EXAMPLE, "limit": 3}]})

    query: Question
    history: History = []
    filters: Filters = Filters()
    limit: Annotated[int, Field(strict=True, ge=1, le=200, description="How many passages to return at most.")] = 10


class VerifySource(Request):
    """A text to check against, with what is known of it."""

    title: Annotated[str, StringConstraints(max_length=500)] = ""
    published: _Day | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]

    def as_source(self) -> Source:
        return Source(self.title, self.published, self.text)


class VerifyRequest(Request):
    """A text whose sentences are checked, and what they are held against."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "Pay went up by a tenth on 6 May 2024.",
                    "sources": [
                        {"title": "Pay deal", "published": "2024-05-03", "text": "Pay goes up by 10 % on Monday."}
                    ],
                }
            ]
        }
    )

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHECKED_CHARACTERS)]
    sources: Annotated[
        list[VerifySource] | None,
        Field(max_length=20, description="If left out, the articles that filters let through; they need no sources."),
    ] = None
    context: Annotated[
        str, StringConstraints(max_length=2_000), Field(description="What stands before the text: whom 'he' means.")
    ] = ""
    filters: Filters = Filters()

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.sources is not None and "filters" in self.model_fields_set:
            raise PydanticCustomError("sources_and_filters", "Filters choose among the articles; leave them out")
        return self


class ArticlesQuery(Request):
    """Which articles to list. `cursor` is the `next_cursor` of the page before."""

    cursor: Annotated[str | None, Field(max_length=200)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    publisher: Annotated[str | None, Field(max_length=500)] = None
    q: Annotated[str | None, Field(max_length=500, description="Words that the title contains.")] = None


class ArticleQuery(Request):
    """Which version of an article: its `content_hash`; the newest when left out."""

    v: Annotated[str | None, Field(max_length=100)] = None


async def _require_json(request: HttpRequest) -> None:
    """Raise `Refused` for a body of another media type, before it could be called invalid."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if media_type != "application/json":
        raise Refused(NOT_JSON)


TakesJson = Depends(_require_json)
"""For `dependencies=[TakesJson]` of a route with a body: no form that a foreign page posts is read as one."""
