"""TLS in this process: a certificate that may be replaced while it serves, and a bound on handshakes."""

from __future__ import annotations

import asyncio
import logging
import ssl
from asyncio.sslproto import SSLProtocol
from pathlib import Path

from api.http.serving.guarded_protocol import GuardedProtocol
from assistant.errors import BadSettings
from assistant.settings import HttpOptions
from corpus.trouble_log import TroubleLog

_log = logging.getLogger(__name__)

SECONDS_TO_SHAKE_HANDS = 10
"""Two round trips and some computing; as long as a head may take."""

_SECONDS_TO_SAY_GOODBYE = 2
"""For the client's word that it has seen the end; most do not give it."""

_MOST_HANDSHAKES = 128
"""At once, beside the connections that the table counts; for a further one the oldest gives way."""

_Mark = tuple[tuple[int, int, int], ...]
"""By which a replaced file is told: inode, time and size of the certificate and of the key."""


def load_certificate(options: HttpOptions) -> Certificate | None:
    """Return the certificate of these options, None where they name none. Raises `BadSettings` when it is of no use."""
    if not (options.tls_certificate or options.tls_key):
        return None
    if not (options.tls_certificate and options.tls_key):
        raise BadSettings(
            "ASSISTANT_SERVING__TLS_CERTIFICATE and ASSISTANT_SERVING__TLS_KEY belong together; set both."
        )
    return Certificate(Path(options.tls_certificate), Path(options.tls_key))


class Certificate:
    """A certificate with its key, as the files have them now. Connections that are open keep what they began with."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises `BadSettings` when the files cannot be read, or are no certificate and its key."""
        self._files = (certificate, key)
        self._log = TroubleLog(_log, "The certificate cannot be renewed, and the one before is served", (ssl.SSLError,))
        try:
            self._mark = self._marked()
            self._newest = self._load()
        except OSError as error:  # SSLError is one, too
            raise BadSettings(
                f"The certificate {certificate} with the key {key} cannot be used: {error.strerror or error}; both "
                "have to be in PEM, fit together, be readable for this user, and need no password."
            ) from None
        self.context = self._load()
        # The one context that the listener has hands each connection on to the newest one: files are replaced one
        # after the other, and a context of which one of both was loaded would serve nobody.
        self.context.sni_callback = self._hand_on

    def renew(self) -> None:
        """Take up files that were replaced. While they do not fit together, what was there before is served."""
        try:
            mark = self._marked()
            if mark != self._mark:
                self._newest, self._mark = self._load(), mark
                _log.info("The certificate was replaced, and the new one is served.")
        except OSError as error:
            self._log.met(error)
        else:
            self._log.not_met()

    def _hand_on(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._newest

    def _load(self) -> ssl.SSLContext:
        certificate, key = self._files
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # TLS 1.2 and 1.3
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(certificate, key, password="")
        return context

    def _marked(self) -> _Mark:
        found = [file.stat() for file in self._files]
        return tuple((one.st_ino, one.st_mtime_ns, one.st_size) for one in found)


class Handshakes:
    """The connections of one process whose handshake is not over."""

    def __init__(self, certificate: Certificate) -> None:
        self._certificate = certificate
        self._begun: list[TlsConnection] = []

    def new_connection(self, protocol: GuardedProtocol) -> TlsConnection:
        """Return what speaks TLS for `protocol`, which hears of the connection when the handshake is over."""
        return TlsConnection(protocol, self, self._certificate.context)

    def begin(self, connection: TlsConnection) -> None:
        """Note a handshake. The oldest is cut where there are too many: who floods us keeps nobody out."""
        self._begun = [one for one in self._begun if one.is_shaking_hands]
        if len(self._begun) >= _MOST_HANDSHAKES:
            self._begun.pop(0).cut()
        self._begun.append(connection)


class TlsConnection(SSLProtocol):
    """asyncio's own TLS, with a bound on handshakes that its `create_server` lacks."""

    def __init__(self, protocol: GuardedProtocol, handshakes: Handshakes, context: ssl.SSLContext) -> None:
        super().__init__(
            asyncio.get_running_loop(),
            protocol,
            context,
            waiter=None,  # type: ignore[arg-type]  # nobody waits for an accepted connection
            server_side=True,
            ssl_handshake_timeout=SECONDS_TO_SHAKE_HANDS,
            ssl_shutdown_timeout=_SECONDS_TO_SAY_GOODBYE,
        )
        self._protocol = protocol
        self._handshakes = handshakes
        self._is_lost = False

    @property
    def is_shaking_hands(self) -> bool:
        return not (self._is_lost or self._protocol.is_open)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._protocol.below = transport
        self._handshakes.begin(self)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._is_lost = True
        super().connection_lost(exc)

    def cut(self) -> None:
        """Close at once."""
        if self._protocol.below:
            self._protocol.below.abort()
