from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from corpus.web.connections import TimeLimits
from corpus.web.fetcher import Fetcher
from corpus.web.options import SourceOptions
from tests.corpus.web.site import LOOPBACK


@pytest.fixture
def fetcher() -> Fetcher:
    """One that may fetch from the test's own server by its number."""
    return Fetcher(SourceOptions(allowed_hosts=LOOPBACK, delay_seconds=0))


@pytest.fixture
def hasty_fetcher() -> Fetcher:
    """One that waits for nobody long: only for servers that keep it waiting, since on a busy machine all do."""
    return Fetcher(SourceOptions(allowed_hosts=LOOPBACK, delay_seconds=0), TimeLimits(connect=5.0, read=0.5, total=3.0))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subject = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:site.test")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key
