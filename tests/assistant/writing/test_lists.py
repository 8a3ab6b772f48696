from __future__ import annotations

from dataclasses import replace

from assistant.answer import Evidence
from assistant.writing.lists import answer_as_list, items_left_out, with_whole_lists
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


COUNTED = structured_article(
    "Fees rise.\n\nThere are three ways:\n\n- by mail\n- by fax\n- by boat\n\nWe have two wishes.\n\n"
    "First, open the quay. It is safe.\n\nSecond, mend the mole. It leaks."
)


def of_counted(**supports: float) -> list[Evidence]:
    names = {name: name.replace("_", " ").replace(" colon", ":").replace(" stop", ".") for name in supports}
    items = [replace(unit_evidence(COUNTED, names[name]), support=support) for name, support in supports.items()]
    return sorted(items, key=lambda item: -item.support)


def test_lists_items_stand_in_the_place_of_what_leads_them_in_and_answers() -> None:
    ranked = [
        replace(unit_evidence(ARTICLE, text), support=support)
        for text, support in (("Nobody pays.", 0.8), ("They allow:", 0.4), ("prams", 0.1), ("drones", 0.1))
    ]
    whole = with_whole_lists(ranked)
    assert texts(whole) == ["Nobody pays.", "prams", "skates", "drones"]
    assert [item.support for item in whole] == [0.8, 0.4, 0.4, 0.1]


def test_lists_a_list_that_says_how_many_it_tells_comes_first_where_one_of_them_answers() -> None:
    ranked = of_counted(Fees_rise_stop=0.8, by_fax=0.5, by_mail=0.01)
    assert texts(with_whole_lists(ranked)) == ["by mail", "by fax", "by boat", "Fees rise."]
    assert answer_as_list(with_whole_lists(ranked))
    assert not answer_as_list(ranked)


def test_lists_a_list_of_as_many_as_are_asked_for_comes_first_with_the_first_sentence_of_each() -> None:
    ranked = of_counted(Fees_rise_stop=0.8, We_have_two_wishes_stop=0.1)
    assert texts(with_whole_lists(ranked, "Which two wishes do they have?")) == [
        *("First, open the quay.", "Second, mend the mole.", "Fees rise."),
    ]
    assert with_whole_lists(ranked, "Which wishes do they have?") == ranked
    assert with_whole_lists(ranked, "Which five wishes do they have?") == ranked
