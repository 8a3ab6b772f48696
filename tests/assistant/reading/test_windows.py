"""What stands above a unit as it is read, and short answers in rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.answer import Evidence
from assistant.logistic import Logistic
from assistant.query.decompose import SubQuestion
from assistant.reading.extract import ReadWindow, extract_evidence
from assistant.reading.models.span_model import Reading
from assistant.reading.prescore import QueryFeatures, Window, may_answer
from corpus.article import Article, article_id, content_hash
from corpus.readers.text_blocks import structure_of_text
from corpus.text.canonical import canonical_text
from tests.assistant.evidence import make_hit

BRANCHES = """# Report

## Oslo branch

It lost four million crowns last year.

## Bergen branch

The city sells these:

- trams of the old line
- buses
"""
TABLE = "|Firm|Managing Director|May|\n|-|-|-|\n|Acme|Li Wu|12|\n"


def article(text: str) -> Article:
    found = structure_of_text(canonical_text(text), "markdown")
    return Article(article_id("x"), "x", "x", "Title", found.text, content_hash(found.text), blocks=found.blocks)


def windows(text: str) -> dict[str, Window]:
    hit = make_hit(article(text))
    made = [Window(hit, unit, {}, 0.0) for unit in hit.read.units]
    return {window.text: window for window in made}


def test_window_above_has_the_headings_of_its_own_section() -> None:
    found = windows(BRANCHES)
    assert found["It lost four million crowns last year."].above == "Title\nReport > Oslo branch"
    assert found["The city sells these:"].above.splitlines()[:2] == ["Title", "Report > Bergen branch"]


def test_window_lead_is_what_leads_its_list_in_or_the_question_that_it_answers() -> None:
    branches = windows(BRANCHES)
    assert branches["trams of the old line"].lead == "The city sells these: "
    assert "The city sells these:" not in branches["trams of the old line"].above
    assert branches["buses"].lead == "The city sells these: "
    assert branches["It lost four million crowns last year."].lead == ""


def test_may_answer_what_only_introduces_may_not_but_what_leads_in_a_list() -> None:
    text = "The harbour office gave this statement on Monday:\n\nWe close the quay in May, and hope for the best.\n\n"
    hit = make_hit(article(text + BRANCHES.removeprefix("# Report\n\n")))
    told = [hit.read.text[unit.start : unit.end] for unit in hit.read.units if may_answer(hit, unit.unit)]
    assert "The harbour office gave this statement on Monday:" not in told
    assert {"We close the quay in May, and hope for the best.", "The city sells these:"} <= {*told}


@pytest.mark.parametrize(
    "asked", ["## What was your best find?", "**What was your best find?**", "Ida: What was your best find?"]
)
def test_window_lead_is_a_question_wherever_it_stands(asked: str) -> None:
    found = windows(f"# Five questions\n\nIda dives for bells.\n\n{asked}\n\nA bell of 1788. It still rings.\n")

    assert "What was your best find?" in found["A bell of 1788."].lead
    assert "What was your best find?" not in found["A bell of 1788."].above


def short(window: Window, marked: str, question: str) -> str | None:
    start = window.text.index(marked)
    tokens = np.array([[start, start + len(marked)]], dtype=np.int32)
    reading = Reading(tokens, np.ones(1, np.float32), np.ones(1, np.float32), answers=1.0)
    features = QueryFeatures(
        sub_question=SubQuestion(question, question),
        speaker=None,
        for_the_latest=False,
        vector=np.zeros(1, np.float32),
        weights={},
    )
    [item] = extract_evidence(features, [ReadWindow(window, "", reading)], Logistic({}, 0.0), 0)
    return text_of(item)


def evidence_of(found: dict[str, Window], words: dict[str, float]) -> dict[str, float]:
    """The support of windows that are read alike, by how much of the question their words have."""
    features = QueryFeatures(
        sub_question=SubQuestion("What may one sell?", ""),
        speaker=None,
        for_the_latest=False,
        vector=np.zeros(1, np.float32),
        weights={},
    )
    read = [
        ReadWindow(replace(found[text], signals={"words": share}), "", _read_alike(found[text]))
        for text, share in words.items()
    ]
    return {item.text: item.support for item in extract_evidence(features, read, Logistic({}, 0.0), 0)}


def _read_alike(window: Window) -> Reading:
    start = len(window.lead)
    tokens = np.array([[start, start + len(window.text)]], dtype=np.int32)
    return Reading(tokens, np.ones(1, np.float32), np.ones(1, np.float32), answers=1.0)


def test_extract_evidence_takes_the_list_whose_lead_in_is_asked_for() -> None:
    found = windows("They sell:\n\n- trams\n- buses\n\nThey keep:\n\n- ships\n\nNobody pays.\n")

    support = evidence_of(found, {"trams": 1.0, "buses": 1.0, "ships": 0.5, "They keep:": 0.5, "Nobody pays.": 0.1})
    assert support["trams"] == support["buses"] == support["Nobody pays."] == 0.5
    assert support["ships"] == support["They keep:"] == 0.05
    assert set(evidence_of(found, {"trams": 1.0, "ships": 1.0}).values()) == {0.5}


def text_of(item: Evidence) -> str | None:
    return item.hit.article.text[slice(*item.short)] if item.short else None


def test_extract_evidence_keeps_a_short_answer_in_its_cell() -> None:
    [row] = [window for text, window in windows(TABLE).items() if "Li Wu" in text]
    assert short(row, "Li Wu", "Who runs it?") == "Li Wu"
    assert short(row, "12", "How many were made?") == "12"
