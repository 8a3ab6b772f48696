"""`POST /v1/search`: passages, without an answer."""

from __future__ import annotations

from time import perf_counter

from fastapi import APIRouter, Request

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import ProblemBody
from api.http.request_bodies import SearchRequest, TakesJson
from api.http.serving.admission import Admission
from api.http.serving.disconnects import while_connected
from api.wire.search import SearchBody, search_body

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


@router.post("/v1/search", dependencies=[TakesJson])
async def search(
    wanted: SearchRequest, assistant: CallerAssistant, admission: Admission, request: Request
) -> SearchBody:
    """Find passages, best first."""

    def find() -> SearchBody:
        started = perf_counter()
        history = [message.as_message() for message in wanted.history]
        found = assistant.search(wanted.query, wanted.filters.as_filter(), wanted.limit, history)
        return search_body(found.hits, found.generation, (perf_counter() - started) * 1000)

    return await while_connected(request, admission.run(find))
