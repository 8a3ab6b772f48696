"""`POST /v1/links`: leave to open an article's reading page, for whoever was given an answer from it."""

from __future__ import annotations

import time
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.http.access import Helper
from api.http.errors import ProblemBody
from api.http.schemas import Request as RequestBody
from api.http.schemas import TakesJson

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
def make_link(wanted: LinkRequest, helper: Helper, request: Request) -> LinkBody:
    """Signs a link to a reading page. Only versions that the caller may see can be linked to."""
    article = helper.catalog.article(wanted.article_id, wanted.content_hash)
    token = request.app.state.links.sign(article.id, article.content_hash, time.time())
    return LinkBody(path=f"/articles/{article.id}?{urlencode({'v': article.content_hash, 't': token})}")
