"""Commands on standing questions: asked again as articles come in, and told when the answer changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson, Languages, Publishers
from api.cli.terminal import one_line, say, say_json, tell

if TYPE_CHECKING:
    from api.wire.watches import FactBody, WatchBody
    from assistant.settings import Settings
    from corpus.store.protocols import Store
    from corpus.watch import Watch

app = typer.Typer(
    help="Have a question asked again as articles come in, and be told when its answer changed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Id = Annotated[str, typer.Argument(metavar="ID", help="The id that `watch list` shows.")]


@app.command("add")
def add_watch(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What you want to be told of.")],
    publishers: Publishers = None,
    languages: Languages = None,
    webhook: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Where changes are sent, signed; its host is in ASSISTANT_WATCHING__WEBHOOK_HOSTS."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a question. What is stored answers it first; changes are told of articles that come in from now on.

    `assistant serve` asks and tells; without a service, `assistant watch check` does.
    """
    from datetime import UTC, datetime

    from assistant.settings import load_settings
    from assistant.watching.revise import standing_question
    from corpus.article import ArticleFilter
    from corpus.errors import BadAddress
    from corpus.store import open_store
    from corpus.web.sender import Sender

    settings = load_settings()
    question = standing_question(question)
    try:
        address = Sender(settings.watching.webhook_hosts).checked(webhook).url if webhook else None
    except BadAddress as error:
        raise BadAddress(f"{webhook}: {error}") from None
    bounds = ArticleFilter(publisher=tuple(publishers or ()), language=tuple(languages or ()))
    with open_store(settings.data_folder) as store:
        watch = store.watches.add(question, datetime.now(UTC), bounds, webhook=address)
        body = _body(settings, store, watch)
    if as_json:
        say_json(body)
        return
    say(f"{body.id}  {one_line(body.question)}")
    _tell_addresses(settings, body)


@app.command("list")
def list_watches(as_json: AsJson = False) -> None:
    """List standing questions with what answers them now, those that were added over HTTP too."""
    from api.wire.watches import WatchesBody
    from assistant.settings import load_settings
    from corpus.store import open_store

    settings = load_settings()
    with open_store(settings.data_folder) as store:
        bodies = [_body(settings, store, watch) for watch in store.watches.all()]
    if as_json:
        say_json(WatchesBody(data=bodies))
        return
    for body in bodies:
        say(f"{body.id}  {one_line(body.question)}")
        _show_facts(body)
    if not bodies:
        tell('There are no standing questions; `assistant watch add "QUESTION"` adds one.')


@app.command("show")
def show_watch(watch_id: _Id, as_json: AsJson = False) -> None:
    """Show what answers a standing question now and what changed, newest first, each with the words that say so."""
    from assistant.settings import load_settings
    from corpus.store import open_store

    settings = load_settings()
    with open_store(settings.data_folder) as store:
        body = _body(settings, store, store.watches.get(watch_id))
    if as_json:
        say_json(body)
        return
    say(one_line(body.question))
    _show_facts(body)
    for change in body.changes:
        say(f"{change.noted:%Y-%m-%d %H:%M}")
        for fact in change.added:
            say(f"  + {_line(fact)}")
        for fact in change.ended:
            say(f"  - {_line(fact)}")
        if change.trouble:
            say(f"  not sent, tried again {change.next_try:%Y-%m-%d %H:%M}: {one_line(change.trouble)}")
    _tell_addresses(settings, body)


@app.command("remove")
def remove_watches(
    watch_ids: Annotated[list[str], typer.Argument(metavar="ID", help="The ids that `watch list` shows.")],
) -> None:
    """Forget standing questions and their changes; their feeds end."""
    from assistant.settings import load_settings
    from corpus.store import open_store

    with open_store(load_settings().data_folder) as store:
        for watch_id in watch_ids:
            store.watches.remove(watch_id)
    say(f"{len(watch_ids)} removed.")


@app.command("check")
def check_watches() -> None:
    """Ask now what articles that came in may change, and send what is to be sent. A running service does so itself."""
    from assistant.settings import load_settings
    from assistant.watching.teller import Teller
    from corpus.store import open_store

    settings = load_settings()
    with open_store(settings.data_folder) as store:
        before = {watch.id: _newest(store, watch) for watch in store.watches.all()}
        Teller(settings).tell_once()
        for watch in store.watches.all():
            changes = [one for one in store.watches.changes(watch.id, 99) if one.number > before.get(watch.id, 0)]
            if changes:
                say(f"{watch.id}  {one_line(watch.question)}: {len(changes)} changed")
        unsent = store.watches.unsent()
    if unsent:
        tell(f"{unsent} could not be sent yet; `assistant watch show ID` says why.")


def _newest(store: Store, watch: Watch) -> int:
    return max((change.number for change in store.watches.changes(watch.id, 1)), default=0)


def _body(settings: Settings, store: Store, watch: Watch) -> WatchBody:
    from api.wire.watches import watch_body
    from assistant.watching.signing import feed_token, webhook_secret
    from corpus.store import open_service_store

    with open_service_store(settings.data_folder) as service:
        secret = service.link_secret().present
    feed = f"/watches/{watch.id}/feed.atom?t={feed_token(secret, watch.id)}"
    return watch_body(store, watch, feed, webhook_secret(secret, watch.id))


def _show_facts(body: WatchBody) -> None:
    if body.facts is None:
        say("  not asked yet")
    elif not body.facts:
        say("  no answer yet")
    for fact in body.facts or ():
        say(f"  {_line(fact)}")


def _line(fact: FactBody) -> str:
    from assistant.watching.told import source_line

    if not fact.quotes:
        return "(its article was deleted)"
    said = fact.quotes[0]
    source = source_line(said.title, said.publisher, said.published)
    verdict = f"{fact.verdict.capitalize()}: " if fact.verdict else ""
    return one_line(f"{verdict}{said.quote} [{source}]")


def _tell_addresses(settings: Settings, body: WatchBody) -> None:
    tell(f"Feed: {settings.access.public_base_url or 'http://<address of the service>'}{body.feed}")
    if body.webhook_secret:
        tell(f"Webhook: {one_line(body.webhook or '')}, signed with {body.webhook_secret}")
