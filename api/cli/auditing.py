"""Audit lines of commands, where the settings want them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from corpus.audit import audit, audit_outcomes, log_audits

if TYPE_CHECKING:
    from assistant.settings import Settings


class CommandAudit:
    """Writes audit lines that name a command and who ran it."""

    def __init__(self, settings: Settings, command: str) -> None:
        """Write to stderr from now on if `ASSISTANT_ACCESS__AUDIT` is `all`, and nothing otherwise."""
        if settings.access.audit == "all":
            log_audits(True)
        user = _user()
        self.note: Callable[..., None] = partial(audit, command=command, user=user)
        self.note_outcomes: Callable[..., None] = partial(audit_outcomes, command=command, user=user)


def _user() -> str | None:
    """Return the name of the account that runs this, or its number; None where there are no such numbers."""
    if not hasattr(os, "getuid"):
        return None
    import pwd

    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
