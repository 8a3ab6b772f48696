"""The introduction of the assistant: its task and what it covers, from the store and nothing else."""

from __future__ import annotations

from assistant.frame.frame import ENGLISH_FRAME, Frame
from corpus.article import Coverage

_PUBLISHERS_NAMED = 3
_LONGEST_NAME = 80
"""Characters of a title or publisher; they come from outside and may be anything."""


def introduction(covered: Coverage, frame: Frame = ENGLISH_FRAME) -> str:
    """Return a few plain sentences. They hold names and titles from articles: data, to be shown as text."""
    if not covered.articles:
        return frame.say("answer.nothing_to_answer_from")
    sentences = [
        frame.say("answer.introduction", articles=of_whom_and_when(covered, frame)),
        frame.say("answer.how"),
    ]
    if covered.newest_title:
        title = frame.say("words.title", title=shortened(covered.newest_title))
        sentences.append(frame.say("answer.example", title=title))
    return frame.say("words.space").join(sentences)


def of_whom_and_when(covered: Coverage, frame: Frame = ENGLISH_FRAME) -> str:
    """Return how many articles there are, by whom and of which days: "2 articles by A and B, published on ..."."""
    return frame.say(
        "answer.of_whom_and_when",
        articles=frame.counted("answer.articles", covered.articles),
        publishers=_publishers(covered, frame),
        dates=_dates(covered, frame),
    )


def _publishers(covered: Coverage, frame: Frame) -> str:
    named = [shortened(publisher) for publisher in covered.publishers[:_PUBLISHERS_NAMED]]
    more = len(covered.publishers) - len(named)
    if more:
        named.append(frame.counted("answer.other_publishers", more))
    return frame.say("answer.publishers", names=frame.joined(named)) if named else ""


def _dates(covered: Coverage, frame: Frame) -> str:
    if covered.first is None or covered.last is None:
        return ""
    if covered.first == covered.last:
        return frame.say("answer.published_on", day=covered.first)
    return frame.say("answer.published_between", first=covered.first, last=covered.last)


def shortened(text: str) -> str:
    """Return a name or title in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAME else line[:_LONGEST_NAME].rstrip() + " ..."
