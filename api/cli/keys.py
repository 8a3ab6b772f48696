"""`assistant keys`: keys to the service."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson, Languages, Publishers
from api.cli.terminal import one_line, say, say_json, tell
from api.cli.times import expires_option, grace_option
from api.problems import ExitCode

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from corpus.access import Grant, Key, Scope

_HOST = re.compile(r"[a-z0-9._-]+")

_GRACE = timedelta(hours=24)
"""A day suffices to put the new text wherever the one before is."""

app = typer.Typer(
    help="Make, list, rotate and revoke keys to the service. Once there is one, nobody is served without.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is, for you to know it again.")],
    scopes: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            metavar="SCOPE",
            help="What it may do: ask, ingest (change articles) or admin (see metrics); may be repeated.",
            show_default="ask",
        ),
    ] = None,
    publishers: Publishers = None,
    languages: Languages = None,
    articles: Annotated[
        list[str] | None, typer.Option("--article", metavar="ID", help="Only this article; may be repeated.")
    ] = None,
    publishable: Annotated[
        bool, typer.Option("--publishable", help="A key that stands in a web page; it can ask, from its origins only.")
    ] = False,
    origins: Annotated[
        list[str] | None,
        typer.Option(
            "--origin", metavar="ORIGIN", help="Whose pages may use it, like https://example.org; may be repeated."
        ),
    ] = None,
    per_minute: Annotated[int | None, typer.Option(min=1, help="Most requests in a minute.")] = None,
    per_day: Annotated[int | None, typer.Option(min=1, help="Most requests in a day (UTC).")] = None,
    expires: Annotated[datetime | None, expires_option("never")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, once: only its hash is kept.

    A key that is limited to some articles sees no others, whatever it asks.
    """
    from api.cli.auditing import CommandAudit
    from assistant.settings import load_settings
    from corpus.access import Grant, new_key
    from corpus.article import ArticleFilter
    from corpus.audit import AuditEvent, key_facts
    from corpus.store import open_service_store

    grant = Grant(
        scopes=_scopes(scopes or ["ask"], publishable),
        bounds=ArticleFilter(tuple(publishers or ()), tuple(languages or ()), article_id=tuple(articles or ())),
        publishable=publishable,
        origins=_origins(origins or [], publishable),
        requests_per_minute=per_minute,
        requests_per_day=per_day,
    )
    key, text = new_key(name, grant, expires)
    settings = load_settings()
    with open_service_store(settings.data_folder) as store:
        store.keys.add(key)
    CommandAudit(settings, "keys create").note(AuditEvent.KEY_MADE, **key_facts(key))
    if as_json:
        say_json({"key": text, **_described(key)})
        return
    say(text)
    tell(f"This is {key.id}. Its text is shown this once; keep it where you keep passwords.")


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List keys, revoked and expired ones too, and how often each was used today (UTC)."""
    from assistant.settings import load_settings
    from corpus.store import open_service_store

    now = datetime.now(UTC)
    with open_service_store(load_settings().data_folder) as store:
        keys = store.keys.all()
        used = store.quotas.requests_on(now.date())
    if as_json:
        say_json({"data": [{**_described(key), "requests_today": used.get(key.id, 0)} for key in keys]})
        return
    for key in keys:
        told = f"{key.id}  {key.created:%Y-%m-%d}  {one_line(key.name)}: {_state(key, now)}"
        say(f"{told}, {used.get(key.id, 0)} today")


@app.command("rotate")
def rotate_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `keys list` shows.")],
    grace: Annotated[timedelta | None, grace_option("24h")] = None,
    expires: Annotated[datetime | None, expires_option("as before")] = None,
    as_json: AsJson = False,
) -> None:
    """Give a key a new text and show it, once. All else of the key stays: id, name, rights, limits and counts.

    The text so far works until the grace ends, and no longer than it would have; the one before that no more.
    """
    from api.cli.auditing import CommandAudit
    from assistant.errors import BadSettings
    from assistant.settings import load_settings
    from corpus.access import rotated_key
    from corpus.audit import AuditEvent, rotation_facts
    from corpus.store import open_service_store

    settings, now = load_settings(), datetime.now(UTC)
    with open_service_store(settings.data_folder) as store:
        key = _to_rotate(store.keys.all(), key_id)
        rotated, text = rotated_key(key, _GRACE if grace is None else grace, expires or key.expires, now)
        if rotated.has_expired(now):
            raise BadSettings(f"{key.id} has expired; say with --expires until when it is to work again.")
        if not store.keys.rotate(key, rotated):
            raise BadSettings(f"{key.id} was rotated or revoked by somebody else just now; nothing was done.")
    CommandAudit(settings, "keys rotate").note(AuditEvent.KEY_ROTATED, **rotation_facts(rotated))
    if as_json:
        say_json({"key": text, **_described(rotated)})
        return
    say(text)
    tell(f"This is {key.id}. Its text is shown this once; {_former_state(rotated)}.")


@app.command("revoke")
def revoke_keys(
    key_ids: Annotated[list[str], typer.Argument(metavar="ID", help="The ids that `keys list` shows.")],
) -> None:
    """Revoke keys: a running service refuses them within a second."""
    from api.cli.auditing import CommandAudit
    from assistant.settings import load_settings
    from corpus.audit import AuditEvent
    from corpus.store import open_service_store

    settings = load_settings()
    with open_service_store(settings.data_folder) as store:
        unknown = [key_id for key_id in key_ids if not store.keys.revoke(key_id)]
    log = CommandAudit(settings, "keys revoke")
    for key_id in key_ids:
        if key_id not in unknown:
            log.note(AuditEvent.KEY_REVOKED, key_id=key_id)
    say(f"{len(key_ids) - len(unknown)} revoked.")
    if unknown:
        tell("Some of these ids are no keys; `assistant keys list` shows those that are.")
        raise typer.Exit(ExitCode.SOME_LEFT_OUT)


def _scopes(names: list[str], publishable: bool) -> tuple[Scope, ...]:
    from assistant.errors import BadSettings
    from corpus.access import Scope

    unknown = sorted(set(names) - set(Scope))
    if unknown:
        raise BadSettings(f"There is no scope {unknown[0]}; the scopes are: {', '.join(Scope)}.")
    if publishable and set(names) != {Scope.ASK}:
        raise BadSettings("A publishable key can only ask, since anybody can read it; leave --scope out.")
    return tuple(scope for scope in Scope if scope in names)


def _origins(origins: list[str], publishable: bool) -> tuple[str, ...]:
    """Return origins as browsers write them: small letters, no path, no default port. Raise BadSettings."""
    from assistant.errors import BadSettings

    if publishable != bool(origins):
        raise BadSettings("A publishable key needs the origins of its pages, and only it does; say --origin with it.")
    return tuple(_origin(origin) for origin in origins)


def _origin(text: str) -> str:
    from urllib.parse import urlsplit

    from assistant.errors import BadSettings
    from corpus.readers.urls import DEFAULT_PORTS

    if "*" in text:
        raise BadSettings(f"{one_line(text)} is no origin: wildcards are not known; name each origin.")
    try:
        parts = urlsplit(text.strip())
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in DEFAULT_PORTS or "@" in parts.netloc or _beyond(parts):
        raise BadSettings(f"{one_line(text)} is no origin; write it like https://example.org or http://localhost:3000.")
    is_default = port in (None, DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" + ("" if is_default else f":{port}")


def _beyond(parts: SplitResult) -> str:
    """Return what an address has beyond an origin; empty for an origin."""
    return parts.path.strip("/") + parts.query + parts.fragment


def _host(name: str) -> str:
    """Return a host as it stands in an origin; empty for what no host is called. Raise ValueError, as `idna` does."""
    if ":" in name:
        return f"[{name}]"
    ascii_name = name.encode("idna").decode()
    return ascii_name if _HOST.fullmatch(ascii_name) else ""


def _to_rotate(keys: list[Key], key_id: str) -> Key:
    """Return the key with this id. Raise BadSettings for none, and for a revoked one."""
    from assistant.errors import BadSettings

    key = next((key for key in keys if key.id == key_id), None)
    if key is None:
        raise BadSettings(f"{one_line(key_id)} is no key; `assistant keys list` shows those that are.")
    if key.revoked:
        raise BadSettings(f"{key.id} was revoked, which nothing undoes; make a new key.")
    return key


def _state(key: Key, now: datetime) -> str:
    if key.revoked:
        return f"revoked {key.revoked:%Y-%m-%d}"
    if key.expires and key.has_expired(now):
        return f"expired {_moment(key.expires)}"
    ends = f", expires {_moment(key.expires)}" if key.expires else ""
    is_rotating = key.former and key.former.until > now
    return _may(key.grant) + ends + (f", rotated, {_former_state(key)}" if is_rotating else "")


def _former_state(key: Key) -> str:
    if key.former is None:
        return "the one before works no more"
    return f"the one before works until {_moment(key.former.until)}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _may(grant: Grant) -> str:
    kind = f"publishable on {', '.join(grant.origins)}" if grant.publishable else "secret"
    limited = "" if grant.bounds.is_empty else ", limited to some articles"
    return f"{kind}, may {' and '.join(grant.scopes)}{limited}"


def _described(key: Key) -> dict[str, object]:
    grant = key.grant
    return {
        "id": key.id,
        "name": key.name,
        "publishable": grant.publishable,
        "scopes": list(grant.scopes),
        "publisher": list(grant.bounds.publisher),
        "language": list(grant.bounds.language),
        "article_id": list(grant.bounds.article_id),
        "origins": list(grant.origins),
        "requests_per_minute": grant.requests_per_minute,
        "requests_per_day": grant.requests_per_day,
        "created": key.created.isoformat(),
        "revoked": key.revoked and key.revoked.isoformat(),
        "expires": key.expires and key.expires.isoformat(),
        "rotated": key.rotated and key.rotated.isoformat(),
        "former_until": key.former and key.former.until.isoformat(),
    }
