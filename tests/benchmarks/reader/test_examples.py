import json
import random
from pathlib import Path

import pytest

from assistant.evaluation.text import tokens
from benchmarks.reader.examples import FILES, Example, read_examples

PARAGRAPHS = {
    "Aldermoor": [
        "Ida Brandt built the older bridge of Aldermoor in 1871. It is closed to lorries. Boats pass below it.",
        "The newer bridge of Aldermoor was opened in 2019. It carries 12,000 vehicles a day. Lorries may use it.",
    ],
    "Rye_bread": [
        "Rye bread needs flour, water and salt. It is baked for two hours. Bakers in Denmark add seeds.",
        "White bread is baked for forty minutes. Most bakers add yeast. It keeps for two days.",
    ],
}
QUESTIONS = {
    "Who built the older bridge of Aldermoor?": "Ida Brandt",
    "How many vehicles use the newer bridge?": "12,000",
    "How long is Rye bread baked?": "two hours",
    "What do most bakers add to White bread?": "yeast",
}


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    data = [
        {"title": title, "paragraphs": [{"context": text, "qas": list(_asked(text))} for text in texts]}
        for title, texts in PARAGRAPHS.items()
    ]
    for name in FILES:
        (tmp_path / name).write_text(json.dumps({"data": data}), encoding="utf-8")
    return tmp_path


def _asked(text: str) -> list[dict]:
    return [
        {"question": question, "id": question, "answers": [{"text": answer, "answer_start": text.index(answer)}]}
        for question, answer in QUESTIONS.items()
        if answer in text
    ]


def all_examples(bench: Path) -> list[Example]:
    return [example for seed in range(20) for example in read_examples(bench, seed)]


def test_examples_every_question_is_asked_where_its_answer_stands(bench: Path) -> None:
    answered = [example for example in read_examples(bench, 0) if example.answers]
    assert {example.question for example in answered} == set(QUESTIONS)
    for example in answered:
        assert {example.passage[start:end] for start, end in example.answers} == {QUESTIONS[example.question]}


def test_examples_what_has_no_answer_does_not_hold_it(bench: Path) -> None:
    unanswered = [example for example in all_examples(bench) if not example.answers and example.question in QUESTIONS]
    assert unanswered
    for example in unanswered:
        answer = " ".join(tokens(QUESTIONS[example.question]))
        assert f" {answer} " not in f" {' '.join(tokens(example.passage))} "


def test_examples_a_question_that_was_changed_has_no_answer(bench: Path) -> None:
    changed = [example for example in all_examples(bench) if example.question not in QUESTIONS]
    assert changed
    assert not any(example.answers for example in changed)


def test_examples_a_seed_always_makes_the_same_examples(bench: Path) -> None:
    assert read_examples(bench, 1) == read_examples(bench, 1)
    assert read_examples(bench, 1) != read_examples(bench, 2)


def test_examples_a_long_passage_is_cut_around_its_answer_between_sentences(bench: Path) -> None:
    from benchmarks.reader.examples import _window

    filler = "A sentence about nothing in particular stands here. " * 30
    passage = f"{filler}Ida Brandt built it. {filler}".strip()
    start = passage.index("Ida Brandt")
    for seed in range(10):
        cut = _window(Example("Who?", "", passage, ((start, start + 10),)), random.Random(seed))
        assert len(cut.passage) < len(passage)
        assert [cut.passage[a:b] for a, b in cut.answers] == ["Ida Brandt"]
        assert cut.passage[0].isupper()
        assert cut.passage.endswith(".")
