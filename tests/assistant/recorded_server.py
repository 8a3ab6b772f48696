"""A server on the loopback interface that answers with recorded bytes: those of model servers of many makers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from pydantic import SecretStr

from assistant.settings import ModelOptions

KEY = "sk-secret-of-the-test"


@dataclass(frozen=True)
class Recorded:
    """One response. A body that is no bytes is sent as JSON."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    @property
    def content_type(self) -> str:
        return "text/event-stream" if self.status == 200 and isinstance(self.body, bytes) else "application/json"


def events(*events: object, end: str = "\n\n", done: bool = True) -> Recorded:
    """A stream: a text stands as it is, everything else is the data of an event."""
    lines = [event if isinstance(event, str) else f"data: {json.dumps(event)}" for event in events]
    return Recorded(200, "".join(line + end for line in (*lines, *(["data: [DONE]"] if done else []))).encode())


@dataclass
class RecordedServer:
    """Gives its `answers` one after the other, the last one again and again."""

    url: str = ""
    answers: Sequence[Recorded] = ()
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def options(self, **others: Any) -> ModelOptions:
        known = {"base_url": self.url, "api_key": SecretStr(KEY), "first_seconds": 60.0, "whole_seconds": 60.0}
        return ModelOptions(**{**known, **others})

    def next(self, path: str, body: dict[str, Any]) -> Recorded:
        self.requests.append(body)
        self.paths.append(path)
        return self.answers[min(len(self.requests), len(self.answers)) - 1]


@contextmanager
def recorded_server() -> Iterator[RecordedServer]:
    state = RecordedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = state.next(self.path, body)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
