"""Observer of requests: metrics, and one JSON line each that names the key and never says what was asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from time import perf_counter, time_ns
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access.route_rules import rule_for
from api.http.observability.metrics import (
    ABSTENTIONS,
    ANSWERS,
    DEGRADED,
    DURATIONS,
    REFUSALS,
    REQUESTS,
    STAGES,
    Metrics,
)
from api.http.observability.request_id import ids_of, request_id_of, traceparent_of
from api.http.observability.traces import AnsweredAt, Traces
from assistant.answer import Answer

request_log = logging.getLogger("api.http.requests")

_METHODS = ("GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT", "PATCH")
_TOTAL = "total"
_ANSWERS = "answers"


class Observer:
    """Notes requests and answers.

    `log_questions` lets the lines carry the readers' own words; `keep_question` is told of each answer.
    """

    def __init__(
        self,
        metrics: Metrics,
        log_requests: bool,
        log_questions: bool,
        keep_question: Callable[[Answer], None],
        traces: Traces | None = None,
    ) -> None:
        self._metrics = metrics
        self._traces = traces
        self._keep_question = keep_question
        self._log_requests = log_requests
        self._log_questions = log_questions

    def watch(self, scope: MutableMapping[str, Any]) -> Callable[[Answer], None]:
        """Return a listener for `Assistant.for_caller` that notes the answer to the request of this scope."""

        def note(answer: Answer) -> None:
            if self._log_questions:
                scope["state"]["question"] = answer.question
            self._note_answer(answer)
            self._keep_question(answer)
            if self._traces:
                scope["state"].setdefault(_ANSWERS, []).append(AnsweredAt(answer, time_ns()))

        return note

    def note_request(self, scope: Scope, status: int, seconds: float) -> None:
        """Note a request; called once, when the last byte has left."""
        rule = rule_for(scope["method"], scope["path"])
        # What was sent as path or method is a stranger's word: it names no metric and stands in no line.
        route = rule.path if rule else "unknown"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        state = scope["state"]
        self._metrics.count(REQUESTS, route, method, str(status))
        self._metrics.observe(DURATIONS, seconds, route)
        if "problem" in state:
            self._metrics.count(REFUSALS, state["problem"])
        if self._traces:
            facts = {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
                "assistant.request_id": request_id_of(scope),
            }
            self._traces.note(f"{method} {route}", facts, seconds, state.get(_ANSWERS, []), traceparent_of(scope))
        if self._log_requests:
            request_log.info("request", extra={"facts": _line(scope, f"{method} {route}", status, seconds)})

    def _note_answer(self, answer: Answer) -> None:
        self._metrics.count(ANSWERS, answer.status)
        if answer.no_answer_reason:
            self._metrics.count(ABSTENTIONS, answer.no_answer_reason)
        for what in answer.degraded:
            self._metrics.count(DEGRADED, what)
        for stage, milliseconds in answer.timings_ms.items():
            if stage == _TOTAL:  # no stage, but all of them
                continue
            self._metrics.observe(STAGES, milliseconds / 1000, stage)


class ObserveRequests:
    """Tells the observer of every request, of those that break too."""

    def __init__(self, app: ASGIApp, observer: Observer) -> None:
        self._app = app
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting_status)
        finally:
            self._observer.note_request(scope, status, perf_counter() - started)


def _line(scope: Scope, route: str, status: int, seconds: float) -> dict[str, object]:
    state = scope["state"]
    caller = state.get("caller")
    line: dict[str, object] = {
        **ids_of(scope),
        "route": route,
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "key_id": caller.key_id if caller else None,
        "problem": state.get("problem"),
    }
    return {**line, "question": state["question"]} if "question" in state else line
