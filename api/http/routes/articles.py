"""Articles come in and go: each request is put into the queue on the disk, answered, and dealt with by another process.

Bodies are read here rather than by FastAPI: they are large, and taking them apart must not hold up the event loop.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import partial
from typing import Annotated, Any, Literal, ParamSpec

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel as Model
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.config import JsonDict
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.http.access.caller import CallerAssistant, caller_of
from api.http.error_handlers import ProblemBody
from api.http.refused import Refused
from api.problems import BAD_KEY, BAD_REQUEST, NO_ARTICLES_SENT, NOT_ARTICLES, TOO_MANY_ARTICLES
from api.wire.jobs import JobBody, job_body
from assistant.settings import IngestOptions
from corpus.audit import AuditEvent, audit
from corpus.job import FIELDS, Job, JobKind, PostedSource
from corpus.readers.posted import claimed_identity, file_name, format_of_file, format_of_media_type, media_types
from corpus.store.protocols import Store
from corpus.text.encoding import NotText, decode

PATH = "/v1/articles"

ACCEPTED_AT_ONCE = 8
"""More would wait for each other anyway: one transaction writes at a time."""

Takes = ParamSpec("Takes")

_ENDS_OF_LINES = re.compile(r"[\r\n]+")

_KEY = re.compile(r"[!-~]{1,255}")

_VALUES_OF_AN_ARTICLE = 11
"""Its nine fields, itself, and one for a little more; a request with more has fields that are not known."""

_SAME_NAME = (
    "Two files have the same name, and the second would replace the first; rename one, give each its own url and "
    "send them one by one, or send them as JSON, each with an external_id."
)

_EXAMPLE: JsonDict = {
    "external_id": "ferry-1",
    "title": "The old ferry",
    "text": "The ferry Petrel was sold on Monday.",
}

_Short = Annotated[str, StringConstraints(max_length=2_000)]


class PostedArticle(Model):
    """An article. Its identity is `external_id`, else its `url`, else its text: sending it again updates it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    text: Annotated[str, StringConstraints(min_length=1)]
    format: Annotated[
        Literal["text", "markdown", "html"] | None,
        Field(description="What `text` is written in; when left out, Markdown and HTML are told by their marks."),
    ] = None
    title: _Short | None = None
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    url: _Short | None = None
    publisher: _Short | None = None
    author: _Short | None = None
    language: Annotated[str, StringConstraints(max_length=35)] | None = None
    published: Annotated[str, StringConstraints(max_length=100)] | None = None


class PostedArticles(Model):
    """Several articles in one request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    articles: Annotated[list[PostedArticle], Field(min_length=1, fail_fast=True)]


_ONE, _SEVERAL = TypeAdapter(PostedArticle), TypeAdapter(PostedArticles)
_SEVERAL_BEGINS = re.compile(rb'\s*\{\s*"articles"\s*:')


def most_values(options: IngestOptions) -> int:
    """Return how many values the JSON of a request may have; some more, so that too many articles are told as such."""
    return _VALUES_OF_AN_ARTICLE * (options.max_articles + 1_000)


def _options(request: Request) -> IngestOptions:
    options: IngestOptions = request.app.state.ingesting
    return options


def _idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key, told apart by access key; None when there is none. Raise `Refused` for a bad one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Refused(BAD_KEY)
    return f"{caller_of(request.scope).key_id or ''} {key}"


Options = Annotated[IngestOptions, Depends(_options)]
IdempotencyKey = Annotated[str | None, Depends(_idempotency_key)]

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "The same request under the same key within 24 hours is the same job.",
}

_NAME_PARAMETER = {
    "name": "name",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The name of a file that is the body, and so its identity; else that of `Content-Disposition`. "
    "A file without a name is known by its text.",
}


def _request_body() -> dict[str, Any]:
    """Return the OpenAPI description of the body, which FastAPI never sees."""
    one = PostedArticle.model_json_schema()
    several = {"type": "object", "properties": {"articles": {"type": "array", "items": one}}, "required": ["articles"]}
    file = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {"file": {"type": "array", "items": file}}, "required": ["file"]}
    content = {
        "application/json": {"schema": {"anyOf": [one, several]}},
        "multipart/form-data": {"schema": form},
        **{media_type: {"schema": file} for media_type in media_types()},
    }
    return {"requestBody": {"required": True, "content": content}, "parameters": [_NAME_PARAMETER, _KEY_PARAMETER]}


@router.post(PATH, status_code=202, openapi_extra=_request_body())
async def add_articles(
    request: Request, response: Response, assistant: CallerAssistant, options: Options, key: IdempotencyKey
) -> JobBody:
    """Take articles in: as JSON, as files of a form, or one file as the body.

    They are safe when this answers, and found when the job is done.
    """
    sources = await _sources(request, options.max_articles)
    if not sources:
        raise Refused(NO_ARTICLES_SENT)
    if len(sources) > options.max_articles:
        raise Refused(TOO_MANY_ARTICLES)
    job = await _accepting(request, assistant.store.jobs.accept, JobKind.INGEST, sources, key)
    key_id = caller_of(request.scope).key_id
    audit(AuditEvent.ARTICLES_ACCEPTED, job_id=job.id, articles=len(sources), key_id=key_id)
    return _accepted(job, response)


@router.delete(PATH + "/{article_id}", status_code=202, openapi_extra={"parameters": [_KEY_PARAMETER]})
async def delete_article(
    request: Request,
    article_id: Annotated[str, Path(max_length=100)],
    response: Response,
    assistant: CallerAssistant,
    key: IdempotencyKey,
) -> JobBody:
    """Purge an article: every version of its text. When the job is done nothing of it is left to read."""
    job = await _accepting(request, _accept_deletion, assistant.store, article_id, key)
    audit(AuditEvent.DELETION_ACCEPTED, job_id=job.id, article_id=article_id, key_id=caller_of(request.scope).key_id)
    return _accepted(job, response)


def _accept_deletion(store: Store, article_id: str, key: str | None) -> Job:
    sources = [PostedSource(article_id, FIELDS, b"")]
    if key is not None and (known := store.jobs.repeated(key, JobKind.DELETE, sources)):
        return known
    if store.jobs.next() is None:
        store.articles.get(article_id)  # unknown, unless a job that waits brings it
    return store.jobs.accept(JobKind.DELETE, sources, key)


@router.get("/v1/jobs/{job_id}")
def get_job(job_id: Annotated[str, Path(max_length=100)], assistant: CallerAssistant) -> JobBody:
    """Say how far a job is, and what became of each article."""
    job = assistant.store.jobs.get(job_id)
    return job_body(job, assistant.store.jobs.outcomes(job.number))


async def _accepting(request: Request, accept: Callable[Takes, Job], *given: Takes.args, **named: Takes.kwargs) -> Job:
    """Run what writes to the queue in threads of its own: while the store is busy they wait, and no others."""
    limiter: CapacityLimiter = request.app.state.accepting
    return await to_thread.run_sync(partial(accept, *given, **named), limiter=limiter)


def _accepted(job: Job, response: Response) -> JobBody:
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return job_body(job)


async def _sources(request: Request, most_articles: int) -> list[PostedSource]:
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().casefold()
    if media_type == "application/json":
        return await run_in_threadpool(_from_json, await request.body())
    if media_type == "multipart/form-data":
        return await _from_form(request, most_articles)
    its_format = format_of_media_type(media_type)
    if its_format is None:
        raise Refused(NOT_ARTICLES)
    body = await request.body()
    if not body:
        return []
    charset = _parameter("Content-Type", content_type, "charset") if media_type.startswith("text/") else ""
    if charset:
        body = await run_in_threadpool(_in_unicode, body, charset)
    return [PostedSource(_name_of_body(request), its_format, body)]


def _name_of_body(request: Request) -> str:
    """Return the name that a file which is the whole body was sent under; may be empty."""
    disposition = request.headers.get("content-disposition", "")
    return file_name(request.query_params.get("name") or _parameter("Content-Disposition", disposition, "filename"))


def _parameter(header: str, value: str, name: str) -> str:
    """Return a parameter of a header, also one in the extended notation (RFC 8187); empty when there is none."""
    message = Message()
    message[header] = _ENDS_OF_LINES.sub(" ", value)
    found = message.get_param(name, "", header)
    return collapse_rfc2231_value(found)


def _in_unicode(body: bytes, charset: str) -> bytes:
    """Return text in UTF-8, with a mark that says so before what is in it, where its header names a charset."""
    try:
        return codecs.BOM_UTF8 + decode(body, charset).encode("utf-8", "surrogatepass")
    except NotText:  # its reader refuses it in words for people
        return body


def _from_json(body: bytes) -> list[PostedSource]:
    try:
        if _SEVERAL_BEGINS.match(body):
            articles: Sequence[PostedArticle] = _SEVERAL.validate_json(body).articles
        else:
            articles = [_ONE.validate_json(body)]
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from None
    return [
        PostedSource(claimed_identity(article.external_id, article.url), FIELDS, article.model_dump_json().encode())
        for article in articles
    ]


async def _from_form(request: Request, most_articles: int) -> list[PostedSource]:
    """Return every file of the form, whatever its field is called."""
    try:
        # One more than there may be tells that there are too many.
        async with request.form(max_files=most_articles + 1, max_fields=0) as form:
            sources = [await _from_file(part) for _, part in form.multi_items() if isinstance(part, UploadFile)]
    except HTTPException as error:
        if isinstance(error, Refused):
            raise
        # The parser's own words name parts of what came in.
        raise Refused(TOO_MANY_ARTICLES if "Too many files" in str(error.detail) else BAD_REQUEST) from None
    _check_names_differ(sources)
    return sources


def _check_names_differ(sources: Sequence[PostedSource]) -> None:
    """Raise `Refused` when two files share a name: the second would replace the first unseen."""
    if len({source.name for source in sources}) < len(sources):
        raise RequestValidationError([{"type": "same_name", "loc": ("body", "file"), "msg": _SAME_NAME}])


async def _from_file(part: UploadFile) -> PostedSource:
    name = file_name(part.filename or "")
    its_format = format_of_file(name)
    if its_format is None:
        raise Refused(NOT_ARTICLES)
    return PostedSource(name, its_format, await part.read())
