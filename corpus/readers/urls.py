"""Web addresses in the one form by which sources are told apart."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_MAX_CHARS = 2_000
"""What browsers and servers agree to handle."""

DEFAULT_PORTS = {"http": 80, "https": 443}
"""The schemes of web addresses, each with the port that is left out."""

_NEVER_IN_AN_ADDRESS = re.compile(r"""[\s\x00-\x1f\x7f<>"\\^`{|}\ud800-\udfff]""")

_TRACKING = re.compile(
    r"""
    utm_.* | mc_cid | mc_eid | _hsenc | _hsmi | ref_src  # campaigns and newsletters
    | fbclid | gclid | dclid | msclkid | yclid | twclid  # clicks on advertisements
    | ttclid | gbraid | wbraid
    | igshid | _ga | _gl                                 # visitors
    """,
    re.VERBOSE | re.IGNORECASE,
)


def canonical_url(written: str) -> str | None:
    """Return `written` with scheme and host in lower case, without fragment, credentials, default port and tracking.

    None for everything that is not an absolute http or https address: an article comes from outside, and its
    address ends up as a link.
    """
    written = written.strip()
    if len(written) > _MAX_CHARS or _NEVER_IN_AN_ADDRESS.search(written):
        return None
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not host:
        return None
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        place = f"{place}:{port}"
    return urlunsplit((parts.scheme, place, parts.path or "/", _without_tracking(parts.query), ""))


def _without_tracking(query: str) -> str:
    """Remove tracking from a query; the rest stays as written, since re-encoding it could name another page."""
    pairs = (pair for pair in query.split("&") if pair)
    return "&".join(pair for pair in pairs if not _TRACKING.fullmatch(pair.partition("=")[0]))
