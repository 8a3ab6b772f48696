"""Attacks by connections: too many, silent, half-open, trickling, idle."""

from __future__ import annotations

from tests.attacks.conftest import Serve


def test_service_answers_its_monitor(serve: Serve) -> None:
    service = serve(workers=2, descriptors=1024)
    print(service.seconds_of_health(), service.memory_bytes(), service.processes())
    assert service.stop() == 0
