"""Standing questions over HTTP. Each key has its own, over the articles that it may see; pages' keys have none."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ConfigDict, StringConstraints

from api.http.access.caller import Caller, CallerAssistant, CurrentCaller
from api.http.access.link_secrets import LinkSecretCache
from api.http.access.link_tokens import LinkTokens
from api.http.error_handlers import ProblemBody
from api.http.public_address import public_address
from api.http.refused import Refused
from api.http.request_bodies import Filters, Question, TakesJson
from api.http.request_bodies import Request as Body
from api.http.routes.links import page_path
from api.problems import NOT_FOUND, SCOPE_MISSING
from api.wire.atom import Entry, atom_feed
from api.wire.watches import WatchBody, WatchesBody, watch_body
from assistant.ask import Assistant
from assistant.watching.revise import standing_question
from assistant.watching.signing import feed_token, opens_feed, webhook_secret
from assistant.watching.told import Quote, ToldChange, ToldFact, source_line, told_change
from corpus.errors import UnknownWatch
from corpus.link_secret import LinkSecret
from corpus.watch import Watch
from corpus.web.sender import Sender

PATH = "/v1/watches"

_LISTED_CHANGES = 3
_FEED_ENTRIES = 50

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})

_Id = Annotated[str, Path(max_length=100)]


class NewWatch(Body):
    """A question that is to be asked again as articles come in, and who is told of changes, if anybody is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "When will Harlow Bridge reopen?"}]})

    question: Question
    filters: Filters = Filters()
    webhook: Annotated[str | None, StringConstraints(min_length=1, max_length=2_000)] = None


@router.get(PATH)
def list_watches(request: Request, assistant: CallerAssistant, caller: CurrentCaller) -> WatchesBody:
    """List the standing questions of this key, each with what answers it and its newest changes."""
    _refuse_strangers(caller)
    own = [watch for watch in assistant.store.watches.all() if watch.key_id == caller.key_id]
    return WatchesBody(data=[_body(request, assistant, watch, _LISTED_CHANGES) for watch in own])


@router.post(PATH, status_code=201, dependencies=[TakesJson])
def add_watch(
    request: Request, response: Response, new: NewWatch, assistant: CallerAssistant, caller: CurrentCaller
) -> WatchBody:
    """Keep a question. What is stored answers it first; it is told what changes with articles that come in later."""
    _refuse_strangers(caller)
    question = standing_question(new.question)
    sender: Sender = request.app.state.sender
    webhook = sender.checked(new.webhook).url if new.webhook else None
    bounds = new.filters.as_filter().within(caller.bounds)
    watch = assistant.store.watches.add(question, datetime.now(UTC), bounds, caller.key_id, webhook)
    response.headers["Location"] = f"{PATH}/{watch.id}"
    return _body(request, assistant, watch)


@router.get(PATH + "/{watch_id}")
def get_watch(request: Request, watch_id: _Id, assistant: CallerAssistant, caller: CurrentCaller) -> WatchBody:
    """Show what answers a question now, and its changes."""
    return _body(request, assistant, _own(assistant, caller, watch_id))


@router.delete(PATH + "/{watch_id}", status_code=204)
def remove_watch(watch_id: _Id, assistant: CallerAssistant, caller: CurrentCaller) -> None:
    """Forget a question and its changes. Its feed ends."""
    assistant.store.watches.remove(_own(assistant, caller, watch_id).id)


class _FeedQuery(Body):
    """The token of the feed's address."""

    t: Annotated[str, Query(max_length=200)]


@router.get("/watches/{watch_id}/feed.atom", include_in_schema=False)
def send_feed(
    request: Request, watch_id: _Id, wanted: Annotated[_FeedQuery, Query()], assistant: CallerAssistant
) -> Response:
    """Return the changes of a question as an Atom feed, to whoever knows its address."""
    if not opens_feed(wanted.t, _secret(request).accepted(datetime.now(UTC)), watch_id):
        raise Refused(NOT_FOUND)
    watch = assistant.store.watches.get(watch_id)
    _refuse_without_key(request, watch)
    base = public_address(request)
    told = [
        told_change(assistant.store, watch, one) for one in assistant.store.watches.changes(watch.id, _FEED_ENTRIES)
    ]
    feed = atom_feed(
        f"urn:watch:{watch.id}",
        f"What changed: {watch.question}",
        base + _feed_path(request, watch),
        told[0].noted if told else watch.added,
        [_entry(request, base, watch, change) for change in told],
    )
    return Response(feed, media_type="application/atom+xml", headers={"Cache-Control": "private, no-cache"})


def _refuse_strangers(caller: Caller) -> None:
    """Raise `Refused` for those whom nobody knows: what they leave would be asked for ever."""
    if caller.is_stranger:
        raise Refused(SCOPE_MISSING)


def _refuse_without_key(request: Request, watch: Watch) -> None:
    """Raise `Refused` when the key of a question does not work any more."""
    keys = request.app.state.service_store.keys.all() if watch.key_id else ()
    if any(key.id == watch.key_id and not key.works(datetime.now(UTC)) for key in keys):
        raise Refused(NOT_FOUND)


def _own(assistant: Assistant, caller: Caller, watch_id: str) -> Watch:
    """Return a question of the caller's. Those of others do not exist for them."""
    _refuse_strangers(caller)
    watch = assistant.store.watches.get(watch_id)
    if watch.key_id != caller.key_id:
        raise UnknownWatch("There is no such standing question.")
    return watch


def _body(request: Request, assistant: Assistant, watch: Watch, most: int = _FEED_ENTRIES) -> WatchBody:
    secret = webhook_secret(_secret(request).present, watch.id)
    return watch_body(assistant.store, watch, _feed_path(request, watch), secret, most)


def _feed_path(request: Request, watch: Watch) -> str:
    return f"/watches/{watch.id}/feed.atom?t={feed_token(_secret(request).present, watch.id)}"


def _secret(request: Request) -> LinkSecret:
    cache: LinkSecretCache = request.app.state.link_secret
    return cache()


def _entry(request: Request, base: str, watch: Watch, change: ToldChange) -> Entry:
    quotes = [quote for fact in (*change.added, *change.ended) for quote in fact.quotes[:1]]
    texts = [*map(_added_text, change.added), *map(_ended_text, change.ended)]
    first = next((quote for fact in change.added for quote in fact.quotes), None)
    title = (first.short or first.quote) if first else "It is said no more"
    links = [base + _signed(request, quote) for quote in quotes]
    return Entry(f"urn:watch:{watch.id}:{change.id}", title, change.noted, "\n\n".join(texts), links)


def _signed(request: Request, quote: Quote) -> str:
    """Return a link to the quote that works without a key, as long as other links do."""
    links: LinkTokens = request.app.state.links
    token = links.sign(quote.article_id, quote.content_hash, time.time())
    return page_path(quote.article_id, quote.content_hash, t=token, start=quote.start, end=quote.end) + "#quote"


def _added_text(fact: ToldFact) -> str:
    return "New: " + _text(fact)


def _ended_text(fact: ToldFact) -> str:
    return "No longer: " + _text(fact)


def _text(fact: ToldFact) -> str:
    if not fact.quotes:
        return "(the article was deleted)"
    said = fact.quotes[0]
    source = source_line(said.title, said.publisher, said.published)
    return f"{fact.verdict.capitalize() + ': ' if fact.verdict else ''}{said.quote} [{source}]"
