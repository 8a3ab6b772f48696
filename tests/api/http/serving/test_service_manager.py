from __future__ import annotations

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

from api.http.serving.service_manager import ServiceManager


def test_service_manager_is_reached_in_the_abstract_namespace() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(b"")  # the kernel chooses a name there
        manager.settimeout(60)
        ServiceManager(f"@{manager.getsockname()[1:].decode()}").ready()

        assert manager.recv(100) == b"READY=1"


def test_service_manager_that_is_gone_or_busy_keeps_nobody_waiting() -> None:
    ServiceManager(None).ready()
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        told = ServiceManager(str(Path(folder, "notify")))
        told.alive()
        manager.bind(str(Path(folder, "notify")))
        for _ in range(2_000):  # more than its socket holds
            told.alive()
        told.stopping()
