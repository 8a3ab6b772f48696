"""`POST /v1/links`: leave to open an article's reading page, for readers of an answer from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.http.access.caller import CallerAssistant, caller_of
from api.http.access.link_tokens import LinkTokens
from api.http.error_handlers import ProblemBody
from api.http.public_address import public_address
from api.http.request_bodies import Request as RequestBody
from api.http.request_bodies import TakesJson

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


class LinkRequest(RequestBody):
    """A version of an article, as sources name it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"article_id": f"a-{0:016x}", "content_hash": f"sha256:{0:064x}"}]}
    )

    article_id: Annotated[str, Field(max_length=200)]
    content_hash: Annotated[str, Field(max_length=100)]


class LinkBody(BaseModel):
    """The reading page's address on this service. It works for some hours, without a key; `start` and `end` (code
    points) can be added to it."""

    path: str


@router.post("/v1/links", dependencies=[TakesJson])
def make_link(wanted: LinkRequest, assistant: CallerAssistant, request: Request) -> LinkBody:
    """Sign a link to a reading page. Only versions that the caller may see can be linked to."""
    article = assistant.store.articles.get(wanted.article_id, wanted.content_hash)
    return LinkBody(path=reading_path(request, article.id, article.content_hash, signed=True))


def page_links(request: Request) -> Callable[[str, str], str]:
    """Return a function from article id and content hash to the address where this caller's readers open that version.

    It is signed if the caller has a key."""
    base, signed = public_address(request), caller_of(request.scope).key_id is not None
    return lambda article_id, content_hash: base + reading_path(request, article_id, content_hash, signed)


def page_path(article_id: str, content_hash: str, **more: object) -> str:
    """Return the path of the reading page of a version, on this service."""
    return f"/articles/{quote(article_id, safe='')}?{urlencode({'v': content_hash, **more})}"


def reading_path(request: Request, article_id: str, content_hash: str, signed: bool) -> str:
    """Return the path of the reading page of a version, with a token where it is to be `signed`."""
    links: LinkTokens = request.app.state.links
    token = {"t": links.sign(article_id, content_hash, time.time())} if signed else {}
    return page_path(article_id, content_hash, **token)
