"""A language model that is played back: a server on loopback that speaks OpenAI's protocol, and says what was written
down for it, as the writer of an answer and as the judge of one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import Any, NamedTuple

from assistant.groundedness.measured_judge import written_claims
from benchmarks.reader.public import json_rows

FILE = Path(__file__).with_name("played.jsonl")

_CLAIM = re.compile(r"^Claim (\d+): (.*)$", re.MULTILINE)
_LINE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_QUESTION = re.compile(r"^Question: (.*)$", re.MULTILINE)
_PIECE = 4
"""Characters of a piece of text: about a token."""


class PlayedSentence(NamedTuple):
    """A sentence that the model writes, of which `kind`, and words of the lines that it cites."""

    text: str
    lines: tuple[str, ...]
    kind: str


class PlayedAnswer(NamedTuple):
    """What the model writes when it is asked `question`."""

    question: str
    sentences: tuple[PlayedSentence, ...]


class PlayedArticle(NamedTuple):
    """An invented article, right answers about it, and a hostile one."""

    title: str
    publisher: str
    published: str
    text: str
    right: tuple[PlayedAnswer, ...]
    hostile: PlayedAnswer


def played_articles() -> list[PlayedArticle]:
    """Return the articles with 60 right answers and 60 hostile sentences, on which nothing is fitted."""
    return [_article(row) for row in json_rows(FILE)]


def _article(row: Mapping[str, Any]) -> PlayedArticle:
    right = tuple(
        PlayedAnswer(one["question"], tuple(_sentence(said, one["kind"]) for said in one["answer"]))
        for one in row["asked"]
    )
    hostile = tuple(_sentence(said, said["kind"]) for said in row["hostile"]["sentences"])
    return PlayedArticle(
        row["title"],
        row["publisher"],
        row["published"],
        row["text"],
        right,
        PlayedAnswer(row["hostile"]["question"], hostile),
    )


def _sentence(said: Mapping[str, Any], kind: str) -> PlayedSentence:
    return PlayedSentence(said["text"], tuple(said["lines"]), kind)


@dataclass
class PlayedModel:
    """`seconds_a_piece` is what a token takes. `closed` are the times at which first sentences were complete."""

    url: str
    answers: Mapping[str, PlayedAnswer]
    right: frozenset[str]
    seconds_a_piece: float = 0.0
    asked: list[str] = field(default_factory=list)
    closed: list[float] = field(default_factory=list)
    judged: int = 0

    def reply(self, user: str) -> Iterator[str]:
        claims = _CLAIM.findall(user)
        if claims:
            self.judged += 1
            yield from self._verdicts(claims)
        else:
            yield from self._answer(user)

    def _answer(self, user: str) -> Iterator[str]:
        question = _QUESTION.findall(user)[-1]
        self.asked.append(question)
        lines = {int(number): text for number, text in _LINE.findall(user)}
        yield '{"sentences": ['
        for place, said in enumerate(self.answers[question].sentences):
            numbers = [number for number, text in lines.items() if any(words in text for words in said.lines)]
            yield from _pieces(("" if place == 0 else ", ") + json.dumps({"text": said.text, "evidence": numbers}))
            if place == 0:
                self.closed.append(perf_counter())
        yield "]}"

    def _verdicts(self, claims: Sequence[tuple[str, str]]) -> Iterator[str]:
        said = [
            {"claim": int(number), "verdict": "supported" if text in self.right else "not_told", "sure": 95}
            for number, text in claims
        ]
        yield from _pieces(json.dumps({"verdicts": said}))


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))


@contextmanager
def played_model(articles: Sequence[PlayedArticle], seconds_a_piece: float = 0.0) -> Iterator[PlayedModel]:
    """Serve the model. As a judge it says of the right answers and of the packaged claims what they are."""
    answers = {one.question: one for article in articles for one in (*article.right, article.hostile)}
    right = {said.text for article in articles for one in article.right for said in one.sentences}
    right |= {one.claim.text for one in written_claims() if one.is_right}
    model = PlayedModel("", answers, frozenset(right), seconds_a_piece)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(model: PlayedModel) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for piece in model.reply(body["messages"][-1]["content"]):
                sleep(model.seconds_a_piece)
                self._event(json.dumps(_chunk({"content": piece})))
            self._event(json.dumps(_chunk({}, "stop")))
            self._event("[DONE]")

        def _event(self, data: str) -> None:
            self.wfile.write(f"data: {data}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    return Handler


def _chunk(delta: Mapping[str, str], end: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": end}
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "played", "choices": [choice]}
