from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from corpus.store.data_folder import VectorServer
from index.vectors.chroma_server.connection import ChromaServer, NotThere, ServerAway


class Odd(BaseHTTPRequestHandler):
    """Answers as the path says."""

    over = Event()

    def do_GET(self) -> None:
        if self.path.endswith("/silent"):
            self.over.wait()
            return
        status = 200 if self.path.endswith(("/anything", "/endless")) else 404
        self.send_response(status)
        self.end_headers()
        lacking = b'{"error":"NotFoundError"}' if self.path.endswith("/lacking") else None
        self.wfile.write(lacking or self.headers.get("X-Chroma-Token", "nothing").encode())
        while self.path.endswith("/endless") and not self.over.wait(0.02):
            with suppress(OSError):
                self.wfile.write(b" ")

    def log_message(self, *_: object) -> None:
        """Nothing to tell."""


@pytest.fixture(scope="module")
def server() -> Iterator[ChromaServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as odd:
        thread = Thread(target=odd.serve_forever)
        thread.start()
        server = ChromaServer(VectorServer(f"http://127.0.0.1:{odd.server_port}/", "X-Chroma-Token: 1234"), 0.3)
        yield server
        server.close()
        Odd.over.set()
        odd.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/silent", "/endless"])
def test_chroma_server_a_request_ends_however_the_server_behaves(server: ChromaServer, path: str) -> None:
    with pytest.raises(ServerAway, match="does not"):
        server.ask("GET", path)


def test_chroma_server_is_let_in_by_the_header(server: ChromaServer) -> None:
    assert server.ask("GET", "/anything") == 1234


def test_chroma_server_that_lacks_something_is_told_from_a_proxy_that_lacks_its_server(server: ChromaServer) -> None:
    with pytest.raises(NotThere):
        server.ask("GET", "/lacking")
    with pytest.raises(ServerAway, match="answers 404: '1234'") as of_a_proxy:
        server.ask("GET", "/elsewhere")
    assert of_a_proxy.type is ServerAway


def test_chroma_server_an_address_where_nobody_listens_is_away() -> None:
    with pytest.raises(ServerAway, match=r"http://127.0.0.1:1 does not answer"):
        ChromaServer(VectorServer("http://127.0.0.1:1"), 5).ask("GET", "/anything")
