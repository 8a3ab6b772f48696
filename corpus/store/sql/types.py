"""Types of columns, such that both databases keep and order the same."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

PlainText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that UTF-8 holds; in PostgreSQL ordered by code points, as SQLite and Python do, whatever its locale."""

Number = Integer().with_variant(BigInteger(), "postgresql")
"""A whole number below 2**63."""

_ESCAPE = "\x10"
_TO_ESCAPE = re.compile("[\x00\x10\ud800-\udfff]")
_ESCAPED = re.compile("\x10([0-9a-f]{4})")


class AnyText(TypeDecorator[str]):
    """Any Python string. Neither database's text holds lone surrogates, which words from a shell may have.

    PostgreSQL's holds no NUL either: there such a character is kept as DLE and four digits, which no article has.
    """

    impl = PlainText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return escaped(value)
        return value if _is_encodable(value) else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if dialect.name == "postgresql":
            return value and unescaped(value)
        return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


class TextList(TypeDecorator[list[str]]):
    """Any number of strings as one parameter, a list in JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str:
        texts = map(escaped, value or ()) if dialect.name == "postgresql" else value or ()
        return json.dumps(list(texts))


def without_zone(moment: datetime) -> datetime:
    """Return a moment as columns hold it: their dates know no zone; all are UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def escaped(text: str) -> str:
    """Write what PostgreSQL's text cannot hold in other characters; most texts stay as they are."""
    return _TO_ESCAPE.sub(lambda found: f"{_ESCAPE}{ord(found[0]):04x}", text)


def unescaped(stored: str) -> str:
    """Return the text that `escaped` was given."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), stored) if _ESCAPE in stored else stored


def _is_encodable(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
