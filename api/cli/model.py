"""`assistant model check`: the language model that writes answers, if one is configured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from api.cli.options import AsJson
from api.cli.terminal import one_line, say, say_json

if TYPE_CHECKING:
    from assistant.language_models.model_check import ModelCheck
    from assistant.settings import ModelOptions

app = typer.Typer(help="Try the language model that is configured.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def model() -> None:
    """Try the language model that is configured."""


@app.command("check")
def check(as_json: AsJson = False) -> None:
    """Say which language model is configured, whether it answers, how fast, and how an answer of its is verified."""
    from dataclasses import asdict

    from assistant.language_models.load import load_language_model
    from assistant.language_models.model_check import check_model
    from assistant.settings import load_settings

    options = load_settings().model
    language_model = load_language_model(options)
    if language_model is None:
        if as_json:
            say_json({"configured": False})
        else:
            say("No language model is configured: answers are quotes. Set ASSISTANT_MODEL__NAME or __BASE_URL.")
        return
    found = check_model(language_model, options)
    if as_json:
        say_json({"configured": True, "name": language_model.name, **asdict(found)})
    else:
        say("\n".join(_lines(language_model.name, options, found)))


def _lines(name: str, options: ModelOptions, found: ModelCheck) -> Iterator[str]:
    yield f"model:             {one_line(name)}{' at your base URL' if options.base_url else ''}"
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
