"""Public address: where others reach the service."""

from __future__ import annotations

from fastapi import Request


def public_address(request: Request) -> str:
    """Return the address that the operator set, else the one that was asked, without a slash at the end."""
    return request.app.state.public_base_url or str(request.base_url).rstrip("/")
