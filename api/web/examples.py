"""Questions to begin with, made from words of the articles, and offered only when the articles answer them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from threading import Lock
from time import monotonic

from assistant.answer import Status
from assistant.ask import Assistant
from corpus.article import ArticleFilter

_ARTICLES_LOOKED_AT = 40
"""Enough to see what they are about; each question that is tried takes as long as an answer."""
_THINGS_TRIED = 6
_OFFERED = 3
_SECONDS_BETWEEN = 60.0
"""While articles come and go all the time, questions are made anew no more often; one may then go unanswered."""

_NAME = re.compile(
    r"""
    (?<= [a-z,]\  )                  # within a sentence, as its first word is capital anyway
    [A-Z] [a-z]{2,}                  # a capital word
    (?: \  [A-Z] [a-z]+ ){0,3}       # and those that follow it
    """,
    re.VERBOSE,
)
_THING = re.compile(r"\b[a-z]{9,}s\b")  # long words in the plural are mostly names of things


class Examples:
    """Made by the first who asks for them after a change of the articles; whoever comes meanwhile goes without."""

    def __init__(self) -> None:
        self._making = Lock()
        self._made: tuple[int, Sequence[str]] = (-1, ())
        self._next = 0.0

    def of(self, helper: Assistant) -> Sequence[str]:
        """At most three; none when there is nothing to ask about."""
        now = helper.store.changes.seq()
        if self._made[0] != now and monotonic() >= self._next and self._making.acquire(blocking=False):
            try:
                self._made = now, list(islice(_answered(helper), _OFFERED))
                self._next = monotonic() + _SECONDS_BETWEEN
            finally:
                self._making.release()
        return self._made[1]


def _answered(helper: Assistant) -> Iterator[str]:
    trying = helper.for_caller(ArticleFilter(), lambda _: None)  # nobody asked these: no metric counts them
    for question in _candidates(helper):
        if trying.ask(question, mode="extractive").status is Status.ANSWERED:
            yield question


def _candidates(helper: Assistant) -> Iterator[str]:
    names, things = _frequent(helper)
    for thing in things[:_THINGS_TRIED] if names else ():
        yield f"What does {names[0]} say about {thing}?"


def _frequent(helper: Assistant) -> tuple[list[str], list[str]]:
    """Names and things that the newest articles mention, those of most articles first."""
    newest = helper.store.articles.newest(_ARTICLES_LOOKED_AT)
    names: Counter[str] = Counter()
    things: Counter[str] = Counter()
    for article in helper.store.articles.get_many([one.id for one in newest]).values():
        names.update(set(_NAME.findall(article.text)))
        things.update(set(_THING.findall(article.text)))
    return _in_several(names), _in_several(things)


def _in_several(counted: Counter[str]) -> list[str]:
    return [word for word, articles in sorted(counted.items(), key=lambda item: (-item[1], item[0])) if articles > 1]
