from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from assistant.answer import Evidence
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.settings import AnswerOptions
from assistant.writing.extractive import ExtractiveWriter
from tests.assistant.evidence import make_article, make_evidence
from tests.assistant.structured import structured_article, unit_evidence

CHIPS = "China offers to share chips with other countries."
CHIPS_AGAIN = "China offers to share its chips with many other countries."
SUPPLY = "The supply of processors is a bottleneck, said the premier."
RULES = "Regulators in Brussels published new rules for banks on Monday."
FIRST = make_article(f"{SUPPLY} {CHIPS} {RULES}", "first")
SECOND = make_article(CHIPS, "second")
THIRD = make_article(CHIPS_AGAIN, "third")

ASKED = (SubQuestion("what is said?", ""), SubQuestion("by whom?", ""))


def yes_odds(_: str, evidence: Sequence[Evidence]) -> list[float]:
    return [0.0] * len(evidence)


def write(*evidence: object, **limits: int) -> list[str]:
    return [sentence.text for sentence in ExtractiveWriter(AnswerOptions(**limits), yes_odds).write(ASKED, evidence)]


def test_extractive_the_best_sentences_are_quoted_verbatim() -> None:
    assert write(make_evidence(CHIPS, FIRST, 0.9), make_evidence(RULES, FIRST, 0.8)) == [CHIPS, RULES]


def test_extractive_sentences_of_one_article_stand_in_its_order() -> None:
    assert write(make_evidence(CHIPS, FIRST, 0.9), make_evidence(SUPPLY, FIRST, 0.8)) == [SUPPLY, CHIPS]


def test_extractive_what_says_the_same_again_is_left_out() -> None:
    assert write(make_evidence(CHIPS, FIRST, 0.9), make_evidence(CHIPS_AGAIN, THIRD, 0.8)) == [CHIPS]


def test_extractive_what_happened_on_several_days_is_told_of_each_in_a_timeline() -> None:
    days = ("4 April 2025", "19 June 2025")
    told = make_article(" ".join(f"The ban was put off by another order on {day}." for day in days), "told")
    evidence = [make_evidence(f"The ban was put off by another order on {day}.", told, 0.9) for day in days]
    asked = SubQuestion("how was it put off?", "", kind=QuestionKind.TIMELINE)

    written = ExtractiveWriter(AnswerOptions(), yes_odds).write([asked], evidence)

    assert [sentence.text for sentence in written] == [item.text for item in evidence]
    assert len(ExtractiveWriter(AnswerOptions(), yes_odds).write(ASKED, evidence)) == 1


def test_extractive_the_news_of_another_day_is_told_of_it_in_a_timeline_whatever_dates_stand_beside_it() -> None:
    news = "The governor has reversed the decision to free Moss, who shot an officer in 1978."
    days = (date(2019, 1, 23), date(2020, 10, 13))
    told = [make_evidence(news, replace(make_article(news, f"{day}"), published=day), 0.9) for day in days]
    leads = [replace(item, signals={"lead": 1.0}) for item in told]
    background = make_evidence(news, replace(make_article(news), published=date(2021, 5, 2)), 0.8)
    asked = SubQuestion("give me a timeline of the decisions", "", kind=QuestionKind.TIMELINE)

    written = ExtractiveWriter(AnswerOptions(), yes_odds).write([asked], [*leads, background])

    assert [sentence.head.date for sentence in written] == list(days)


def test_extractive_the_same_sentence_in_another_article_is_one_sentence_with_two_sources() -> None:
    (sentence,) = ExtractiveWriter(AnswerOptions(), yes_odds).write(
        ASKED, [make_evidence(CHIPS, FIRST, 0.9), make_evidence(CHIPS, SECOND, 0.8)]
    )
    assert [item.hit.article.external_id for item in sentence.evidence] == ["first", "second"]


def test_extractive_a_sentence_repeated_inside_one_article_has_one_source() -> None:
    twice = make_article(f"{CHIPS} {CHIPS}", "twice")
    later = make_evidence(CHIPS, twice, 0.8)
    (sentence,) = ExtractiveWriter(AnswerOptions(), yes_odds).write(ASKED, [make_evidence(CHIPS, twice, 0.9), later])
    assert len(sentence.evidence) == 1


def test_extractive_a_sentence_that_is_much_worse_than_the_best_is_not_added() -> None:
    assert write(make_evidence(CHIPS, FIRST, 0.9), make_evidence(RULES, FIRST, 0.2)) == [CHIPS]


def test_extractive_no_more_words_than_allowed_are_added_after_the_first_sentence() -> None:
    evidence = [make_evidence(CHIPS, FIRST, 0.9), make_evidence(RULES, FIRST, 0.8)]
    assert write(*evidence, max_words=10) == [CHIPS]


def test_extractive_no_more_sentences_than_allowed_are_given_for_each_sub_question() -> None:
    evidence = [
        make_evidence(CHIPS, FIRST, 0.9),
        make_evidence(RULES, FIRST, 0.8),
        make_evidence(SUPPLY, FIRST, 0.7, sub_question=1),
    ]
    assert write(*evidence, max_sentences=1) == [CHIPS, SUPPLY]


def test_extractive_nothing_comes_of_nothing() -> None:
    assert write() == []


FOUNDER = "Ida Brandt founded the works in 1871."
POINTING = "She left them to her brother nine years later."
TOWN = make_article(f"Aldermoor has a bridge. {FOUNDER} {POINTING}", "town")


def test_extractive_a_sentence_that_points_back_brings_the_one_that_names_whom_it_means() -> None:
    assert write(make_evidence(POINTING, TOWN, 0.9)) == [FOUNDER, POINTING]


def test_extractive_context_is_left_out_where_it_does_not_fit() -> None:
    assert write(make_evidence(POINTING, TOWN, 0.9), max_words=10) == [POINTING]


def test_extractive_context_that_is_quoted_already_is_not_quoted_twice() -> None:
    assert write(make_evidence(POINTING, TOWN, 0.9), make_evidence(FOUNDER, TOWN, 0.8)) == [FOUNDER, POINTING]


def test_extractive_what_stands_in_another_paragraph_is_no_context() -> None:
    article = make_article(f"{FOUNDER}\n{POINTING}", "lines")
    assert write(make_evidence(POINTING, article, 0.9)) == [POINTING]


@pytest.mark.parametrize("said", ['"The works, " he said, "are closed."', "The works are closed, she said."])
def test_extractive_who_speaks_is_told_though_named_in_the_paragraph_before(said: str) -> None:
    named = "Mayor Ida Brandt spoke to reporters."
    article = make_article(f"{named}\n\n{said}", "said")
    assert write(make_evidence(said, article, 0.9)) == [named, said]


def test_extractive_who_names_the_speaker_needs_no_context() -> None:
    said = '"The works are closed," said Ida Brandt.'
    article = make_article(f"It was a long day.\n\nNobody came. {said}", "named")
    assert write(make_evidence(said, article, 0.9)) == [said]


def test_extractive_context_that_points_back_itself_explains_nothing() -> None:
    article = make_article(f"It was long ago. {POINTING}", "pointing")
    assert write(make_evidence(POINTING, article, 0.9)) == [POINTING]


def test_extractive_context_makes_no_answer_longer_than_allowed() -> None:
    assert write(make_evidence(POINTING, TOWN, 0.9), max_sentences=1) == [POINTING]


def test_extractive_what_an_earlier_sub_question_quotes_is_no_context_again() -> None:
    founder, pointing = make_evidence(FOUNDER, TOWN, 0.9), make_evidence(POINTING, TOWN, 0.9, sub_question=1)
    assert write(founder, pointing) == [FOUNDER, POINTING]


@pytest.mark.parametrize(
    ("kind", "worth_adding"),
    [(QuestionKind.AMOUNT, 0.5), (None, 0.25), (QuestionKind.CAUSE, 0.1), (QuestionKind.SUMMARY, 0.05)],
)
def test_extractive_a_fact_has_one_sentence_where_what_has_parts_has_more(
    kind: QuestionKind | None, worth_adding: float
) -> None:
    asked = [SubQuestion("what?", "", kind=kind)]
    writer = ExtractiveWriter(AnswerOptions(), yes_odds)
    told = [
        len(writer.write(asked, [make_evidence(CHIPS, FIRST, 0.9), make_evidence(RULES, FIRST, 0.9 * share)]))
        for share in (worth_adding - 0.01, worth_adding + 0.01)
    ]
    assert told == [1, 2]


def test_extractive_a_question_how_is_answered_by_all_of_the_ways_that_are_listed() -> None:
    ways = structured_article("You can pay in three ways:\n\nby post;\n\nby card; or\n\nat the quay.\n\nFees rise.")
    evidence = [
        replace(unit_evidence(ways, text), support=support)
        for text, support in (("Fees rise.", 0.9), ("by card; or", 0.8), ("by post;", 0.05))
    ]
    writer = ExtractiveWriter(AnswerOptions(), yes_odds)
    draft = writer.write([SubQuestion("How can I pay?", "", kind=QuestionKind.MANNER)], evidence)
    assert draft[0].text == "You can pay in three ways: by post; by card; at the quay."
    assert [item.text for item in draft[0].evidence] == ["by post;", "by card; or", "at the quay."]
