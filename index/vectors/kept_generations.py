"""What builders of generations share, wherever these are: the child that builds, and which a store goes on naming."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.generation_record import GenerationRecord
from corpus.store.protocols import Store
from index.child_process import ChildFailed, OnProgress, run_child
from index.errors import GenerationBuildFailed


def build_in_child(process: str, arguments: Sequence[str], on_progress: OnProgress | None, message: str) -> None:
    """Run the module `process` as `run_child` does; raise `GenerationBuildFailed` when it fails or is killed."""
    try:
        run_child(process, arguments, on_progress, message)
    except ChildFailed as failure:
        raise GenerationBuildFailed(
            f"The process that had to build the new index {failure}; what was live is untouched, try again."
        ) from failure


def check_that_all_are_embedded(store: Store, encoder: str) -> None:
    """Raise `GenerationBuildFailed` unless every passage has its vector."""
    missing = len(store.passages.without_vector(encoder))
    if missing:
        raise GenerationBuildFailed(
            f"{missing} passages have no vector from this encoder yet; rebuild, which embeds them."
        )


def withdraw_all(store: Store) -> None:
    """Name none: there is nothing to find."""
    for record in store.generations.kept():
        store.generations.withdraw(record.name)


def withdraw_unfit(store: Store, is_damaged: Callable[[GenerationRecord], bool] = lambda _: False) -> None:
    """Withdraw what is kept for rollback if it holds what was purged, or `is_damaged`."""
    for record in store.generations.kept():
        if not record.live and (store.changes.has_deletions_since(record.seq) or is_damaged(record)):
            store.generations.withdraw(record.name)
