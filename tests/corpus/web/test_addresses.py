from __future__ import annotations

import pytest

from corpus.errors import BadAddress
from corpus.web.addresses import AllowedHosts, checked_addresses, is_public, parse_address

NOBODY = AllowedHosts("")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443/a?b=c#d", "https://example.org/a?b=c"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://bücher.example/ä?q=ü", "https://xn--bcher-kva.example/%C3%A4?q=%C3%BC"),
        ("https://straße.de/", "https://xn--strae-oqa.de/"),
        ("http://example.org./x", "http://example.org/x"),
        ("http://１９２.0.2.1/", "http://192.0.2.1/"),
        ("http://[2001:DB8::1]/", "http://[2001:db8::1]/"),
        ("https://example.org/a%20b/%zz", "https://example.org/a%20b/%zz"),
    ],
)
def test_parse_address_gives_the_form_that_is_sent(written: str, url: str) -> None:
    assert parse_address(written).url == url


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ftp://example.org/", "no http or https"),
        ("file:///etc/passwd", "no http or https"),
        ("javascript:alert(1)", "no http or https"),
        ("gopher://example.org/", "no http or https"),
        ("//example.org/", "no http or https"),
        ("http://", "no http or https"),
        ("http://example.org:99999/", "no http or https"),
        ("http://[::1/", "no http or https"),
        ("http://example.org/a b", "no http or https"),
        ("http://example.org/\r\nHost: other", "no http or https"),
        ("http://user@example.org/", "name or password"),
        ("http://user:secret@example.org/", "name or password"),
        ("http://@example.org/", "name or password"),
        ("http://2130706433/", "unusual form"),
        ("http://0x7f000001/", "unusual form"),
        ("http://0x7f.1/", "unusual form"),
        ("http://127.1/", "unusual form"),
        ("http://0177.0.0.1/", "unusual form"),
        ("http://127.0.0.1.1/", "unusual form"),
        ("http://example.0x/", "unusual form"),
        ("http://[fe80::1%25eth0]/", "interface"),
        ("http://a..b/", "no name that DNS knows"),
        ("http://" + "a" * 64 + ".org/", "no name that DNS knows"),
        ("http://exa%6dple.org/", "no name that DNS knows"),
    ],
)
def test_parse_address_refuses_what_is_no_plain_web_address(written: str, why: str) -> None:
    with pytest.raises(BadAddress, match=why):
        parse_address(written)


@pytest.mark.parametrize(
    "numeric",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
        *("100.64.0.1", "100.100.100.200", "169.254.169.254", "192.0.0.192", "198.18.0.1", "192.0.2.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "100::1", "not an address"),
    ],
)
def test_is_public_is_false_for_every_reading_of_an_address_that_is_not(numeric: str) -> None:
    assert not is_public(numeric)


@pytest.mark.parametrize(
    "numeric",
    ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_is_public_is_true_for_hosts_of_the_internet(numeric: str) -> None:
    assert is_public(numeric)


def test_checked_addresses_are_looked_up_once_and_all_of_them_are_checked() -> None:
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["8.8.8.8", "127.0.0.1"]

    with pytest.raises(BadAddress, match="not public"):
        checked_addresses(parse_address("https://example.org/"), resolve, NOBODY)
    assert asked == [("example.org", 443)]
    assert checked_addresses(parse_address("https://example.org/"), lambda *_: ["8.8.8.8"], NOBODY) == ["8.8.8.8"]


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_checked_addresses_refuse_ports_of_other_services_before_anything_is_looked_up(port: int) -> None:
    with pytest.raises(BadAddress, match="ports 80 and 443"):
        checked_addresses(parse_address(f"http://example.org:{port}/"), lambda *_: pytest.fail("looked up"), NOBODY)


@pytest.mark.parametrize(
    ("allowed", "url", "is_allowed"),
    [
        ("intranet.example.org", "http://intranet.example.org:8080/", True),
        ("Intranet.Example.org:8080", "http://intranet.example.org:8080/", True),
        ("intranet.example.org:8080", "http://intranet.example.org/", False),
        ("a.example, 127.0.0.1:8080", "http://127.0.0.1:8080/", True),
        ("[::1]", "http://[::1]:99/", True),
        ("example.org", "http://evil.example.org/", False),
        ("example.org", "http://notexample.org/", False),
        ("", "http://127.0.0.1/", False),
    ],
)
def test_allowed_hosts_are_those_that_are_named_and_no_others(allowed: str, url: str, is_allowed: bool) -> None:
    assert (parse_address(url) in AllowedHosts(allowed)) is is_allowed
