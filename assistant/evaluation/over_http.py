"""Asks a running server over HTTP."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from time import sleep
from typing import Any

import httpx
from pydantic import SecretStr

from assistant.evaluation.documents import KEPT
from assistant.evaluation.errors import NothingToAsk, ServerFailed
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.json_lines import parse_object
from assistant.evaluation.predictions import (
    PredictedCitation,
    PredictedSection,
    Prediction,
    PredictionStatus,
    RetrievedPassage,
)
from assistant.evaluation.run_questions import SEARCH_DEPTH
from corpus.article import Article, article_id

_KEPT_SO_FAR = ". What was answered is kept: run the same command again once the server is well."

_SECONDS = re.compile("[0-9]{1,6}")
"""`Retry-After` as our servers write it."""

_TIMEOUT_SECONDS = 120.0
"""A server with a language model may think; one that is silent for longer has died."""

_OK, _UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _BUSY = 200, 401, 403, 404, 429, 503
_REFUSED = (413, 422)
"""A question that is too long, or none: others may do better."""

_LAST_PORT = 65_535

_TRIES = 5
"""Of one request to a server that says when to come back; its limits are by the minute."""

_LONGEST_PAUSE = 120
"""Seconds; whoever has used up a day's quota is told, not kept waiting."""


class HttpAsker:
    """Asks the server at `url`, like http://127.0.0.1:8000; `api_key` is sent to it, where there is one.

    Raises `ServerFailed` when `url` is no such address, and wherever the server answers otherwise than expected.
    """

    def __init__(self, url: str, api_key: SecretStr | None = None) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Content-Type": "application/json"}
        if api_key is not None:
            self._headers["Authorization"] = f"Bearer {api_key.get_secret_value().strip()}"
        _check_address(self._url)
        # A connection that is kept may be closed by the server at any moment between two questions.
        once = httpx.Limits(max_keepalive_connections=0)
        # Certificates as the machine trusts them, an organisation's own among them; no proxy from the environment.
        trusted = ssl.create_default_context()
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, limits=once, verify=trusted, trust_env=False)
        self.find_article = lru_cache(maxsize=KEPT)(self._find_article)

    def describe(self) -> Mapping[str, str]:
        status, found = self._request("POST", "/v1/search", {"query": "which index is this?", "limit": 1})
        if status != _OK:
            raise ServerFailed(f"{self._url} is no assistant that can be asked: {_reason(status, found)}")
        if found.get("data") == []:
            raise NothingToAsk(f"{self._url} has no articles; add some with `assistant ingest PATH` where it runs.")
        with self._understanding():
            return {"asked": self._url, "generation": found["index_generation"] or "none"}

    def peak_memory_mb(self) -> None:
        """Return None: a server does not say."""

    def ask(self, question: GoldQuestion) -> Prediction:
        filters = {"article_id": [article_id(document) for document in question.documents]}
        history = [message.model_dump() for message in question.history]
        status, answer = self._request(
            "POST", "/v1/ask", {"question": question.question, "history": history, "filters": filters}
        )
        if status in _REFUSED:
            return Prediction(id=question.id, status=PredictionStatus.FAILED, error=_reason(status, answer))
        self._expect_ok("/v1/ask", status, answer)
        query = {"query": question.question, "history": history, "filters": filters, "limit": SEARCH_DEPTH}
        status, found = self._request("POST", "/v1/search", query)
        self._expect_ok("/v1/search", status, found)
        with self._understanding():
            return _prediction(question.id, answer, found["data"])

    def _find_article(self, doc_id: str) -> Article | None:
        status, body = self._request("GET", f"/v1/articles/{article_id(doc_id)}")
        if status == _NOT_FOUND:
            return None
        self._expect_ok("/v1/articles", status, body)
        with self._understanding():
            return Article(
                id=body["article_id"],
                external_id=body["external_id"],
                origin=self._url,
                title=body["title"],
                text=body["text"],
                content_hash=body["content_hash"],
                publisher=body["publisher"],
            )

    def _expect_ok(self, path: str, status: int, body: dict[str, Any]) -> None:
        if status != _OK:
            raise ServerFailed(f"{self._url}{path}: {_reason(status, body)}{_KEPT_SO_FAR}")

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        try:
            yield
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ServerFailed(
                f"{self._url} answers in another shape than this version knows; evaluate with the server's own version."
            ) from None

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Return status and JSON object of a response; waits where the server asks to come back.

        Raises `ServerFailed` for 401, 403, 5xx, and when there is none.
        """
        for tries_left in reversed(range(_TRIES)):
            status, pause, content = self._response(method, path, body)
            if not tries_left or not 0 <= pause <= _LONGEST_PAUSE or status not in (_TOO_MANY, _BUSY):
                break
            sleep(pause)
        answer = _json_object(content)
        if status in (_UNAUTHORISED, _FORBIDDEN):
            raise ServerFailed(
                f"{self._url} lets only some ask: {_reason(status, answer)}. "
                "Set ASSISTANT_EVALUATING__API_KEY to a key with the scope `ask`."
            )
        if status >= 500 or answer is None:
            raise ServerFailed(f"{self._url}{path}: {_reason(status, answer)}{_KEPT_SO_FAR}")
        return status, answer

    def _response(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, int, bytes]:
        """Return status, seconds after which to come back (-1: not said), content."""
        content = None if body is None else json.dumps(body)
        try:
            response = self._client.request(method, self._url + path, content=content, headers=self._headers)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ServerFailed(f"{self._url} does not answer ({_cause(error)}){_KEPT_SO_FAR}") from None
        wait = response.headers.get("Retry-After", "")
        return response.status_code, int(wait) if _SECONDS.fullmatch(wait) else -1, response.content


def _check_address(url: str) -> None:
    """Tell a wrong address at once."""
    try:
        parts = httpx.URL(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.host) and (parts.port or 0) <= _LAST_PORT
    except httpx.InvalidURL:
        is_address = False
    if not is_address:
        raise ServerFailed(f"{url} is no address of a server; give one like http://127.0.0.1:8000.")


def _cause(error: BaseException) -> str:
    """Return the operating system's message, where the failure is one of its own."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError) and at.strerror:
            return at.strerror
        at = at.__cause__ or at.__context__
    return type(error).__name__


def _prediction(question_id: str, answer: dict[str, Any], hits: list[dict[str, Any]]) -> Prediction:
    sources = {source["id"]: source["external_id"] for source in answer["sources"]}
    return Prediction(
        id=question_id,
        status=answer["status"],
        answer=answer["answer"]["text"],
        short=answer["answer"]["short"],
        confidence=answer["answer"]["confidence"],
        citations=tuple(_citation(citation, sources) for citation in answer["citations"]),
        retrieved=tuple(map(_retrieved, hits)),
        timings_ms=answer["timings_ms"],
        verdict=answer["answer"]["verdict"],
        kind=answer["answer"]["kind"],
        sections=tuple(map(PredictedSection.model_validate, answer["answer"]["sections"])),
        conflicts=len(answer["conflicts"]),
        standalone_question=answer["standalone_question"],
        generation=answer["index_generation"],
    )


def _citation(citation: dict[str, Any], sources: Mapping[str, str]) -> PredictedCitation:
    return PredictedCitation(
        doc_id=sources[citation["source_id"]],
        start=citation["source_span"]["start"],
        end=citation["source_span"]["end"],
        quote=citation["quote"],
        answer_start=citation["answer_span"]["start"],
        answer_end=citation["answer_span"]["end"],
    )


def _retrieved(hit: dict[str, Any]) -> RetrievedPassage:
    return RetrievedPassage(
        doc_id=hit["external_id"],
        start=hit["passage"]["start"],
        end=hit["passage"]["end"],
        score=hit["score"],
        copies=tuple(copy["external_id"] for copy in hit["copies"]),
    )


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        return parse_object(content.decode())
    except ValueError:
        return None


def _reason(status: int, body: dict[str, Any] | None) -> str:
    """Return the server's reason for a refusal, from its problem body."""
    if body is None:
        return f"what answers there is no assistant (status {status}, no JSON)"
    said = str(body.get("detail") or body.get("title") or "no reason given").removesuffix(".")
    return f"{said} (status {status})"
