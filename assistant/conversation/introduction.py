"""The introduction of the assistant: its task and what it covers, from the store and nothing else."""

from __future__ import annotations

from assistant.plurals import counted
from corpus.article import Coverage

_PUBLISHERS_NAMED = 3
_LONGEST_NAME = 80
"""Characters of a title or publisher; they come from outside and may be anything."""


def introduction(covered: Coverage) -> str:
    """Return a few plain sentences. They hold names and titles from articles: data, to be shown as text."""
    if not covered.articles:
        return "I answer questions from articles, and there are none to look into yet."
    sentences = [
        f"I answer questions from {of_whom_and_when(covered)}.",
        "Every sentence of an answer is cited; what the articles do not tell, I do not answer.",
    ]
    if covered.newest_title:
        sentences.append(f"Ask, for instance, what they say about this: “{shortened(covered.newest_title)}”.")
    return " ".join(sentences)


def of_whom_and_when(covered: Coverage) -> str:
    """Return how many articles there are, by whom and of which days: "2 articles by A and B, published on ..."."""
    return f"{counted(covered.articles, 'article')}{_publishers(covered)}{_dates(covered)}"


def _publishers(covered: Coverage) -> str:
    named = [shortened(publisher) for publisher in covered.publishers[:_PUBLISHERS_NAMED]]
    more = len(covered.publishers) - len(named)
    if more:
        named.append(counted(more, "other publisher"))
    if not named:
        return ""
    return " by " + (" and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0])


def _dates(covered: Coverage) -> str:
    if covered.first is None or covered.last is None:
        return ""
    if covered.first == covered.last:
        return f", published on {covered.first}"
    return f", published between {covered.first} and {covered.last}"


def shortened(text: str) -> str:
    """Return a name or title in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAME else line[:_LONGEST_NAME].rstrip() + " ..."
