from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.urls import canonical_url


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTPS://Example.ORG/News/A", "https://example.org/News/A"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a?utm_source=x&UTM_Medium=y&fbclid=z", "https://example.org/a"),
        ("https://example.org/a?id=7&utm_source=x&page=2", "https://example.org/a?id=7&page=2"),
        ("https://example.org/a?q=caf%C3%A9+au", "https://example.org/a?q=caf%C3%A9+au"),
        ("https://name:secret@example.org/a", "https://example.org/a"),
        ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
        ("  https://example.org/a\n", "https://example.org/a"),
    ],
)
def test_urls_an_address_is_brought_into_its_one_form(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(
    "written",
    [
        "",
        "example.org/a",
        "/news/a",
        "//example.org/a",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,<b>x</b>",
        "https://",
        "https://:80/",
        "https://example.org:port/",
        "https://[::1/",
        "https://example.org/a b",
        "https://example.org/\x00",
        'https://example.org/"onmouseover="x',
        "https://example.org/<script>",
        "https://example.org/\ud800",
        "https://example.org\\@evil.example/",
        "https://example.org/" + "a" * 3000,
    ],
)
def test_urls_what_is_no_plain_web_address_is_refused(written: str) -> None:
    assert canonical_url(written) is None


@given(st.text() | st.text().map("https://example.org/{}".format) | st.text().map("http://{}/".format))
def test_urls_a_canonical_address_stays_as_it_is(written: str) -> None:
    url = canonical_url(written)
    assert url is None or canonical_url(url) == url
