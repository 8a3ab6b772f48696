"""The examples of docs/evaluation.md are what the program reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

from assistant.evaluation.gates import parse_limits
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.predictions import Prediction

PAGE = (Path(__file__).parents[3] / "docs" / "evaluation.md").read_text(encoding="utf-8")
GOLD, WITH_NUGGETS, PREDICTION = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))


def test_documentation_the_gold_example_is_a_gold_question() -> None:
    question = GoldQuestion.model_validate(GOLD)

    assert question.model_extra == {"type": "single_fact"}
    assert question.evidence[0].text == PREDICTION["citations"][0]["quote"]


def test_documentation_the_example_with_nuggets_is_a_gold_question() -> None:
    question = GoldQuestion.model_validate(WITH_NUGGETS)

    assert question.model_fields_set == {"id", "question", "verdict", "parties", "nuggets", "forbidden"}
    assert [nugget.id for nugget in question.nuggets if nugget.vital] == ["n1"]


def test_documentation_the_prediction_example_is_a_prediction() -> None:
    prediction = Prediction.model_validate(PREDICTION)

    assert set(PREDICTION) == prediction.model_fields_set
    assert len(prediction.citations[0].quote) == prediction.citations[0].end


def test_documentation_the_limits_in_the_example_can_be_kept() -> None:
    [example] = re.findall(r'--fail-under "(.*?)"', PAGE)

    assert [limit.measure.name for limit in parse_limits(example)] == ["ndcg@10", "citation.validity"]
