"""Sources: whoever may ingest has addresses visited again and again. The process that ingests visits them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import ConfigDict, Field, StringConstraints

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import ProblemBody
from api.http.request_bodies import Request as Body
from api.http.request_bodies import TakesJson
from api.wire.sources import SourceBody, SourcesBody, source_body, sources_body
from corpus.web.addresses import parse_address

PATH = "/v1/sources"

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


class NewSource(Body):
    """An address to visit: a page, an RSS, Atom or JSON feed, or a sitemap."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": "https://example.org/feed.xml"}]})

    url: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    refresh_hours: Annotated[
        float | None, Field(ge=1 / 60, le=8760, description="Hours between two visits; left out: as the service says.")
    ] = None


@router.get(PATH)
def list_sources(request: Request, assistant: CallerAssistant) -> SourcesBody:
    """List sources: what is stored of them, what became of the last visit, and when the next one is."""
    return sources_body(assistant.store.sources.all(), _default_hours(request))


@router.post(PATH, status_code=201, dependencies=[TakesJson])
def add_source(request: Request, response: Response, new: NewSource, assistant: CallerAssistant) -> SourceBody:
    """Add an address, which is visited at once and then on its schedule. One that is known becomes due again."""
    url = parse_address(new.url).url
    every = new.refresh_hours and new.refresh_hours * 3600
    source = assistant.store.sources.add(url, datetime.now(UTC), every)
    response.headers["Location"] = f"{PATH}/{source.id}"
    return source_body(source, _default_hours(request))


@router.get(PATH + "/{source_id}")
def get_source(
    request: Request, source_id: Annotated[str, Path(max_length=100)], assistant: CallerAssistant
) -> SourceBody:
    """Say how one source fares."""
    return source_body(assistant.store.sources.get(source_id), _default_hours(request))


@router.delete(PATH + "/{source_id}", status_code=204)
def remove_source(source_id: Annotated[str, Path(max_length=100)], assistant: CallerAssistant) -> None:
    """Visit a source no more. Its articles stay."""
    assistant.store.sources.remove(source_id)


def _default_hours(request: Request) -> float:
    hours: float = request.app.state.refresh_hours
    return hours
