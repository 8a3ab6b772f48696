"""`POST /v1/feedback`: a reader's word on an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, StringConstraints

from api.http.access.caller import CurrentCaller
from api.http.error_handlers import ProblemBody
from api.http.request_bodies import Request as RequestBody
from api.http.request_bodies import TakesJson
from assistant.limits import MAX_QUESTION_CHARACTERS
from corpus.feedback import Feedback, Rating
from corpus.store.service_protocols import ServiceStore

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


class FeedbackRequest(RequestBody):
    """A word on one answer. Only what is sent is kept: the question and answer too, if they are wanted later."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer_id": f"ans_{0:032x}", "rating": "up"}]})

    answer_id: Annotated[str, StringConstraints(pattern=r"^ans_[0-9a-f]{32}$")]
    rating: Rating
    comment: Annotated[str | None, Field(max_length=5_000)] = None
    question: Annotated[str | None, Field(max_length=MAX_QUESTION_CHARACTERS)] = None
    answer: Annotated[str | None, Field(max_length=20_000)] = None


@router.post("/v1/feedback", status_code=204, dependencies=[TakesJson])
def keep_feedback(said: FeedbackRequest, caller: CurrentCaller, request: Request) -> None:
    """Keep a reader's word on an answer; `assistant feedback export` makes gold questions of them."""
    store: ServiceStore = request.app.state.service_store
    store.feedback.add(Feedback(**said.model_dump(), received=datetime.now(UTC), key_id=caller.key_id))
