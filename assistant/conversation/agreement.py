"""Verbs that agree in number with what was put in: "do they" becomes "does China"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.conversation.phrases import is_plural
from assistant.conversation.pointing import Pointer, PointerKind
from corpus.text.english import ENGLISH
from corpus.text.lexicons import alternation

PLURALS = ENGLISH.values("singular_verbs")
SINGULARS = {plural: singular for singular, plural in PLURALS.items()}
_LAST_VERB = re.compile(rf"\b(?P<verb>{alternation((*PLURALS, *SINGULARS))})(?P<rest>(?:n[’']t)?\s+)$", re.IGNORECASE)


def agreeing(before: str, pointer: Pointer, filled: str) -> str:
    """The words before `pointer`, their verb in the number of what is filled in for it."""
    if (
        pointer.kind not in {PointerKind.PLURAL, PointerKind.THING, PointerKind.THAT}
        or is_plural(filled) == pointer.is_plural
    ):
        return before
    return with_verb(before, PLURALS if is_plural(filled) else SINGULARS)


def with_verb(before: str, forms: Mapping[str, str]) -> str:
    """`before` with its last word, where that is a verb in `forms`, in the other form."""
    verb = _LAST_VERB.search(before)
    if verb is None or verb["verb"].lower() not in forms:
        return before
    form = forms[verb["verb"].lower()]
    return before[: verb.start()] + (form.capitalize() if verb["verb"][0].isupper() else form) + verb["rest"]
