"""Measure each attack on the service: how long its monitor waits at worst, and what becomes of its memory.

`make attacks`, or `python -m tests.attacks`. Figures are of the machine that it runs on, and what else that does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from threading import Event, Thread

from assistant.ingestion.ingest import ingest_paths
from assistant.settings import Settings
from tests.attacks.conftest import Service, allow_many_descriptors, serving
from tests.attacks.connections import HOLDING, NOT_READING, NUMBER
from tests.attacks.heads import TOO_LARGE, answer_to
from tests.conftest import ARTICLES

_SECONDS = 5.0
_SECONDS_AFTER = 2.0
_UNREAD = 100
"""Connections that do not read, each with as much to read as the service lets it have."""


def main() -> None:
    allow_many_descriptors()
    with TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        ingest_paths(Settings(data=articles), [ARTICLES])
        for workers in (1, 2):
            data = Path(copytree(articles, Path(folder) / f"data{workers}"))
            with serving(data, workers, descriptors=1024) as service:
                _measure(service, workers)


def _measure(service: Service, workers: int) -> None:
    print(f"\n{'worker' if workers == 1 else 'workers'}: {workers}, `ulimit -n`: 1024")
    print(f"{'attack':32} {'worst /healthz':>14}  {'MB before':>9} {'during':>7} {'after':>7}")
    for name, attack in _attacks().items():
        before = service.memory_bytes()
        with _watching(service) as worst, attack(service):
            time.sleep(_SECONDS)
            during = service.memory_bytes()
        time.sleep(_SECONDS_AFTER)
        memory = " ".join(f"{number / 1e6:7.0f}" for number in (during, service.memory_bytes()))
        print(f"{name:32} {worst():12.3f} s  {before / 1e6:9.0f} {memory}", flush=True)


def _attacks() -> dict[str, Callable[[Service], AbstractContextManager[object]]]:
    holding = {f"{NUMBER} {name}": lambda service, do=do: do(service, NUMBER) for name, do in HOLDING.items()}
    unread = {f"{_UNREAD} {name}": lambda service, do=do: do(service, _UNREAD) for name, do in NOT_READING.items()}
    heads = {name: lambda service, head=head: _sending(service, head) for name, head in TOO_LARGE.items()}
    return holding | unread | heads  # type: ignore[return-value]


@contextmanager
def _sending(service: Service, head: Callable[[], Iterator[bytes]]) -> Iterator[None]:
    answer_to(service, *head())
    yield


@contextmanager
def _watching(service: Service) -> Iterator[Callable[[], float]]:
    """Ask for `/healthz` ten times a second, and give what returns the longest that it took until now."""
    seconds, ended = [0.0], Event()

    def watch() -> None:
        while not ended.wait(0.1):
            seconds.append(service.seconds_of_health())

    thread = Thread(target=watch)
    thread.start()
    try:
        yield lambda: max(seconds)
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    main()
