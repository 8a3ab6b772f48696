from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from assistant.frame.frame import ENGLISH_FRAME, FRAMES, Frame, frame_for, frame_in

REPOSITORY = Path(__file__).parents[3]

OTHERS = pytest.mark.parametrize("tag", [tag for tag in FRAMES if tag != "en"])


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_frames_are_those_of_the_languages_that_are_promised() -> None:
    assert FRAMES == ("de", "en", "es", "fr", "ja", "zh")


@OTHERS
def test_frames_have_the_same_texts_with_the_same_placeholders(tag: str) -> None:
    frame = frame_in(tag)

    assert list(frame.texts) == list(ENGLISH_FRAME.texts)
    told = {name: placeholders(text) for name, text in frame.texts.items()}
    assert told == {name: placeholders(text) for name, text in ENGLISH_FRAME.texts.items()}


@OTHERS
def test_frames_say_nothing_in_english(tag: str) -> None:
    shared = {name for name, text in frame_in(tag).texts.items() if text == ENGLISH_FRAME.texts[name]}

    assert {name for name in shared if re.search(r"[a-z]{2}", re.sub(r"{\w+}", "", ENGLISH_FRAME.texts[name]))} == (
        {"answer.articles", "answer.articles_one"} if tag == "fr" else set()
    )


def test_frames_hold_what_the_code_says_and_no_more() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for room in ("assistant", "api") for path in (REPOSITORY / room).rglob("*.py")
    )
    said = {name for name in ENGLISH_FRAME.texts if f'"{name}"' in code or f'"{name.removesuffix("_one")}"' in code}
    by_value = {"no_articles", "nothing_relevant", "not_supported", "not_a_question", "yes", "no"}
    by_value |= {"one_mentions", "mention_nearest", "mention_newest"}

    assert {name for name in ENGLISH_FRAME.texts.keys() - said if name.split(".")[1] not in by_value} == set()


@pytest.mark.parametrize(
    ("tag", "day", "month", "many"),
    [
        ("en", "5 May 2025", "May 2025", "2,000 articles"),
        ("de", "5. Mai 2025", "Mai 2025", "2.000 Artikeln"),
        ("es", "5 de mayo de 2025", "mayo de 2025", "2.000 artículos"),
        ("fr", "5 mai 2025", "mai 2025", "2\u202f000 articles"),
        ("zh", "2025年5月5日", "2025年5月", "2,000篇文章"),
        ("ja", "2025年5月5日", "2025年5月", "2,000件の記事"),
        ("xx", "5 May 2025", "May 2025", "2,000 articles"),
    ],
)
def test_frame_writes_dates_and_numbers_as_its_language_does(tag: str, day: str, month: str, many: str) -> None:
    frame = frame_in(tag)

    assert frame.day(date(2025, 5, 5)) == day
    assert frame.told(2025, 5) == month
    assert frame.counted("answer.articles", 2_000) == many


def test_frame_puts_in_what_it_is_given_as_it_is() -> None:
    assert ENGLISH_FRAME.say("chat.unanswered", asked="{braces} {0}") == "I found no evidence for: {braces} {0}"


@pytest.mark.parametrize(
    ("question", "tag"),
    [
        ("谁？", "zh"),
        ("いつですか？", "ja"),
        ("Who?", "en"),
        ("한국은?", "en"),
        ("¿Qué dijo el gobierno de China sobre los semiconductores?", "es"),
        ("Qu’a dit le gouvernement chinois au sujet des semi-conducteurs ?", "fr"),
    ],
)
def test_frame_for_a_question_is_in_its_language(question: str, tag: str) -> None:
    frame: Frame = frame_for(question)

    assert frame.tag == tag
