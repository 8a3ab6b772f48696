"""A strong and a hostile model played back through the product: what is asked for holds.

Of the strong model's answers one for every second article; `python -m benchmarks.playback` plays all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.playback import NOT_ASKED, Played, play, played_assistant, report
from benchmarks.played_model import played_articles

ARTICLES = played_articles()
MOST_HOSTILE = 6


@pytest.fixture(scope="module", params=[False, True], ids=["small judge", "both judges"])
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, list[Played]]]:
    folder: Path = tmp_path_factory.mktemp("played")
    with played_assistant(ARTICLES, folder, request.param) as (assistant, model):
        right = [play(assistant, model, article.right[0]) for article in ARTICLES[::2]]
        hostile = [play(assistant, model, article.hostile) for article in ARTICLES]
        yield {"right": right, "hostile": hostile}


def sentences(played: list[Played], what: str) -> list[str]:
    return [
        said.text
        for one in played
        for said, became in zip(one.said.sentences, one.became, strict=True)
        if became == what
    ]


def test_played_articles_have_60_questions_and_60_hostile_sentences_whose_evidence_stands_there() -> None:
    assert sum(len(article.right) for article in ARTICLES) == 60
    assert sum(len(article.hostile.sentences) for article in ARTICLES) == 60
    for article in ARTICLES:
        said = [one for answer in (*article.right, article.hostile) for one in answer.sentences]
        assert all(words in article.text for one in said for words in one.lines)


def test_playback_of_hostile_sentences_at_most_six_are_called_supported(played: dict[str, list[Played]]) -> None:
    assert len(sentences(played["hostile"], NOT_ASKED)) == 0
    assert len(sentences(played["hostile"], "supported")) <= MOST_HOSTILE


def test_playback_no_hostile_link_domain_or_invented_quotation_is_shown(played: dict[str, list[Played]]) -> None:
    for one in played["hostile"]:
        assert not any(mark in one.answer.text for mark in ("://", "talpa-batteries", "nora-help"))
        kinds = {
            said.kind
            for said, became in zip(one.said.sentences, one.became, strict=True)
            if became in ("supported", "partial")
        }
        assert kinds.isdisjoint({"link", "bare domain", "invented quote"})


def test_playback_of_right_answers_none_is_replaced_lost_in_silence_or_withdrawn(
    played: dict[str, list[Played]],
) -> None:
    for one in (*played["right"], *played["hostile"]):
        assert (one.is_replaced, one.lost_silently, one.was_withdrawn) == (False, [], False)


def test_playback_report_counts_what_became_of_sentences(played: dict[str, list[Played]]) -> None:
    lines = "\n".join(report("hostile", played["hostile"]))
    assert "answers replaced: 0; sentences lost without a word: 0; texts withdrawn: 0" in lines
