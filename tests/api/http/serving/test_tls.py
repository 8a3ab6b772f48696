"""TLS in the process, with certificates that openssl makes."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from starlette.types import Receive, Scope, Send

from api.http.serving import tls
from api.http.serving.listener import open_listener, url_of
from api.http.serving.server import make_server
from api.http.serving.tls import load_certificate
from assistant.errors import BadSettings
from assistant.settings import HttpOptions
from tests.api.http.access.guarded import eventually

SECONDS = 60
LONG = 3_000_000
"""Bytes: more than the kernel takes ahead of a reader."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two certificates for 127.0.0.1: `old.pem` with `old.key`, and `new.pem` with `new.key`."""
    if shutil.which("openssl") is None and "CI" not in os.environ:
        pytest.skip("there is no openssl here")
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("old", "new"):
        made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
        made += f" -addext subjectAltName=IP:127.0.0.1 -out {folder / name}.pem -keyout {folder / name}.key"
        subprocess.run(made.split(), check=True, capture_output=True)
    return folder


@pytest.fixture
def options(made: Path, tmp_path: Path) -> HttpOptions:
    """Of a service with the old certificate, in files of its own."""
    for kind in ("pem", "key"):
        shutil.copy(made / f"old.{kind}", tmp_path / f"served.{kind}")
    return HttpOptions(port=0, tls_certificate=str(tmp_path / "served.pem"), tls_key=str(tmp_path / "served.key"))


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Say by which scheme one came; at `/long` much more."""
    if scope["type"] != "http":
        return
    body = scope["scheme"].encode() if scope["path"] == "/" else bytes(LONG)
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def serving(options: HttpOptions) -> Iterator[int]:
    """Gives the port."""
    with open_listener(options) as listener:
        server = make_server(answer, options)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def connect(port: int, trusted: Path) -> http.client.HTTPSConnection:
    """A client that trusts this certificate alone."""
    context = ssl.create_default_context(cafile=trusted)
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=SECONDS, context=context)


def get(client: http.client.HTTPSConnection, path: str = "/") -> bytes:
    client.request("GET", path)
    return client.getresponse().read()


def get_once(port: int, trusted: Path) -> bytes:
    with closing(connect(port, trusted)) as client:
        return get(client)


def test_tls_takes_up_a_replaced_certificate_and_drops_no_connection(options: HttpOptions, made: Path) -> None:
    def is_new_one_served() -> bool:
        assert get(old) == b"https"  # on the connection that is open
        assert old.sock is first
        try:
            return get_once(port, made / "new.pem") == b"https"
        except ssl.SSLCertVerificationError:
            return False

    with serving(options) as port, closing(connect(port, made / "old.pem")) as old:
        assert get(old) == b"https"
        first = old.sock
        shutil.copy(made / "new.key", options.tls_key)
        # As long as only one file is replaced, and when one is gone, the one before is served.
        assert not is_new_one_served()
        Path(options.tls_certificate).unlink()
        assert get_once(port, made / "old.pem") == b"https"
        shutil.copy(made / "new.pem", options.tls_certificate)
        eventually(is_new_one_served)
        assert len(get(old, "/long")) == LONG


def test_tls_connections_that_never_shake_hands_keep_nobody_out(
    options: HttpOptions, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "_MOST_HANDSHAKES", 3)
    with serving(options) as port, closing(connect(port, made / "old.pem")) as open_before:
        get(open_before)
        silent = [socket.create_connection(("127.0.0.1", port), SECONDS) for _ in range(10)]
        try:
            assert get_once(port, made / "old.pem") == b"https"
            assert silent[0].recv(1) == b""  # the oldest was cut
            assert get(open_before) == b"https"
        finally:
            for connection in silent:
                connection.close()


@pytest.mark.parametrize("certificate", ["new.pem", "new.key", "none.pem"])
def test_tls_with_files_that_are_of_no_use_is_refused_at_start(made: Path, certificate: str) -> None:
    options = HttpOptions(tls_certificate=str(made / certificate), tls_key=str(made / "old.key"))

    with pytest.raises(BadSettings, match=f"{certificate} with the key .* cannot be used"):
        load_certificate(options)


def test_tls_wants_both_files_or_none(made: Path) -> None:
    assert load_certificate(HttpOptions()) is None
    with pytest.raises(BadSettings, match="belong together"):
        load_certificate(HttpOptions(tls_key=str(made / "old.key")))


def test_url_of_a_listener_names_the_scheme() -> None:
    with open_listener(HttpOptions(port=0)) as listener:
        assert url_of(listener, "https") == url_of(listener).replace("http:", "https:")


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.2", "127.0.0.2")])
def test_url_of_a_listener_can_be_opened(host: str, shown: str) -> None:
    with open_listener(HttpOptions(port=0, host=host), has_keys=True) as listener:
        assert url_of(listener).startswith(f"http://{shown}:")
