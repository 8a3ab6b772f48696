"""Lengths of time on the command line: until a key expires, and for how long what is replaced still works."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import typer

_LONGEST_LIFE = timedelta(days=3650)
"""Beyond ten years a slip is likelier than a plan; a key without an expiry lasts longer."""

_LONGEST_GRACE = timedelta(days=30)
"""What others may have must not work for ever beside what replaces it."""

_SPAN = re.compile(r"(\d{1,5})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _grace(text: str) -> timedelta:
    span = _span(text)
    if span is None or span > _LONGEST_GRACE:
        raise typer.BadParameter("write it like 7d, 24h or 30m, up to 30d, or 0 for none at all.")
    return span


def _expiry(text: str) -> datetime:
    now = datetime.now(UTC)
    moment = _moment(text, now)
    if moment is None:
        raise typer.BadParameter("write it like 90d, 24h or 30m, or as a day, like 2027-03-31.")
    if not now < moment <= now + _LONGEST_LIFE:
        raise typer.BadParameter("it must be in the future, and within ten years.")
    return moment


def _moment(text: str, now: datetime) -> datetime | None:
    """Return a moment after a span of time, or the beginning of a day (UTC); None for another text."""
    span = _span(text)
    if span is not None:
        return now + span
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _span(text: str) -> timedelta | None:
    if text == "0":
        return timedelta()
    found = _SPAN.fullmatch(text)
    return int(found[1]) * _UNITS[found[2]] if found else None


def grace_option(default: str) -> Any:
    """Return the option for how long what is replaced still works; None stands for the default."""
    return typer.Option(
        "--grace",
        parser=_grace,
        metavar="SPAN",
        help="How long what is replaced still works, like 7d, 24h or 30m, up to 30d; 0: it ends at once.",
        show_default=default,
    )


def expires_option(default: str) -> Any:
    """Return the option for when a key stops working; None stands for the default."""
    return typer.Option(
        "--expires",
        parser=_expiry,
        metavar="WHEN",
        help="When it stops working: in 90d, 24h or 30m, or as a day begins (UTC), like 2027-03-31; within ten years.",
        show_default=default,
    )
