"""What is answered about standing questions; `tests/assistant/watching` has when and how they change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import httpx
import pytest

from assistant.ask import Assistant
from assistant.settings import HttpOptions, Settings, WatchOptions
from corpus.access import Scope
from corpus.article import ArticleFilter
from corpus.store import open_store, open_store_writer
from corpus.store.protocols import Store
from corpus.watch import CitedSpan, Fact, NewChange
from tests.api.conftest import serving
from tests.api.http.access.guarded import Guarded, guarded
from tests.corpus.store.examples import article, put_unsplit
from tests.hashing_encoder import HashingEncoder

ATOM = "{http://www.w3.org/2005/Atom}"
QUESTION = {"question": "When does <b>it</b> open?"}
OLD = article("old", "It opens in May, they say.", title="First <i>report</i>", publisher="Gazette")
NEW = article("new", "It opens in June & not before.", title="Second report", publisher="Post")


def fact(of_article: object, short: str) -> Fact:
    assert isinstance(of_article, type(OLD))
    start = of_article.text.index(short)
    return Fact((CitedSpan(of_article.id, of_article.content_hash, 0, 26, (start, start + len(short))),))


def change_answer(store: Store, watch_id: str) -> None:
    """As the teller does when the answer changes from May to June."""
    watch = store.watches.get(watch_id)
    may, june = fact(OLD, "May"), fact(NEW, "June")
    change = NewChange((june,), (replace(may, is_over=True),))
    assert store.watches.settle(watch, watch.seq, [replace(may, is_over=True), june], [change], datetime.now(UTC))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(
        data=tmp_path_factory.mktemp("own"),
        serving=HttpOptions(port=0),
        watching=WatchOptions(webhook_hosts="hooks.example.org"),
    )
    with open_store_writer(settings.data_folder) as store:
        put_unsplit(store, [OLD, NEW])
    return settings


@pytest.fixture(scope="module")
def client(own: Settings) -> Iterator[httpx.Client]:
    with (
        Assistant.open(own, HashingEncoder()) as helper,
        serving(helper, own) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def store(own: Settings) -> Iterator[Store]:
    with open_store(own.data_folder) as store:
        yield store


def test_watches_are_added_shown_and_removed(client: httpx.Client, store: Store) -> None:
    added = client.post("/v1/watches", json={**QUESTION, "webhook": "https://hooks.example.org/x"})
    watch = added.json()
    assert (added.status_code, watch["question"], watch["facts"], watch["changes"]) == (
        201,
        *QUESTION.values(),
        None,
        [],
    )
    assert watch["webhook_secret"].startswith("whsec_")
    assert client.get(added.headers["Location"]).json() == watch
    change_answer(store, watch["id"])
    (listed,) = client.get("/v1/watches").json()["data"]
    assert [one["quotes"][0]["short"] for one in listed["facts"]] == ["June"]
    (change,) = listed["changes"]
    told = [(one["quotes"][0]["short"], one["quotes"][0]["title"]) for one in change["added"] + change["ended"]]
    assert told == [("June", "Second report"), ("May", "First <i>report</i>")]
    assert client.delete(f"/v1/watches/{watch['id']}").status_code == 204
    assert client.get("/v1/watches").json()["data"] == []
    assert client.get(watch["feed"]).status_code == 404


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"question": " "}, "bad_question"),
        ({**QUESTION, "webhook": "https://example.org/"}, "bad_address"),
        ({**QUESTION, "webhook": "ftp://hooks.example.org/"}, "bad_address"),
        ({**QUESTION, "more": 1}, "invalid_request"),
    ],
)
def test_watches_what_cannot_be_asked_or_told_is_refused(client: httpx.Client, sent: object, code: str) -> None:
    refused = client.post("/v1/watches", json=sent)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert client.get("/v1/watches").json()["data"] == []


def test_watches_keep_a_question_on_one_line(client: httpx.Client) -> None:
    added = client.post("/v1/watches", json={"question": " When\u0007 does\r\nit\topen? "}).json()
    assert added["question"] == "When does it open?"
    assert client.delete(f"/v1/watches/{added['id']}").status_code == 204


def test_watches_a_feed_tells_changes_as_text_to_who_knows_its_address(client: httpx.Client, store: Store) -> None:
    watch = client.post("/v1/watches", json=QUESTION).json()
    change_answer(store, watch["id"])
    answer = client.get(watch["feed"])
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    assert feed.findtext(ATOM + "title") == "What changed: When does <b>it</b> open?"
    (entry,) = feed.findall(ATOM + "entry")
    assert entry.findtext(ATOM + "title") == "June"
    assert entry.findtext(ATOM + "content") == (
        "New: It opens in June & not bef [Second report, Post]\n\n"
        "No longer: It opens in May, they say. [First <i>report</i>, Gazette]"
    )
    for link in entry.findall(ATOM + "link"):
        assert client.get(link.attrib["href"]).status_code == 200
    path, _, _ = watch["feed"].partition("?")
    other = client.post("/v1/watches", json=QUESTION).json()
    for wrong in (f"{path}?t=wrong", f"{path}?{other['feed'].partition('?')[2]}", f"{path}?t=%C3%A9"):
        assert client.get(wrong).status_code == 404


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("keys")
    with Assistant.open(Settings(data=folder), HashingEncoder()) as helper, guarded(helper, folder) as service:
        yield service


def test_watches_each_key_has_its_own_and_pages_have_none(keyed: Guarded) -> None:
    one, other = keyed.key(Scope.ASK), keyed.key(Scope.ASK, bounds=ArticleFilter(publisher=("Gazette",)))
    watch = keyed.post("/v1/watches", one, json=QUESTION).json()
    path = f"/v1/watches/{watch['id']}"
    assert [keyed.get("/v1/watches", key).json()["data"] for key in (one, other)] == [[watch], []]
    assert [keyed.get(path, key).status_code for key in (one, other)] == [200, 404]
    assert httpx.delete(keyed.url + path, headers=other, timeout=60).status_code == 404
    for refused in (keyed.key(Scope.INGEST), keyed.site_key()):
        assert keyed.get("/v1/watches", refused).status_code == 403
        assert keyed.post("/v1/watches", refused, json=QUESTION).status_code == 403
    assert keyed.get("/v1/watches").status_code == 401
    assert keyed.get(watch["feed"]).status_code == 200  # no key, but the address
