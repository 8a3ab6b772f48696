"""Leads of a story's articles, read with the packaged model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.reading.calibration import shipped_calibration
from assistant.reading.models.packaged import PackagedModel
from assistant.reading.reader import ReadResult, WindowReader
from index.hit import Hit
from tests.assistant.evidence import make_article, make_hit
from tests.assistant.reading.test_reader import HashedSentences


def told(name: str, published: date, *sentences: str) -> Hit:
    article = make_article("\n\n".join(sentences), name, title=f"Ferry {name}")
    return make_hit(replace(article, published=published))


STORY = (
    told(
        "ordered",
        date(2024, 2, 1),
        "The council ordered a new ferry for the island of Corvo on Thursday.",
        "Nobody knows whether it will ever sail, as the yard has been on strike since the winter.",
    ),
    told(
        "delayed",
        date(2024, 9, 5),
        "Ida Moe (left) beside the yard's crane in May.",
        "The new ferry for the island of Corvo will come a year late, its yard said on Thursday.",
        "Passengers told us that they hope for the best.",
    ),
    told(
        "launched",
        date(2025, 10, 2),
        "The new ferry of the island of Corvo was launched on Thursday before hundreds of islanders.",
        "A band played.",
    ),
    told("other", date(2025, 11, 3), "The museum in the old town shows paintings of the sea until May."),
)


@pytest.fixture(scope="module")
def reader() -> WindowReader:
    return WindowReader(HashedSentences(), PackagedModel(), shipped_calibration(), windows=12)


def leads(result: ReadResult) -> list[str]:
    return [item.hit.article.external_id for item in result.quotable if "lead" in item.signals]


def read(reader: WindowReader, question: str, kind: QuestionKind) -> ReadResult:
    return reader.read(SubQuestion(question, question, kind=kind), STORY)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Give me a timeline of the new ferry of Corvo.", QuestionKind.TIMELINE),
        ("Summarize the story of the new ferry of Corvo.", QuestionKind.SUMMARY),
    ],
)
def test_leads_of_the_articles_of_a_story_tell_it(reader: WindowReader, question: str, kind: QuestionKind) -> None:
    first = [item.text for item in read(reader, question, kind).quotable[:3]]
    assert sorted(text.split("ferry")[0] for text in first) == ["The council ordered a new ", "The new ", "The new "]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is the latest on the new ferry of Corvo?", QuestionKind.LATEST),
        ("Where do things stand with the new ferry of Corvo?", QuestionKind.PLACE),
        ("What has become of the new ferry of Corvo?", QuestionKind.POSITION),
    ],
)
def test_leads_of_the_newest_article_come_first_for_who_asks_for_the_latest(
    reader: WindowReader, question: str, kind: QuestionKind
) -> None:
    first = read(reader, question, kind).quotable[0]
    assert first.text.startswith("The new ferry of the island of Corvo was launched")


def test_leads_of_the_newest_article_until_a_day_come_first_for_who_asks_as_of_it(reader: WindowReader) -> None:
    result = read(reader, "What stage had the new ferry of Corvo reached by the end of 2024?", QuestionKind.LATEST)
    assert result.quotable[0].text.startswith("The new ferry for the island of Corvo will come a year late")
    assert leads(result) == ["delayed", "ordered"]


def test_leads_tell_nothing_of_what_somebody_thinks_of_a_matter(reader: WindowReader) -> None:
    assert leads(read(reader, "Where does the yard stand on the ferry of Corvo?", QuestionKind.POSITION)) == []


def test_leads_are_worth_no_more_than_the_best_sentence_that_was_read(reader: WindowReader) -> None:
    result = read(reader, "Give me an overview of the new ferry of Corvo.", QuestionKind.SUMMARY)
    assert max(item.support for item in result.quotable) == result.evidence[0].support


def test_leads_stand_in_the_passage_that_is_cited(reader: WindowReader) -> None:
    question = "Summarize the story of the new ferry of Corvo."
    article = STORY[0].article
    later = make_hit(article, article.text.index("Nobody knows"))
    asked = SubQuestion(question, question, kind=QuestionKind.SUMMARY)
    result = reader.read(asked, (later, *STORY[1:]))
    assert all(item.hit.passage.start <= item.start < item.hit.passage.end for item in result.quotable)
    assert not any(item.text.startswith("The council") for item in result.quotable)


@pytest.mark.parametrize(
    "question", ["How has the date of the new ferry slipped?", "Sum up what passengers said about the new ferry."]
)
def test_leads_do_not_tell_what_is_asked_for_by_itself(reader: WindowReader, question: str) -> None:
    assert leads(read(reader, question, QuestionKind.TIMELINE)) == []
