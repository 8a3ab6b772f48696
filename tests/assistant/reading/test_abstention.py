from dataclasses import fields, replace

import pytest

from assistant.query.decompose import SubQuestion
from assistant.reading.abstention import NO_SIGNALS, Signals, measure_signals, names_met
from assistant.reading.calibration import Logistic, shipped_calibration
from assistant.reading.reader import ReadResult
from tests.assistant.evidence import make_article, make_evidence, make_hit

STRONG = Signals(support=0.5, answers=0.3, meaning=0.9, sentence=0.9, words=1.0, names=1.0, attributed=1.0)


def probability(signals: Signals) -> float:
    return shipped_calibration().answerability.probability(signals.by_name())


@pytest.mark.parametrize("name", [field.name for field in fields(Signals)])
def test_abstention_probability_never_falls_with_a_stronger_signal(name: str) -> None:
    weaker = replace(STRONG, **{name: -0.1})
    assert probability(weaker) <= probability(STRONG)


@pytest.mark.parametrize("operating_point", ["eager", "balanced", "cautious"])
def test_abstention_operating_points_lie_between_nothing_found_and_a_perfect_match(operating_point: str) -> None:
    threshold = shipped_calibration().thresholds[operating_point]
    assert probability(NO_SIGNALS) < threshold < probability(STRONG)


def test_abstention_operating_points_ask_for_more_and_more() -> None:
    thresholds = shipped_calibration().thresholds
    assert thresholds["eager"] < thresholds["balanced"] <= thresholds["cautious"]


def test_abstention_probability_is_the_logistic_of_the_weighted_signals() -> None:
    fitted = Logistic({"meaning": 2.0}, intercept=-1.0)
    assert fitted.probability({"meaning": 0.5, "words": 9.0}) == pytest.approx(0.5)


def test_abstention_probability_of_an_extreme_signal_is_certain_and_no_overflow() -> None:
    assert Logistic({"support": 1e9}, 0.0).probability({"support": -1.0}) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where did Ida Brandt work?", 1),  # named in the passage
        ("Who mended Brandt's ferry in Aarhus?", 1),  # in the title
        ("Where did Jon Moe work?", 0),
        ("What did Ida Moe say?", 0.5),
        ("When did she retire?", 1),  # nobody is named
        ("Moe retired. When?", 1),  # the first word of a question is a name or not
    ],
)
def test_abstention_names_met_is_the_share_of_the_names_asked_about(question: str, expected: float) -> None:
    article = make_article("Ida Brandt drew the bridge. She retired.", title="Aarhus mourns")
    evidence = make_evidence("She retired.", article)
    assert names_met(SubQuestion(question, question), evidence) == expected


def test_abstention_names_met_looks_no_further_than_the_beginning_and_the_passage() -> None:
    article = make_article(f"She retired. {'The bridge stands. ' * 100}Jon Moe paid.")
    near, far = make_evidence("She retired.", article), make_evidence("Jon Moe paid.", article)
    asked = SubQuestion("What became of Jon Moe?", "What became of Jon Moe?")
    beginning = replace(near, hit=make_hit(article, 0, 12))
    end = replace(far, hit=make_hit(article, len(article.text) - 13))
    assert (names_met(asked, beginning), names_met(asked, end)) == (0, 1)


def test_abstention_measure_signals_knows_only_the_nearest_meaning_without_evidence() -> None:
    hit = make_evidence("Nobody came.", make_article("Nobody came.")).hit
    read = ReadResult(hits=(hit,), signals={hit.passage.id: {}})
    signals = measure_signals(SubQuestion("who came?", "who came?"), read, lambda terms: dict.fromkeys(terms, 1.0))
    assert signals == replace(NO_SIGNALS, meaning=hit.scores.dense)
