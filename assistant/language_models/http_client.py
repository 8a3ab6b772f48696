"""The HTTP client that asks model servers: it follows no redirect, and reads no more than an answer is long."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

_MOST_BYTES = 8 * 1024 * 1024
"""50,000 characters, of which no answer has more, are 3 MB of events when each brings a word."""


class ResponseTooLarge(Exception):
    """A model server sends more than any answer has."""


class CompressedResponse(Exception):
    """A model server compresses what it was asked not to: a megabyte of it may be a gigabyte of text."""


def model_http_client(base_url: str, seconds: float) -> httpx.AsyncClient:
    """Return a client that follows no redirect, which would take key and text to another server.

    A server of one's own (`base_url`) is asked directly; a provider by the proxy that the environment names, if any.
    `seconds` is the longest silence.
    """
    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=not base_url,
        verify=httpx.create_ssl_context(),  # with the certificates that the environment names, in any case
        timeout=seconds,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_bound]},
    )


async def _bound(response: httpx.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise CompressedResponse("The response is compressed.")
    assert isinstance(response.stream, httpx.AsyncByteStream)
    response.stream = _BoundedStream(response.stream)


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        async for piece in self._stream:
            received += len(piece)
            if received > _MOST_BYTES:
                raise ResponseTooLarge("The response does not come to an end.")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
