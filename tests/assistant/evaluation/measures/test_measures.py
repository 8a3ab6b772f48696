"""What all measures have in common."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.errors import BadGate
from assistant.evaluation.measures import MEASURES, measure_named
from assistant.evaluation.measures.measure import Unit
from assistant.evaluation.scoring import figures
from tests.assistant.evaluation.builders import cited, found, gold, predicted, scored

Pairs = list[tuple[dict[str, Any], dict[str, Any]]]

BOUNDS = {Unit.SHARE: (0.0, 1.0), Unit.GAIN: (-1.0, 1.0), Unit.WORDS: (0.0, 1e6), Unit.MILLISECONDS: (0.0, 1e9)}

short_texts = st.sampled_from(["", "Li Qiang", "He warned of monopolies.", "The fair. It was full! 13", "🦊"])
doc_ids = st.sampled_from(["a", "b", "c"])
offsets = st.integers(0, 9)
evidence = st.fixed_dictionaries({"doc_id": doc_ids, "text": short_texts, "start": st.none() | offsets})
citations = st.builds(
    lambda quote, doc_id, start: cited(quote, doc_id, start, answer_start=0, answer_end=9),
    short_texts,
    doc_ids,
    offsets,
)
golds = st.fixed_dictionaries(
    {},
    optional={
        "answers": st.lists(short_texts, max_size=2),
        "answerable": st.booleans(),
        "evidence": st.lists(evidence, max_size=3),
        "type": st.sampled_from(["attribution", "conflict", "date"]),
        "wrong_answers": st.lists(short_texts, max_size=2),
        "has_conflict": st.booleans(),
    },
)
predictions = st.fixed_dictionaries(
    {"answer": short_texts},
    optional={
        "status": st.sampled_from(["answered", "partial", "no_answer", "failed"]),
        "short": short_texts,
        "confidence": st.floats(0, 1),
        "citations": st.lists(citations, max_size=3),
        "retrieved": st.lists(doc_ids, max_size=6).map(lambda ids: found(*ids)),
        "timings_ms": st.fixed_dictionaries({"total": st.floats(0, 1e6)}),
        "conflicts": st.integers(0, 2),
        "without_history": st.just({"id": "alone", "answer": "Li Qiang", "retrieved": found("b")}),
    },
)


@given(st.lists(st.tuples(golds, predictions), max_size=6))
def test_measures_every_figure_is_within_its_bounds_or_says_why_there_is_none(pairs: Pairs) -> None:
    scores = scored(
        [gold(f"q{at}", **fields) for at, (fields, _) in enumerate(pairs)],
        [predicted(f"q{at}", **fields) for at, (_, fields) in enumerate(pairs)],
    )

    found_figures = figures(scores)

    assert list(found_figures) == [measure.name for measure in MEASURES]
    for measure in MEASURES:
        figure = found_figures[measure.name]
        if figure.value is None:
            assert figure.reason
            continue
        lowest, highest = BOUNDS[measure.unit]
        assert lowest <= figure.value <= highest
        assert 1 <= figure.n <= len(pairs)
        if figure.low is not None and figure.high is not None:
            assert lowest <= figure.low <= figure.value <= figure.high <= highest


@given(st.lists(st.tuples(golds, predictions), min_size=1, max_size=5), st.randoms())
def test_measures_the_order_of_the_questions_does_not_matter(pairs: Pairs, random: Random) -> None:
    questions = [gold(f"q{at}", **fields) for at, (fields, _) in enumerate(pairs)]
    answers = [predicted(f"q{at}", **fields) for at, (_, fields) in enumerate(pairs)]
    shuffled = list(questions)
    random.shuffle(shuffled)

    one, other = figures(scored(questions, answers)), figures(scored(shuffled, answers))

    assert {name: figure.value for name, figure in one.items()} == {
        name: figure.value if figure.value is None else pytest.approx(figure.value) for name, figure in other.items()
    }


def test_measures_every_measure_has_a_name_of_its_own_and_says_what_it_is() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert all("\n" not in measure.description and measure.description.endswith(".") for measure in MEASURES)
    assert all(measure.source for measure in MEASURES)


def test_measures_an_unknown_measure_is_told_with_the_nearest_names() -> None:
    with pytest.raises(BadGate, match=r"no measure ndgc@10; the nearest: ndcg@10"):
        measure_named("ndgc@10")
    with pytest.raises(BadGate, match=r"no measure zzz; see --list-measures"):
        measure_named("zzz")
