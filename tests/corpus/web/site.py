"""A web site on loopback that does what it is told, however rude."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

LOOPBACK = "127.0.0.1"

MOST_SECONDS = 20.0
"""After so long every rude reply ends, whatever the client does."""


@dataclass(frozen=True)
class Request:
    """What came: the path with its query, headers by lower-case names, and what was posted."""

    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str = "text/html"


Rude = Callable[["Talk"], None]
Route = Reply | Rude | Callable[[Request], Reply]


class Talk(BaseHTTPRequestHandler):
    """One connection. A rude route gets it and writes whatever bytes it likes."""

    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.site.requests.append(request)
        route = self.site.routes.get(self.path, Reply(b"nothing here", 404))
        self.close_connection = True
        if getattr(route, "is_rude", False):
            with suppress(OSError):  # the client has had enough
                route(self)
            return
        self.reply(route if isinstance(route, Reply) else route(request))

    do_POST = do_GET  # noqa: N815 as `http.server` calls it

    def reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        headers = {"Content-Type": reply.type, "Content-Length": str(len(reply.body)), **reply.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def wait(self, seconds: float) -> bool:
        """Return whether to go on."""
        return not self.site.closing.wait(seconds)

    def log_message(self, *_: object) -> None:
        pass


def rude(route: Rude) -> Rude:
    route.is_rude = True
    return route


class Site:
    """Routes by path with query, and the requests that came, in order."""

    def __init__(self, routes: Mapping[str, Route], host: str = LOOPBACK) -> None:
        self.routes = dict(routes)
        self.requests: list[Request] = []
        self.closing = Event()
        talk = type("Talk", (Talk,), {"site": self})
        self._server = ThreadingHTTPServer((host, 0), talk)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self.scheme = "http"

    def use_tls(self, certificate: Path, key: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.scheme = "https"

    def url(self, path: str = "/", host: str = LOOPBACK) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Of the requests that came, without those for robots.txt."""
        return [request.path for request in self.requests if request.path != "/robots.txt"]

    @contextmanager
    def running(self) -> Iterator[Site]:
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


@contextmanager
def serving(routes: Mapping[str, Route], host: str = LOOPBACK) -> Iterator[Site]:
    with Site(routes, host).running() as site:
        yield site


SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def page(name: str, head: str = "", headers: dict[str, str] | None = None) -> Reply:
    text = f"<html><head><title>{name}</title>{head}</head><body><article><h1>{name}</h1><p>{name} sails.</p></article>"
    return Reply(text.encode(), headers=headers or {}, type="text/html; charset=utf-8")


def feed(*entries: str) -> Reply:
    items = "".join(entries)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ferries</title>{items}</channel></rss>'
    return Reply(body.encode(), type="application/rss+xml")


def entry(path: str, more: str = "") -> str:
    return f"<item><link>{path}</link>{more}</item>"


def sitemap(*paths: str, lastmod: str = "") -> Reply:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    pages = "".join(f"<url><loc>{path}</loc>{changed}</url>" for path in paths)
    return Reply(f"<urlset {SITEMAP}>{pages}</urlset>".encode(), type="application/xml")


@rude
def slow_head(talk: Talk) -> None:
    """A head that comes a byte at a time."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
        talk.wfile.write(bytes([byte]))
        if not talk.wait(0.05):
            return


@rude
def silent(talk: Talk) -> None:
    talk.wait(MOST_SECONDS)


@rude
def slow_body(talk: Talk) -> None:
    talk.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(10_000):
        talk.wfile.write(b"x")
        if not talk.wait(0.05):
            return


@rude
def endless_body(talk: Talk) -> None:
    talk.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while talk.wait(0):
        talk.wfile.write(b"<p>and so on</p>" * 4096)


@rude
def endless_head(talk: Talk) -> None:
    talk.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while talk.wait(0):
        talk.wfile.write(b"X-Header: " + b"x" * 4096 + b"\r\n")


@rude
def closed_at_once(talk: Talk) -> None:
    talk.connection.close()


@rude
def closed_midway(talk: Talk) -> None:
    talk.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10000\r\n\r\n<p>The ferry")


@rude
def no_http(talk: Talk) -> None:
    talk.wfile.write(b"220 mail.example.org ESMTP \x1b[31mred\r\n")
