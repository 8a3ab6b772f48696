"""What readers ask, for the operator: listed in groups, made gold questions of, removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field, StringConstraints

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import ProblemBody
from api.http.refused import Refused
from api.http.request_bodies import Request as Body
from api.problems import NOT_FOUND
from api.wire.questions import QuestionsBody, questions_body
from assistant.asked.kinds import AskedKind
from assistant.asked.listing import MOST_GROUPED, list_questions
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.gold_asked import questions_from_asked
from corpus.store.service_protocols import ServiceStore

PATH = "/v1/questions"

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})

_Id = Annotated[str, StringConstraints(max_length=100)]


class ListQuery(Body):
    """Which questions are listed, and how many groups; with 0 it is only told whether any are kept."""

    by: AskedKind = AskedKind.ASKED
    limit: Annotated[int, Field(ge=0, le=MOST_GROUPED)] = 20


class RemoveQuery(Body):
    """Ids of questions, as they are listed."""

    id: Annotated[list[_Id], Field(min_length=1, max_length=MOST_GROUPED)]


@router.get(PATH)
def list_asked(request: Request, wanted: Annotated[ListQuery, Query()], assistant: CallerAssistant) -> QuestionsBody:
    """List what readers asked most often (`asked`), got no answer to (`refused`), or did not like the answer to."""
    encoder = assistant.stages.encoder
    groups = list_questions(_store(request), encoder, wanted.by, wanted.limit) if wanted.limit else []
    return questions_body(groups, request.app.state.keep_days)


@router.delete(PATH, status_code=204)
def remove_asked(request: Request, wanted: Annotated[RemoveQuery, Query()]) -> None:
    """Purge questions, and feedback that came with one of them."""
    _store(request).asked.forget(wanted.id)


@router.get(PATH + "/{question_id}/gold", response_model_exclude_defaults=True)
def draft_gold(request: Request, question_id: Annotated[_Id, Path()]) -> GoldQuestion:
    """Return a draft of a gold question, as a line of a gold file is: what is right is for a person to add."""
    draft = next(questions_from_asked(_store(request), [question_id]), None)
    if draft is None:
        raise Refused(NOT_FOUND)
    return draft


def _store(request: Request) -> ServiceStore:
    store: ServiceStore = request.app.state.service_store
    return store
