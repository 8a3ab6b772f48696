"""`assistant evaluate GOLD` and `assistant evaluate compare OLD NEW`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.options import AsJson, Ray
from api.cli.progress import Progress, showing_progress
from api.cli.terminal import one_line, say, say_json, tell
from api.problems import ROOM_ERRORS, ExitCode

if TYPE_CHECKING:
    from assistant.evaluation.evaluate import Evaluation, RunOptions
    from assistant.evaluation.gates import Limit
    from assistant.evaluation.gold import Gold, GoldQuestion
    from assistant.evaluation.predictions import Prediction
    from assistant.evaluation.run_folder import FinishedRun
    from assistant.groundedness.judge import ClaimJudge

_STOPPED = "Stopped. What was answered is kept; the same command goes on from there."
_STEP = "asking"


class _RunByDefault(TyperGroup):
    """Takes `evaluate GOLD` as `evaluate run GOLD`: a first argument that names no command is what to run on."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_named = not args or args[0] in self.commands or args[0] == "--help"
        return super().parse_args(ctx, args if is_named else ["run", *args])


app = typer.Typer(
    cls=_RunByDefault,
    help="Measure answers on gold questions: `evaluate GOLD` is short for `evaluate run GOLD`.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Gates = Annotated[
    str,
    typer.Option(
        metavar="LIMITS",
        help="Leave with 1 when a figure is worse than its limit: ndcg@10=0.85,citation.validity=1",
    ),
]


def _list_measures(wanted: bool) -> None:
    if wanted:
        from api.cli.show_evaluation import measure_lines

        for line in measure_lines():
            say(line)
        raise typer.Exit(ExitCode.DONE)


@app.command("run")
def run(
    gold: Annotated[
        Path,
        typer.Argument(metavar="GOLD", help="Questions: .jsonl, .csv (question, answer), BEIR folder, TREC topics."),
    ],
    corpus: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Ask about these articles, not those of the data folder.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Ask the server at this address.")] = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ask nobody: score what some system has predicted.")
    ] = None,
    qrels: Annotated[Path | None, typer.Option(metavar="FILE", help="Relevance judgements of TREC topics.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of this run.", show_default="below evaluations/")
    ] = None,
    slice_by: Annotated[
        list[str] | None, typer.Option("--slice", metavar="FIELD", help="Also slice by this field; may be repeated.")
    ] = None,
    judge: Annotated[
        bool,
        typer.Option(
            "--judge",
            help="Have the language model judge what answers say, once `assistant model check` has admitted it.",
        ),
    ] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out bad gold lines.")] = False,
    ray: Ray = None,
    fail_under: Gates = "",
    fail_if_worse_than: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Leave with 1 when a measure is significantly worse than in this run."),
    ] = None,
    as_json: AsJson = False,
    list_measures: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--list-measures", callback=_list_measures, is_eager=True, help="List all measures.")
    ] = False,
) -> None:
    """Put gold questions to the assistant, score the answers and write a report.

    A run that was stopped goes on when the same command is given again. Leaves with 0 when all limits are kept,
    1 when one is not, and 2 when it could not run.
    """
    with _leaving_with_2():
        from assistant.evaluation.evaluate import RunOptions
        from assistant.evaluation.gates import parse_limits
        from assistant.evaluation.read_gold import read_gold
        from assistant.evaluation.run_folder import load_run

        _only_one_of(url=url, predictions=predictions)
        _only_one_of(url=url, corpus=corpus)
        _only_one_of(url=url, ray=ray)
        _only_one_of(predictions=predictions, ray=ray)
        limits = parse_limits(fail_under)
        baseline = load_run(fail_if_worse_than) if fail_if_worse_than else None
        wanted = RunOptions(out, tuple(slice_by or ()), _admitted_judge() if judge else None)
        done = _evaluate(read_gold(gold, qrels, skip_bad), wanted, corpus, url, predictions, ray)
        _show(done, as_json)
        complaints = _complaints(done, limits, baseline)
    for complaint in complaints:
        tell(complaint)
    if complaints:
        raise typer.Exit(ExitCode.SOME_LEFT_OUT)


@app.command("compare")
def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Folder of a run.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Folder of another run of the same questions.")],
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write the report.", show_default="compare-OLD.html in NEW"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs question by question: what differs, and whether that can be chance."""
    with _leaving_with_2():
        from api.cli.show_evaluation import comparison_body, comparison_lines
        from assistant.evaluation.compare import compare_runs
        from assistant.evaluation.report.compare_report import compare_report
        from assistant.evaluation.run_folder import load_run

        before, after = load_run(old), load_run(new)
        comparisons = compare_runs(before, after)
        file = html or new / f"compare-{before.name}.html"
        file.write_text(compare_report(before, after, comparisons), encoding="utf-8")
        if as_json:
            say_json(comparison_body(before, after, comparisons))
            return
        for line in comparison_lines(before, after, comparisons):
            say(line)
        say(f"Report: {file}")


def _admitted_judge() -> ClaimJudge:
    """Return the language model that was admitted as a judge. Raises `BadSettings` where there is none."""
    from assistant.errors import BadSettings
    from assistant.groundedness.judge import shipped_judge
    from assistant.groundedness.language_model_judge import admitted_judge
    from assistant.language_models.load import load_language_model
    from assistant.settings import load_settings

    settings, small = load_settings(), shipped_judge()
    judge = admitted_judge(settings, load_language_model(settings.judging), small)
    if judge is small:
        raise BadSettings("No language model was admitted as a judge; configure one and run assistant model check.")
    return judge


def _evaluate(
    gold: Gold, wanted: RunOptions, corpus: Path | None, url: str | None, predictions: Path | None, ray: str | None
) -> Evaluation:
    if predictions:
        return _score(gold, wanted, predictions, corpus)
    try:
        with showing_progress() as progress:
            return _ask_server(gold, wanted, url, progress) if url else _ask_here(gold, wanted, corpus, ray, progress)
    except KeyboardInterrupt:
        tell(_STOPPED)
        raise


def _score(gold: Gold, wanted: RunOptions, predictions: Path, corpus: Path | None) -> Evaluation:
    from assistant.evaluation.documents import find_in_path
    from assistant.evaluation.evaluate import evaluate_predictions

    return evaluate_predictions(gold, predictions, find_in_path(corpus) if corpus else None, wanted)


def _ask_server(gold: Gold, wanted: RunOptions, url: str, progress: Progress) -> Evaluation:
    from assistant.evaluation.evaluate import evaluate
    from assistant.evaluation.over_http import HttpAsker
    from assistant.settings import load_settings

    asker = HttpAsker(url, load_settings().evaluating.api_key)
    return evaluate(gold, asker, wanted, on_answer=_Listener(progress))


def _ask_here(gold: Gold, wanted: RunOptions, corpus: Path | None, ray: str | None, progress: Progress) -> Evaluation:
    from assistant.ask import Assistant
    from assistant.evaluation.corpus_folder import prepare
    from assistant.evaluation.evaluate import evaluate
    from assistant.evaluation.in_process import AssistantAsker
    from assistant.settings import load_settings

    settings, embedded = load_settings(), None
    if corpus:
        settings, embedded = prepare(settings, corpus, progress)
    with Assistant.open(settings) as assistant:
        asker, listener = AssistantAsker(assistant, settings), _Listener(progress)
        if ray is None:
            assistant.warm_up()
            return evaluate(gold, asker, wanted, embedded, listener)
        from assistant.evaluation.on_ray import predict_on  # it needs an extra

        return evaluate(gold, asker, wanted, embedded, listener, partial(predict_on, ray, settings))


class _Listener:
    """Shows progress and how it looks so far."""

    def __init__(self, progress: Progress) -> None:
        from assistant.evaluation.progress import RunningScores

        self._progress = progress
        self._scores = RunningScores()

    def __call__(self, done: int, total: int, question: GoldQuestion, prediction: Prediction) -> None:
        self._scores.add(question, prediction)
        self._progress(_STEP, done, total, str(self._scores))


def _show(done: Evaluation, as_json: bool) -> None:
    from api.cli.show_evaluation import evaluation_lines

    for warning in done.metrics["warnings"]:
        tell(one_line(f"Warning: {warning}"))
    if as_json:
        say_json(dict(done.metrics))
        return
    for line in evaluation_lines(done.metrics):
        say(line)
    say(f"Report: {done.folder / 'report.html'}")


def _complaints(done: Evaluation, limits: list[Limit], baseline: FinishedRun | None) -> list[str]:
    from assistant.evaluation.compare import compare_runs
    from assistant.evaluation.gates import missed, steps_back
    from assistant.evaluation.run_folder import load_run

    complaints = missed(limits, done.metrics["measures"])
    return complaints + (steps_back(compare_runs(baseline, load_run(done.folder))) if baseline else [])


def _only_one_of(**options: object) -> None:
    given = [f"--{name}" for name, value in options.items() if value]
    if len(given) > 1:
        raise typer.BadParameter(f"{' and '.join(given)} cannot be given together.")


@contextmanager
def _leaving_with_2() -> Iterator[None]:
    """Leave with 2 for whatever keeps an evaluation from running; a figure that is too low is 1."""
    try:
        yield
    except ROOM_ERRORS as error:
        for line in str(error).splitlines():
            tell(one_line(line))
        raise typer.Exit(ExitCode.BAD_INPUT) from None
