from __future__ import annotations

import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.http.access import refresher
from api.http.access.rate_limits import RateLimits
from api.http.observability.metrics import STAGES, Gauge, Metrics, gauge
from api.http.shared_counts import COUNTS_FILE, SharedCounts
from assistant.ask import Assistant
from corpus import trouble_log
from corpus.access import Scope
from corpus.errors import DataFolderUnusable
from corpus.json_lines import JsonLines
from tests.api.http.access.guarded import QUESTION, SITE, Guarded, guarded
from tests.api.http.test_error_handlers import SECRET, assert_is_problem

ANSWER_ID = "ans_" + "0" * 32


@pytest.fixture
def service(helper: Assistant, tmp_path: Path) -> Iterator[Guarded]:
    with guarded(helper, tmp_path) as service:
        yield service


def sample(text: str, name: str, **labels: str) -> float | None:
    samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
    return next((each.value for each in samples if (each.name, each.labels) == (name, labels)), None)


def test_observability_what_happened_is_told_to_prometheus(service: Guarded) -> None:
    service.post("/v1/ask", json=QUESTION)
    service.post("/v1/ask", json={"question": "how do I bake sourdough bread at home?"})
    service.get(f"/v1/articles/{SECRET}")
    service.get(f"/{SECRET}")
    page = service.get("/metrics")

    told = page.text
    assert page.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert sample(told, "assistant_http_requests_total", route="/v1/ask", method="POST", status="200") == 2
    assert sample(told, "assistant_http_requests_total", route="/v1/articles/{id}", method="GET", status="404") == 1
    assert sample(told, "assistant_http_requests_total", route="unknown", method="GET", status="404") == 1
    assert sample(told, "assistant_http_problems_total", code="unknown_article") == 1
    assert sample(told, "assistant_answers_total", status="answered") == 1
    assert sample(told, "assistant_answers_total", status="no_answer") == 1
    assert "assistant_abstentions_total{" in told
    assert sample(told, "assistant_stage_seconds_count", stage="search") == 2
    assert sample(told, "assistant_stage_seconds_bucket", stage="search", le="+Inf") == 2
    asked = [sample(told, "assistant_question_vectors_total", outcome=outcome) for outcome in ("remembered", "made")]
    assert sum(number or 0 for number in asked) >= 2
    assert sample(told, "assistant_questions", state="waiting") == 0
    assert sample(told, "assistant_jobs_waiting") == 0
    assert sample(told, "assistant_posted_articles", outcome="created") == 0
    assert sample(told, "assistant_articles") == 16
    assert sample(told, "assistant_changes_after_generation") == 0
    assert (sample(told, "assistant_generation_age_seconds") or -1) >= 0
    assert "assistant_generation_info{" in told
    assert SECRET not in told


def test_observability_workers_add_up_and_counts_survive_a_restart(tmp_path: Path) -> None:
    with closing(SharedCounts(tmp_path)) as first, closing(SharedCounts(tmp_path)) as second:
        workers = [Metrics(first), Metrics(second)]
        for metrics, seconds in zip(workers, (0.03, 0.3), strict=True):
            metrics.observe(STAGES, seconds, "search")
            metrics.write()
        told = workers[0].exposition().decode()
    with closing(SharedCounts(tmp_path)) as third:
        assert Metrics(third).exposition().decode() == told

    name = "assistant_stage_seconds"
    bounds = ("0.025", "0.05", "0.25", "0.5", "+Inf")
    assert [sample(told, f"{name}_bucket", stage="search", le=bound) for bound in bounds] == [0, 1, 1, 2, 2]
    assert sample(told, f"{name}_sum", stage="search") == pytest.approx(0.33)


def test_observability_questions_in_all_workers_are_told_until_a_worker_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, waiting = 1000.0, [2, 3]
    monkeypatch.setattr("api.http.shared_counts.time.time", lambda: now)

    def waiting_in(worker: int) -> Iterator[Gauge]:
        yield gauge("assistant_questions", "", waiting[worker], state="waiting")

    with closing(SharedCounts(tmp_path)) as one, closing(SharedCounts(tmp_path)) as other:
        workers = [Metrics(one), Metrics(other)]
        for number, metrics in enumerate(workers):
            metrics.add_levels(partial(waiting_in, number))
            metrics.write()

        def told() -> float | None:
            return sample(workers[0].exposition().decode(), "assistant_questions", state="waiting")

        assert told() == 5
        now += 60  # the second says no more
        assert told() == 2
        waiting[0] = 0
        assert told() == 0


def test_observability_counts_that_were_damaged_begin_anew(tmp_path: Path) -> None:
    (tmp_path / COUNTS_FILE).write_text("This is no database. " * 100)
    with closing(SharedCounts(tmp_path)) as counts:
        assert [counts.count_in_window("a", 60) for _ in range(2)] == [1, 2]


def test_observability_workers_that_start_together_on_damaged_counts_count_in_one_file(tmp_path: Path) -> None:
    (tmp_path / COUNTS_FILE).write_text("This is no database. " * 100)
    opened = [_COUNT_TOGETHER.format(folder=str(tmp_path)) for _ in range(6)]
    workers = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) for code in opened
    ]
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()
    for worker in workers:
        assert worker.stdin
        worker.stdin.close()
    assert [worker.wait() for worker in workers] == [0] * len(workers)
    for worker in workers:
        assert worker.stdout
        worker.stdout.close()

    with closing(SharedCounts(tmp_path)) as counts:
        assert counts.tallies() == {"opened": len(workers)}


_COUNT_TOGETHER = """
import sys
from pathlib import Path
from api.http.shared_counts import SharedCounts
print("here", flush=True)
sys.stdin.read()
SharedCounts(Path({folder!r})).add({{"opened": 1}})
"""


def test_observability_counts_that_cannot_be_opened_are_an_error_that_names_their_file(tmp_path: Path) -> None:
    (tmp_path / COUNTS_FILE).mkdir()

    with pytest.raises(DataFolderUnusable, match=r"Nothing can be counted in .*serving\.sqlite3"):
        SharedCounts(tmp_path)


def test_observability_a_window_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("api.http.shared_counts.time.time", lambda: now)
    with closing(SharedCounts(tmp_path)) as counts:
        assert [counts.count_in_window("a", 60) for _ in range(2)] == [1, 2]
        assert counts.window("a") == (2, 1060.0)
        now = 1060.0
        assert counts.window("a") == (0, 1060.0)
        assert counts.count_in_window("a", 60) == 1


def test_observability_metrics_are_for_this_machine_or_an_admin(
    helper: Assistant, service: Guarded, tmp_path: Path
) -> None:
    admin, other = service.key(Scope.ADMIN), service.key()

    assert service.get("/metrics").status_code == service.get("/metrics", admin).status_code == 200
    assert_is_problem(service.get("/metrics", other), 403, "scope_missing")
    for mark in ({"X-Forwarded-For": "203.0.113.1"}, {"Host": "answers.example"}, {"Origin": SITE}):
        assert_is_problem(service.get("/metrics", mark), 401, "key_needed")
    with guarded(helper, tmp_path, trusted_proxies="127.0.0.1") as behind_proxy:
        assert_is_problem(behind_proxy.get("/metrics"), 401, "key_needed")


def lines_of(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    records = [record for record in caplog.records if record.name == "api.http.requests"]
    return [json.loads(JsonLines().format(record)) for record in records]


@pytest.mark.parametrize("log_questions", [False, True])
def test_observability_each_request_is_one_line_that_says_nothing_of_what_was_asked_unless_told(
    helper: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture, log_questions: bool
) -> None:
    caplog.set_level(logging.INFO, "api.http.requests")
    with guarded(helper, tmp_path, log_questions=log_questions) as service:
        key = service.key()
        caplog.clear()
        answer = service.post("/v1/ask", key, json={"question": f"what is {SECRET}?"})
        service.get(f"/v1/articles/{SECRET}?q={SECRET}", {"User-Agent": SECRET})
    # The line of a request before may come after its answer, and after `clear`.
    asked, refused = lines_of(caplog)[-2:]

    (known,) = service_keys(tmp_path)
    assert (asked["request_id"], asked["key_id"]) == (answer.headers["X-Request-ID"], known)
    assert (asked["route"], asked["status"], asked["problem"]) == ("POST /v1/ask", 200, None)
    assert (refused["route"], refused["status"], refused["problem"]) == ("GET /v1/articles/{id}", 401, "key_needed")
    assert asked.get("question") == (f"what is {SECRET}?" if log_questions else None)
    assert log_questions or SECRET not in caplog.text


def service_keys(folder: Path) -> list[str]:
    from corpus.store import DataFolder, open_service_store

    with open_service_store(DataFolder(folder)) as store:
        return [key.id for key in store.keys.all()]


def test_observability_a_strangers_line_break_stays_within_its_line() -> None:
    record = logging.LogRecord("api", logging.ERROR, "", 0, "%s", ("one\ntwo\x1b[31m\u2028three",), None)

    line = JsonLines().format(record)

    assert line.isascii()
    assert line.isprintable()


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/articles", "/nothing", "/openapi.json"])
def test_observability_every_response_carries_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_observability_feedback_is_kept(service: Guarded) -> None:
    key = service.key()
    said = {"answer_id": ANSWER_ID, "rating": "down", "comment": "Wrong <year>.\x00", "question": "When?"}

    response = service.post("/v1/feedback", key, json=said)

    assert (response.status_code, response.content) == (204, b"")
    (kept,) = service.store.feedback.all()
    assert (kept.answer_id, kept.rating, kept.comment, kept.question, kept.answer) == (*said.values(), None)
    assert kept.key_id


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"rating": SECRET}, "literal_error"),
        ({"answer_id": SECRET}, "string_pattern_mismatch"),
        ({"comment": "a" * 5001}, "string_too_long"),
        ({"answer": "a" * 20_001}, "string_too_long"),
        ({SECRET: 1}, "unknown_field"),
    ],
)
def test_observability_feedback_that_makes_no_sense_is_refused(
    service: Guarded, wrong: dict[str, object], code: str
) -> None:
    response = service.post("/v1/feedback", json={"answer_id": ANSWER_ID, "rating": "up", **wrong})

    body = assert_is_problem(response, 422, "invalid_request")
    assert [error["code"] for error in body["errors"]] == [code]
    assert service.store.feedback.all() == []


def test_observability_when_nothing_can_be_counted_together_each_process_counts_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    counts = SharedCounts(tmp_path)
    counts.close()

    limits = RateLimits(counts)
    assert limits.seconds_to_wait("a", 1) == 0
    assert limits.seconds_to_wait("a", 1) > 0
    assert caplog.text.count("Each process limits requests by the minute for itself") == 1


def test_observability_what_fails_again_and_again_is_logged_when_it_begins_and_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(refresher, "_SECONDS_BETWEEN_RUNS", 0.0)
    monkeypatch.setattr(trouble_log, "_SECONDS_OF_QUIET", 0.0)
    ticks, done = iter(range(100)), Event()

    def tick() -> None:
        at = next(ticks, 100)
        if at in range(10, 20):
            raise DataFolderUnusable("The disk is full.")
        if at > 20:
            done.set()

    with refresher.Refresher({"What happens cannot be counted": tick}).running():
        done.wait()

    told = [record.getMessage() for record in caplog.records]
    assert told == ["What happens cannot be counted: The disk is full.", "What happens cannot be counted: this is over"]


def test_observability_metrics_that_cannot_be_read_are_told_as_that(service: Guarded) -> None:
    with closing(sqlite3.connect(service.settings.data / COUNTS_FILE)) as file:
        file.execute("ALTER TABLE tallies RENAME TO gone")

        assert_is_problem(service.get("/metrics"), 503, "data_unavailable")

        file.execute("ALTER TABLE gone RENAME TO tallies")
    assert service.get("/metrics").status_code == 200


def test_observability_a_clock_that_is_set_back_locks_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000_000.0
    monkeypatch.setattr("api.http.shared_counts.time.time", lambda: now)
    with closing(SharedCounts(tmp_path)) as counts:
        limits = RateLimits(counts)
        assert [limits.seconds_to_wait("a", 2) > 0 for _ in range(3)] == [False, False, True]
        now -= 86_400
        assert [limits.seconds_to_wait("a", 2) > 0 for _ in range(3)] == [False, False, True]
        assert limits.seconds_to_wait("a", 2) <= 60
        now += 2 * 86_400
        assert limits.seconds_to_wait("a", 2) == 0


def test_observability_levels_of_a_process_that_died_are_forgotten_when_the_clock_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000_000.0
    monkeypatch.setattr("api.http.shared_counts.time.time", lambda: now)
    with closing(SharedCounts(tmp_path)) as dying, closing(SharedCounts(tmp_path)) as living:
        dying.set_levels({"waiting": 3})
        now -= 3600
        living.set_levels({"waiting": 2})
        assert living.levels() == {"waiting": 2}
