"""Which questions of readers can be listed."""

from __future__ import annotations

from enum import StrEnum


class AskedKind(StrEnum):
    """Asked most often; asked without getting an answer; with an answer that was rated down."""

    ASKED = "asked"
    REFUSED = "refused"
    DISLIKED = "disliked"
