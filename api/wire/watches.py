"""Standing questions: what answers them now, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from api.wire.body import Body, Text
from assistant.watching.told import ToldChange, ToldFact, told_change, told_facts
from corpus.store.protocols import Store
from corpus.watch import Watch, WatchChange

_SHOWN_CHANGES = 50


class QuoteBody(Body):
    """A sentence of a stored version of an article; `start` and `end` count code points of its text."""

    quote: Text
    short: Text | None
    article_id: str
    content_hash: str
    start: int
    end: int
    title: Text
    url: Text | None
    publisher: Text | None
    published: date | None


class FactBody(Body):
    """A fact and the sentences that say so, none of articles that were deleted since."""

    verdict: str | None
    quotes: list[QuoteBody]


class ChangeBody(Body):
    """What changed in the answer, and what became of sending it, where there is a webhook."""

    id: str
    noted: datetime
    added: list[FactBody]
    ended: list[FactBody]
    sent: datetime | None
    next_try: datetime | None
    trouble: Text | None


class WatchBody(Body):
    """A standing question. `facts` are what answers it now; null until it was asked for the first time.

    `changes` are the newest ones, newest first. `feed` is the path of its Atom feed, which needs no key: whoever knows
    it reads it. `webhook_secret` verifies what is sent to `webhook` (https://www.standardwebhooks.com).
    """

    id: str
    object: Literal["watch"] = "watch"
    question: Text
    added: datetime
    feed: str
    webhook: Text | None
    webhook_secret: str | None
    facts: list[FactBody] | None
    changes: list[ChangeBody]


class WatchesBody(Body):
    """Standing questions, in the order in which they were added."""

    object: Literal["list"] = "list"
    data: list[WatchBody]


def watch_body(store: Store, watch: Watch, feed: str, webhook_secret: str, most: int = _SHOWN_CHANGES) -> WatchBody:
    """Return the body of one question with its `most` newest changes, as its articles are stored now."""
    current = [fact for fact in watch.facts or () if not fact.is_over]
    return WatchBody(
        id=watch.id,
        question=watch.question,
        added=watch.added,
        feed=feed,
        webhook=watch.webhook,
        webhook_secret=webhook_secret if watch.webhook else None,
        facts=None if watch.facts is None else _facts_body(told_facts(store, watch, current)),
        changes=[_change_body(told_change(store, watch, one), one) for one in store.watches.changes(watch.id, most)],
    )


def _change_body(told: ToldChange, change: WatchChange) -> ChangeBody:
    return ChangeBody(
        id=told.id,
        noted=told.noted,
        added=_facts_body(told.added),
        ended=_facts_body(told.ended),
        sent=change.sent,
        next_try=change.next_try,
        trouble=change.trouble,
    )


def _facts_body(facts: Sequence[ToldFact]) -> list[FactBody]:
    bodies: list[dict[str, Any]] = [asdict(fact) for fact in facts]
    return [FactBody(**body) for body in bodies]
