"""Bytes of unknown encoding to text."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    # The 32-bit mark of little-endian text begins with the 16-bit one, so it is looked for first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)

_WESTERN = "cp1252"
_LEGACY = (
    *(_WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("iso8859-2", "iso8859-5", "iso8859-7", "koi8-r"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
)
"""The encodings that web pages and editors really used before UTF-8 (after the WHATWG encoding standard)."""

_MEANT_AS_WESTERN = frozenset({"ascii", "iso8859-1"})
"""Who declares these means Windows-1252, as every browser assumes."""

_BINARY_SAMPLE_CHARS = 100_000
_MAX_CONTROL_SHARE = 0.01
"""Text has a stray control character at most; compressed or compiled data has one in eight."""

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class NotText(ValueError):
    """The bytes are no text in any encoding we know; the message is the reason, one sentence."""


def decode(raw: bytes, declared: str | None = None) -> str:
    """Return the text in `raw`: by its byte order mark, else as UTF-8, else as `declared`, else as detected.

    `declared` is the encoding that the source claims for itself; it is tried, not believed. Lone surrogates
    that were written as UTF-8 come through as such. Raises `NotText`.
    """
    text = _decode_by_mark(raw)
    if text is None:
        text = _try(raw, "utf-8", "surrogatepass")
    if text is None and declared is not None:
        text = _try(raw, _legacy_name(declared))
    if text is None:
        text = _detect(raw)
    if text is None or _is_binary(text):
        raise NotText("it holds binary data, not text.")
    return text


def in_utf8(raw: bytes, declared: str) -> bytes:
    """Return text that a server declares to be in a legacy encoding as UTF-8 with its mark, which no page can overrule.

    What has a mark or is UTF-8, and what is not in the declared encoding, comes back as it is.
    """
    if _decode_by_mark(raw) is not None or _try(raw, "utf-8", "surrogatepass") is not None:
        return raw
    text = _try(raw, _legacy_name(declared))
    return raw if text is None else codecs.BOM_UTF8 + text.encode("utf-8")


def _decode_by_mark(raw: bytes) -> str | None:
    encoding = next((name for mark, name in _BOMS if raw.startswith(mark)), None)
    return encoding and _try(raw, encoding)


def _try(raw: bytes, encoding: str | None, errors: str = "strict") -> str | None:
    if encoding is None:
        return None
    try:
        return raw.decode(encoding, errors)
    except UnicodeDecodeError:
        return None


def _legacy_name(declared: str) -> str | None:
    """Return the name of an encoding that we know, else None: Python's registry also has codecs that are none."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return None
    if name in _MEANT_AS_WESTERN:
        return _WESTERN
    return name if name in _LEGACY else None


def _detect(raw: bytes) -> str | None:
    from charset_normalizer import from_bytes

    matches = from_bytes(raw, cp_isolation=list(_LEGACY))
    best = matches.best()
    if best is None:
        return None
    # Short Western text often fits several encodings equally well; then the commonest is the likeliest.
    western_fits_too = any(
        _WESTERN in match.could_be_from_charset and match.chaos <= best.chaos and match.coherence >= best.coherence
        for match in matches
    )
    return _try(raw, _WESTERN if western_fits_too else best.encoding)


def _is_binary(text: str) -> bool:
    sample = text[:_BINARY_SAMPLE_CHARS]
    return len(_CONTROLS.findall(sample)) > max(1, _MAX_CONTROL_SHARE * len(sample))
