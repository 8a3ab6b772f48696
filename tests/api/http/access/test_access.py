from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from api.http.access.client_address import is_local, is_loopback


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:8000"},
        {"host": "localhost:8000"},
        {"host": "LocalHost"},
        {"host": "[::1]:8000"},
        {"host": "127.0.0.1"},
        {"host": "localhost:8000", "origin": "http://localhost:8000"},
    ],
)
def test_access_without_keys_programs_and_pages_of_this_machine_are_let_in(headers: dict[str, str]) -> None:
    assert is_local(Headers(headers))


def test_access_without_keys_a_page_of_this_machine_comes_by_the_scheme_that_is_served() -> None:
    page = Headers({"host": "localhost", "origin": "https://localhost"})
    assert is_local(page, "https")
    assert not is_local(page, "http")


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "no Host at all"),
        ({"host": "evil.example:8000"}, "DNS rebinding"),
        ({"host": "localhost.evil.example"}, "a name that only begins well"),
        ({"host": "evil@localhost"}, "not a host"),
        ({"host": "192.168.1.5:8000"}, "another interface"),
        ({"host": "0.0.0.0:8000"}, "not loopback"),
        ({"host": "localhost:8000", "origin": "https://evil.example"}, "a foreign page"),
        ({"host": "localhost:8000", "origin": "http://localhost:3000"}, "another program's page"),
        ({"host": "localhost:8000", "origin": "null"}, "a sandboxed page"),
        ({"host": "localhost", "x-forwarded-for": "1.2.3.4"}, "a proxy"),
        ({"host": "localhost", "x-forwarded-anything": "x"}, "a proxy"),
        ({"host": "localhost", "forwarded": "for=1.2.3.4"}, "a proxy"),
        ({"host": "localhost", "via": "1.1 proxy"}, "a proxy"),
        ({"host": "localhost", "x-real-ip": "1.2.3.4"}, "a proxy"),
    ],
)
def test_access_without_keys_whoever_comes_another_way_is_refused(headers: dict[str, str], why: str) -> None:
    assert not is_local(Headers(headers)), why


def test_access_without_keys_two_hosts_are_refused() -> None:
    assert not is_local(Headers(raw=[(b"host", b"localhost"), (b"host", b"evil.example")]))


@given(st.text())
def test_access_without_keys_no_odd_host_is_taken_for_this_machine(host: str) -> None:
    assert not is_loopback(host + ".example")
