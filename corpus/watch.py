"""The nouns of standing questions: questions that are asked again as articles come in, and what changed by that.

Nothing here holds words of an article: what was told is kept as places in stored versions, so that deleting an article
leaves nothing of it behind.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from corpus.article import ArticleFilter

MOST_WATCHES = 100
"""Standing questions of one key, or of whoever needs none: each is read again with every article that may matter."""

MOST_CHANGES_KEPT = 200
"""Of one question, those apart that are still to be sent."""


class CitedSpan(NamedTuple):
    """`[start, end)`, in code points, of the version `content_hash` of an article.

    `short` is the span of the short answer in it, where one was asked for.
    """

    article_id: str
    content_hash: str
    start: int
    end: int
    short: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that answers a standing question, and the sentences that say so, the first told first.

    `verdict` is the yes or no that the first one decides. A fact that `is_over` was replaced, or is said no more.
    """

    cited: tuple[CitedSpan, ...]
    verdict: str | None = None
    is_over: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it is the short answer that was asked for, or a yes or no."""
        return self.verdict is not None or self.cited[0].short is not None


@dataclass(frozen=True, slots=True)
class Watch:
    """A standing question.

    It sees the articles within `bounds`, and belongs to the key `key_id`; to the operator where that is None.
    Changes of articles up to the change `seq` have been looked at. `facts` are what answers it, and what did; None
    until it was asked for the first time. `webhook` is the address that is told.
    """

    id: str
    question: str
    added: datetime
    seq: int
    bounds: ArticleFilter = field(default_factory=ArticleFilter)
    key_id: str | None = None
    webhook: str | None = None
    facts: tuple[Fact, ...] | None = None


@dataclass(frozen=True, slots=True)
class NewChange:
    """What an article changed in the answer: facts that it `added`, and facts that `ended` or were replaced."""

    added: tuple[Fact, ...] = ()
    ended: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchChange:
    """A change as it is kept. `number` grows with every change of any question; times are UTC.

    It is to be sent at `next_try`, None where there is nobody to send it to, or where it was `sent`. `failures` counts
    the attempts so far, `trouble` is one sentence about the last one.
    """

    number: int
    watch_id: str
    noted: datetime
    change: NewChange
    next_try: datetime | None = None
    sent: datetime | None = None
    failures: int = 0
    trouble: str | None = None


def new_watch_id() -> str:
    """Return an opaque id that nobody else has, and nobody guesses."""
    return f"watch-{secrets.token_hex(8)}"
