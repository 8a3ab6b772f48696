"""What a language model is shown of the articles, and in what room."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answer import Evidence
from assistant.language_models.language_model import about_tokens
from assistant.writing.draft import DraftSentence
from assistant.writing.passages import ShownPassage, better_half, choose_passages, lines_of, written_out
from tests.assistant.evidence import make_article, make_evidence, make_hit
from tests.assistant.structured import structured_article, unit_evidence

LEASE = make_article(
    "Cats are allowed here. Dogs need a written consent. Who feeds them?\n\nBirds are not mentioned.", "a"
)
RENT = replace(
    make_article("The rent is due on the first day. It rises each year by two percent.", "b", "What it costs"),
    publisher="Ister Courier",
    published=date(2025, 4, 20),
)
ROOM = 10_000

TOLD = (
    "The harbour freezes each winter.",
    "Nobody elected Ida Brandt.",
    "Bread costs three crowns.",
    "Trains leave at seven sharp.",
    "Eleven painters live upstairs.",
    "Wolves came down from Serran.",
)
"""Sentences that have nothing in common."""


def shown(*evidence: Evidence, most: int = 8, tokens: int = ROOM) -> tuple[ShownPassage, ...]:
    return choose_passages(evidence, (), most, tokens)


def numbers(passages: tuple[ShownPassage, ...]) -> list[str]:
    return [line.evidence.text for line in lines_of(passages)]


def test_passages_are_whole_and_stand_below_their_article_named_once() -> None:
    found = shown(
        make_evidence("Dogs need a written consent.", LEASE), make_evidence("It rises each year by two percent.", RENT)
    )
    assert written_out(found) == [
        "Article: Title",
        "[1] Cats are allowed here.",
        "[2] Dogs need a written consent.",
        "...",
        "[3] Birds are not mentioned.",
        "Article: What it costs — Ister Courier — 2025-04-20",
        "[4] The rent is due on the first day.",
        "[5] It rises each year by two percent.",
    ]
    assert numbers(found)[3] == "The rent is due on the first day."


def test_passages_have_no_line_twice_and_follow_the_order_of_their_article() -> None:
    sentence, last = "Dogs need a written consent.", "Birds are not mentioned."
    end = LEASE.text.index(last)
    second = replace(make_evidence(last, LEASE), hit=make_hit(LEASE, end))
    first = replace(make_evidence(sentence, LEASE), hit=make_hit(LEASE, 0, end))
    found = shown(second, first, make_evidence(sentence, LEASE))
    assert numbers(found) == ["Cats are allowed here.", sentence, last]


def test_passages_that_tell_the_same_are_shown_once() -> None:
    copy = make_article(LEASE.text, "copy")
    found = shown(make_evidence("Cats are allowed here.", LEASE), make_evidence("Dogs need a written consent.", copy))
    assert {passage.hit.article.id for passage in found} == {LEASE.id}


def test_passages_leave_out_furniture_headings_questions_and_times() -> None:
    article = structured_article(
        "# Prices\n\n18:40\n\nWho pays for all of this?\n\nShare this article\n\n"
        "The town pays for the bridge and the road."
    )
    found = shown(unit_evidence(article, "The town pays for the bridge and the road."))
    assert numbers(found) == ["The town pays for the bridge and the road."]
    assert "(Prices)" in written_out(found)


def test_passages_show_items_below_what_leads_them_in_and_rows_with_their_heads() -> None:
    article = structured_article(
        "They forbid:\n\n- open fires\n- drones\n\n| Place | Fee |\n|---|---|\n| Dock | 12 crowns |"
    )
    found = written_out(shown(unit_evidence(article, "drones")))
    assert "(They forbid:)" in found
    assert any(line.endswith("] drones") for line in found)
    assert any("Fee 12 crowns" in line for line in found)


def test_passages_begin_with_what_would_be_quoted() -> None:
    best, quoted = (
        make_evidence("Cats are allowed here.", LEASE),
        make_evidence("The rent is due on the first day.", RENT),
    )
    found = choose_passages([best, quoted], (DraftSentence(quoted.text, (quoted,)),), 1, ROOM)
    assert [passage.hit.article.id for passage in found] == [RENT.id]


@pytest.mark.parametrize(
    ("tokens", "kept"),
    [
        (ROOM, ["Cats are allowed here.", "Dogs need a written consent.", "Birds are not mentioned."]),
        (1, ["Dogs need a written consent."]),
    ],
)
def test_passages_that_do_not_fit_are_cut_to_what_was_read(tokens: int, kept: list[str]) -> None:
    assert numbers(shown(make_evidence("Dogs need a written consent.", LEASE), tokens=tokens)) == kept


def test_passages_stay_within_their_room() -> None:
    evidence = [make_evidence(told, make_article(f"{told} " * 20, told)) for told in TOLD]
    found = shown(*evidence, tokens=500)
    assert 1 < len(found) < len(TOLD)
    assert sum(map(about_tokens, written_out(found))) <= 500


def test_passages_a_line_that_points_back_to_what_is_not_shown_says_to_what() -> None:
    article = make_article("Ida Brandt heads the town. She will leave it in May.", "c")
    second = make_evidence("She will leave it in May.", article)
    found = shown(replace(second, hit=make_hit(article, second.start)))
    assert written_out(found)[-1] == "[1] She will leave it in May. (before it: Ida Brandt heads the town.)"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [([0, 0, 0, 0], [0, 1]), ([0, 0, 0], [0, 1]), ([0, 0, 0, 0, 1, 1], [0, 1, 4]), ([0, 1, 0, 1], [0, 1]), ([], [])],
)
def test_passages_the_better_half_has_some_of_each_sub_question(asked: list[int], kept: list[int]) -> None:
    evidence = [make_evidence(told, make_article(told, f"{number}")) for number, told in enumerate(TOLD[: len(asked)])]
    found = shown(*(replace(item, sub_question=one) for item, one in zip(evidence, asked, strict=True)), most=9)
    in_order = sorted(found, key=lambda passage: passage.hit.article.external_id)
    half = better_half(in_order)
    assert [in_order.index(passage) for passage in half] == kept


def test_passages_the_better_half_of_one_is_what_was_read_in_it() -> None:
    (half,) = better_half(shown(make_evidence("Dogs need a written consent.", LEASE)))
    assert numbers((half,)) == ["Dogs need a written consent."]
