"""Asks a running server over HTTP, with nothing but the standard library: three requests are no reason for one more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from assistant.evaluation.asking import SEARCH_DEPTH
from assistant.evaluation.errors import NothingToAsk, ServerFailed
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.predictions import (
    PredictedCitation,
    Prediction,
    PredictionStatus,
    RetrievedPassage,
)
from corpus.article import Article, article_id

_TIMEOUT_SECONDS = 120.0
"""A server with a language model may think; one that is silent for longer has died."""

_OK, _NOT_FOUND, _REFUSED = 200, 404, 422
_KEPT = 4096
"""Articles held in memory: questions come back to the same ones."""


class HttpAsker:
    """`url` is where the server is, like http://127.0.0.1:8000; raises `ServerFailed` when it is no such address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._prefix = urlsplit(self._url).path
        _connection(self._url)  # a wrong address is told at once
        self.find_article = lru_cache(maxsize=_KEPT)(self._find_article)

    def describe(self) -> Mapping[str, str]:
        status, found = self._request("POST", "/v1/search", {"query": "which index is this?", "limit": 1})
        if status != _OK:
            raise ServerFailed(f"{self._url} is no assistant that can be asked: {_reason(status, found)}")
        if not found.get("data"):
            raise NothingToAsk(f"{self._url} has no articles; add some with `assistant ingest PATH` where it runs.")
        return {"asked": self._url, "generation": found.get("index_generation") or "none"}

    def peak_memory_mb(self) -> None:
        """A server does not say."""

    def ask(self, question: GoldQuestion) -> Prediction:
        filters = {"article_id": [article_id(document) for document in question.documents]}
        history = [turn.model_dump() for turn in question.history]
        status, answer = self._request(
            "POST", "/v1/ask", {"question": question.question, "history": history, "filters": filters}
        )
        if status == _REFUSED:
            return Prediction(id=question.id, status=PredictionStatus.FAILED, error=_reason(status, answer))
        query = {"query": question.question, "history": history, "filters": filters, "limit": SEARCH_DEPTH}
        found = self._expect_ok("POST", "/v1/search", query)
        return _prediction(question.id, answer, found["data"])

    def _find_article(self, doc_id: str) -> Article | None:
        status, body = self._request("GET", f"/v1/articles/{article_id(doc_id)}")
        if status == _NOT_FOUND:
            return None
        return Article(
            id=body["article_id"],
            external_id=body["external_id"],
            origin=self._url,
            title=body["title"],
            text=body["text"],
            content_hash=body["content_hash"],
            publisher=body["publisher"],
        )

    def _expect_ok(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        status, answer = self._request(method, path, body)
        if status != _OK:
            raise ServerFailed(f"{self._url}{path}: {_reason(status, answer)}")
        return answer

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """The status and JSON object of a response. Raises `ServerFailed` for 5xx and when there is none."""
        try:
            # A connection that is kept may be closed by the server at any moment between two questions.
            with closing(_connection(self._url)) as connection:
                connection.request(method, self._prefix + path, json.dumps(body), {"Content-Type": "application/json"})
                response = connection.getresponse()
                status, answer = response.status, json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            raise ServerFailed(
                f"{self._url} does not answer ({error}). What was answered is kept: start the server and run the "
                "same command again."
            ) from None
        if status >= 500 or not isinstance(answer, dict):
            raise ServerFailed(f"{self._url}{path}: {_reason(status, answer)}")
        return status, answer


def _connection(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    kinds: dict[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}
    try:
        connect = kinds[parts.scheme]
        return connect(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    except (KeyError, ValueError):
        raise ServerFailed(f"{url} is no address of a server; give one like http://127.0.0.1:8000.") from None


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


def _reason(status: int, body: Any) -> str:
    """What the server says is wrong, from its problem body."""
    problem = body if isinstance(body, dict) else {}
    said = problem.get("detail") or problem.get("title") or "no reason given"
    return f"{said} (status {status})"
