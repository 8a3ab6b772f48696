"""Counts the values of a JSON text while it comes, before anybody takes it apart.

A parser makes an object of each value and a validator a fault of each unknown one, while nothing else runs in this
process. Thirty megabytes of `{},` are ten million: gigabytes, and half a minute.
"""

from __future__ import annotations

_SLICE_BYTES = 65_536
"""A slice is counted in some milliseconds whatever it holds; larger parts are counted slice by slice."""

_MOST_QUOTES_OF_A_VALUE = 4
"""Around a name and a string. More are no JSON, and would be counted for ever."""


class ValueCount:
    """The commas and opening brackets outside of strings that were seen so far, and NUL bytes.

    Those are never fewer than the values, the outermost left out: in UTF-16 and UTF-32, which some parsers read, a
    bracket has a NUL beside it, and strings cannot be told by their bytes.
    """

    def __init__(self) -> None:
        self._count = self._quotes = 0
        self._is_in_string = False
        self._held_back = b""

    def add(self, part: bytes) -> int:
        """Count the next part of the text, which may begin and end anywhere; return the count of all."""
        for start in range(0, len(part), _SLICE_BYTES):
            self._add(self._held_back + part[start : start + _SLICE_BYTES])
        return max(self._count, self._quotes // _MOST_QUOTES_OF_A_VALUE)

    def _add(self, text: bytes) -> None:
        self._count += text.count(0)
        # Escaped backslashes first, so that those that are left escape what follows; the last one waits for that.
        text = text.replace(rb"\\", b"")
        self._held_back = text[-1:] if text.endswith(b"\\") else b""
        pieces = text.removesuffix(b"\\").replace(rb"\"", b"").split(b'"')
        for piece in pieces[self._is_in_string :: 2]:
            self._count += piece.count(b",") + piece.count(b"[") + piece.count(b"{")
        self._quotes += len(pieces) - 1
        self._is_in_string ^= len(pieces) % 2 == 0
