"""Questions of a language that is known by its lexicons alone: what is asked, and what shape of answer each wants.

Nothing here knows the language. Its lexicons say in patterns what asks for which kind, what is only said to the
assistant, and what joins the parties of which the same is asked (`corpus/text/chinese/lexicons/questions.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.query.decompose import MAX_SUB_QUESTIONS, SubQuestion
from assistant.query.kind import QuestionKind
from corpus.text.lexicons import Language
from corpus.text.parties import parties_in, party_called, party_mentions


def understood(question: str, language: Language) -> tuple[SubQuestion, ...]:
    """Return the sub-questions of `question`, at most `MAX_SUB_QUESTIONS`, in order, each with its kind."""
    asked = without_politeness(question, language)
    clauses = [clause.strip() for clause in language.phrase("asks_another_thing").split(asked) if clause.strip()]
    found = [one for number, clause in enumerate(clauses) for one in _asked_by(clause, clauses[:number], language)]
    return tuple(found) if 0 < len(found) <= MAX_SUB_QUESTIONS else (_whole(asked, asked, language),)


def without_politeness(question: str, language: Language) -> str:
    """Return `question` without what is only said to the assistant; as it is where nothing else is left."""
    before = language.phrase("said_before_a_question").match(question)
    rest = question[before.end() :] if before else question
    after = re.search(rf"(?:{language.pattern('said_after_a_question')})\Z", rest, re.VERBOSE | re.IGNORECASE)
    if after:
        rest = rest[: after.start()]
    return rest.strip() or question


def kind_by_lexicons(question: str, language: Language) -> QuestionKind | None:
    """Return the first kind of the language's `kinds` that something in the question asks for; None for none."""
    kinds = language.values("kinds").items()
    return next((QuestionKind(kind) for kind, name in kinds if language.phrase(name).search(question)), None)


def topic_of(question: str, language: Language) -> str:
    """Return what a question is about: what is left without the words that ask, a space where they stood."""
    return " ".join(language.phrase("no_topic").sub(" ", question).split())


def beside(one: str, other: str, language: Language) -> str:
    """Return two things that are asked together, as the language puts them together."""
    return next(iter(language.words("between_parts"))).join((re.sub(r"\W+\Z", "", one), other))


def _asked_by(clause: str, before: Sequence[str], language: Language) -> list[SubQuestion]:
    """Return one for each party of which a clause asks the same, or which it compares; else the clause."""
    run = _joined(clause, language)
    parties = dict.fromkeys(party for _, _, party in party_mentions(clause))
    compares = language.phrase("asks_for_a_contrast").search(clause) is not None
    if len(run) > 1 and (compares or _asks_for_a_position(clause, language)):
        start, end = run[0][0], run[-1][1]
        rest = language.phrase("asked_of_each").sub("", clause[end:])
        each = ((_called(clause[start:end], party, language), party) for start, end, party in run)
        return [_of_party(clause[:start] + called + rest, called, party, clause, language) for called, party in each]
    if len(parties) > 1 and compares and not run:
        called = {party: party_called(party, language.tag) for party in parties}
        return [_of_party(_of_one(clause, one, language), called[one], one, clause, language) for one in parties]
    # "...，什么时候生效？" can only be searched together with what comes into force.
    text = beside(before[0], clause, language) if before and _leans_on_another(clause, language) else clause
    return [_whole(text, clause, language)]


def _leans_on_another(clause: str, language: Language) -> bool:
    return bool(language.phrase("names_what_was_named").search(clause)) or not topic_of(clause, language)


def _whole(text: str, label: str, language: Language) -> SubQuestion:
    parties = parties_in(label)
    is_of_one = len(parties) == 1 and _asks_for_a_position(label, language)
    party = next(iter(parties)) if is_of_one else None
    return SubQuestion(text, label, party, kind_by_lexicons(label, language))


def _of_party(text: str, label: str, party: str, clause: str, language: Language) -> SubQuestion:
    kind = QuestionKind.POSITION if _asks_for_a_position(clause, language) else kind_by_lexicons(text, language)
    return SubQuestion(text, label, party, kind)


def _of_one(clause: str, party: str, language: Language) -> str:
    """Return a clause without the other parties that it compares with one, and what joins them to it."""
    joins, owning = language.any_of("joins_parties"), language.any_of("owning")
    for start, end, other in reversed(party_mentions(clause)):
        if other != party:
            before = re.sub(rf"{joins}\Z", "", clause[:start])
            clause = before + re.sub(rf"\A{owning}", "", clause[end:])
    return clause


def _asks_for_a_position(clause: str, language: Language) -> bool:
    return language.phrase(language.values("kinds")[QuestionKind.POSITION]).search(clause) is not None


def _called(written: str, party: str, language: Language) -> str:
    """Return how a question calls a party; in full where it does so by one letter."""
    return written if len(written) > 1 else party_called(party, language.tag)


def _joined(clause: str, language: Language) -> list[tuple[int, int, str]]:
    """Return the first run of parties that nothing parts but what joins: 中国、日本和美国; none of one."""
    joins = re.compile(rf"\s*{language.any_of('joins_parties')}?\s*")
    runs: list[list[tuple[int, int, str]]] = []
    for mention in party_mentions(clause):
        if runs and joins.fullmatch(clause, runs[-1][-1][1], mention[0]):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return next((run for run in runs if len(run) > 1), [])
