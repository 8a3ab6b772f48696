"""File descriptors: how many this process may open, and how many of them its connections may take."""

from __future__ import annotations

import resource
from contextlib import suppress

_MOST = 65_536
"""More are of no use here, and some systems call a limit `unlimited` that they do not grant."""

ACCEPTED_AT_ONCE = 32
"""Connections that are accepted in a turn of the event loop; it takes four more turns to close others for them."""

RESERVE = 384
"""Descriptors that ordinary connections leave: 160 for those that are accepted before others are closed, 64 for the
operator's, and 160 for the databases and the index, of which 34 are open when nobody asks."""

_FEWEST_CONNECTIONS = 16


def raise_descriptor_limit() -> None:
    """Raise the soft limit (`ulimit -n`) to the hard one, for this process and those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    # Some systems allow less than they say, and what there is may do.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connections_allowed() -> int:
    """Return how many connections the descriptors of this process suffice for, less a reserve for all else."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST if soft == resource.RLIM_INFINITY else soft
    return max(_FEWEST_CONNECTIONS, most - RESERVE)
