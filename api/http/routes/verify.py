"""`POST /v1/verify`: any text, held against sources."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import ProblemBody
from api.http.request_bodies import TakesJson, VerifyRequest
from api.http.serving.admission import Admission
from api.http.serving.disconnects import while_connected
from api.wire.verification import VerificationBody, verification_body

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


@router.post("/v1/verify", dependencies=[TakesJson])
async def verify(
    wanted: VerifyRequest, assistant: CallerAssistant, admission: Admission, request: Request
) -> VerificationBody:
    """Check each sentence of a text against sources, or against the articles."""

    def check() -> VerificationBody:
        sources = None if wanted.sources is None else [source.as_source() for source in wanted.sources]
        checked = assistant.check(wanted.text, sources, wanted.filters.as_filter(), wanted.context)
        return verification_body(wanted.text, sources, checked)

    return await while_connected(request, admission.run(check))
