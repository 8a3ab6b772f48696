"""Nothing but `corpus.web` asks addresses from outside for anything."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("corpus", "index", "assistant", "api")

CLIENTS = {
    "aiohttp",
    "ftplib",
    "httpcore",
    "httpx",
    "imaplib",
    "poplib",
    "requests",
    "smtplib",
    "urllib3",
    "websockets",
}
CLIENT_MODULES = {"http.client", "urllib.request", "urllib.robotparser", "xmlrpc.client", "trafilatura.downloads"}
CONNECTING = {"create_connection", "getaddrinfo", "urlopen", "urlretrieve", "fetch_url", "fetch_response", "connect_ex"}

ALLOWED = {
    ("corpus/web/connections.py", "httpcore"),
    ("corpus/web/addresses.py", "getaddrinfo"),
    ("assistant/language_models/http_client.py", "httpx"),  # asks the operator's language model
    ("index/vectors/chroma_server/connection.py", "httpx"),  # asks the operator's Chroma server
    ("assistant/evaluation/over_http.py", "httpx"),  # asks the server that the user names on the command line
}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def clients(path: Path) -> set[str]:
    """What of a file can connect to an address: modules that it imports, and functions that it calls."""
    found = imports(path)
    called = {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
    tops = {name.partition(".")[0] for name in found}
    return (tops & CLIENTS) | (found & CLIENT_MODULES) | (called & CONNECTING)


@pytest.mark.parametrize("room", ROOMS)
def test_one_fetcher_no_other_file_can_connect_to_an_address_from_outside(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    found = {(path.relative_to(ROOT).as_posix(), name) for path in files for name in clients(path)}
    assert found == {(place, name) for place, name in ALLOWED if place.startswith(f"{room}/")}
