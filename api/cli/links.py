"""`assistant links rotate`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from api.cli.options import AsJson
from api.cli.terminal import say, say_json
from api.cli.times import grace_option

_GRACE = timedelta(days=7)
"""People have to give the new addresses of feeds and the new secrets of webhooks to other programs."""

app = typer.Typer(
    help="Rotate the secret that signs links to articles, addresses of feeds, and webhooks.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def links() -> None:
    """Rotate the secret that signs links to articles, addresses of feeds, and webhooks."""


@app.command("rotate")
def rotate_links(
    grace: Annotated[timedelta | None, grace_option("7d")] = None,
    as_json: AsJson = False,
) -> None:
    """Sign with a new secret from now on; running services know within a second.

    What the one so far signed is accepted until the grace ends: links to articles, which expire by themselves, too, and
    addresses of feeds. Webhooks are signed with both until then. `assistant watch show` has the new addresses and
    secrets. What was signed with the one before that is accepted no more.
    """
    from api.cli.auditing import CommandAudit
    from assistant.settings import load_settings
    from corpus.audit import AuditEvent, links_facts
    from corpus.store import open_service_store

    settings = load_settings()
    with open_service_store(settings.data_folder) as store:
        secret = store.rotate_link_secret(_GRACE if grace is None else grace)
    CommandAudit(settings, "links rotate").note(AuditEvent.LINKS_ROTATED, **links_facts(secret))
    until = secret.former_until
    if as_json:
        say_json({"former_until": until and until.isoformat()})
    elif until:
        say(f"Rotated. What was signed so far is accepted until {until:%Y-%m-%d %H:%M} UTC.")
    else:
        say("Rotated. What was signed so far is accepted no more.")
