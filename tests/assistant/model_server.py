"""A small server that speaks OpenAI's protocol, says what a script says, and can fail in every way that servers do."""

from __future__ import annotations

import gzip
import json
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from assistant.settings import ModelOptions

Script = Callable[[dict[str, Any]], Sequence[str]]
"""The body of a request -> the pieces of text that are streamed."""


class Fault(StrEnum):
    NONE = "none"
    SILENT = "accepts, and never says a word"
    CUT = "closes the connection midway"
    STALLS = "says half of it, and no more"
    ENDLESS = "never comes to an end"
    MALFORMED = "streams what is no JSON"
    ERROR = "status 500"
    RATE_LIMITED = "status 429"
    REDIRECTED = "status 307 to `redirect_to`"
    COMPRESSED = "a gzip that is a thousand times as long"
    FLOOD = "one line that never ends"
    NO_SCHEMAS = "status 400 for a response format"


@dataclass
class ModelServer:
    """`gone` is set when a client has hung up while it was written to."""

    url: str = ""
    script: Script = lambda _: ["Nothing."]
    fault: Fault = Fault.NONE
    failures: int = 1_000_000
    redirect_to: str = ""
    sent: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    gone: Event = field(default_factory=Event)
    closing: Event = field(default_factory=Event)

    def options(self, **others: Any) -> ModelOptions:
        return ModelOptions(**{"base_url": self.url, "first_seconds": 5.0, "whole_seconds": 10.0, **others})

    def current_fault(self) -> Fault:
        """That of the next request; after `failures` of them it works."""
        self.failures -= 1
        return self.fault if self.failures >= 0 else Fault.NONE


@contextmanager
def model_server(certificate: ssl.SSLContext | None = None) -> Iterator[ModelServer]:
    state = ModelServer()
    server = _Server(state)
    if certificate:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
    state.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        state.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, state: ModelServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = state


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    @property
    def state(self) -> ModelServer:
        return self.server.state

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.state.requests.append(body)
        self.state.keys.append(self.headers["Authorization"])
        fault = self.state.current_fault()
        if fault is Fault.ERROR:
            self._refuse(500)
        elif fault is Fault.RATE_LIMITED:
            self._refuse(429)
        elif fault is Fault.REDIRECTED:
            self._redirect()
        elif fault is Fault.COMPRESSED:
            self._send_bomb()
        elif fault is Fault.NO_SCHEMAS and "response_format" in body:
            self._refuse(400)
        else:
            self._stream(fault, self.state.script(body))

    def _refuse(self, status: int) -> None:
        error = json.dumps({"error": {"message": "Not now.", "type": "test", "code": status}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(error)))
        self.end_headers()
        self.wfile.write(error)

    def _redirect(self) -> None:
        self.send_response(307)
        self.send_header("Location", self.state.redirect_to + self.path.removeprefix("/v1"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_bomb(self) -> None:
        body = gzip.compress(bytes(100_000_000))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _flood(self) -> None:
        block = bytes(1 << 16).replace(b"\0", b"x")
        self.wfile.write(b"data: ")
        while not self.state.closing.is_set():
            self.state.sent += self.wfile.write(block)

    def _stream(self, fault: Fault, pieces: Sequence[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            self._write_pieces(fault, pieces)
        except OSError:
            self.state.gone.set()

    def _write_pieces(self, fault: Fault, pieces: Sequence[str]) -> None:
        if fault is Fault.SILENT:
            self._wait_until_gone()
        if fault is Fault.FLOOD:
            self._flood()
        half = pieces[: len(pieces) // 2] if fault in (Fault.CUT, Fault.STALLS) else pieces
        for piece in half:
            self._event(json.dumps(_chunk({"content": piece})))
        if fault is Fault.CUT:
            return
        if fault is Fault.STALLS:
            self._wait_until_gone()
        if fault is Fault.MALFORMED:
            self._event('{"choices": [{"delta": {"content": "half')
        while fault is Fault.ENDLESS and not self.state.closing.is_set():
            self._event(json.dumps(_chunk({"content": "and so on "})))
        self._event(json.dumps(_chunk({}, "stop")))
        self._event("[DONE]")

    def _wait_until_gone(self) -> None:
        """Until the client hangs up, which writing tells."""
        while not self.state.closing.wait(0.02):
            self.wfile.write(b": still here\n\n")
            self.wfile.flush()

    def _event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


def _chunk(delta: dict[str, str], end: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": end}
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
