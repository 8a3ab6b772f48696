"""Questions in Chinese, of our own wording: what they ask for, and of whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.query.by_lexicons import kind_by_lexicons, understood, without_politeness
from assistant.query.kind import QuestionKind
from assistant.query.understand import understand
from corpus.text.chinese import CHINESE
from corpus.text.lexicons import Language

QUESTIONS: list[tuple[str, list[tuple[str, str | None]]]] = [
    ("中国对半导体有什么看法？", [("position", "China")]),
    ("白宫怎么评价这项协议？", [("position", "the US")]),
    ("欧盟在稀土问题上持什么立场？", [("position", "the EU")]),
    ("日方对关税作何回应？", [("position", "Japan")]),
    ("李强在论坛上说了什么？", [("position", None)]),
    ("中国和美国对人工智能有什么不同看法？", [("position", "China"), ("position", "the US")]),
    ("中美两国对芯片的立场有何不同？", [("position", "China"), ("position", "the US")]),
    (
        "中国、日本和韩国分别怎么看待关税？",
        [("position", "China"), ("position", "Japan"), ("position", "South Korea")],
    ),
    ("中国的计划与美国的有什么区别？", [("contrast", "China"), ("contrast", "the US")]),
    ("两款芯片有什么不同？", [("contrast", None)]),
    ("美国什么时候宣布了出口管制？", [("date", None)]),
    ("请问大会是哪一天开幕的？", [("date", None)]),
    ("新规定何时生效？", [("date", None)]),
    ("工厂是哪年投产的", [("date", None)]),
    ("谁是现任商务部长？", [("person", None)]),
    ("哪位官员主持了会议？", [("person", None)]),
    ("哪家公司生产了这款芯片？", [("organisation", None)]),
    ("世界互联网大会在哪里举行？", [("place", None)]),
    ("总部位于哪个城市？", [("place", None)]),
    ("有多少家公司参加了大会？", [("amount", None)]),
    ("桥有多长？", [("amount", None)]),
    ("GDP是多少？", [("amount", None)]),
    ("请简要回答：欧盟的贸易逆差是多少？", [("amount", None)]),
    ("哪些国家签署了协议？", [("list", None)]),
    ("请列出参加会议的公司", [("list", None)]),
    ("为什么股价下跌？", [("cause", None)]),
    ("请告诉我日本央行加息的原因是什么，谢谢。", [("cause", None)]),
    ("研究人员是怎么测量的？", [("manner", None)]),
    ("中国是否支持全球人工智能合作？", [("yes_no", None)]),
    ("美国会取消关税吗？", [("yes_no", None)]),
    ("会议有没有达成协议？", [("yes_no", None)]),
    ("稀土出口的最新进展是什么？", [("latest", None)]),
    ("谈判现在怎么样？", [("latest", None)]),
    ("什么是稀土？", [("definition", None)]),
    ("总结一下关税谈判", [("summary", None)]),
    ("这起案件的来龙去脉是什么？", [("timeline", None)]),
    ("有哪些关于半导体的文章？", [("collection", None)]),
    ("一共有多少篇文章？", [("collection", None)]),
    ("谁发言了？什么时候？", [("person", None), ("date", None)]),
    ("2026年3月5日发生了什么？", [("fact", None)]),
]


def no_model(_: str) -> QuestionKind | None:
    raise AssertionError("the learned kinds are those of questions in English")


@pytest.mark.parametrize(("question", "asked"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_understand_a_question_in_chinese(question: str, asked: list[tuple[str, str | None]]) -> None:
    found = understand(question, no_model)

    assert [(one.kind, one.party) for one in found] == asked


@pytest.mark.parametrize(
    ("question", "texts", "labels"),
    [
        (
            "中国和美国对人工智能有什么不同看法？",
            ["中国对人工智能有什么看法？", "美国对人工智能有什么看法？"],
            ["中国", "美国"],
        ),
        (
            "关于芯片，中美双方的态度如何？",
            ["关于芯片，中国的态度如何？", "关于芯片，美国的态度如何？"],
            ["中国", "美国"],
        ),
        (
            "中国的计划与美国的有什么区别？",
            ["中国的计划有什么区别？", "计划与美国的有什么区别？"],
            ["中国", "美国"],
        ),
        ("谁发言了？什么时候？", ["谁发言了？", "谁发言了，什么时候？"], ["谁发言了？", "什么时候？"]),
        (
            "新规定涉及什么，何时生效？",
            ["新规定涉及什么", "新规定涉及什么，何时生效？"],
            ["新规定涉及什么", "何时生效？"],
        ),
    ],
)
def test_understood_gives_each_thing_words_that_can_be_searched(
    question: str, texts: list[str], labels: list[str]
) -> None:
    found = understood(question, CHINESE)

    assert [one.text for one in found] == texts
    assert [one.label for one in found] == labels


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("您好，请问桥有多长？", "桥有多长？"),
        ("麻烦你告诉我桥有多长", "桥有多长"),
        ("请用一句话回答：桥有多长？", "桥有多长？"),
        ("根据这些文章，桥有多长？谢谢！", "桥有多长"),
        ("我想知道桥有多长。", "桥有多长。"),
        ("请问", "请问"),
        ("请愿书是谁写的？", "请愿书是谁写的？"),
    ],
)
def test_without_politeness_leaves_what_is_asked(question: str, rest: str) -> None:
    assert without_politeness(question, CHINESE) == rest


@pytest.mark.parametrize(
    "question", ["日本は半導体について何と言っていますか？", "日本のGDPはいくらですか？", "한국의 GDP는?"]
)
def test_understand_no_kind_is_told_of_a_language_without_lexicons(question: str) -> None:
    assert [one.kind for one in understand(question, no_model)] == [None]


GERMAN = r"""
[said_before_a_question]
about = "Politeness before a question."
pattern = '(?:bitte[,:]?\ |sag\ mir[,:]?\ )+'

[said_after_a_question]
about = "Politeness behind a question."
pattern = '[,.?]?\ danke[.!]?'

[kinds]
about = "Kinds and what asks for them."
values = { contrast = "asks_for_a_contrast", date = "asks_when", position = "asks_for_a_view", cause = "asks_why" }

[asks_for_a_contrast]
about = "Asks for differences."
words = "unterschied unterscheiden"

[asks_when]
about = "Asks for a date."
pattern = '\bwann\b'

[asks_for_a_view]
about = "Asks for a view."
pattern = '\b(?:meint|hält)\b'

[asks_why]
about = "Asks for a cause."
words = "warum weshalb wieso"

[asks_another_thing]
about = "Where the next question begins."
pattern = '(?<=\?)\s+|,?\s+und\s+(?=wann|warum)'

[names_what_was_named]
about = "Points back."
words = "es das"

[between_parts]
about = "Joins two questions."
phrases = [" und "]

[no_topic]
about = "Asking words."
pattern = '\b(?:{asks_why}|wann|wurde)\b|[?,.]'

[joins_parties]
about = "Joins names."
words = "und"

[asked_of_each]
about = "Says that each is asked."
words = "jeweils"
"""


def test_understood_another_language_is_data(tmp_path: Path) -> None:
    (tmp_path / "questions.toml").write_text(GERMAN, encoding="utf-8")
    german = Language(tmp_path, "de")

    found = understood("Bitte sag mir, wann wurde die Brücke gebaut und warum? Danke!", german)

    assert [(one.text, one.kind) for one in found] == [
        ("wann wurde die Brücke gebaut", QuestionKind.DATE),
        ("wann wurde die Brücke gebaut und warum", QuestionKind.CAUSE),
    ]
    assert kind_by_lexicons("Wo ist sie?", german) is None
