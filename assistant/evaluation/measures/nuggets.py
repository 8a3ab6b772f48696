"""Nuggets: the facts that a complete answer tells, statements that would be wrong, verdicts, and parties."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evaluation.case import Case
from assistant.evaluation.gold import GoldNugget, GoldStatement
from assistant.evaluation.measures.measure import Better, Group, QuestionMeasure, Score, Undefined
from assistant.evaluation.predictions import PredictedCitation
from assistant.evaluation.text import tokens

_SOURCE = "Voorhees 2003 (TREC QA); Pradeep et al. 2025 (AutoNuggetizer)"
_OURS = "ours"

_STRAIGHT = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\xa0": " ", "*": None},
)

_COVERED = 0.5
"""Share of the shorter one of quote and evidence from which a quote tells a nugget without strings of its own."""


def _plain(text: str) -> str:
    return " ".join(text.lower().translate(_STRAIGHT).split())


def _first_told(strings: Sequence[str], answer: str) -> int:
    """Return where the first of these strings stands in a plain text, at a word's start and before no further digit;
    -1 where none does."""
    found = [match.start() for text in strings if (match := _pattern(text).search(answer))]
    return min(found, default=-1)


def _pattern(text: str) -> re.Pattern[str]:
    plain = _plain(text)
    before = r"(?<!\w)" if plain[:1].isalnum() else ""
    behind = r"(?!\d|[.,]\d)" if plain[-1:].isdigit() else ""
    return re.compile(before + re.escape(plain) + behind)


def tells(text: str, strings: Sequence[str]) -> bool:
    """Whether this text contains one of the strings, as an answer contains those of a nugget."""
    return _first_told(strings, _plain(text)) >= 0


def is_told(nugget: GoldNugget, case: Case) -> bool:
    if nugget.any_of:
        return tells(case.answer, nugget.any_of)
    return any(_covers(citation, nugget) for citation in case.citations)


def _covers(citation: PredictedCitation, nugget: GoldNugget) -> bool:
    for place in nugget.evidence:
        if citation.doc_id == place.doc_id and citation.start is not None and place.start is not None:
            end = citation.end if citation.end is not None else citation.start + len(citation.quote)
            shared = min(end, place.start + len(place.text)) - max(citation.start, place.start)
            if shared > 0 and shared >= _COVERED * min(end - citation.start, len(place.text)):
                return True
    return False


def _vital(case: Case) -> list[GoldNugget]:
    return [nugget for nugget in case.gold.nuggets if nugget.vital]


def _vital_told(case: Case) -> Score:
    wanted = _vital(case)
    if not wanted:
        return Undefined("no question has vital nuggets")
    return sum(is_told(nugget, case) for nugget in wanted) / len(wanted)


def _all_told(case: Case) -> Score:
    told = _vital_told(case)
    return told if isinstance(told, Undefined) else float(told == 1.0)


def _forbidden(case: Case) -> Score:
    statements = [one for one in case.gold.forbidden if one.any_of]
    if not statements:
        return Undefined("no question has forbidden statements")
    return float(any(misleads(one, case) for one in statements))


def misleads(statement: GoldStatement, case: Case) -> bool:
    """Whether it is said, unless all that is right was told before it."""
    answer = _plain(case.answer)
    at = _first_told(statement.any_of, answer)
    vital = [nugget.any_of for nugget in _vital(case) if nugget.any_of]
    return at >= 0 and not (vital and all(0 <= _first_told(strings, answer) < at for strings in vital))


def _verdict_given(case: Case) -> Score:
    if case.gold.verdict is None:
        return Undefined("no question has a verdict")
    return float(case.prediction.verdict is not None)


def _verdict_right(case: Case) -> Score:
    if case.gold.verdict is None or case.prediction.verdict is None:
        return Undefined("no verdict was given")
    return float(case.prediction.verdict == case.gold.verdict)


def _parties_covered(case: Case) -> Score:
    covered = covered_parties(case)
    return sum(covered.values()) / len(covered) if covered else Undefined("no question is about several parties")


def covered_parties(case: Case) -> dict[str, bool]:
    """Return for each party whether the answer names it, in its text or in a label.

    None are returned where one party alone is asked for: its words are what the nuggets are.
    """
    if len(case.gold.parties) < 2:
        return {}
    labels = [section.label for section in case.prediction.sections if section.sentences]
    said = set(tokens(" ".join((case.answer, *labels))))
    names = [set(tokens(party)) for party in case.gold.parties]
    own = [name - set().union(*(other for other in names if other is not name)) for name in names]
    return {party: bool(name & said) for party, name in zip(case.gold.parties, own, strict=True)}


NUGGETS_VITAL = QuestionMeasure(
    name="nuggets.vital",
    group=Group.NUGGETS,
    description="Share of a question's vital nuggets that the answer tells.",
    source=_SOURCE,
    score=_vital_told,
)
NUGGETS_ALL = QuestionMeasure(
    name="nuggets.all_vital",
    group=Group.NUGGETS,
    description="Share of the questions of which the answer tells every vital nugget.",
    source=_SOURCE,
    score=_all_told,
)
FORBIDDEN = QuestionMeasure(
    name="nuggets.forbidden",
    group=Group.NUGGETS,
    description="Share of the answers with a forbidden statement, unless all vital nuggets were told before it.",
    source=_OURS,
    score=_forbidden,
    better=Better.LOWER,
)
VERDICT_GIVEN = QuestionMeasure(
    name="verdict.given",
    group=Group.NUGGETS,
    description="Share of the questions of yes or no that are answered by yes or no.",
    source=_OURS,
    score=_verdict_given,
)
VERDICT_RIGHT = QuestionMeasure(
    name="verdict.right",
    group=Group.NUGGETS,
    description="Share of the verdicts given that are right.",
    source=_OURS,
    score=_verdict_right,
)
PARTIES = QuestionMeasure(
    name="parties.covered",
    group=Group.NUGGETS,
    description="Share of the parties asked about that the answer names, of questions about several.",
    source=_OURS,
    score=_parties_covered,
)
