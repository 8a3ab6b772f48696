"""Bounds as the database keeps them: JSON, only what limits."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from corpus.article import ArticleFilter

_DAYS = ("published_from", "published_to")


def bounds_as_json(bounds: ArticleFilter) -> str:
    """Return bounds as JSON, days as in ISO 8601."""
    days = {name: day.isoformat() for name in _DAYS if (day := getattr(bounds, name))}
    lists = {"publisher": bounds.publisher, "language": bounds.language, "article_id": bounds.article_id}
    return json.dumps({**lists, **days})


def bounds_from_json(written: str) -> ArticleFilter:
    """Return the bounds that `bounds_as_json` wrote."""
    kept: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _DAYS else tuple(value)
        for name, value in json.loads(written).items()
    }
    return ArticleFilter(**kept)
