from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import BaseRoute, Match

from api.http.access import key_cache
from api.http.access.client_address import client_address, client_name, networks
from api.http.access.key_cache import KeyCache
from api.http.access.link_tokens import LinkTokens
from api.http.access.route_rules import ROUTE_RULES, KeylessAccess, rule_for
from api.http.app import create_app, describe_service
from api.http.serving.listener import open_listener
from assistant.ask import Assistant
from assistant.errors import BadSettings
from assistant.settings import HttpOptions, Settings, load_settings
from corpus.access import FormerText, Grant, Scope, new_key, rotated_key
from corpus.article import ArticleFilter
from corpus.link_secret import LinkSecret
from corpus.store import DataFolder, open_service_store
from tests.api.conftest import serving
from tests.api.http.access.guarded import QUESTION, SITE, Guarded, eventually, guarded
from tests.api.http.test_error_handlers import JSON, SECRET, Breaking, assert_is_problem


@pytest.fixture(scope="module")
def service(helper: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """With one key, which is nobody's: from then on keys are needed."""
    with guarded(helper, tmp_path_factory.mktemp("keys"), client_requests_per_minute=10_000) as service:
        service.key()
        yield service


# Routes


def every_route() -> list[tuple[str, str]]:
    """Method and path of whatever the application has routes for, below mounted applications too."""
    return [place for route in describe_service().routes for place in _places(route)]


def _places(route: BaseRoute, prefix: str = "") -> list[tuple[str, str]]:
    path = prefix + getattr(route, "path", "")
    below = getattr(getattr(route, "original_router", route), "routes", None) or []
    if below:
        return [place for inner in below for place in _places(inner, path)]
    methods = getattr(route, "methods", None) or {"*"}
    return [(method, path) for method in methods - {"HEAD"}]


def test_access_every_route_says_what_it_needs() -> None:
    assert len(every_route()) > 8
    for method, path in every_route():
        rule = rule_for(method, path)
        assert rule, f"{method} {path} has no rule in api/http/access/route_rules.py"
        assert rule.method == method, f"{method} {path} has no rule in api/http/access/route_rules.py"


def test_access_no_rule_is_said_twice() -> None:
    assert len({(rule.method, rule.path) for rule in ROUTE_RULES}) == len(ROUTE_RULES)


def test_access_nothing_below_v1_is_open_without_a_key() -> None:
    assert all(rule.without_key is KeylessAccess.NONE for rule in ROUTE_RULES if rule.path.startswith("/v1/"))


def test_access_only_one_place_gives_the_assistant_out() -> None:
    folder = Path(__file__).parents[4] / "api" / "http"
    users = {file.name for file in folder.rglob("*.py") if "state.assistant" in file.read_text(encoding="utf-8")}
    assert users == {"caller.py", "app.py"}, "use `Helper`: it sees what its caller may see"


def test_access_a_route_that_is_not_listed_does_not_exist(helper: Assistant, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, serving=HttpOptions(port=0))
    app = create_app(helper, settings)
    app.add_api_route("/v1/unlisted", lambda: "open")
    (route,) = [route for route in app.routes if getattr(route, "path", "") == "/v1/unlisted"]
    assert route.matches({"type": "http", "method": "GET", "path": "/v1/unlisted"})[0] is Match.FULL
    with serving(helper, settings, app) as url:
        assert_is_problem(httpx.get(f"{url}/v1/unlisted", timeout=60), 404, "not_found")


# Keys


@pytest.mark.parametrize(
    ("method", "path"),
    [(rule.method, rule.path) for rule in ROUTE_RULES if rule.without_key is KeylessAccess.NONE and rule.method != "*"],
)
def test_access_without_a_key_nothing_is_told(service: Guarded, method: str, path: str) -> None:
    response = httpx.request(method, service.url + path.replace("{id}", SECRET), content=SECRET, timeout=60)

    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert SECRET not in response.text
    # OpenAI's clients read errors in their own envelope only
    if path.startswith(("/v1/chat", "/v1/completions", "/v1/models", "/v1/responses", "/v1/embeddings")):
        assert (response.status_code, response.json()["error"]["code"]) == (401, "key_needed")
    else:
        assert_is_problem(response, 401, "key_needed")


def test_access_with_a_key_questions_are_answered(service: Guarded) -> None:
    response = service.post("/v1/ask", service.key(), json=QUESTION)

    assert response.json()["status"] == "answered"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "value",
    [
        "",
        SECRET,
        f"Bearer {SECRET}",
        f"Bearer sk_{SECRET}",
        "Bearer",
        "Bearer sk_",
        f"Bearer sk_000000000000_{'a' * 43}",
        f"Basic {SECRET}",
        f"Bearer {'sk_' * 3000}",
    ],
)
def test_access_a_wrong_key_opens_nothing_and_is_not_echoed(service: Guarded, value: str) -> None:
    response = service.post("/v1/ask", {"Authorization": value}, json=QUESTION)

    assert_is_problem(response, 401, "wrong_key")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_access_the_handle_of_a_key_is_not_the_key(service: Guarded) -> None:
    text = service.new_key(Grant((Scope.ASK,)))
    wrong = [text[:-1], f"{text}x", text.swapcase(), f"pk{text[2:]}", text.rpartition("_")[0] + "_" + "a" * 43]
    for other in wrong:
        assert_is_problem(service.get("/v1/articles", service.bearer(other)), 401, "wrong_key")
    two = [("Authorization", f"Bearer {SECRET}"), ("Authorization", f"Bearer {text}")]
    assert_is_problem(httpx.get(f"{service.url}/v1/articles", headers=two, timeout=60), 401, "wrong_key")
    assert service.get("/v1/articles", {"Authorization": f"bearer {text}"}).status_code == 200


def test_access_a_revoked_key_is_refused_while_the_service_runs(service: Guarded) -> None:
    text = service.new_key(Grant((Scope.ASK,)))
    assert service.get("/v1/articles", service.bearer(text)).status_code == 200

    service.store.keys.revoke(f"key_{text.split('_')[1]}")
    eventually(lambda: service.get("/v1/articles", service.bearer(text)).status_code == 401)

    assert_is_problem(service.get("/v1/articles", service.bearer(text)), 401, "wrong_key")


def test_access_a_rotated_key_works_with_both_texts_until_the_grace_ends(service: Guarded) -> None:
    text = service.new_key(Grant((Scope.ASK,)))
    key = service.store.keys.all()[-1]
    rotated, new_text = rotated_key(key, timedelta(hours=1), None, datetime.now(UTC))

    assert service.store.keys.rotate(key, rotated)

    eventually(lambda: service.get("/v1/articles", service.bearer(new_text)).status_code == 200)
    assert service.get("/v1/articles", service.bearer(text)).status_code == 200
    now = datetime.now(UTC)
    over = replace(rotated, former=FormerText(key.digest, now))
    assert service.store.keys.rotate(rotated, over)
    eventually(lambda: service.get("/v1/articles", service.bearer(text)).status_code == 401)
    assert_is_problem(service.get("/v1/articles", service.bearer(text)), 401, "key_expired")
    assert service.get("/v1/articles", service.bearer(new_text)).status_code == 200
    assert service.store.keys.rotate(over, replace(over, expires=now))
    eventually(lambda: service.get("/v1/articles", service.bearer(new_text)).status_code == 401)
    assert_is_problem(service.get("/v1/articles", service.bearer(new_text)), 401, "key_expired")


def test_access_revoking_the_last_key_opens_nothing(helper: Assistant, tmp_path: Path) -> None:
    with guarded(helper, tmp_path) as service:
        assert service.get("/v1/articles").status_code == 200
        text = service.new_key(Grant((Scope.ASK,)))
        service.store.keys.revoke(f"key_{text.split('_')[1]}")
        eventually(lambda: service.get("/v1/articles", service.bearer(text)).status_code == 401)

        assert_is_problem(service.get("/v1/articles"), 401, "key_needed")


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        (Scope.ASK, "POST", "/v1/articles"),
        (Scope.ASK, "DELETE", "/v1/articles/a"),
        (Scope.ASK, "GET", "/v1/jobs/a"),
        (Scope.ASK, "GET", "/metrics"),
        (Scope.INGEST, "POST", "/v1/ask"),
        (Scope.INGEST, "GET", "/v1/articles/a"),
        (Scope.INGEST, "GET", "/metrics"),
        (Scope.INGEST, "GET", "/articles/a"),
        (Scope.ADMIN, "POST", "/v1/ask"),
        (Scope.ADMIN, "POST", "/mcp"),
        (Scope.ADMIN, "POST", "/v1/articles"),
    ],
)
def test_access_a_key_opens_what_its_scope_says_and_no_more(
    service: Guarded, scope: Scope, method: str, path: str
) -> None:
    response = httpx.request(method, service.url + path, headers=service.key(scope), timeout=60)

    assert_is_problem(response, 403, "scope_missing")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/openapi.json"])
def test_access_what_is_nobodys_secret_stays_open(service: Guarded, path: str) -> None:
    assert service.get(path, {"Host": "answers.example"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["//v1/ask", "/v1//ask", "/v1/ask/", "/V1/ask", "/v1/ask;x", "/healthz/../v1/ask", "/v1/../metrics", "/./metrics"],
)
def test_access_no_other_spelling_of_a_path_leads_anywhere(service: Guarded, path: str) -> None:
    where = urlsplit(service.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port)
    for headers, status in (({}, 401), (service.key(), 404)):
        connection.request("POST", path, "{}", {**headers, **JSON})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status, path
    connection.close()


def test_access_a_path_that_is_only_written_otherwise_needs_a_key_as_well(service: Guarded) -> None:
    assert_is_problem(service.post("/v1/%61sk", json=QUESTION), 401, "key_needed")


# Bounds


def test_access_a_bounded_key_sees_its_articles_only(service: Guarded) -> None:
    everything = service.get("/v1/articles", service.key(), params={"limit": 200}).json()["data"]
    ours = everything[0]["publisher"]
    other = next(article for article in everything if article["publisher"] != ours)
    key = service.key(bounds=ArticleFilter(publisher=(ours,)))

    listed = service.get("/v1/articles", key).json()["data"]
    found = service.post("/v1/search", key, json={"query": "China", "limit": 200}).json()["data"]
    answer = service.post("/v1/ask", key, json=QUESTION).json()
    copies = [copy for one in (*found, *answer["sources"]) for copy in one["copies"]]

    assert {one["publisher"] for one in (*listed, *found, *answer["sources"], *copies)} == {ours}
    assert service.get("/v1/articles", key, params={"publisher": other["publisher"]}).json()["data"] == []
    for version in ({}, {"v": other["content_hash"]}):
        hidden = service.get(f"/v1/articles/{other['article_id']}", key, params=version)
        assert_is_problem(hidden, 404, "unknown_article")
    for filters in ({"publisher": [other["publisher"]]}, {"article_id": [other["article_id"]]}):
        refused = service.post("/v1/ask", key, json={**QUESTION, "filters": filters}).json()
        assert (refused["status"], refused["sources"]) == ("no_answer", [])


def test_access_a_bounded_key_is_refused_where_its_bounds_are_not_kept(service: Guarded) -> None:
    key = service.key(Scope.ASK, Scope.INGEST, bounds=ArticleFilter(language=("en",)))

    for method, path in (("POST", "/v1/articles"), ("DELETE", "/v1/articles/a")):
        assert_is_problem(httpx.request(method, service.url + path, headers=key, timeout=60), 403, "scope_missing")


# Pages


def test_access_a_publishable_key_works_from_its_own_pages(service: Guarded) -> None:
    response = service.post("/v1/ask", service.site_key(), json=QUESTION)

    assert response.json()["status"] == "answered"
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://site.example", f"{SITE}:444", f"{SITE}.evil.example", "", SITE.upper()],
)
def test_access_a_publishable_key_is_refused_from_anywhere_else(service: Guarded, origin: str) -> None:
    response = service.post("/v1/ask", {**service.site_key(), "Origin": origin}, json=QUESTION)

    assert_is_problem(response, 403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in response.headers


def test_access_a_publishable_key_needs_exactly_one_origin(service: Guarded) -> None:
    headers = service.site_key()
    assert_is_problem(service.post("/v1/ask", {"Authorization": headers["Authorization"]}), 403, "origin_not_allowed")
    both = [*headers.items(), ("Origin", "https://evil.example")]
    assert_is_problem(httpx.post(f"{service.url}/v1/ask", headers=both, timeout=60), 403, "origin_not_allowed")


def test_access_each_key_works_from_its_own_origins_only(service: Guarded) -> None:
    first, second = service.site_key("https://one.example"), service.site_key("https://two.example")

    assert_is_problem(service.post("/v1/ask", {**first, "Origin": second["Origin"]}), 403, "origin_not_allowed")


def test_access_browsers_are_told_that_its_pages_may_ask(service: Guarded) -> None:
    service.site_key()
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}

    allowed = httpx.options(f"{service.url}/v1/ask", headers={"Origin": SITE, **asked}, timeout=60)
    foreign = httpx.options(f"{service.url}/v1/ask", headers={"Origin": "https://evil.example", **asked}, timeout=60)
    ingest = httpx.options(
        f"{service.url}/v1/articles/a",
        headers={"Origin": SITE, **asked, "Access-Control-Request-Method": "DELETE"},
        timeout=60,
    )

    assert (allowed.status_code, allowed.content) == (204, b"")
    assert allowed.headers["Access-Control-Allow-Origin"] == SITE
    assert allowed.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert_is_problem(foreign, 403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert_is_problem(ingest, 403, "origin_not_allowed")


def test_access_its_pages_can_read_what_went_wrong(helper: Assistant, tmp_path: Path) -> None:
    breaking = cast(Assistant, Breaking(ZeroDivisionError(SECRET)))
    with guarded(breaking, tmp_path) as service:
        page = service.site_key()
        problems = [
            (service.post("/v1/ask", page, json=QUESTION), 500, "internal_error"),
            (service.post("/v1/ask", page, content="{"), 415, "not_json"),
            (service.post("/v1/ask", {**page, **JSON}, content="{"), 400, "malformed_json"),
            (service.post("/v1/ask", {**page, **JSON}, content="a" * 1_048_577), 413, "body_too_large"),
            (service.post("/v1/ask", {"Origin": SITE}), 401, "key_needed"),
            (service.get("/v1/ask", page), 405, "method_not_allowed"),
            (service.get("/v1/nothing", page), 404, "not_found"),
        ]
    for response, status, code in problems:
        assert_is_problem(response, status, code)
        assert response.headers["Access-Control-Allow-Origin"] == SITE
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "text/plain"},
    ],
)
def test_access_a_foreign_page_cannot_post_forms(
    service: Guarded, client: httpx.Client, headers: dict[str, str]
) -> None:
    foreign = {**headers, "Origin": "https://evil.example"}
    for path in ("/v1/ask", "/v1/feedback", "/v1/articles"):
        assert_is_problem(client.post(path, content=SECRET, headers=foreign), 403, "not_local")
        assert_is_problem(service.post(path, foreign, content=SECRET), 401, "key_needed")
    assert_is_problem(client.post("/v1/ask", content=SECRET, headers=headers), 415, "not_json")


# Strangers


def test_access_where_anyone_may_ask_nobody_may_do_more(helper: Assistant, tmp_path: Path) -> None:
    with guarded(helper, tmp_path, HttpOptions(port=0, allow_anyone_to_ask=True)) as service:
        through_proxy = {"Host": "answers.example", "Via": "1.1 proxy"}
        asked = service.post("/v1/ask", through_proxy, json=QUESTION)
        changed = service.post("/v1/articles", through_proxy, json={})
        seen = service.get("/metrics", through_proxy)

    assert asked.json()["status"] == "answered"
    assert_is_problem(changed, 403, "not_local")
    assert_is_problem(seen, 403, "not_local")


@pytest.mark.parametrize("setting", ["trusted_proxies", "public_base_url"])
def test_access_behind_a_proxy_that_says_nothing_nobody_is_taken_for_this_machine(
    helper: Assistant, tmp_path: Path, setting: str
) -> None:
    value = {"trusted_proxies": "127.0.0.1", "public_base_url": "https://answers.example"}[setting]
    with guarded(helper, tmp_path, **{setting: value}) as service:
        assert_is_problem(service.post("/v1/ask", json=QUESTION), 403, "not_local")
        assert_is_problem(service.post("/v1/articles", json={"text": "x"}), 403, "not_local")
        assert_is_problem(service.get("/metrics"), 403, "not_local")
        assert service.get("/healthz").status_code == service.get("/readyz").status_code == 200
        assert "Your key" in service.get("/").text


def test_access_where_anyone_may_ask_through_a_silent_proxy_nobody_may_do_more(
    helper: Assistant, tmp_path: Path
) -> None:
    anyone = HttpOptions(port=0, allow_anyone_to_ask=True)
    with guarded(helper, tmp_path, anyone, trusted_proxies="127.0.0.1") as service:
        assert service.post("/v1/ask", json=QUESTION).status_code == 200
        assert_is_problem(service.post("/v1/articles", json={"text": "x"}), 403, "not_local")
        assert_is_problem(service.get("/metrics"), 403, "not_local")


def test_access_the_reference_says_where_a_key_is_needed(helper: Assistant, tmp_path: Path) -> None:
    with guarded(helper, tmp_path) as service:
        assert "Authorization" not in service.get("/docs").text
        service.key()
        commands = re.findall("<pre>(.*?)</pre>", service.get("/docs").text, re.DOTALL)
    assert {"Authorization" in command for command in commands if "/v1/" in command} == {True}
    assert {"Authorization" in command for command in commands if command.endswith("z")} == {False}


def test_access_listening_for_others_is_fine_once_there_is_a_key() -> None:
    everywhere = HttpOptions(host="0.0.0.0", port=0)
    with pytest.raises(BadSettings, match="assistant keys create"):
        open_listener(everywhere)
    open_listener(everywhere, has_keys=True).close()


# Limits


def test_access_a_key_that_comes_too_often_has_to_wait(service: Guarded) -> None:
    key = service.key(requests_per_minute=3)
    codes = [service.get("/v1/articles", key).status_code for _ in range(3)]

    refused = service.get("/v1/articles", key)

    assert codes == [200, 200, 200]
    assert_is_problem(refused, 429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert service.get("/v1/articles", service.key()).status_code == 200


def test_access_the_quota_of_a_day_ends_at_midnight_and_survives_a_restart(helper: Assistant, tmp_path: Path) -> None:
    with guarded(helper, tmp_path) as service:
        text = service.new_key(Grant((Scope.ASK,), requests_per_day=3))
        codes = [service.get("/v1/articles", service.bearer(text)).status_code for _ in range(3)]
        refused = service.get("/v1/articles", service.bearer(text))
    with guarded(helper, tmp_path) as service:
        again = service.get("/v1/articles", service.bearer(text))

    assert codes == [200, 200, 200]
    for response in (refused, again):
        assert_is_problem(response, 429, "quota_reached")
        assert 1 <= int(response.headers["Retry-After"]) <= 86_400


def test_access_two_workers_limit_together(helper: Assistant, tmp_path: Path) -> None:
    with guarded(helper, tmp_path) as one, guarded(helper, tmp_path) as other:
        text = one.new_key(Grant((Scope.ASK,), requests_per_minute=4, requests_per_day=100))
        key = one.bearer(text)
        eventually(lambda: other.get("/v1/unlisted", key).status_code == 404)
        codes = [worker.get("/v1/articles", key).status_code for worker in (one, other) * 3]

        assert codes == [200, 200, 200, 200, 429, 429]
        eventually(lambda: list(one.store.quotas.requests_on(_today()).values()) == [4])


def test_access_each_client_of_a_page_has_its_own_limit(helper: Assistant, tmp_path: Path) -> None:
    with guarded(helper, tmp_path, client_requests_per_minute=2, trusted_proxies="127.0.0.1") as service:
        page = service.site_key()

        def come(client: str) -> int:
            return service.get("/v1/articles", {**page, "X-Forwarded-For": client}).status_code

        assert [come("203.0.113.1") for _ in range(3)] == [200, 200, 429]
        assert come("203.0.113.2") == 200
        # What the client itself claims stands further left than what our proxy has seen.
        assert come("203.0.113.9, 203.0.113.1") == 429


def test_access_nobody_is_believed_about_an_address_unless_trusted(helper: Assistant, tmp_path: Path) -> None:
    with guarded(helper, tmp_path, client_requests_per_minute=2) as service:
        page = service.site_key()
        codes = [
            service.get("/v1/articles", {**page, "X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)
        ]

    assert codes == [200, 200, 429]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.1, 10.1.2.3"], "203.0.113.1"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.1"], "203.0.113.1"),
        ("198.51.100.7", ["203.0.113.1"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.1, unknown"], "127.0.0.1"),
        ("::ffff:127.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("127.0.0.1", ["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
    ],
)
def test_access_the_client_is_the_nearest_address_that_is_no_proxy_of_ours(
    peer: str, forwarded: list[str], client: str
) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}

    assert str(client_address(scope, networks("127.0.0.1, 10.0.0.0/8"))) == client


def test_access_neighbours_in_one_network_of_ipv6_count_as_one() -> None:
    names = {
        client_name(client_address({"type": "http", "client": (f"2001:db8::{n}", 1), "headers": []}, ()))
        for n in range(1, 9)
    }
    assert names == {"2001:db8::/64"}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRUSTED_PROXIES", "localhost"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("PUBLIC_BASE_URL", "answers.example"),
        ("PUBLIC_BASE_URL", "https://answers.example/"),
        ("PUBLIC_BASE_URL", "javascript:alert(1)"),
    ],
)
def test_access_a_setting_that_nobody_can_mean_is_refused(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"ASSISTANT_ACCESS__{variable}", value)
    with pytest.raises(BadSettings, match=variable):
        load_settings()


# Links


def test_access_a_link_that_was_signed_while_the_clock_was_ahead_does_not_live_for_a_year() -> None:
    links = LinkTokens(lambda: LinkSecret(b"s" * 32), lifetime=3600)
    token = links.sign("a-1", "sha256:aa", now=31_536_000)
    assert links.verify(token, "a-1", "sha256:aa", now=31_536_000 - 30)  # a clock is always set a little
    assert not links.verify(token, "a-1", "sha256:aa", now=1000)


def test_access_a_quota_holds_when_the_date_goes_forth_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = date(2026, 11, 28)
    monkeypatch.setattr("api.http.access.key_cache._today", lambda: today)
    with open_service_store(DataFolder(tmp_path)) as store:
        key, _ = new_key("somebody", Grant(scopes=(Scope.ASK,)))
        store.keys.add(key)
        cache = KeyCache(store)
        assert [cache.count_request(key, 2) for _ in range(3)] == [True, True, False]
        cache.refresh()
        today += timedelta(days=1)
        cache.refresh()
        assert cache.count_request(key, 2)
        today -= timedelta(days=1)
        assert not cache.count_request(key, 2)  # before the keys are read anew, too
        cache.refresh()
        assert not cache.count_request(key, 2)


def test_access_a_link_opens_one_version_for_some_hours() -> None:
    links = LinkTokens(lambda: LinkSecret(b"s" * 32), lifetime=3600)
    token = links.sign("a-1", "sha256:aa", now=1000)

    assert links.verify(token, "a-1", "sha256:aa", now=4599)
    assert not links.verify(token, "a-1", "sha256:aa", now=4600)
    assert not links.verify(token, "a-2", "sha256:aa", now=1000)
    assert not links.verify(token, "a-1", "sha256:ab", now=1000)
    assert not links.verify(token, "a-1sha256:", "aa", now=1000)
    assert not links.verify(token.replace("4600", "9999"), "a-1", "sha256:aa", now=1000)
    assert not LinkTokens(lambda: LinkSecret(b"t" * 32), 3600).verify(token, "a-1", "sha256:aa", now=1000)


@given(st.text())
def test_access_no_other_text_is_a_token(text: str) -> None:
    assert not LinkTokens(lambda: LinkSecret(b"s" * 32), 1).verify(text, "a-1", "sha256:aa", time.time())


def test_access_a_reading_page_opens_by_its_link_or_with_a_key(helper: Assistant, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, serving=HttpOptions(port=0))
    app = create_app(helper, settings)
    links: LinkTokens = app.state.links
    article, other = helper.store.articles.list(limit=2)
    now = time.time()

    def link(when: float) -> str:
        token = links.sign(article.id, article.content_hash, when)
        return f"/articles/{article.id}?{urlencode({'v': article.content_hash, 't': token})}"

    with open_service_store(DataFolder(tmp_path)) as store, serving(helper, settings, app) as url:
        service = Guarded(url, store, settings)
        page = f"/articles/{article.id}"
        assert service.get(page).status_code == 200, "without keys this machine may read all"
        key = service.key()

        assert article.title in service.get(link(now)).text
        assert service.get(page, key).status_code == 200
        assert service.get(page).status_code == 401
        assert service.get(page, service.bearer(SECRET)).status_code == 401
        before = link(now)
        store.rotate_link_secret(timedelta(hours=1))
        eventually(lambda: link(now) != before)
        assert service.get(before).status_code == service.get(link(now)).status_code == 200
        store.rotate_link_secret(timedelta())
        eventually(lambda: service.get(before).status_code == 403)
        good, expired = link(now), link(now - 90_000)
        for wrong in (good.replace(article.id, other.id), good[:-2], expired):
            assert service.get(wrong).status_code == 403
        token = links.sign(article.id, "sha256:gone", now)
        gone = service.get(f"/articles/{article.id}?{urlencode({'v': 'sha256:gone', 't': token})}")
        assert gone.status_code == 404
        assert not [told for told in (article.title, "/articles/", "#articles") if told in gone.text]


def test_access_no_key_works_when_nobody_can_say_whether_it_was_revoked(
    service: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.key()
    monkeypatch.setattr(key_cache, "_STALE_SECONDS", -1)

    assert_is_problem(service.get("/v1/articles", key), 503, "data_unavailable")
    assert service.get("/healthz").status_code == 200


def _today() -> object:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()
