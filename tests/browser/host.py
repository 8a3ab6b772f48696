"""Pages of other origins: a plain web server whose pages, and whose streams, a test writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

STRICT = "default-src 'none'; script-src {service}; connect-src {service}; require-trusted-types-for 'script'"
"""The policy of a page that lets in the widget and nothing else."""


class Host:
    """`pages` are what it shows: path -> (HTML, policy). `relayed` are the pieces of a stream that it answers
    `/v1/ask` with, and `seen` is where the requests went that a page of it made."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.pages: dict[str, tuple[str, str]] = {}
        self.relayed: list[bytes] = []
        self.stays_open = False
        self.left = Event()

    def show(self, html: str, policy: str = "", path: str = "/") -> str:
        """The address under which a page with this body is shown."""
        self.pages[path] = (f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>{html}', policy)
        return self.url + path


@contextmanager
def hosting() -> Iterator[Host]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        host = server.host = Host(server)  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _host(self) -> Host:
        host: Host = self.server.host  # type: ignore[attr-defined]
        return host

    def do_GET(self) -> None:
        html, policy = self._host.pages.get(self.path, ("", ""))
        body = html.encode()
        self.send_response(200 if html else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.close_connection = True
        self.end_headers()
        try:
            for piece in self._host.relayed:
                self.wfile.write(piece)
            while self._host.stays_open:
                time.sleep(0.02)
                self.wfile.write(b": still here\n\n")
        except OSError:
            self._host.left.set()

    def log_message(self, *_: object) -> None:
        pass
