"""The sample articles are read as they claim to be, and their gold questions stand on their text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.article import Article
from corpus.readers import read_articles

_ROOM = Path(corpus.__file__).parent

_EVENT = date(2025, 7, 26)
_LAST_REPORT = date(2025, 7, 31)

_ORIGINAL = "https://example.org/wire/china-13-point-plan"
_SYNDICATED_COPY = "https://example.com/courier/china-13-point-plan-for-ai"

_RUN_WORDS = 5
_COPY_SHARE = 0.2
"""Of the five-word runs of two articles in common: 0.77 for the copy, below 0.07 for all others."""

_TYPES = {
    "single_fact",
    "several_sources",
    "contrast",
    "attribution",
    "date",
    "follow_up",
    "yes_no",
    "list",
    "latest",
    "timeline",
    "position",
    "cause",
    "manner",
    "definition",
    "summary",
    "multi_part",
    "unanswerable_near_miss",
    "unanswerable_other",
}

Gold = Mapping[str, Any]


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    """By external id."""
    found = list(read_articles(_ROOM / "articles"))
    assert [one for one in found if not isinstance(one, Article)] == []
    return {one.external_id: one for one in found if isinstance(one, Article)}


@pytest.fixture(scope="module")
def gold() -> list[Gold]:
    lines = (_ROOM / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_sample_articles_every_file_is_an_article_of_its_own(articles: dict[str, Article]) -> None:
    assert len(articles) == len(list((_ROOM / "articles").iterdir())) >= 12


def test_sample_articles_every_article_says_where_it_comes_from(articles: dict[str, Article]) -> None:
    for article in articles.values():
        assert article.title
        assert article.publisher
        assert article.language == "en"
        assert article.external_id == article.url


def test_sample_articles_addresses_are_reserved_ones_that_no_outlet_owns(articles: dict[str, Article]) -> None:
    assert all(re.match(r"https://example\.(com|org)/", url) for url in articles)


def test_sample_articles_nothing_is_reported_before_it_happened(articles: dict[str, Article]) -> None:
    for article in articles.values():
        assert article.published is not None
        assert _EVENT <= article.published <= _LAST_REPORT


def test_sample_articles_articles_are_as_short_as_news(articles: dict[str, Article]) -> None:
    for article in articles.values():
        assert 180 <= len(article.text.split()) <= 450, article.title


def test_sample_articles_only_the_syndicated_article_repeats_another(articles: dict[str, Article]) -> None:
    runs = {url: _runs(article.text) for url, article in articles.items()}
    copies = [{a, b} for a, b in combinations(runs, 2) if _share(runs[a], runs[b]) > _COPY_SHARE]
    assert copies == [{_ORIGINAL, _SYNDICATED_COPY}]


def test_sample_articles_there_are_enough_questions_of_each_type(gold: list[Gold]) -> None:
    assert len(gold) >= 60
    assert sum(not line["answerable"] for line in gold) >= 15
    assert {line["type"] for line in gold} == _TYPES


def test_sample_articles_gold_ids_are_unique(gold: list[Gold]) -> None:
    ids = [line["id"] for line in gold]
    assert len(set(ids)) == len(ids)


def test_sample_articles_no_question_is_asked_twice(gold: list[Gold]) -> None:
    asked = [_as_asked(line) for line in gold]
    assert len(set(asked)) == len(asked)


def test_sample_articles_gold_evidence_stands_where_it_says(gold: list[Gold], articles: dict[str, Article]) -> None:
    for line, evidence in _evidence(gold):
        text, start = articles[evidence["doc_id"]].text, evidence["start"]
        assert text[start : start + len(evidence["text"])] == evidence["text"] != "", line["id"]


def test_sample_articles_no_evidence_is_listed_twice(gold: list[Gold]) -> None:
    listed = [(line["id"], evidence["doc_id"], evidence["start"]) for line, evidence in _evidence(gold)]
    assert len(set(listed)) == len(listed)


def test_sample_articles_every_gold_answer_stands_in_its_evidence(gold: list[Gold]) -> None:
    for line in gold:
        texts = [evidence["text"].casefold() for evidence in line["evidence"]]
        for answer in line["answers"]:
            assert any(answer.casefold() in text for text in texts), (line["id"], answer)


def test_sample_articles_answers_and_evidence_belong_to_answerable_questions(gold: list[Gold]) -> None:
    for line in gold:
        assert bool(line["answers"]) == bool(line["evidence"]) == line["answerable"], line["id"]
        assert line["answerable"] != line["type"].startswith("unanswerable"), line["id"]


def test_sample_articles_a_follow_up_has_a_history_that_ends_with_an_answer(gold: list[Gold]) -> None:
    for line in gold:
        roles = [turn["role"] for turn in line["history"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2), line["id"]
        assert roles or line["type"] != "follow_up", line["id"]


def test_sample_articles_the_us_position_on_semiconductors_stays_unreported(
    gold: list[Gold], articles: dict[str, Article]
) -> None:
    asked = next(line for line in gold if line["question"] == "What does the US say about semiconductors?")
    assert asked["type"] == "unanswerable_near_miss"
    sentences = [sentence for article in articles.values() for sentence in article.text.split(".")]
    assert [each for each in sentences if _names_the_us(each) and _names_chips(each)] == []


def _evidence(gold: list[Gold]) -> Iterator[tuple[Gold, Mapping[str, Any]]]:
    return ((line, evidence) for line in gold for evidence in line["evidence"])


def _names_the_us(sentence: str) -> bool:
    return re.search(r"\b(US|United States|White House)\b", sentence) is not None


def _names_chips(sentence: str) -> bool:
    return re.search(r"\b(semiconductor|chip)s?\b", sentence, re.IGNORECASE) is not None


def _as_asked(line: Gold) -> str:
    """The question in its conversation, in small letters."""
    return json.dumps([line["history"], line["question"].casefold().strip(" ?")])


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + _RUN_WORDS]) for i in range(len(words) - _RUN_WORDS + 1)}


def _share(some: set[tuple[str, ...]], others: set[tuple[str, ...]]) -> float:
    return len(some & others) / len(some | others)
