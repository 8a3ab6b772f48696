"""Publication dates as sources write them. A date is read or refused, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import product

_MAX_CHARS = 100
"""Longer than any written date; more is not handed to the parser."""

_EARLIEST_ZONE = timedelta(hours=14)
"""Where the day begins first (UTC+14): a local date up to there is not yet in the future."""

_WEEK_ALONE = re.compile(r"\d{4}-?W\d\d(?!-?\d)", re.IGNORECASE)
"""ISO 8601's name of a whole week, which Python takes for its Monday."""

_YEAR_FIRST = re.compile(r"\d{4}\D")

_FILLINGS = (datetime(2000, 1, 1), datetime(2001, 2, 2))  # noqa: DTZ001 - only to see which parts are missing
"""Whatever a written date leaves out is taken from these two by the parser, so that the results differ."""


class DoubtfulDate(ValueError):
    """The date was not taken; the message says why and can follow the words "the date '...'"."""


def publication_date(written: str, now: datetime | None = None) -> date:
    """The calendar day that `written` names: ISO 8601, or written out in any order that leaves no doubt.

    A time with a zone is moved to UTC first. Raises `DoubtfulDate` for what is no date, lacks its day or
    year, can be read in two ways (03/04/2025), or lies after `now` (default: this moment) all over the Earth.
    """
    found = _one_reading(written.strip())
    if found > ((now or datetime.now(UTC)) + _EARLIEST_ZONE).date():
        raise DoubtfulDate("lies in the future")
    return found


def _one_reading(written: str) -> date:
    if len(written) > _MAX_CHARS:
        raise DoubtfulDate("is too long for a date")
    if _WEEK_ALONE.match(written):
        raise DoubtfulDate("names a week, not a day")
    try:
        return _utc_day(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        readings = _written_out(written)
    if len(readings) > 1:
        raise DoubtfulDate("can be read in more than one way, or lacks its day, month or year")
    return readings.pop()


def _written_out(written: str) -> set[date]:
    """Return all days that `written` may mean, by every order of day, month and year, and every filling of gaps."""
    from dateutil import parser

    # Who writes the year first writes the month next, whatever the country.
    orders = [(False, True)] if _YEAR_FIRST.match(written) else list(product((False, True), repeat=2))
    try:
        return {
            _utc_day(parser.parse(written, default=filling, dayfirst=day, yearfirst=year, tzinfos=_zone))
            for (day, year), filling in product(orders, _FILLINGS)
        }
    except (ValueError, ArithmeticError):  # the parser reckons with decimals of any size
        raise DoubtfulDate("is not a date that can be read") from None


def _zone(_name: str | None, offset_seconds: int | None) -> tzinfo | None:
    """Return the zone of an offset; none for a bare abbreviation, because several zones share each of them."""
    return None if offset_seconds is None else timezone(timedelta(seconds=offset_seconds))


def _utc_day(moment: datetime) -> date:
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
