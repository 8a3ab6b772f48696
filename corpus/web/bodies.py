"""Bodies of answers, unpacked a piece at a time, so that no bomb unfolds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from corpus.errors import NotFetched

ACCEPT_ENCODING = "gzip, deflate"
"""What is asked for. Every server has gzip; Brotli would be one more library that unpacks hostile bytes."""

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS
_GZIP_BEGINS = b"\x1f\x8b"
_BYTES_AT_ONCE = 65_536


def read_body(url: str, chunks: Iterable[bytes], encoding: str, most_bytes: int, cut: bool = False) -> bytes:
    """Return a body without its `encoding` (the header's value). Reads no further than `most_bytes`, as unpacked.

    What is longer is cut there when `cut` says so; otherwise, and when it cannot be unpacked, `NotFetched` is raised.
    """
    pieces = _decoded(url, chunks, encoding.strip().lower())
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most_bytes:
            if cut:
                break
            raise too_large(url, most_bytes)
    return bytes(body[:most_bytes])


def too_large(url: str, most_bytes: int) -> NotFetched:
    """The refusal of a body that is larger than its kind may be."""
    return NotFetched(url, f"it is larger than {size(most_bytes)}, the most for one of its kind.")


def size(most_bytes: int) -> str:
    return f"{most_bytes // 2**20} MiB" if most_bytes >= 2**20 else f"{most_bytes // 1024} KiB"


def unzipped(url: str, raw: bytes, most_bytes: int) -> bytes:
    """Return what a gzip file holds, as sitemaps come. Raises `NotFetched`, as `read_body`."""
    return read_body(url, [raw], "gzip", most_bytes)


def _decoded(url: str, chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        return iter(chunks)
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(url, chunks)
    raise NotFetched(url, "its server packs it in a way that was not asked for.")


def _inflated(url: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = None
    try:
        for chunk in chunks:
            left = chunk
            while left:
                unpacker = unpacker or _unpacker(left)
                yield unpacker.decompress(left, _BYTES_AT_ONCE)
                left = unpacker.unconsumed_tail
                if unpacker.eof:  # gzip files may follow each other; whatever else follows is no part of it
                    left = unpacker.unused_data
                    if left and not left.startswith(_GZIP_BEGINS):
                        return
                    unpacker = None
        while unpacker is not None and not unpacker.eof:
            piece = unpacker.decompress(b"", _BYTES_AT_ONCE)
            if not piece:
                raise NotFetched(url, "it is damaged: its end is missing.")
            yield piece
    except zlib.error:
        raise NotFetched(url, "it is damaged: it cannot be unpacked.") from None


def _unpacker(first: bytes) -> zlib._Decompress:
    """Some servers call what has no zlib head `deflate`, too (RFC 9110, 8.4.1.2)."""
    is_headed = first[:1] == b"\x1f" or first[0] & 0x0F == zlib.DEFLATED
    return zlib.decompressobj(_GZIP_OR_ZLIB if is_headed else _RAW)
