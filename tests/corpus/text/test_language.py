from __future__ import annotations

import pytest

from corpus.text.language import detect_language, likely_language, primary_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The harbour master said that the repair of the crane would take nine days.", "en"),
        ("Der Hafenmeister sagte, die Reparatur des Krans werde neun Tage dauern.", "de"),
        ("Le capitaine du port a déclaré que la réparation prendrait neuf jours.", "fr"),
        (
            "港务局长周三表示，起重机的维修工作需要九天时间，渡轮仍将按照时刻表运行，渔船不受任何影响，商人们抱怨水果正在腐烂。",
            "zh",
        ),
    ],
)
def test_language_of_a_sentence_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("渡轮几点开？", "zh"),
        ("OpenAI 何时发布 GPT-5？", "zh"),
        ("谁是 Joe Biden？", "zh"),
        ("Who is 王海?", "en"),
        ("いつ開港しましたか", "ja"),
        ("東京電力、賠償金支払いを開始", "ja"),
        ("항구는 언제?", "ko"),
        ("Wann begann der Bau?", "de"),
        ("Was übersetzte sie?", "de"),
        ("¿Quién lo construyó?", "es"),
        ("cuando empezo la guerra", "es"),
        ("Qui a construit le pont ?", "fr"),
        ("Was Tesla born in Serbia?", "en"),
        ("What did von der Leyen say in Berlin?", "en"),
        ("Who founded 字节跳动 in 2012?", "en"),
        ("semiconductors", "en"),
        ("", "en"),
    ],
)
def test_language_of_a_short_question_is_told(text: str, language: str) -> None:
    assert likely_language(text) == language


@pytest.mark.parametrize("text", ["", "Hello", "42 1999 2025 7", "?" * 500])
def test_language_too_little_text_has_no_language(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("zh_Hans_CN", "zh"),
        (" de ", "de"),
        ("English", None),
        ("", None),
    ],
)
def test_language_tag_is_reduced_to_its_language(tag: str, language: str | None) -> None:
    assert primary_language(tag) == language
