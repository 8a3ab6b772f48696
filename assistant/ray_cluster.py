"""Work that is spread over the nodes of a Ray cluster, by Ray Data; the only file that imports Ray, which is an extra.

What travels between nodes is pickled, as all that Ray moves, and a cluster listens on all addresses, even one of a
single machine: who is let in runs what they like. So a token is asked for, unless the environment says otherwise.
"""

from __future__ import annotations

import logging
import os
import pickle
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import AssistantError, ClusterFailed
from assistant.settings import Settings
from corpus.errors import CorpusError
from index.errors import IndexRoomError

# It would tell its makers how it is used, and everybody what it is about.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_AUTH_MODE", "token")
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
try:
    import ray
    import ray.data
except ImportError as missing:
    raise ClusterFailed(f"Ray cannot be used ({missing}); install the extra `ray`, or leave out --ray.") from missing

THIS_MACHINE = "local"
"""The address of a cluster of this machine alone, which is started for this process and ends with it."""

_A_SHARE = 0.5
"""Of a core, for whoever takes items apart and for whoever works, so that one core is enough for both."""

_Item = TypeVar("_Item")
_Part = TypeVar("_Part")
_Made = TypeVar("_Made")


@contextmanager
def joined(address: str, settings: Settings) -> Iterator[None]:
    """Be part of the cluster at `address` (`host:port`, `auto` or `local`) until the end of the block.

    Raises `ClusterFailed` when there is none, its nodes could not see what is stored, or one of them fails in the
    block; errors of the rooms that a node met come through as they are.
    """
    if address != THIS_MACHINE and not settings.data_folder.is_shared:
        raise ClusterFailed(
            f"The nodes of a Ray cluster cannot see what is in the folder {settings.data}; use `--ray {THIS_MACHINE}`, "
            "or PostgreSQL (docs/scaling.md)."
        )
    options: dict[str, Any] = {}
    if address == THIS_MACHINE:
        options["include_dashboard"] = False
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)  # which its processes inherit
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", **options)
    except Exception as error:  # of any kind: there is none that all its troubles have
        raise ClusterFailed(f"No Ray cluster can be used at {address} ({_clause(error)}); check --ray.") from error
    try:
        yield
    except ray.exceptions.RayError as error:
        raise _in_our_words(error) from error
    finally:
        ray.shutdown()


def spread(
    items: Sequence[_Item],
    take_apart: Callable[[_Item], Iterable[_Part]],
    begin: Callable[[], Callable[[list[_Part]], _Made]],
    at_once: int,
) -> Iterator[_Made]:
    """Yield, in order, what is made of the parts of items, `at_once` of them together, within `joined`.

    `begin` is called once in each process that works, and returns what it does. Such a process has half a core, or a
    GPU where the cluster has any.
    """
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    gpus = int(ray.cluster_resources().get("GPU", 0))
    processes = gpus or max(1, int(ray.cluster_resources().get("CPU", 1)))
    rows = ray.data.from_items([{"item": pickle.dumps(item)} for item in items])
    parts = rows.flat_map(_TakenApart(take_apart), num_cpus=_A_SHARE)
    made = parts.map_batches(
        _Working,
        fn_constructor_args=(begin,),
        batch_size=at_once,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=processes),
        num_cpus=_A_SHARE,
        num_gpus=1 if gpus else None,
    )
    for row in made.iter_rows():
        yield _read(row["made"])


def settings_of_node(told: str, folder: str) -> Settings:
    """Return settings out of their JSON. What a node makes of a shared store lies in `folder`."""
    settings = Settings.model_validate_json(told)
    return settings.model_copy(update={"data": Path(folder)}) if settings.data_folder.is_shared else settings


class _TakenApart:
    """What nodes do with items."""

    def __init__(self, take_apart: Callable[[Any], Iterable[Any]]) -> None:
        self._take_apart = take_apart

    def __call__(self, row: dict[str, bytes]) -> Iterator[dict[str, bytes]]:
        for part in self._take_apart(_read(row["item"])):
            yield {"part": pickle.dumps(part)}


class _Working:
    """What is made once in each process that works."""

    def __init__(self, begin: Callable[[], Callable[[list[Any]], Any]]) -> None:
        self._work = begin()

    def __call__(self, batch: Any) -> dict[str, list[bytes]]:
        parts = [_read(part) for part in batch.column("part").to_pylist()]
        return {"made": [pickle.dumps(self._work(parts))]}


def _read(pickled: bytes) -> Any:
    return pickle.loads(pickled)  # noqa: S301 - a process of the same cluster wrote it


def _in_our_words(error: BaseException) -> Exception:
    """Return what a node met, if it is one of the rooms' errors; else say that a node failed."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (CorpusError, IndexRoomError, AssistantError)):
            return cause
        cause = getattr(cause, "cause", None) or cause.__cause__
    return ClusterFailed(f"A node of the Ray cluster failed ({_clause(error)}); what was stored is kept, try again.")


def _clause(error: BaseException) -> str:
    """The last line, where Ray says what happened."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__
