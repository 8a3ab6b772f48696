"""Refusals of what a request asks for and this service does not do: 400, with a sentence for whoever sent it.

A sentence is fixed but for numbers of ours: nothing that was sent comes back in it.
"""

from __future__ import annotations

from fastapi.exceptions import RequestValidationError
from pydantic_core import PydanticCustomError

from api.problems import UNSUPPORTED


def unsupported(sentence: str) -> PydanticCustomError:
    """Return what a validator raises for the value of its field; `sentence` ends without a full stop."""
    return PydanticCustomError(UNSUPPORTED.code, sentence)


def unsupported_field(field: str, sentence: str) -> RequestValidationError:
    """Return what a route raises for a field whose value it cannot do; `sentence` ends without a full stop."""
    return RequestValidationError([{"type": UNSUPPORTED.code, "loc": ("body", field), "msg": sentence}])
