"""The sender: nothing else in the product sends anything to an address that came from outside.

It sends to hosts that the operator named, to no other, and follows no redirect: what a server answers leads nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpus.errors import BadAddress, NotFetched
from corpus.web.addresses import AllowedHosts, WebAddress, checked_addresses, look_up, parse_address
from corpus.web.connections import TimeLimits, answered
from corpus.web.robots import ROBOT

_LIMITS = TimeLimits(connect=5.0, read=10.0, total=15.0)

_NOT_ALLOWED = "nothing is sent there: its host is not among those of ASSISTANT_WATCHING__WEBHOOK_HOSTS."


class Sender:
    """Sends to the hosts in `allowed_hosts`, which are written as in the setting."""

    def __init__(self, allowed_hosts: str) -> None:
        self._allowed = AllowedHosts(allowed_hosts)

    def checked(self, url: str) -> WebAddress:
        """Return the address that may be sent to. Raises `BadAddress` with a sentence that fits behind the address."""
        address = parse_address(url)
        if address not in self._allowed:
            raise BadAddress(_NOT_ALLOWED)
        return address

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send `body`; it was taken if this returns. Raises `NotFetched` with one sentence, whatever else comes."""
        try:
            address = self.checked(url)
            numeric = checked_addresses(address, look_up, self._allowed)
        except BadAddress as error:
            raise NotFetched(url, str(error)) from None
        except (OSError, UnicodeError):
            raise NotFetched(url, "its host is not known to DNS, or DNS cannot be asked.") from None
        with answered(address, numeric, {"User-Agent": ROBOT, **headers}, _LIMITS, posted=body) as answer:
            if not 200 <= answer.status < 300:
                raise NotFetched(url, f"its server answered with status {answer.status}.")
