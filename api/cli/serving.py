"""`assistant serve`."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.terminal import say

if TYPE_CHECKING:
    from assistant.settings import Settings

_log = logging.getLogger(__name__)

_TRY = """Serving {articles} articles. Stop with Ctrl-C.
  open  {url}/
  try   curl -s {url}/v1/ask -H 'Content-Type: application/json' \\
          {key}-d '{{"question": "what does China say about semiconductors?"}}'"""

_KEY = "-H 'Authorization: Bearer KEY' "
"""Stands in what to try once nobody is served without a key."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.", show_default="8000")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes that answer.", show_default="1")] = None,
    ingest: Annotated[
        bool | None,
        typer.Option(
            "--ingest/--no-ingest",
            help="Take in what is posted, or leave that to `assistant worker`.",
            show_default="--ingest",
        ),
    ] = None,
    allow_anyone_to_ask: Annotated[
        bool,
        typer.Option(
            "--allow-anyone-to-ask",
            help="Needed to listen on other than loopback without keys: whoever reaches the address can then read "
            "every article, under any name and through any proxy.",
        ),
    ] = False,
) -> None:
    """Serve answers over HTTP on this machine until Ctrl-C.

    A further process of low priority takes in the articles that are posted, and keeps the index.
    """
    from api.http.access.key_audit import auditing_keys
    from api.http.observability.json_logs import log_to_stderr
    from api.http.serving.descriptors import raise_descriptor_limit
    from api.http.serving.listener import open_listener, url_of
    from api.http.serving.service_manager import ServiceManager
    from api.http.serving.tls import load_certificate
    from assistant.settings import load_settings, notify_socket
    from corpus.store import open_service_store

    settings = load_settings()
    said: dict[str, Any] = {
        "host": host,
        "port": port,
        "workers": workers,
        "ingest": ingest,
        "allow_anyone_to_ask": allow_anyone_to_ask or None,
    }
    changes = {name: value for name, value in said.items() if value is not None}
    settings = settings.model_copy(update={"serving": replace(settings.serving, **changes)})
    if not settings.serving.ingest:
        refuse_folder(settings, "With --no-ingest")
    if settings.serving.workers > 1:
        from api.http.serving.multi_process import serve_multi_process as run
    else:
        from api.http.serving.single_process import serve_single_process as run
    with open_service_store(settings.data_folder) as store:
        has_keys = any(not key.revoked for key in store.keys.all())
    scheme = "https" if load_certificate(settings.serving) else "http"
    raise_descriptor_limit()
    with open_listener(settings.serving, has_keys) as listener:
        log_to_stderr(settings.access.audit != "off")
        _log.info("Loading the model.")
        try:
            with auditing_keys(settings):
                run(
                    settings,
                    listener,
                    lambda: say(what_to_try(settings, url_of(listener, scheme), has_keys)),
                    ServiceManager(notify_socket()),
                )
        except KeyboardInterrupt:
            pass  # asked for, and in order
        _log.info("Stopped.")


def worker() -> None:
    """Take in what was posted to any replica until Ctrl-C: one of many workers, on any machine.

    ASSISTANT_DATA has to be an address of PostgreSQL. It answers nothing and keeps no index.
    """
    from api.http.serving.service_manager import ServiceManager
    from assistant.ingestion.ingester import work
    from assistant.settings import load_settings, notify_socket

    settings = load_settings()
    refuse_folder(settings, "For `assistant worker`")

    ready = f"Taking in what is posted to the {settings.data_folder.store_name}. Stop with Ctrl-C."
    work(settings, lambda: say(ready), ServiceManager(notify_socket()))


def refuse_folder(settings: Settings, what: str) -> None:
    """Raise `BadSettings` when the articles are in a folder, where `assistant serve` alone takes articles in."""
    from assistant.errors import BadSettings

    if not settings.data_folder.is_shared:
        raise BadSettings(f"{what} ASSISTANT_DATA has to be an address of PostgreSQL; it is {settings.data}.")


def what_to_try(settings: Settings, url: str, has_keys: bool) -> str:
    """Return what is said once questions are answered at the `url`."""
    from corpus.store import open_store

    with open_store(settings.data_folder) as store:
        return _TRY.format(articles=store.articles.count(), url=url, key=_KEY if has_keys else "")
