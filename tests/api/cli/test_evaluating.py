from __future__ import annotations

import csv
import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from assistant.evaluation.measures import MEASURES
from tests.api.cli.conftest import Command, Finished

REPOSITORY = Path(__file__).parents[3]
GOLD, ARTICLES = REPOSITORY / "corpus" / "gold.jsonl", REPOSITORY / "corpus" / "articles"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Every sixteenth sample question: some of many types."""
    with GOLD.open(encoding="utf-8") as lines:
        chosen = list(islice(lines, 0, None, 16))
    (tmp_path / "some.jsonl").write_text("".join(chosen), encoding="utf-8")
    return tmp_path / "some.jsonl"


@pytest.fixture
def evaluate(with_samples: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Finished]:
    """Run `assistant evaluate ARGUMENTS` on the sample articles, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: with_samples("evaluate", *arguments)


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_evaluate_a_run_writes_predictions_metrics_exports_and_a_report(
    evaluate: Callable[..., Finished], gold: Path, tmp_path: Path
) -> None:
    done = evaluate(gold, "--out", tmp_path / "run")

    assert done.code == 0, done.err
    assert "ndcg@10" in done.out
    assert "asking: 8 of 8  ndcg@10" in done.err
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["measures"]["citation.validity"]["value"] == 1.0
    assert metrics["warnings"] == []
    assert set(metrics["slices"]) >= {"type", "answerable", "follow_up"}
    assert len(lines_of(tmp_path / "run" / "predictions.jsonl")) == metrics["questions"] == 8
    written = {file.name for file in (tmp_path / "run").iterdir()}
    assert written >= {"report.html", "run.trec", "qrels.trec", "ragas.jsonl", "scores.jsonl"}


def test_evaluate_the_same_build_asked_twice_differs_in_nothing_but_times(
    evaluate: Callable[..., Finished], gold: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        assert evaluate(gold, "--out", tmp_path / name).code == 0

    one, two = (
        [{**line, "timings_ms": None} for line in lines_of(tmp_path / n / "predictions.jsonl")] for n in ("one", "two")
    )
    assert _without_times(one) == _without_times(two)
    done = evaluate("compare", tmp_path / "one", tmp_path / "two")
    assert done.code == 0
    assert "better" not in done.out
    assert "worse" not in done.out


def _without_times(predictions: list[dict[str, object]]) -> list[dict[str, object]]:
    for prediction in predictions:
        alone = prediction.get("without_history")
        if isinstance(alone, dict):
            alone.pop("timings_ms")
    return predictions


def test_evaluate_a_newcomers_two_column_table_needs_one_command(
    evaluate: Callable[..., Finished], tmp_path: Path
) -> None:
    with (tmp_path / "mine.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [
                ("question", "answer"),
                ("How many points does China's plan have?", "13"),
                ("Who is Li Qiang?", "official"),
            ]
        )

    done = evaluate("mine.csv")

    assert done.code == 0
    assert "answer.contains" in done.out
    assert "Report: evaluations/mine-" in done.out


def test_evaluate_without_articles_nothing_is_measured(
    assistant: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("question,answer\nWho?,Li\n")

    done = assistant("evaluate", "mine.csv")

    assert done.code == 2
    assert f"There are no articles in {tmp_path / 'data'}; add some with `assistant ingest PATH`" in done.err
    assert not (tmp_path / "evaluations").exists()


def test_evaluate_predictions_of_any_system_can_be_scored_without_asking(
    evaluate: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "q1", "question": "Who?", "answers": ["Li"]}\n')
    (tmp_path / "theirs.jsonl").write_text('{"id": "q1", "answer": "Li spoke."}\n{"id": "q9", "answer": "?"}\n')

    done = evaluate("gold.jsonl", "--predictions", "theirs.jsonl", "--out", "run", "--json")

    assert json.loads(done.out)["measures"]["answer.contains"]["value"] == 1.0
    assert "1 prediction for no gold question" in done.err


@pytest.mark.parametrize(
    ("limits", "code", "told"),
    [
        ("answer.contains=0.5", 0, ""),
        ("answer.contains=0.9", 1, "answer.contains is 0.5000, below 0.9."),
        ("ndcg@10=0", 1, "ndcg@10 has no value: no document is judged relevant."),
        ("ndgc@10=0.9", 2, "There is no measure ndgc@10; the nearest: ndcg@10"),
    ],
)
def test_evaluate_a_limit_that_is_not_kept_is_told_by_the_exit_code(
    evaluate: Callable[..., Finished], tmp_path: Path, limits: str, code: int, told: str
) -> None:
    (tmp_path / "gold.jsonl").write_text(
        '{"id": "q1", "question": "Who?", "answers": ["Li"]}\n{"id": "q2", "question": "Where?", "answers": ["Rome"]}\n'
    )
    (tmp_path / "theirs.jsonl").write_text('{"id": "q1", "answer": "Li spoke."}\n{"id": "q2", "answer": "Here."}\n')

    done = evaluate("gold.jsonl", "--predictions", "theirs.jsonl", "--out", "run", "--fail-under", limits)

    assert (done.code, told in done.err) == (code, True)


def scored(evaluate: Callable[..., Finished], folder: Path, name: str, answer: str) -> Finished:
    """A run of 40 questions that are all answered like this."""
    (folder / "gold.jsonl").write_text(
        "".join(f'{{"id": "q{n}", "question": "Who?", "answers": ["Li"]}}\n' for n in range(40))
    )
    (folder / f"{name}.jsonl").write_text("".join(f'{{"id": "q{n}", "answer": "{answer}"}}\n' for n in range(40)))
    return evaluate("gold.jsonl", "--predictions", f"{name}.jsonl", "--out", folder / name)


def test_evaluate_a_step_back_from_an_earlier_run_is_told_by_the_exit_code(
    evaluate: Callable[..., Finished], tmp_path: Path
) -> None:
    scored(evaluate, tmp_path, "good", "Li")
    worse = ("gold.jsonl", "--predictions", "bad.jsonl", "--out", "again", "--fail-if-worse-than", tmp_path / "good")
    scored(evaluate, tmp_path, "bad", "nobody")

    done = evaluate(*worse)

    assert done.code == 1
    assert "answer.contains fell back from 1.0000 to 0.0000: -1.0000, 95 % interval -1.0000 to -1.0000" in done.err


def test_evaluate_two_runs_are_compared_in_the_terminal_and_as_html(
    evaluate: Callable[..., Finished], tmp_path: Path
) -> None:
    scored(evaluate, tmp_path, "good", "Li")
    scored(evaluate, tmp_path, "bad", "nobody")

    done = evaluate("compare", tmp_path / "good", tmp_path / "bad")

    assert done.code == 0
    assert "answer.contains is worse in 40 questions:" in done.out
    assert (tmp_path / "bad" / "compare-good.html").exists()
    body = json.loads(evaluate("compare", tmp_path / "good", tmp_path / "bad", "--json").out)
    assert {one["verdict"] for one in body["comparisons"]} >= {"worse"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere.jsonl",), "does not exist"),
        (("empty.jsonl",), "holds no question"),
        (("bad.jsonl",), "bad.jsonl line 2: is not JSON"),
        (("good.jsonl", "--corpus", "nowhere"), "nowhere does not exist"),
        (("good.jsonl", "--url", "http://127.0.0.1:9"), "does not answer"),
        (("good.jsonl", "--url", "127.0.0.1"), "no address of a server"),
        (("good.jsonl", "--predictions", "nowhere.jsonl"), "nowhere.jsonl does not exist"),
        (("good.jsonl", "--fail-if-worse-than", "nowhere"), "holds no finished run"),
        (("good.jsonl", "--url", "http://x", "--predictions", "y"), "cannot be given together"),
        (("compare", "one", "two"), "holds no finished run"),
    ],
)
def test_evaluate_what_cannot_run_leaves_with_2_and_one_sentence(
    evaluate: Callable[..., Finished], tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "bad.jsonl").write_text('{"id": "q1", "question": "Who?"}\nno\n')
    (tmp_path / "good.jsonl").write_text('{"id": "q1", "question": "Who?"}\n')

    done = evaluate(*arguments)

    assert done.code == 2
    assert told in done.err
    assert "Traceback" not in done.err


def test_evaluate_bad_lines_can_be_skipped_and_are_warned_of(evaluate: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": "q1", "question": "Who?"}\nno\n')
    (tmp_path / "p.jsonl").write_text('{"id": "q1", "answer": "Li"}\n')

    done = evaluate("bad.jsonl", "--skip-bad", "--predictions", "p.jsonl", "--out", "run")

    assert done.code == 0
    assert "Warning: 1 bad gold line left out; the first: bad.jsonl line 2: is not JSON" in done.err


def test_evaluate_evidence_that_is_not_in_the_articles_is_counted(
    evaluate: Callable[..., Finished], tmp_path: Path
) -> None:
    (tmp_path / "gold.jsonl").write_text(
        '{"id": "q1", "question": "Who?", "evidence": [{"doc_id": "gone"}, {"doc_id": "gone too"}]}\n'
    )
    (tmp_path / "p.jsonl").write_text('{"id": "q1", "answer": "Li"}\n')

    done = evaluate("gold.jsonl", "--predictions", "p.jsonl", "--corpus", ARTICLES, "--out", "run")

    assert "Warning: 2 times evidence names a document that is not there; the first: q1, gone" in done.err


def test_evaluate_every_measure_is_listed_with_what_it_is(evaluate: Callable[..., Finished]) -> None:
    done = evaluate("--list-measures")

    assert done.code == 0
    assert all(f"{measure.description} ({measure.source})" in done.out for measure in MEASURES)


def test_evaluate_of_articles_of_ones_own_only_what_is_new_is_embedded(
    evaluate: Callable[..., Finished], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "data"))
    (tmp_path / "articles").mkdir()
    rome, oslo = (tmp_path / "articles" / name for name in ("rome.md", "oslo.md"))
    rome.write_text("---\ntitle: Fair\n---\n\nThe fair in Rome was opened by Ada Miller.\n")
    oslo.write_text("---\ntitle: Fair\n---\n\nThe fair in Oslo was opened by Per Holm.\n")
    (tmp_path / "gold.csv").write_text(
        "question,answer,source\nWho opened the fair in Rome?,Ada Miller,articles/rome.md\n"
    )

    first = evaluate("gold.csv", "--corpus", "articles", "--out", "first")
    (tmp_path / "articles" / ".DS_Store").write_bytes(b"\0\1")
    second = evaluate("gold.csv", "--corpus", tmp_path / "articles", "--out", "second")
    oslo.write_text("---\ntitle: Fair\n---\n\nThe fair in Oslo was opened by Eva Lind.\n")
    third = evaluate("gold.csv", "--corpus", "articles", "--out", "third")

    assert (first.code, second.code, third.code) == (0, 0, 0)
    assert "embedding: 2 so far" in first.err
    assert "embedding" not in second.err
    assert "embedding: 1 so far" in third.err
    assert len(list((tmp_path / "data" / "evaluation").iterdir())) == 1
    metrics = [json.loads((tmp_path / run / "metrics.json").read_text()) for run in ("first", "second", "third")]
    assert [one["measures"]["answer.contains"]["value"] for one in metrics] == [1.0, 1.0, 1.0]
    assert metrics[0]["cost"]["passages_per_second"] > 0
    assert metrics[1]["cost"]["passages_per_second"] is None
    contents = [one["run"]["system"]["articles"] for one in metrics]
    assert contents[0] == contents[1] != contents[2]
