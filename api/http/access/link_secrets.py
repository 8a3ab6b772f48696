"""The secret of links as a worker process knows it: rotated while it serves, at most half a second old."""

from __future__ import annotations

from corpus.link_secret import LinkSecret
from corpus.store.service_protocols import ServiceStore


class LinkSecretCache:
    """Returns the secret, when called, without touching the disk."""

    def __init__(self, store: ServiceStore) -> None:
        self._store = store
        self.refresh()

    def __call__(self) -> LinkSecret:
        return self._secret

    def refresh(self) -> None:
        """Read it anew. Raise CorpusError, and then know what it knew: articles cannot be read then, either."""
        self._secret = self._store.link_secret()
