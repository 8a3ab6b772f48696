"""A generation behind a circuit breaker: nobody waits for a server that was just found to be away."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from threading import Lock, Thread
from time import sleep

from index.encoders.encoder import Vector
from index.errors import GenerationDamaged
from index.vectors.chroma.open_generation import ChromaGeneration
from index.vectors.chroma_server.connection import ServerAway

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_TRIES = 1.0


class GuardedGeneration:
    """A generation that finds nothing while its server is away, and is opened and checked anew when that is back."""

    def __init__(self, name: str, open_checked: Callable[[], ChromaGeneration]) -> None:
        """`open_checked` raises `ServerAway`, or `GenerationDamaged`, which is passed on here and by searches."""
        self.name = name
        self._open_checked = open_checked
        self._changing = Lock()
        self._opened: ChromaGeneration | None = None
        self._damage: GenerationDamaged | None = None
        try:
            self._opened = open_checked()
        except ServerAway as trouble:
            self._wait(trouble)

    @property
    def is_away(self) -> bool:
        return self._opened is None

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Search as `VectorIndex.search` does; only the searches that find out wait for the server."""
        opened = self._opened
        if opened is None:
            if self._damage is not None:
                raise GenerationDamaged(str(self._damage))
            return []
        try:
            return opened.search(vector, limit)
        except ServerAway as trouble:
            with self._changing:  # many searches may find out together
                if self._opened is opened:
                    self._opened = None
                    self._wait(trouble)
            return []

    def try_again(self) -> bool:
        """Look for the server once; return whether that settled the matter, either way."""
        try:
            self._opened = self._open_checked()
        except ServerAway:
            return False
        except GenerationDamaged as damage:
            self._damage = damage
        else:
            _logger.warning("The Chroma server is back.")
        return True

    def _wait(self, trouble: ServerAway) -> None:
        _logger.warning("The Chroma server %s; until it is back, answers go on from words.", trouble)
        Thread(target=_try_again, args=(weakref.ref(self),), name="chroma-server", daemon=True).start()


def _try_again(away: Callable[[], GuardedGeneration | None]) -> None:
    """Until the server is back, or nobody needs the generation any more."""
    settled = False
    while not settled:
        sleep(_SECONDS_BETWEEN_TRIES)
        generation = away()
        settled = generation is None or generation.try_again()
        del generation
