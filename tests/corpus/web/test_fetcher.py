from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.errors import NotFetched
from corpus.web.addresses import WebAddress, look_up, parse_address
from corpus.web.connections import _tls
from corpus.web.content import most_bytes
from corpus.web.fetcher import Fetched, Fetcher, Validators
from corpus.web.options import SourceOptions
from corpus.web.robots import MOST_ROBOTS_BYTES
from tests.corpus.web import site as rude
from tests.corpus.web.site import LOOPBACK, Reply, Request, Route, Site, serving

PAGE = b"<title>Ferry</title><p>The ferry sails.</p>"
KIB = 1024


def some(most: int = 64 * KIB):
    return lambda media_type, address: most


def fetch(fetcher: Fetcher, url: str, validators: Validators | None = None, most: int = 64 * KIB) -> Fetched:
    fetched = fetcher.fetch(url, some(most), validators)
    assert fetched is not None
    return fetched


def refusal(fetcher: Fetcher, url: str, most: int = 64 * KIB) -> NotFetched:
    with pytest.raises(NotFetched) as refused:
        fetcher.fetch(url, some(most))
    error = refused.value
    assert error.source == url
    assert error.reason.endswith(".")
    assert error.reason.isprintable()
    return error


def named(site: Site, *names: str, allowed: Sequence[str] = ("site.test",), seen: list[str] | None = None) -> Fetcher:
    """A fetcher for which these names are this machine, of which it may fetch from the `allowed`."""

    def resolve(host: str, port: int) -> list[str]:
        if seen is not None:
            seen.append(host)
        return [LOOPBACK] if host in names else look_up(host, port)

    return Fetcher(SourceOptions(allowed_hosts=",".join(allowed), delay_seconds=0), resolve=resolve)


def test_fetcher_gives_what_is_there_with_its_type_and_validators(fetcher: Fetcher) -> None:
    headers = {"ETag": '"1"', "Last-Modified": "Mon, 28 Jul 2025 10:00:00 GMT"}
    with serving({"/a?b=c": Reply(PAGE, headers=headers, type='Text/HTML; Charset="UTF-8"')}) as site:
        found = fetch(fetcher, site.url("/a?b=c#part"))
        asked = site.requests[-1].headers
    assert (found.body, found.media_type, found.charset) == (PAGE, "text/html", "UTF-8")
    assert found.validators == Validators(site.url("/a?b=c"), '"1"', "Mon, 28 Jul 2025 10:00:00 GMT")
    assert asked["user-agent"].startswith("cited-assistant")
    assert not {"cookie", "authorization", "referer"} & set(asked)


def test_fetcher_asks_whether_a_page_changed_and_says_when_it_did_not(fetcher: Fetcher) -> None:
    def page(request: Request) -> Reply:
        is_same = request.headers.get("if-none-match") == '"2"'
        return Reply(status=304) if is_same else Reply(PAGE, headers={"ETag": '"2"'})

    with serving({"/": page}) as site:
        assert fetcher.fetch(site.url(), some(), Validators(site.url(), '"2"')) is None
        changed = fetch(fetcher, site.url(), Validators(site.url(), '"1"'))
        assert changed.validators.etag == '"2"'
        fetch(fetcher, site.url(), Validators(site.url("/other"), '"2"'))  # another page's
        assert "if-none-match" not in site.requests[-1].headers


def test_fetcher_a_304_that_nobody_asked_for_is_no_page(fetcher: Fetcher) -> None:
    with serving({"/": Reply(status=304)}) as site:
        assert "304" in refusal(fetcher, site.url()).reason


@pytest.mark.parametrize("etag", ['"' + "x" * 600 + '"', "", '"\xe9"'])
def test_fetcher_keeps_no_validator_that_it_could_not_send_back(fetcher: Fetcher, etag: str) -> None:
    with serving({"/": Reply(PAGE, headers={"ETag": etag})}) as site:
        assert fetch(fetcher, site.url()).validators.etag is None


@pytest.mark.parametrize(
    ("route", "why"),
    [
        (rude.endless_body, "larger than 64 KiB"),
        (rude.endless_head, "does not speak HTTP"),
        (rude.closed_at_once, "broke off"),
        (rude.closed_midway, "broke off"),
        (rude.no_http, "does not speak HTTP"),
        (Reply(b"x" * (65 * KIB)), "larger than 64 KiB"),
        (Reply(PAGE, headers={"Content-Encoding": "br"}), "packs it"),
        (Reply(PAGE, headers={"Content-Encoding": "gzip, gzip"}), "packs"),
        (Reply(PAGE, headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
        (Reply(gzip.compress(PAGE)[:-9], headers={"Content-Encoding": "gzip"}), "end is missing"),
        (Reply(status=401), "login"),
        (Reply(status=403), "refuses"),
        (Reply(status=404), "not there"),
        (Reply(status=410), "taken away"),
        (Reply(status=429), "too many requests"),
        (Reply(status=500), "failed .500."),
        (Reply(status=503), "overloaded"),
        (Reply(status=204), "204"),
        (Reply(status=302), "302"),
        (Reply(status=302, headers={"Location": "ftp://example.org/"}), "no http or https"),
        (Reply(status=302, headers={"Location": "http://[::1"}), "no web address"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "no http or https"),
    ],
)
def test_fetcher_says_in_one_sentence_why_there_is_no_page(fetcher: Fetcher, route: Route, why: str) -> None:
    with serving({"/": route}) as site, pytest.raises(NotFetched, match=why):
        fetcher.fetch(site.url(), some())


@pytest.mark.parametrize(
    ("route", "why"),
    [(rude.silent, "stopped sending"), (rude.slow_head, "too long"), (rude.slow_body, "too long")],
)
def test_fetcher_waits_for_no_server_without_end(hasty_fetcher: Fetcher, route: Route, why: str) -> None:
    with serving({"/": route}) as site, pytest.raises(NotFetched, match=why):
        hasty_fetcher.fetch(site.url(), some())


@pytest.mark.parametrize("status", [404, 410])
def test_fetcher_tells_pages_that_are_gone_from_others(fetcher: Fetcher, status: int) -> None:
    with serving({"/gone": Reply(status=status), "/broken": Reply(status=500)}) as site:
        assert refusal(fetcher, site.url("/gone")).is_gone
        assert not refusal(fetcher, site.url("/broken")).is_gone


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120.0), ("99999999999999999999", 7 * 24 * 3600.0), ("soon", None), ("Mon, 28 Jul 2025 10:00:00 GMT", 0.0)],
)
def test_fetcher_hears_how_long_a_server_asks_to_be_left_alone(
    fetcher: Fetcher, header: str, seconds: float | None
) -> None:
    with serving({"/": Reply(status=429, headers={"Retry-After": header})}) as site:
        assert refusal(fetcher, site.url()).retry_seconds == seconds


def test_fetcher_follows_redirects_and_tells_where_it_was(fetcher: Fetcher) -> None:
    routes = {
        "/old": Reply(status=301, headers={"Location": "new?a=b"}),
        "/new?a=b": Reply(status=307, headers={"Location": "//" + LOOPBACK + ":{port}/newest"}),
        "/newest": Reply(PAGE),
    }
    with serving(routes) as site:
        site.routes["/new?a=b"] = Reply(status=307, headers={"Location": f"//{LOOPBACK}:{site.port}/newest"})
        assert fetch(fetcher, site.url("/old")).address.url == site.url("/newest")


def test_fetcher_leaves_a_circle_of_redirects(fetcher: Fetcher) -> None:
    with serving({"/": Reply(status=302, headers={"Location": "/"})}) as site:
        assert "circle" in refusal(fetcher, site.url()).reason
        assert len(site.paths()) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://{loopback}:{port}/secret",
        "http://localhost:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://0x7f.1:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://private.test:{port}/secret",
        "http://me:pass@site.test:{port}/secret",
        "http://[fd00:ec2::254]/latest",
    ],
)
def test_fetcher_follows_no_redirect_to_what_is_not_public(target: str) -> None:
    with serving({}) as site:
        site.routes["/"] = Reply(status=302, headers={"Location": target.format(loopback=LOOPBACK, port=site.port)})
        site.routes["/secret"] = Reply(b"secret")
        fetcher = named(site, "site.test", "private.test")
        refusal(fetcher, site.url(host="site.test"))
        assert "/secret" not in site.paths()


def test_fetcher_fetches_nothing_from_a_name_that_stands_for_a_private_address_unless_it_is_allowed() -> None:
    with serving({"/": Reply(PAGE)}) as site:
        url = f"http://private.test:{site.port}/"
        # Port 80, so that it is the address which is refused.
        fetcher = named(site, "private.test", allowed=())
        assert "not public" in refusal(fetcher, "http://private.test/").reason
        assert site.requests == []
        assert fetch(named(site, "private.test", allowed=("private.test",)), url).body == PAGE


def test_fetcher_connects_to_the_address_that_was_checked_and_looks_nothing_up_again() -> None:
    seen: list[str] = []
    with serving({"/": Reply(PAGE)}) as site:
        fetch(named(site, "site.test", seen=seen), site.url(host="site.test"))
        hosts = {request.headers["host"] for request in site.requests}
    assert hosts == {f"site.test:{site.port}"}
    assert seen == ["site.test"] * 2  # once for robots.txt, once for the page


def test_fetcher_nothing_out_there_leads_to_a_host_that_only_the_operator_opens() -> None:
    with serving({"/secret": Reply(PAGE)}) as intranet, serving({}) as site:
        site.routes["/"] = Reply(status=302, headers={"Location": intranet.url("/secret", "intranet.test")})
        allowed = (f"intranet.test:{intranet.port}", f"site.test:{site.port}")
        names = ("intranet.test", "site.test")
        assert fetch(named(site, *names, allowed=allowed), site.url(host="site.test")).body == PAGE
        # The same, were it a public site: then its address counts as one that nobody allowed.
        fetcher = named(site, *names, allowed=allowed)
        public = parse_address("https://public.example/")
        with pytest.raises(NotFetched, match="only allowed hosts may lead"):
            fetcher.fetch(intranet.url("/secret", "intranet.test"), some(), named_by=public)
        assert fetch(fetcher, intranet.url("/secret", "intranet.test")).body == PAGE


def test_fetcher_a_name_without_an_answer_is_told_so(fetcher: Fetcher) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert "DNS" in refusal(Fetcher(SourceOptions(), resolve=nobody), "http://nowhere.test/").reason
    assert "DNS" in refusal(Fetcher(SourceOptions(), resolve=lambda *_: []), "http://nowhere.test/").reason


def test_fetcher_a_server_that_is_not_there_is_told_so(fetcher: Fetcher) -> None:
    with serving({}) as site:
        url = site.url()
    assert "cannot be reached" in refusal(fetcher, url).reason


def test_fetcher_trusts_no_self_signed_certificate(fetcher: Fetcher, certificate: tuple[Path, Path]) -> None:
    site = Site({"/": Reply(PAGE)})
    site.use_tls(*certificate)
    with site.running():
        address = WebAddress("https", LOOPBACK, site.port, "/")
        with pytest.raises(NotFetched, match="certificate"):
            fetcher._ask(address, some(), Validators(), 0)
        refusal(fetcher, site.url())
        assert site.requests == []


def test_fetcher_asks_tls_for_the_name_and_connects_to_the_number(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    _tls.cache_clear()
    site = Site({"/": Reply(PAGE)})
    site.use_tls(*certificate)
    try:
        with site.running():
            assert fetch(named(site, "site.test"), site.url(host="site.test")).body == PAGE
            other = named(site, "other.test", allowed=("other.test",))
            with pytest.raises(NotFetched, match="certificate"):
                other._ask(WebAddress("https", "other.test", site.port, "/"), some(), Validators(), 0)
    finally:
        _tls.cache_clear()


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda raw: zlib.compress(raw)[2:-4]])
def test_fetcher_unpacks_what_servers_pack(fetcher: Fetcher, pack) -> None:
    name = "gzip" if pack is gzip.compress else "deflate"
    body = bytes(range(256)) * 200
    with serving({"/": Reply(pack(body), headers={"Content-Encoding": name})}) as site:
        assert fetch(fetcher, site.url()).body == body


def test_fetcher_unpacks_files_that_follow_each_other_and_nothing_behind_them(fetcher: Fetcher) -> None:
    packed = gzip.compress(b"one") + gzip.compress(b" two") + b"\0\0\0"
    with serving({"/": Reply(packed, headers={"Content-Encoding": "gzip"})}) as site:
        assert fetch(fetcher, site.url()).body == b"one two"


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_fetcher_unfolds_no_bomb(fetcher: Fetcher, name: str) -> None:
    bomb = (gzip.compress if name == "gzip" else zlib.compress)(bytes(64 * KIB * KIB))
    assert len(bomb) < 64 * KIB < 64 * KIB * KIB
    import tracemalloc

    with serving({"/": Reply(bomb, headers={"Content-Encoding": name})}) as site:
        tracemalloc.start()
        assert "larger than 64 KiB" in refusal(fetcher, site.url()).reason
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 4 * KIB * KIB


def test_fetcher_takes_no_proxy_from_the_environment(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"/": Reply(PAGE)}) as site, serving({}) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert fetch(fetcher, site.url()).body == PAGE
        assert proxy.requests == []


@pytest.mark.parametrize(
    ("robots", "is_allowed"),
    [
        (Reply(b"User-agent: *\nDisallow: /", type="text/plain"), False),
        (
            Reply(b"User-agent: cited-assistant\nDisallow: /private\n\nUser-agent: *\nDisallow: /", type="text/plain"),
            True,
        ),
        (Reply(b"User-agent: *\nDisallow: /*.html$\nAllow: /page.html", type="text/plain"), True),
        (Reply(b"User-agent: other\nDisallow: /", type="text/plain"), True),
        (Reply(b"<html>a page for everything</html>"), True),
        (Reply(b"\xff\xfe\x00\x1b[31m", type="text/plain"), True),
        (Reply(b"# " + b"x" * MOST_ROBOTS_BYTES + b"\nUser-agent: *\nDisallow: /", type="text/plain"), True),
        (Reply(b"User-agent: *\nDisallow: /\n#" + b"x" * 10_000_000, type="text/plain"), False),
        (Reply(status=404), True),
        (Reply(status=403), True),
        (Reply(status=429), False),
        (Reply(status=503), False),
        (Reply(status=302, headers={"Location": "/robots.txt"}), True),
        (Reply(status=302, headers={"Location": "/rules"}), False),
        (Reply(status=302, headers={"Location": "http://10.0.0.1/"}), False),
        (rude.closed_at_once, False),
    ],
)
def test_fetcher_keeps_to_robots_txt(fetcher: Fetcher, robots: Route, is_allowed: bool) -> None:
    rules = Reply(b"User-agent: *\nDisallow: /", type="text/plain")
    with serving({"/robots.txt": robots, "/rules": rules, "/page.html": Reply(PAGE)}) as site:
        if is_allowed:
            assert fetch(fetcher, site.url("/page.html")).body == PAGE
        else:
            refusal(fetcher, site.url("/page.html"))
            assert "/page.html" not in site.paths()


def test_fetcher_leaves_a_site_alone_whose_robots_txt_does_not_come(hasty_fetcher: Fetcher) -> None:
    with serving({"/robots.txt": rude.silent, "/page.html": Reply(PAGE)}) as site:
        refusal(hasty_fetcher, site.url("/page.html"))
        assert "/page.html" not in site.paths()


def test_fetcher_reads_robots_txt_once_for_all_pages_of_a_site(fetcher: Fetcher) -> None:
    with serving({"/a": Reply(PAGE), "/b": Reply(PAGE)}) as site:
        fetch(fetcher, site.url("/a"))
        fetch(fetcher, site.url("/b"))
        assert [request.path for request in site.requests] == ["/robots.txt", "/a", "/b"]


def test_fetcher_keeps_to_robots_txt_of_the_site_that_a_redirect_leads_to(fetcher: Fetcher) -> None:
    rules = Reply(b"User-agent: *\nDisallow: /", type="text/plain")
    with serving({"/robots.txt": rules, "/page": Reply(PAGE)}) as other:
        with serving({"/": Reply(status=302, headers={"Location": other.url("/page")})}) as site:
            assert "robots.txt" in refusal(fetcher, site.url()).reason
        assert other.paths() == []


def test_fetcher_leaves_a_host_alone_as_long_as_the_setting_or_robots_txt_asks() -> None:
    waited: list[float] = []
    options = SourceOptions(allowed_hosts=LOOPBACK, delay_seconds=0.5)
    robots = Reply(b"User-agent: *\nCrawl-delay: 30", type="text/plain")
    with serving({"/robots.txt": robots, "/a": Reply(PAGE), "/b": Reply(PAGE)}) as site:
        fetcher = Fetcher(options, wait=waited.append)
        fetch(fetcher, site.url("/a"))
        fetch(fetcher, site.url("/b"))
    # After robots.txt the setting's pause, after the first page that of the rules on top of it.
    assert waited == [pytest.approx(0.5, abs=0.4), pytest.approx(30.5, abs=2)]


def test_fetcher_caps_the_pause_that_robots_txt_asks_for() -> None:
    waited: list[float] = []
    robots = Reply(b"User-agent: *\nCrawl-delay: 100000", type="text/plain")
    with serving({"/robots.txt": robots, "/a": Reply(PAGE), "/b": Reply(PAGE)}) as site:
        fetcher = Fetcher(SourceOptions(allowed_hosts=LOOPBACK, delay_seconds=0), wait=waited.append)
        fetch(fetcher, site.url("/a"))
        fetch(fetcher, site.url("/b"))
    assert max(waited) <= 60


@pytest.mark.parametrize("media_type", ["image/png", "video/mp4", "application/zip", "\x9b31mred"])
def test_fetcher_reads_no_further_when_the_type_is_not_read(fetcher: Fetcher, media_type: str) -> None:
    with (
        serving({"/": Reply(b"x" * KIB, type=media_type)}) as site,
        pytest.raises(NotFetched, match="not read"),
    ):
        fetcher.fetch(site.url(), most_bytes)


def test_fetcher_tries_the_next_address_of_a_host_and_not_very_many() -> None:
    with serving({"/": Reply(PAGE)}) as site:
        fetcher = Fetcher(SourceOptions(allowed_hosts="site.test", delay_seconds=0), resolve=lambda *_: numeric)
        numeric = ["127.0.0.2", "127.0.0.3", LOOPBACK]  # nobody listens at the others
        assert fetch(fetcher, site.url(host="site.test")).body == PAGE
        numeric = [f"127.0.0.{number}" for number in range(2, 200)]
        assert "cannot be reached" in refusal(fetcher, site.url(host="site.test")).reason
