"""A conversation from a file, as HTTP takes it."""

from __future__ import annotations

from pathlib import Path

import typer
from pydantic import TypeAdapter, ValidationError

from api.http.request_bodies import History
from assistant.conversation.rewriter import Message


def read_history(file: Path) -> tuple[Message, ...]:
    """Return the messages in `file`, oldest first. A file of another shape is wrong usage, told in one sentence."""
    try:
        messages = TypeAdapter(History).validate_json(file.read_bytes())
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}.", param_hint="--history") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = " in message " + str(int(first["loc"][0]) + 1) if first["loc"] else ""
        raise typer.BadParameter(
            f"{file} holds no conversation: {first['msg']}{place}.", param_hint="--history"
        ) from None
    return tuple(message.as_message() for message in messages)
