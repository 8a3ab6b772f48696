"""The teller: asks standing questions again as articles come in, notes what changed, and sends it to webhooks.

It may be killed at any moment. How far a question was asked, its facts and what changed are noted in one transaction;
so what was not noted is asked again and is no second change, and what was noted is told, at least once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from threading import Event
from time import monotonic

from assistant.ask import Assistant
from assistant.settings import ModelOptions, Settings
from assistant.watching.deliveries import Deliveries
from assistant.watching.revise import first_asked, revise
from corpus.errors import CorpusError, DataFolderBusy
from corpus.store import open_store, telling
from corpus.store.protocols import Store
from corpus.trouble_log import TroubleLog
from corpus.watch import Watch
from index.errors import IndexRoomError

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0
"""A look reads the questions, of which there are few, and the number of the newest change."""

_SECONDS_AFTER_TROUBLE = 5.0

_SECONDS_UNTIL_CLOSED = 60.0
"""An assistant holds models and an index, whose memory goes back when nothing came in for so long."""

_ARTICLES_AT_ONCE = 32
"""That are looked at between two notes of how far a question was asked."""


class Teller:
    """Works for one data folder, or one database, if nobody else does on any machine.

    `open_assistant` opens what questions are asked of.
    """

    def __init__(
        self,
        settings: Settings,
        open_assistant: Callable[[Settings], AbstractContextManager[Assistant]] = Assistant.open,
    ) -> None:
        # Quotes alone are told: whether an answer changed is nothing that a language model should have to be asked for.
        self._settings = settings.model_copy(update={"model": ModelOptions()})
        self._open_assistant = open_assistant
        self._failing: set[str] = set()  # ids of questions of which the log tells already

    def run(self, stop: Event) -> None:
        """Until `stop` is set, which is noticed after a question."""
        log = TroubleLog(_logger, "Standing questions cannot be asked", (CorpusError, IndexRoomError, OSError))
        while not stop.is_set():
            try:
                with open_store(self._settings.data_folder) as store:
                    while not stop.wait(_SECONDS_BETWEEN_LOOKS):
                        if store.watches.all():
                            with telling(self._settings.data_folder) as stay:
                                self._work(store, stop, stay, log)
            except DataFolderBusy:
                pass  # another process does it
            except Exception as error:
                log.met(error)
            stop.wait(_SECONDS_AFTER_TROUBLE)

    def tell_once(self) -> None:
        """Ask what is to be asked and send what is to be sent, once. Raises `DataFolderBusy`, or other trouble."""
        data = self._settings.data_folder
        with telling(data), open_store(data) as store, Deliveries.open(self._settings, store) as deliveries:
            if store.watches.behind(store.changes.seq()):
                with self._open_assistant(self._settings) as assistant:
                    self._ask_all(assistant, store, deliveries, Event())
            deliveries.finish()

    def _work(self, store: Store, stop: Event, stay: Callable[[], None], log: TroubleLog) -> None:
        """Ask and send, until there is no question any more. `stay` raises when another may do it by now."""
        with Deliveries.open(self._settings, store) as deliveries, ExitStack() as asking:
            assistant: Assistant | None = None
            used = monotonic()
            while not stop.is_set() and store.watches.all():
                stay()
                if store.watches.behind(store.changes.seq()):
                    assistant = assistant or asking.enter_context(self._open_assistant(self._settings))
                    self._ask_all(assistant, store, deliveries, stop)
                    used = monotonic()
                elif assistant is not None and monotonic() > used + _SECONDS_UNTIL_CLOSED:
                    asking.close()
                    assistant = None
                deliveries.start_due()
                log.not_met()
                stop.wait(_SECONDS_BETWEEN_LOOKS)

    def _ask_all(self, assistant: Assistant, store: Store, deliveries: Deliveries, stop: Event) -> None:
        """Ask all that are behind, and send in between, since they may be behind for hours after a bulk import.

        One that fails in an unforeseen way keeps none of the others from it, and is logged once.
        """
        failed: set[str] = set()
        while behind := [one for one in store.watches.behind(store.changes.seq()) if one.id not in failed]:
            for watch in behind:
                if stop.is_set():
                    return
                if not self._could_ask(assistant, store, watch):
                    failed.add(watch.id)
            deliveries.start_due()
        if failed:
            stop.wait(_SECONDS_AFTER_TROUBLE)

    def _could_ask(self, assistant: Assistant, store: Store, watch: Watch) -> bool:
        try:
            _ask(assistant, store, watch)
        except (CorpusError, IndexRoomError, OSError):
            raise
        except Exception:
            if watch.id not in self._failing:
                _logger.exception("Standing question %s cannot be asked.", watch.id)
            self._failing.add(watch.id)
            return False
        self._failing.discard(watch.id)
        return True


def _ask(assistant: Assistant, store: Store, watch: Watch) -> None:
    """Ask one question as far as some more articles go, and note what became of it."""
    bounded = assistant.for_caller(watch.bounds, lambda _: None)
    changed = store.changes.since(watch.seq)
    ids = [change.article_id for change in changed if not change.deleted]
    if watch.facts is None:
        store.watches.settle(watch, watch.seq, first_asked(bounded, watch, ids), (), datetime.now(UTC))
        return
    some = changed[:_ARTICLES_AT_ONCE]
    ids = [change.article_id for change in some if not change.deleted]
    revised = revise(bounded, watch, ids)
    seq = some[-1].seq if some else watch.seq
    store.watches.settle(watch, seq, revised.facts, revised.changes, datetime.now(UTC))
