from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.near_duplicates import Signature

STORY = (
    "Harbour officials in Port Marlow said on Tuesday that 14 cargo ships were waiting outside the "
    "breakwater because two of the three cranes had failed. The harbour master, Ines Calder, told "
    "reporters that the repair would take nine days and cost 2,000 crowns for each crane. She said "
    "that fishing boats were not affected, and that the ferry to Saint Orrin would keep to its "
    "timetable. Merchants had complained that fruit was spoiling in the holds while the crews were "
    "waiting. The town council meets on 6 March 2025 to discuss whether a fourth crane should be "
    "bought, which the merchants have demanded for years."
)


def are_near_duplicates(a: str, b: str) -> bool:
    return Signature(a).is_near(Signature(b))


def test_near_duplicates_a_text_is_a_near_duplicate_of_itself() -> None:
    assert are_near_duplicates(STORY, STORY)


@pytest.mark.parametrize(
    ("written", "edited"),
    [
        ("told reporters that the repair would", "told reporters the repair would"),
        ("had complained that fruit was spoiling", "complained that fruit was rotting"),
        ("cost 2,000 crowns", "cost 2000 crowns"),
        ("were not affected", "weren't affected"),
        ("were not affected", "weren’t affected"),
        ("She said that fishing boats", "And she said that fishing boats"),
        (". The town council meets", ".\n\nThe town council meets"),
    ],
)
def test_near_duplicates_a_syndicated_copy_with_a_small_edit_is_a_near_duplicate(written: str, edited: str) -> None:
    assert written in STORY
    assert are_near_duplicates(STORY, STORY.replace(written, edited))


def test_near_duplicates_a_copy_with_several_small_edits_is_a_near_duplicate() -> None:
    edited = (
        STORY.replace("had complained", "complained")
        .replace("told reporters that", "said that")
        .replace("2,000", "2000")
        .replace("which the merchants have demanded", "as the merchants have demanded")
    )
    assert are_near_duplicates(STORY, edited)


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("14 cargo ships", "15 cargo ships"),
        ("nine days", "eight days"),
        ("2,000 crowns", "3,000 crowns"),
        ("6 March 2025", "7 March 2025"),
        ("6 March 2025", "6 April 2025"),
        ("on Tuesday", "on Monday"),
        ("Ines Calder", "Ines Corder"),
        ("Saint Orrin", "Saint Arlen"),
        ("were not affected", "were affected"),
        ("were waiting outside", "were never waiting outside"),
        ("would take", "wouldn't take"),
    ],
)
def test_near_duplicates_a_story_that_differs_in_one_fact_is_another_story(written: str, changed: str) -> None:
    assert written in STORY
    assert not are_near_duplicates(STORY, STORY.replace(written, changed))


@pytest.mark.parametrize(
    ("told", "instead", "is_same"),
    [
        ("risen", "fallen", False),
        ("approved", "rejected", False),
        ("closed", "opened", False),
        ("risen", "increased", True),
        ("closed", "shut", True),
    ],
)
def test_near_duplicates_of_one_template_differ_when_another_turn_of_events_is_told(
    told: str, instead: str, is_same: bool
) -> None:
    template = (
        "The report of the harbour board was read to members in the town hall this week, and the chair said that "
        "traffic had risen since the last one, that the crane was closed, and that the plan for a new quay was "
        "approved by the board after a long debate. Members of the public asked about noise at night, about the price "
        "of berths and about the state of the northern breakwater, which fishermen have complained about for years."
    )
    assert are_near_duplicates(template, template.replace(told, instead)) is is_same


def test_near_duplicates_who_did_what_to_whom_is_part_of_the_story() -> None:
    assert not are_near_duplicates(
        "In the final Marlow beat Orrin by a goal in the last minute of a game that was played in heavy rain",
        "In the final Orrin beat Marlow by a goal in the last minute of a game that was played in heavy rain",
    )


def test_near_duplicates_a_number_written_with_a_hyphen_is_a_number() -> None:
    assert not are_near_duplicates("they agreed on a 13-point plan", "they agreed on a 14-point plan")


def test_near_duplicates_a_decimal_point_is_not_a_house_style() -> None:
    assert not are_near_duplicates("prices rose by 3.5 percent", "prices rose by 35 percent")


def test_near_duplicates_texts_on_different_things_are_not_near_duplicates() -> None:
    assert not are_near_duplicates("the cranes were mended in spring", "nobody has asked for more fish this year")


def test_near_duplicates_in_a_script_without_case_every_word_must_agree() -> None:
    assert not are_near_duplicates("船 等待 在 港口 外 三天", "船 等待 在 港口 外 四天")


@given(st.text(), st.text())
def test_near_duplicates_any_two_texts_can_be_compared_in_either_order(a: str, b: str) -> None:
    assert Signature(a).is_near(Signature(a))
    assert Signature(a).is_near(Signature(b)) == Signature(b).is_near(Signature(a))
