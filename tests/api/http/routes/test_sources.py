"""What is answered about sources; `tests/assistant/ingestion/test_refresher.py` has what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from assistant.ask import Assistant
from assistant.settings import HttpOptions, Settings
from corpus.access import Scope
from corpus.article import ArticleFilter
from corpus.source import source_id
from corpus.store import open_store
from tests.api.conftest import serving
from tests.api.http.access.guarded import Guarded, guarded
from tests.hashing_encoder import HashingEncoder

FEED = "https://example.org/feed"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data=tmp_path_factory.mktemp("own"), serving=HttpOptions(port=0))


@pytest.fixture(scope="module")
def client(own: Settings) -> Iterator[httpx.Client]:
    with (
        Assistant.open(own, HashingEncoder()) as helper,
        serving(helper, own) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


def test_sources_are_added_shown_and_removed(client: httpx.Client, own: Settings) -> None:
    added = client.post("/v1/sources", json={"url": FEED + "?utm_source=x#top", "refresh_hours": 2})
    source = added.json()
    assert (added.status_code, source["url"], source["state"], source["refresh_hours"]) == (201, FEED, "waiting", 2)
    assert client.get(added.headers["Location"]).json() == source
    assert client.get("/v1/sources").json() == {"object": "list", "data": [source]}

    again = client.post("/v1/sources", json={"url": FEED}).json()
    assert (again["id"], again["refresh_hours"]) == (source["id"], 2)
    with open_store(own.data_folder) as store:
        assert [one.id for one in store.sources.all()] == [source_id(FEED)]

    assert client.delete(f"/v1/sources/{source['id']}").status_code == 204
    assert client.get("/v1/sources").json()["data"] == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "http://user:secret@example.org/",
        "http://2130706433/",
        "http://[fe80::1%25eth0]/",
        "nowhere",
    ],
)
def test_sources_an_address_that_is_never_fetched_is_refused_without_an_echo(client: httpx.Client, url: str) -> None:
    refused = client.post("/v1/sources", json={"url": url})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_address")
    assert url not in refused.text
    assert client.get("/v1/sources").json()["data"] == []


@pytest.mark.parametrize(
    "body",
    [{}, {"url": ""}, {"url": FEED, "refresh_hours": 0}, {"url": FEED, "refresh_hours": 1e9}, {"url": FEED, "every": 3},
     {"url": "https://example.org/" + "x" * 3000}, {"url": [FEED]}],
)  # fmt: skip
def test_sources_a_body_that_is_no_source_is_invalid(client: httpx.Client, body: dict[str, object]) -> None:
    assert client.post("/v1/sources", json=body).json()["code"] == "invalid_request"


def test_sources_a_form_of_a_foreign_page_adds_none(client: httpx.Client) -> None:
    body = f'{{"url": "{FEED}"}}'
    assert client.post("/v1/sources", content=body, headers={"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_sources_an_unknown_one_is_not_found(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/v1/sources/src-none").json()["code"] == "unknown_source"


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("keys")
    with Assistant.open(Settings(data=folder), HashingEncoder()) as helper, guarded(helper, folder) as service:
        yield service


def test_sources_are_for_keys_that_may_ingest(keyed: Guarded) -> None:
    bounded = keyed.key(Scope.INGEST, bounds=ArticleFilter(publisher=("Somebody",)))
    for headers, status in ((None, 401), (keyed.key(Scope.ASK), 403), (bounded, 403), (keyed.key(Scope.INGEST), 200)):
        assert keyed.get("/v1/sources", headers).status_code == status
        expected = 201 if status == 200 else status
        assert keyed.post("/v1/sources", headers, json={"url": FEED}).status_code == expected
