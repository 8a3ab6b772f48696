"""What stands above a unit as it is read, and short answers in rows."""

from __future__ import annotations

import numpy as np

from assistant.answer import Evidence
from assistant.logistic import Logistic
from assistant.query.decompose import SubQuestion
from assistant.reading.extract import ReadWindow, extract_evidence
from assistant.reading.models.span_model import Reading
from assistant.reading.prescore import QueryFeatures, Window
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


def test_window_above_says_once_what_leads_its_list_in() -> None:
    assert windows(BRANCHES)["trams of the old line"].above.count("The city sells these:") == 1


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


def text_of(item: Evidence) -> str | None:
    return item.hit.article.text[slice(*item.short)] if item.short else None


def test_extract_evidence_keeps_a_short_answer_in_its_cell() -> None:
    [row] = [window for text, window in windows(TABLE).items() if "Li Wu" in text]
    assert short(row, "Li Wu", "Who runs it?") == "Li Wu"
    assert short(row, "12", "How many were made?") == "12"
