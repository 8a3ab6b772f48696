"""What is answered when articles are posted; `tests/assistant/ingestion/test_ingester.py` has what becomes of them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import httpx
import pytest

from assistant.ask import Assistant
from assistant.ingestion.ingester import Ingester
from assistant.settings import HttpOptions, IngestOptions, Settings
from corpus.access import Scope
from corpus.article import article_id
from corpus.store import DataFolder, open_service_store, open_store
from tests.api.conftest import serving
from tests.api.http.access.guarded import Guarded
from tests.corpus.store.sqlite.test_full_disk import no_file_beyond
from tests.hashing_encoder import HashingEncoder

CRANE = {"title": "Crane", "text": "The crane stands in the harbour.", "url": "https://example.org/crane"}

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

CRANE_ID = article_id(CRANE["url"])


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data=tmp_path_factory.mktemp("own"),
        serving=HttpOptions(port=0, max_body_bytes=2_000),
        ingesting=IngestOptions(max_body_bytes=20_000, max_articles=3),
    )


@pytest.fixture(scope="module")
def poster(own: Settings) -> Iterator[httpx.Client]:
    with (
        Assistant.open(own, HashingEncoder()) as helper,
        serving(helper, own) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize("body", [CRANE, {"articles": [CRANE, {"text": "Another."}]}])
def test_articles_what_is_accepted_is_on_the_disk_and_can_be_asked_for(
    poster: httpx.Client, own: Settings, body: dict[str, object]
) -> None:
    response = poster.post("/v1/articles", json=body)

    job = response.json()
    assert (response.status_code, job["status"], job["total"]) == (202, "queued", len(body.get("articles", [1])))
    assert poster.get(response.headers["Location"]).json() == job
    with open_store(DataFolder(own.data)) as store:
        assert len(store.jobs.waiting_sources(store.jobs.get(job["id"]).number, 10, 10_000)) == job["total"]


def test_articles_files_are_accepted_under_their_last_name(poster: httpx.Client, own: Settings) -> None:
    files = [
        ("file", ("../../etc/a.md", b"# A\n\ntext")),
        ("other", ("c:\\b.HTML", b"<p>text</p>")),
        ("x", ("c.PDF", b"%PDF")),
    ]
    job = poster.post("/v1/articles", files=files).json()
    with open_store(DataFolder(own.data)) as store:
        sources = store.jobs.waiting_sources(store.jobs.get(job["id"]).number, 10, 10_000)
    assert [(one.source.name, one.source.format) for one in sources] == [
        ("a.md", "markdown"),
        ("b.HTML", "html"),
        ("c.PDF", "pdf"),
    ]


def test_articles_two_files_of_one_name_are_refused_and_the_way_out_is_told(poster: httpx.Client) -> None:
    files = [("file", ("one/index.md", b"# A\n\ntext")), ("file", ("two/index.md", b"# B\n\nother text"))]
    refused = poster.post("/v1/articles", files=files)
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, refused.json()["code"], fault["field"]) == (422, "invalid_request", "file")
    assert "external_id" in fault["detail"]


def test_articles_holders_of_different_keys_may_use_the_same_idempotency_key(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, serving=HttpOptions(port=0))
    with (
        open_service_store(DataFolder(tmp_path)) as store,
        Assistant.open(settings, HashingEncoder()) as helper,
        serving(helper, settings) as url,
    ):
        service = Guarded(url, store, settings)
        keys = [service.key(Scope.INGEST) for _ in range(2)]
        jobs = {
            service.post("/v1/articles", {**key, "Idempotency-Key": "1"}, json={"text": text}).json()["id"]
            for key, text in zip(keys, ("One.", "Another."), strict=True)
        }
    assert len(jobs) == 2


def test_articles_a_request_can_be_sent_again_under_its_key(poster: httpx.Client) -> None:
    key = {"Idempotency-Key": "5f0e"}
    first, again = (poster.post("/v1/articles", json=CRANE, headers=key).json()["id"] for _ in range(2))
    other = poster.post("/v1/articles", json={"text": "Another."}, headers=key)

    assert first == again
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, "malformed_json"),
        ({"content": b"[" * 9_000, "headers": {"Content-Type": "application/json"}}, 400, "malformed_json"),
        ({"content": b"MZ", "headers": {"Content-Type": "application/x-msdownload"}}, 415, "not_articles"),
        ({"content": b"", "headers": {"Content-Type": "text/plain"}}, 422, "no_articles_sent"),
        ({"files": [("file", ("a.exe", b"MZ"))]}, 415, "not_articles"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "bad_request"),
        ({"json": {"title": "no text"}}, 422, "invalid_request"),
        ({"json": {"text": "a", "tittle": "b"}}, 422, "invalid_request"),
        ({"json": {"articles": []}}, 422, "invalid_request"),
        ({"json": {"articles": [{"text": "a"}] * 4}}, 422, "too_many_articles"),
        ({"json": CRANE, "headers": {"Idempotency-Key": "a b"}}, 422, "bad_idempotency_key"),
        ({"json": {"text": "a" * 20_001}}, 413, "body_too_large"),
        (
            {"content": iter([b"a" * 15_000] * 2), "headers": {"Content-Type": "application/json"}},
            413,
            "body_too_large",
        ),
    ],
)
def test_articles_what_is_not_accepted_is_told_why(
    poster: httpx.Client, sent: dict[str, object], status: int, code: str
) -> None:
    response = poster.post("/v1/articles", **sent)  # type: ignore[arg-type]
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"


def test_articles_only_articles_may_be_larger_than_questions(poster: httpx.Client) -> None:
    large = {"text": "a" * 5_000}
    assert poster.post("/v1/articles", json=large).status_code == 202
    assert poster.post("/v1/ask", json=large).status_code == 413


def test_articles_what_nobody_knows_is_not_found(
    poster: httpx.Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert poster.get("/v1/jobs/job_none").json()["code"] == "unknown_job"
    empty = Settings(data=tmp_path_factory.mktemp("empty"), serving=HttpOptions(port=0))
    with Assistant.open(empty, HashingEncoder()) as helper, serving(helper, empty) as url:
        assert httpx.delete(f"{url}/v1/articles/a-none", timeout=60).json()["code"] == "unknown_article"


def test_articles_a_deletion_is_accepted_while_a_job_waits_that_may_bring_the_article(poster: httpx.Client) -> None:
    poster.post("/v1/articles", json=CRANE)
    response = poster.delete(f"/v1/articles/{CRANE_ID}")
    assert (response.status_code, response.json()["kind"]) == (202, "delete")


def test_articles_a_deletion_sent_again_under_its_key_is_the_same_job_though_the_article_is_gone(
    tmp_path: Path,
) -> None:
    settings = Settings(data=tmp_path, serving=HttpOptions(port=0))
    encoder, key = HashingEncoder(), {"Idempotency-Key": "once"}
    with Assistant.open(settings, encoder) as helper, serving(helper, settings) as url:
        httpx.post(f"{url}/v1/articles", json=CRANE, timeout=60)
        first = httpx.delete(f"{url}/v1/articles/{CRANE_ID}", headers=key, timeout=60)
        Ingester(settings, encoder).work_off(Event())
        again = httpx.delete(f"{url}/v1/articles/{CRANE_ID}", headers=key, timeout=60)
        job = httpx.get(url + first.headers["Location"], timeout=60).json()
        other = httpx.delete(f"{url}/v1/articles/{CRANE_ID}", timeout=60)

    assert (again.status_code, again.json()["id"]) == (202, job["id"])
    assert other.status_code == 404
    (told,) = job["articles"]
    assert (told["outcome"], told["article_id"], told["external_id"]) == ("deleted", CRANE_ID, CRANE["url"])


def test_articles_what_is_rejected_is_named_as_it_was_sent(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, serving=HttpOptions(port=0))
    encoder = HashingEncoder()
    sent = [{"text": " ", "external_id": "own"}, {"text": " ", "url": CRANE["url"]}, {"text": " "}]
    with Assistant.open(settings, encoder) as helper, serving(helper, settings) as url:
        response = httpx.post(f"{url}/v1/articles", json={"articles": sent}, timeout=60)
        Ingester(settings, encoder).work_off(Event())
        told = httpx.get(url + response.headers["Location"], timeout=60).json()["articles"]

    assert [(one["outcome"], one["external_id"]) for one in told] == [
        ("rejected", "own"),
        ("rejected", CRANE["url"]),
        ("rejected", None),
    ]


def test_articles_many_writes_that_wait_for_the_store_hold_up_no_other_route(
    poster: httpx.Client, own: Settings
) -> None:
    with ThreadPoolExecutor(60) as threads:
        with closing(sqlite3.connect(own.data / "catalog.sqlite3", isolation_level=None)) as busy:
            busy.execute("BEGIN IMMEDIATE")
            waiting = [threads.submit(poster.post, "/v1/articles", json=CRANE) for _ in range(60)]
            time.sleep(1)  # until they have come in
            answers = [poster.get("/v1/jobs/job_none").status_code for _ in range(3)]
            were_waiting = not any(post.done() for post in waiting)
            busy.execute("ROLLBACK")
        posted = {post.result().status_code for post in waiting}

    assert (answers, were_waiting, posted) == ([404] * 3, True, {202})


def test_articles_on_a_full_disk_nothing_is_acknowledged_until_there_is_space(
    poster: httpx.Client, own: Settings
) -> None:
    taken = sum(path.stat().st_size for path in own.data.glob("catalog.sqlite3*"))
    with no_file_beyond(taken // 3):
        refused = [poster.post("/v1/articles", json={"text": f"{number} " * 900}) for number in range(60)][-1]
        assert poster.get("/healthz").status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (503, "data_unavailable")
    assert refused.headers["Retry-After"]
    assert poster.post("/v1/articles", json=CRANE).status_code == 202


def waiting(own: Settings, job: dict[str, str]) -> list[tuple[str, str, bytes]]:
    with open_store(DataFolder(own.data)) as store:
        sources = store.jobs.waiting_sources(store.jobs.get(job["id"]).number, 10, 10_000)
    return [(one.source.name, one.source.format, one.source.body) for one in sources]


@pytest.mark.parametrize(
    ("media_type", "headers", "query", "name", "format_"),
    [
        ("text/markdown; charset=utf-8", {}, {"name": "a.md"}, "a.md", "markdown"),
        ("Text/HTML", {"Content-Disposition": 'attachment; filename="x/b.html"'}, {}, "b.html", "html"),
        ("text/plain", {"Content-Disposition": "inline; filename*=UTF-8''%e6%b8%af.txt"}, {}, "港.txt", "text"),
        ("text/plain", {"Content-Disposition": "inline; filename=a.txt"}, {"name": "b.txt"}, "b.txt", "text"),
        ("application/xhtml+xml", {}, {}, "", "html"),
        ("application/pdf", {}, {"name": "a.pdf"}, "a.pdf", "pdf"),
        (DOCX, {}, {"name": "c:\\a.docx"}, "a.docx", "docx"),
    ],
)
def test_articles_a_body_may_be_one_file_known_by_its_name(
    poster: httpx.Client,
    own: Settings,
    media_type: str,
    headers: dict[str, str],
    query: dict[str, str],
    name: str,
    format_: str,
) -> None:
    sent = {"Content-Type": media_type, **headers}
    response = poster.post("/v1/articles", content=b"The crane.", headers=sent, params=query)
    assert response.status_code == 202
    ((kept_name, kept_format, body),) = waiting(own, response.json())
    assert (kept_name, kept_format, body.removeprefix(b"\xef\xbb\xbf")) == (name, format_, b"The crane.")


@pytest.mark.parametrize("charset", ["windows-1251", "utf-8", "none-such", "zlib_codec"])
def test_articles_the_charset_that_a_header_names_wins_over_the_page_s_own(
    poster: httpx.Client, own: Settings, charset: str
) -> None:
    text = "Кран стоит в гавани."
    page = f'<meta charset="iso-8859-5"><p>{text}</p>'
    body = page.encode("windows-1251" if charset == "windows-1251" else "utf-8")
    job = poster.post("/v1/articles", content=body, headers={"Content-Type": f"text/html; charset={charset}"}).json()
    ((_, _, kept),) = waiting(own, job)
    assert text in kept.decode()


def test_articles_posted_text_keeps_the_structure_of_its_format(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, serving=HttpOptions(port=0))
    encoder = HashingEncoder()
    table = "<table><tr><th>Year<th>Ships<tr><td>1931<td>12</table>"
    sent = [
        {"text": f"<h2>Ships</h2>{table}", "format": "html", "external_id": "html"},
        {"text": "## Ships\n\n- tall **ones**", "external_id": "told by its marks"},
        {"text": "## Ships\n\n- tall **ones**", "format": "text", "external_id": "plain"},
    ]
    with Assistant.open(settings, encoder) as helper, serving(helper, settings) as url:
        assert httpx.post(f"{url}/v1/articles", json={"articles": sent}, timeout=60).status_code == 202
        Ingester(settings, encoder).work_off(Event())
        assert httpx.post(f"{url}/v1/articles", json={"text": "a", "format": "pdf"}, timeout=60).status_code == 422
    with open_store(DataFolder(tmp_path)) as store:
        html, told, plain = (store.articles.get(article_id(str(one["external_id"]))) for one in sent)
    assert [block.kind for block in html.blocks] == ["heading", "row", "row"]
    assert [block.kind for block in told.blocks] == ["heading", "item"]
    assert told.text == "Ships\n\ntall ones"
    assert "**ones**" in plain.text
