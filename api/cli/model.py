"""`assistant model check`: the language model that writes answers, if one is configured, and the one that judges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson
from api.cli.terminal import one_line, say, say_json

if TYPE_CHECKING:
    from assistant.groundedness.measured_judge import JudgeMeasurement
    from assistant.language_models.model_check import ModelCheck
    from assistant.settings import ChatOptions, Settings

app = typer.Typer(help="Try the language model that is configured.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def model() -> None:
    """Try the language model that is configured."""


@app.command("check")
def check(
    only_judge: Annotated[
        bool, typer.Option("--judge", help="Measure it as a judge only, and do not have it write an answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which language model is configured, whether it answers, how fast, and how an answer of its is verified.

    Then measure it as a judge, or the second model that is set to judge: on 200 written claims, about 20 requests. Only
    one that is wrong at most once in 20 calls is admitted; the service knows when it starts.
    """
    from assistant.settings import load_settings

    settings = load_settings()
    if not (settings.model.is_configured or as_json):
        say("No language model is configured: answers are quotes. Set ASSISTANT_MODEL__NAME or __BASE_URL.")
    tried = {} if only_judge else _try_writing(settings, as_json)
    judge = _measure_judge(settings, as_json) if settings.judging.is_configured else None
    if as_json:
        say_json({"configured": settings.model.is_configured, **tried, "judge": judge})


def _try_writing(settings: Settings, as_json: bool) -> dict[str, object]:
    """Have the model write an answer, say what became of it unless it is told `as_json`, and return that."""
    from dataclasses import asdict

    from assistant.language_models.load import load_language_model
    from assistant.language_models.model_check import check_model

    language_model = load_language_model(settings.model)
    if language_model is None:
        return {}
    found = check_model(language_model, settings.model)
    if not as_json:
        say("\n".join(_lines(language_model.name, settings.model, found)))
        say()
    return {"name": language_model.name, **asdict(found)}


def _lines(name: str, options: ChatOptions, found: ModelCheck) -> Iterator[str]:
    yield f"model:             {_called(name, options)}"
    yield f"held to a schema:  {'yes' if found.follows_schemas else 'no, asked for text with markers'}"
    yield f"first word after:  {found.seconds_to_first_piece:.2f} s"
    yield f"then:              {found.pieces_a_second:.0f} pieces a second"
    yield ""
    yield f"Asked: {found.question}"
    for number, text in enumerate(found.evidence, start=1):
        yield f"  [{number}] {text}"
    yield f"It wrote, in {found.answer_seconds:.1f} s:"
    for sentence in found.sentences:
        yield f"  {sentence.verdict + ':':<11}{one_line(sentence.text)}"
    if not any(sentence.verdict != "left out" for sentence in found.sentences):
        yield "Nothing of it stands: an asker would get quotes instead."


def _called(name: str, options: ChatOptions) -> str:
    return f"{one_line(name)}{' at your base URL' if options.base_url else ''}"


def _measure_judge(settings: Settings, as_json: bool) -> dict[str, object]:
    """Measure the model that judges, keep the outcome, say it unless it is told `as_json`, and return it."""
    from dataclasses import asdict

    from api.cli.progress import showing_progress
    from assistant.groundedness.judge_record import keep_measurement
    from assistant.groundedness.measured_judge import measure_judge
    from assistant.language_models.language_model import TimeLimits
    from assistant.language_models.load import load_language_model

    options = settings.judging
    judging = load_language_model(options)
    assert judging is not None
    limits = TimeLimits(settings.judge.first_seconds, settings.judge.whole_seconds)
    with showing_progress() as show:
        found = measure_judge(judging, options.address, limits, lambda done, of: show("judging claims", done, of))
    keep_measurement(found, settings.data_folder)
    if not as_json:
        say("\n".join(_judge_lines(_called(found.model, options), found)))
    told = asdict(found) | {"measured_on": found.measured_on.isoformat()}
    wrong = {"wrong_among_supported": found.error.wrong_among_supported, "interval": list(found.interval)}
    return {**told, **wrong, "kept": found.error.kept, "admitted": found.is_admitted}


def _judge_lines(called: str, found: JudgeMeasurement) -> Iterator[str]:
    low, high = found.interval
    yield f"judge:             {called}"
    yield f"called supported:  {found.right_supported} of {found.right} right claims"
    yield f"                   {found.wrong_supported} of {found.wrong} wrong claims"
    if found.supported:
        yield (
            f"so, wrong:         {found.error.wrong_among_supported:.1%} of what it calls supported "
            f"(95 % interval: {low:.1%} to {high:.1%}; at most 5% may be)"
        )
    yield f"could not tell:    {found.unsure}"
    if found.is_admitted:
        yield f"operating point:   {found.operating_point:g}"
        yield "Admitted: it judges what a language model writes, from the next start of the service on."
    else:
        yield f"Not admitted, since {_why_not(found)}: the small model goes on judging alone."


def _why_not(found: JudgeMeasurement) -> str:
    from assistant.groundedness.measured_judge import FEWEST_SUPPORTED

    if found.supported < FEWEST_SUPPORTED:
        return f"it called only {found.supported} claims supported, too few to tell"
    return "it is wrong too often"
