from __future__ import annotations

from dataclasses import replace

from assistant.answer import Evidence
from assistant.writing.lists import items_left_out, with_whole_lists
from tests.assistant.structured import structured_article, unit_evidence

ARTICLE = structured_article(
    "They forbid:\n\n- open fires\n- drones\n- kites\n- loud music\n\nThey allow:\n\n- skates\n- prams\n\nNobody pays."
)


def evidence(**supports: float) -> list[Evidence]:
    items = [
        replace(unit_evidence(ARTICLE, name.replace("_", " ")), support=support) for name, support in supports.items()
    ]
    return sorted(items, key=lambda item: -item.support)


def texts(ranked: list[Evidence]) -> list[str]:
    return [item.text for item in ranked]


def test_lists_items_that_were_not_read_come_along_with_those_that_answer() -> None:
    whole = with_whole_lists(evidence(open_fires=0.8, drones=0.6, skates=0.01))

    assert set(texts(whole)) == {"open fires", "drones", "kites", "loud music", "skates"}
    assert {item.support for item in whole if item.text in ("kites", "loud music")} == {0.7}


def test_lists_where_most_of_what_was_read_does_not_answer_nothing_comes_along() -> None:
    ranked = evidence(open_fires=0.8, drones=0.1, kites=0.1)
    assert with_whole_lists(ranked) == ranked


def test_lists_another_list_in_the_same_article_stays_as_it_is() -> None:
    assert "prams" not in texts(with_whole_lists(evidence(open_fires=0.9, skates=0.1)))


def test_lists_a_sentence_is_no_list() -> None:
    ranked = [unit_evidence(ARTICLE, "Nobody pays.")]
    assert with_whole_lists(ranked) == ranked
    assert with_whole_lists([]) == []


def test_lists_one_item_that_answers_says_nothing_of_the_others() -> None:
    ranked = evidence(open_fires=0.8)
    assert with_whole_lists(ranked) == ranked


def test_lists_what_answers_and_was_not_told_is_left_out() -> None:
    ranked = evidence(open_fires=0.8, drones=0.6, skates=0.01)

    left = items_left_out(evidence(open_fires=0.8, drones=0.6), ranked)

    assert sorted(texts(left)) == ["kites", "loud music"]
    assert items_left_out([*ranked, *left], ranked) == []


def test_lists_items_that_do_not_answer_are_not_left_out() -> None:
    ranked = evidence(open_fires=0.8, drones=0.1, kites=0.1)
    assert items_left_out(ranked[:1], ranked) == []
    assert items_left_out([], []) == []
