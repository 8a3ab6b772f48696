"""Requests to a Chroma server, by its HTTP interface (version 2): the only file that speaks to one.

Every request ends, whatever the server does: chromadb's own client would wait for ever.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Mapping
from time import monotonic
from typing import Any

import httpx

from corpus.store.data_folder import VectorServer

_PLACE = "/api/v2/tenants/default_tenant/databases/default_database"

_CONNECT_SECONDS = 2.0

_MOST_BYTES = 256 * 1024 * 1024
"""The largest response is all ids of a collection, which its builder asks for: 20 MB a million."""

_NOT_FOUND = '"NotFoundError"'
"""What Chroma calls it."""

_MOST_OF_AN_ERROR = 200
"""Characters; the server may quote the request."""


class ServerAway(Exception):
    """The server cannot be reached, is too slow, or does not do what it should; the message is a clause about it."""


class NotThere(ServerAway):
    """The server works, and does not have what was asked for."""


class ChromaServer:
    """A server, asked over connections that threads share. It is asked directly, past any proxy of the environment."""

    def __init__(self, server: VectorServer, seconds: float) -> None:
        """Each request may take `seconds`, and once more as long if it comes in pieces."""
        self.url = server.url.rstrip("/")
        self._seconds = seconds
        self._client = httpx.Client(
            base_url=self.url + _PLACE,
            headers={"Accept-Encoding": "identity", **_headers(server)},
            follow_redirects=False,  # which would take the header to another server
            trust_env=False,
            verify=httpx.create_ssl_context(),  # with the certificates that the environment names, nevertheless
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
        )
        self.close = weakref.finalize(self, self._client.close)

    def ask(
        self, method: str, path: str, body: object = None, parameters: Mapping[str, int | str] | None = None
    ) -> Any:
        """Return the JSON of the response. Raises `ServerAway`, and `NotThere` where the server lacks what is asked."""
        try:
            with self._client.stream(method, path, json=body, params=parameters) as response:
                content = self._read(response)
        except httpx.HTTPError as error:
            raise ServerAway(f"{self.url} does not answer ({str(error) or type(error).__name__})") from error
        if not response.is_success:
            said = content.decode(errors="replace")[:_MOST_OF_AN_ERROR]
            # A proxy without its server answers 404, too.
            error_type = NotThere if _NOT_FOUND in said else ServerAway
            raise error_type(f"{self.url} answers {response.status_code}: {said!r}")
        try:
            return json.loads(content)
        except ValueError as error:
            raise ServerAway(f"{self.url} does not answer as Chroma does") from error

    def _read(self, response: httpx.Response) -> bytes:
        deadline, content = monotonic() + self._seconds, bytearray()
        for piece in response.iter_raw():
            content += piece
            if monotonic() > deadline or len(content) > _MOST_BYTES:
                raise ServerAway(f"{self.url} does not come to the end of its answer")
        return bytes(content)


def _headers(server: VectorServer) -> dict[str, str]:
    name, _, value = (server.header or "").partition(":")
    return {name.strip(): value.strip()} if value else {}
