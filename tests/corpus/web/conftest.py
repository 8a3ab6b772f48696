from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from corpus.web.connections import TimeLimits
from corpus.web.fetcher import Fetcher
from corpus.web.options import SourceOptions
from tests.corpus.web.site import LOOPBACK

SHORT = TimeLimits(connect=2.0, read=0.5, total=1.5)
"""For servers that keep us waiting."""


@pytest.fixture
def fetcher() -> Fetcher:
    """One that may fetch from the test's own server by its number, and waits for nobody long."""
    return Fetcher(SourceOptions(allowed_hosts=LOOPBACK, delay_seconds=0), SHORT)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subject = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:site.test")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key
