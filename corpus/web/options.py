"""Options of fetching from the web."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from corpus.setting_notes import Why


def host_names(value: str) -> str:
    """Return names of hosts, by commas, as they were written. Raises ValueError for what is no name of a host."""
    for name in filter(None, value.replace(" ", "").split(",")):
        if "/" in name or "@" in name:
            raise ValueError("Write names of hosts, like intranet.example.org or 127.0.0.1:8080, by commas")
    return value


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Validated where it is read from outside (`assistant.settings`)."""

    refresh_hours: Annotated[
        float,
        Field(
            gt=0,
            le=8760,
            description="Hours between two visits of a source that does not say its own, give or take a tenth.",
        ),
        Why("four visits a day burden nobody; news that hurry are posted. At most a year"),
    ] = 6.0
    max_pages: Annotated[
        int,
        Field(
            ge=1, le=100_000, description="Most pages that one visit of a source fetches; the next goes on from there."
        ),
        Why("17 minutes at a second a page, so that others have their turn"),
    ] = 1_000
    delay_seconds: Annotated[
        float,
        Field(
            ge=0, le=60, description="Least seconds between two requests to one host; its robots.txt may ask for more."
        ),
        Why("what a host bears without notice; `Crawl-delay` of robots.txt is kept to up to 60, too (record 35)"),
    ] = 1.0
    allowed_hosts: Annotated[
        str,
        AfterValidator(host_names),
        Field(
            description="Hosts, by commas, that may be fetched though they are not public, at any port unless one is "
            "named: `intranet.example.org, 127.0.0.1:8080`. Whoever may ingest can then read what is there."
        ),
        Why("a server that fetches what it is told to must not reach what only it can reach (record 35)"),
    ] = ""
