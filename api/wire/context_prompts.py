"""Context prompts: what somebody asked, among passages that a client found itself or was given as files.

Query engines, retrieval chains and chat clients put both into one message, for a language model to answer from. Here
the question alone is asked: it is answered from the articles, and what else the message holds is neither searched,
cited nor kept. They are recognised by how they begin and by what stands around the question. All else is a question as
it stands.

What a client found may itself look like the end of such a prompt. So a question that stands behind the passages is
looked for from the end, and one that stands before them from the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from api.wire.task_prompts import Said
from corpus.text.english import ENGLISH

CONTEXT_IGNORED = "context_ignored"
"""In `degraded` of an answer: the message held passages of the client's own, which were not looked at."""


@dataclass(frozen=True, slots=True)
class Bare:
    """The messages of a conversation without the passages that a client put into them.

    `had_context` says whether the last message of the user held any.
    """

    said: tuple[Said, ...]
    had_context: bool


def bare(said: Iterable[Said]) -> Bare:
    """Return what was `said` without what clients added to it.

    A message that only asks for a better answer, for more passages, is left out: then the question before it is asked.
    """
    kept: list[Said] = []
    had_context = False
    for role, text in said:
        if role != "user":
            kept.append((role, text))
        elif _MORE_CONTEXT.match(text) and any(before == "user" for before, _ in kept):
            had_context = True
        else:
            question = _question_in(text)
            had_context = question is not None
            kept.append((role, text if question is None else question))
    return Bare(tuple(kept), had_context)


def _question_in(text: str) -> str | None:
    """Return the question of a context prompt; None where the text is none, or asks nothing."""
    found = next((find for opening, find in _SHAPES if opening.match(text)), None)
    question = found(text).strip() if found else ""
    return question or None


def _pattern(name: str, before: str = "", behind: str = "") -> re.Pattern[str]:
    written = ENGLISH.pattern(name).replace(r"\ ", r"\s+")
    return re.compile(f"{before}{written}{behind}", re.VERBOSE | re.IGNORECASE | re.MULTILINE)


def _opening(name: str) -> re.Pattern[str]:
    return _pattern(name, before=r"\s*")


_MORE_CONTEXT = _opening("opens_more_context")
_ASKS = _pattern("asks_of_context")
_HAS_AN_ANSWER = _pattern("has_an_answer")
_FILES_END = _pattern("ends_attached_files")
_LABEL = _pattern("question_labels", before=r"^[ \t\#*]*", behind=r"[ \t*]*:")
_CONTEXT_LABEL = re.compile(r"^[ \t#*]*context[ \t*]*:", re.IGNORECASE | re.MULTILINE)
_ORIGINAL_ANSWER = re.compile(r"^[ \t]*original answer:", re.IGNORECASE | re.MULTILINE)
_ANSWER = re.compile(r"^[ \t#*]*(?:\w+[ \t]+)?answer[ \t*]*:\s*\Z", re.IGNORECASE | re.MULTILINE)
"""Where the answer is to stand: "Answer:", "Helpful Answer:"."""
_TAGGED_QUERY = re.compile(r"\s*<user_query>(.*)</user_query>", re.DOTALL)


def _behind_passages(text: str) -> str:
    asks = _last(_ASKS, text)
    if asks is None:
        return ""
    rest = text[asks.end() :]
    colon = rest.startswith(":")
    label = None if colon else _LABEL.search(rest)
    return _before(_ANSWER, rest[label.end() if label else 1 :]) if colon or label else ""


def _before_an_answer(text: str) -> str:
    opening = _REFINES.match(text)
    has_an_answer = _HAS_AN_ANSWER.search(text)
    return text[opening.end() : has_an_answer.start()] if opening and has_an_answer else ""


def _between_passages_and_answer(text: str) -> str:
    answer = _last(_ORIGINAL_ANSWER, text)
    before = text[: answer.start()] if answer else ""
    label = _last(_LABEL, before)
    return before[label.end() :] if label else ""


def _labelled(text: str) -> str:
    """Return the question before or behind the passages, whichever label comes first."""
    first, passages = _LABEL.search(text), _CONTEXT_LABEL.search(text)
    if first and passages and first.start() < passages.start() and not _AT_THE_END.match(text):
        return text[first.end() : passages.start()]
    label = _last(_LABEL, text)
    return _before(_ANSWER, text[label.end() :]) if label else ""


def _behind_the_tag(text: str) -> str:
    _, tag, rest = text.rpartition("</context>")
    if not tag:
        return ""
    tagged = _TAGGED_QUERY.match(rest)
    label = _LABEL.search(rest)
    return tagged[1] if tagged else rest[label.end() :] if label else rest


def _behind_files(text: str) -> str:
    end = _last(_FILES_END, text)
    return text[end.end() :] if end else ""


def _behind_the_fence(text: str) -> str:
    _, fence, rest = text.rpartition("\n```")
    return rest if fence else ""


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=re.Match.start, default=None)


def _before(pattern: re.Pattern[str], text: str) -> str:
    end = pattern.search(text)
    return text[: end.start()] if end else text


_REFINES = _opening("opens_a_refinement")
_AT_THE_END = _pattern("opens_pieces_of_context", before=r"\s*", behind=r"\s+at\s+the\s+end\b")
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (_opening("opens_with_context"), _behind_passages),
    (_REFINES, _before_an_answer),
    (_opening("opens_a_rewriting"), _between_passages_and_answer),
    (_opening("opens_pieces_of_context"), _labelled),
    (_opening("opens_tagged_context"), _behind_the_tag),
    (_opening("opens_attached_files"), _behind_files),
    (_opening("opens_attached_text"), _behind_the_fence),
)
"""How a prompt begins, and where its question stands."""
