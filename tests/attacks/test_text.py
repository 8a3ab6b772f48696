"""Ten hostile articles, taken in by the real service and quoted, come out harmless wherever they are shown.

One test for each place, one row for each article (`tests/attacks/hostile_articles.py`).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client
from playwright.sync_api import Browser, Page, expect

from tests.api.wire.test_markdown import RENDERERS, shown
from tests.attacks.conftest import ASSISTANT, PATIENCE, serving
from tests.attacks.hostile_articles import HOSTILE, Hostile

each = pytest.mark.parametrize("hostile", HOSTILE, ids=[one.attack for one in HOSTILE])

HIDDEN = re.compile("[\u200b\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


@dataclass(frozen=True, slots=True)
class Attacked:
    """A service that holds the hostile articles, and its answer to each one's question."""

    url: str
    data: Path
    answers: dict[str, dict[str, Any]]

    def run(self, *arguments: str | Path, typed: str = "") -> tuple[str, str]:
        """Run `assistant ARGUMENTS` and return what it printed on stdout and on stderr."""
        done = subprocess.run(
            [ASSISTANT, *arguments],
            env={**os.environ, "ASSISTANT_DATA": str(self.data)},
            input=typed.encode(),
            capture_output=True,
            timeout=2 * PATIENCE,
            check=True,
        )
        return done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    data = tmp_path_factory.mktemp("hostile") / "data"
    with (
        serving(data, ASSISTANT_ACCESS__CLIENT_REQUESTS_PER_MINUTE=10_000) as service,
        httpx.Client(base_url=service.url, timeout=PATIENCE) as client,
    ):
        accepted = client.post("/v1/articles", json={"articles": [one.posted() for one in HOSTILE]})
        assert accepted.status_code == 202, accepted.text
        job = accepted.json()
        while client.get(f"/v1/jobs/{job['id']}").json()["status"] not in ("done", "failed"):
            time.sleep(0.1)
        answers = {one.attack: ask(client, one.question) for one in HOSTILE}
        yield Attacked(service.url, data, answers)


def ask(client: httpx.Client, question: str) -> dict[str, Any]:
    """Ask until the newest articles are found, and return the answer."""
    while not client.get("/readyz").is_success:
        time.sleep(0.1)
    return client.post("/v1/ask", json={"question": question}).json()  # type: ignore[no-any-return]


def source_of(attacked: Attacked, hostile: Hostile) -> dict[str, Any]:
    return attacked.answers[hostile.attack]["sources"][0]  # type: ignore[no-any-return]


def assert_obeys_nothing(printed: str) -> None:
    """Assert that a terminal shows all of this, and in its order."""
    controls = {letter for letter in printed if unicodedata.category(letter) == "Cc"} - set("\t\n")
    assert (controls, HIDDEN.findall(printed)) == (set(), [])


@each
def test_http_tells_exactly_what_the_article_says_as_data(attacked: Attacked, hostile: Hostile) -> None:
    answer, source = attacked.answers[hostile.attack], source_of(attacked, hostile)
    article = httpx.get(f"{attacked.url}/v1/articles/{source['article_id']}", timeout=60).json()

    assert hostile.quoted in answer["answer"]["text"]
    for citation in answer["citations"]:
        cited = next(one for one in answer["sources"] if one["id"] == citation["source_id"])
        text = httpx.get(f"{attacked.url}/v1/articles/{cited['article_id']}", timeout=60).json()["text"]
        assert text[citation["source_span"]["start"] : citation["source_span"]["end"]] == citation["quote"]
    names = [source["title"], source["publisher"], article["author"] or ""]
    assert all(len(name) <= 330 for name in names)
    assert source["url"] is None or source["url"].startswith("https://")
    for name in names:
        assert_obeys_nothing(name)
        assert "\n" not in name
        assert not re.search("[\u0300-\u036f]{7}", name)


def test_http_a_borrowed_name_does_not_pass_for_its_owner(attacked: Attacked) -> None:
    assert source_of(attacked, HOSTILE[-1])["publisher"] == "R\u0435uters (Cyrillic letters)"
    filters = {"publisher": ["Reuters"]}
    asked = httpx.post(
        f"{attacked.url}/v1/ask", json={"question": HOSTILE[-1].question, "filters": filters}, timeout=60
    )
    assert asked.json()["status"] == "no_answer"


@each
def test_chat_completions_rendered_as_markdown_show_the_text_alone(attacked: Attacked, hostile: Hostile) -> None:
    wanted = {"messages": [{"role": "user", "content": hostile.question}]}
    message = httpx.post(f"{attacked.url}/v1/chat/completions", json=wanted, timeout=60).json()["choices"][0]["message"]
    streamed = httpx.post(f"{attacked.url}/v1/chat/completions", json={**wanted, "stream": True}, timeout=60).text

    for render in RENDERERS.values():
        seen = shown(render(message["content"]))
        assert squeezed(HIDDEN.sub("", hostile.quoted)) in seen
        assert not HIDDEN.search(seen)
    chunks = [json.loads(line[6:]) for line in streamed.splitlines() if line.startswith("data: {")]
    deltas = (chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk["choices"])
    assert "".join(deltas) == message["content"]
    for annotation in message["annotations"]:
        cited = annotation["url_citation"]
        piece = message["content"][cited["start_index"] : cited["end_index"]]
        assert re.search(r"\S (\[\d+\])+$", piece)
        assert cited["url"].startswith(("https://", attacked.url))


def squeezed(text: str) -> str:
    return " ".join(text.split())


@each
def test_mcp_results_hold_text_as_data(attacked: Attacked, hostile: Hostile) -> None:
    async def use() -> Any:
        async with Client(f"{attacked.url}/mcp") as connected:
            return await connected.call_tool("ask", {"question": hostile.question})

    result = asyncio.run(use())

    (told,) = result.content
    for render in RENDERERS.values():
        seen = shown(render(told.text))
        assert squeezed(HIDDEN.sub("", hostile.quoted)) in seen
        assert not HIDDEN.search(seen)
    assert hostile.quoted in result.structured_content["answer"]["text"]


@pytest.fixture(scope="module")
def typed(attacked: Attacked) -> dict[str, str]:
    """What each command prints of all ten articles."""
    commands: dict[str, tuple[str, ...]] = {
        "search": (
            "search",
            "Alkmaar Brindle Corvik Dunmore Elgin Farrow Glenrock Harlow Ilmen Jarrow",
            "--limit",
            "50",
        ),
        "articles list": ("articles", "list"),
        "gold draft": ("gold", "draft"),
    }
    said = {name: "".join(attacked.run(*arguments)) for name, arguments in commands.items()}
    ids = [source_of(attacked, HOSTILE[number])["article_id"] for number in (0, 4, 5, -1)]  # a process each
    said["articles show"] = "".join("".join(attacked.run("articles", "show", id_)) for id_ in ids)
    questions = "".join(f"{one.question}\n/sources\n" for one in HOSTILE)
    return {**said, "chat": "".join(attacked.run("chat", typed=questions))}


@pytest.mark.parametrize("command", ["chat", "search", "articles list", "articles show", "gold draft"])
def test_terminal_is_shown_articles_and_obeys_none(typed: dict[str, str], command: str) -> None:
    assert "Alkmaar weir" in typed[command]
    assert_obeys_nothing(typed[command])


@each
def test_terminal_shows_what_is_quoted_and_no_marker_but_ours(typed: dict[str, str], hostile: Hostile) -> None:
    quoted = re.sub(r"\[(?=\d)", r"\\[", HIDDEN.sub("", hostile.quoted))
    assert quoted in typed["chat"]


def test_terminal_is_not_steered_by_names_of_files_and_options(attacked: Attacked, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202e"
    (tmp_path / f"{evil}.pdf").write_text("no article")
    (tmp_path / f"{evil}.md").write_bytes(b"\xff\xfe\x00")
    commands: tuple[tuple[str | Path, ...], ...] = (
        ("ingest", tmp_path),
        ("ingest", tmp_path / f"{evil}.pdf"),
        ("ingest", tmp_path / f"missing {evil}"),
        ("ask", "a", f"--{evil}"),
        (evil,),
        ("ask", "a", "--from", evil),
        ("evaluate", evil),
        ("articles", "show", evil),
    )
    for arguments in commands:
        done = subprocess.run(
            [ASSISTANT, *arguments],
            env={**os.environ, "ASSISTANT_DATA": str(tmp_path / "data")},
            capture_output=True,
            timeout=PATIENCE,
        )
        assert done.returncode != 0
        assert b"Traceback" not in done.stderr
        assert_obeys_nothing((done.stdout + done.stderr).decode())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # a fixture
    """A page on which no article may do anything: at its end, nothing was run, asked for elsewhere or opened."""
    told: list[str] = []
    with browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce") as context:
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("dialog", lambda dialog: told.append(dialog.message))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("popup", lambda popup: told.append(popup.url))
        page.on("request", lambda request: told.append(request.url) if "evil" in request.url else None)
        page.on("console", lambda said: told.append(said.text) if said.type == "error" else None)
        yield page
        assert told == []
        assert page.evaluate("window.attacked") is None
        links = page.evaluate("[...document.querySelectorAll('a')].map(link => link.href)")
        assert {link for link in links if "evil" in link or not link.startswith("http")} <= {HOSTILE[-1].url}


@each
def test_widget_shows_the_quote_and_does_nothing_else(attacked: Attacked, hostile: Hostile, page: Page) -> None:
    page.goto(attacked.url)
    chat = page.locator("assistant-chat")
    box = chat.get_by_role("textbox", name="Your question")
    box.fill(hostile.question)
    box.press("Enter")

    answer = chat.locator(".turn .answer")
    expect(answer).to_contain_text(hostile.quoted[:20])
    expect(chat.locator(".turn .sources")).to_be_visible()
    answer.locator(".marker").first.click()

    assert chat.locator(".answer :not(p, span, strong, button)").count() == 0
    expect(chat.locator(".drawer mark")).to_contain_text(hostile.quoted[:20])
    assert not re.search("[\u202d\u202e]", chat.locator(".panel").first.inner_text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@each
def test_reading_page_marks_the_quote_and_links_nowhere(attacked: Attacked, hostile: Hostile, page: Page) -> None:
    citation, source = attacked.answers[hostile.attack]["citations"][0], source_of(attacked, hostile)
    span = citation["source_span"]
    page.goto(
        f"{attacked.url}/articles/{source['article_id']}?v={source['content_hash']}"
        f"&start={span['start']}&end={span['end']}"
    )

    expect(page.locator("#quote")).to_contain_text(hostile.quoted[:20])
    assert page.locator(".text :not(p, mark)").count() == 0
    assert page.locator("h1 *").count() == 0
    assert not re.search("[\u202d\u202e]", page.content())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_start_page_lists_the_articles_and_links_to_their_reading_pages(attacked: Attacked, page: Page) -> None:
    page.goto(attacked.url)

    assert page.locator("#articles ol.rows > li").count() == len(HOSTILE)
    assert page.locator("#articles :is(script, img, svg, iframe)").count() == 0
    assert not re.search("[\u202d\u202e]", page.content())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(scope="module")
def evaluated(attacked: Attacked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run whose questions, gold answers and predictions attack whoever opens it."""
    folder = tmp_path_factory.mktemp("evaluated")
    gold, predictions = folder / "</title><script>gold.jsonl".replace("/", ""), folder / "predictions.jsonl"
    rows, said = [], []
    for one in HOSTILE:
        answer, source = attacked.answers[one.attack], source_of(attacked, one)
        id_ = f"../../{one.title}\t=cmd"
        evidence = [{"doc_id": source["external_id"], "text": answer["citations"][0]["quote"]}]
        told, missed = ({"id": one.title, "text": one.text, "any_of": [string]} for string in (one.text, "Nobody"))
        rows.append(
            {
                "id": id_,
                "question": one.text,
                "answers": [one.text, one.title],
                "evidence": evidence,
                "nuggets": [told, missed],
                "forbidden": [told],
                "verdict": "yes",
                "parties": [one.title, one.text],
            }
        )
        quote = {"doc_id": one.title, "start": 0, "end": 10**9, "quote": one.text}
        known = {"doc_id": source["external_id"], "start": 5, "end": 10**9, "quote": one.text}
        said.append(
            {
                "id": id_,
                "answer": one.text,
                "short": one.title,
                "citations": [quote, known],
                "retrieved": [{"doc_id": source["external_id"]}, {"doc_id": one.title}],
                "standalone_question": one.text,
                "error": one.text,
                "confidence": 1,
                "timings_ms": {"total": 1e9, one.title: 1},
            }
        )
    for file, values in ((gold, rows), (predictions, said)):
        file.write_text("".join(json.dumps(value) + "\n" for value in values))
    printed = attacked.run("evaluate", gold, "--predictions", predictions, "--out", folder / "run")
    assert_obeys_nothing("".join(printed))
    return folder / "run"


def test_evaluation_report_shows_hostile_gold_and_predictions(evaluated: Path, page: Page) -> None:
    page.goto((evaluated / "report.html").as_uri())

    rows = page.locator("details.row")
    assert rows.count() == len(HOSTILE)
    for number in range(len(HOSTILE)):
        rows.nth(number).locator("summary").click()
    expect(page.locator(".answer").first).to_contain_text("Alkmaar")
    expect(page.locator(".marked").filter(has_text="missed").first).to_be_visible()
    assert page.locator("#page :is(script, img, iframe, a)").count() == 0
    assert not re.search("[\u202d\u202e]", page.locator("#page").inner_text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_evaluation_comparison_shows_hostile_runs(attacked: Attacked, evaluated: Path, page: Page) -> None:
    printed = attacked.run("evaluate", "compare", evaluated, evaluated)
    assert_obeys_nothing("".join(printed))
    page.goto((evaluated / f"compare-{evaluated.name}.html").as_uri())
    expect(page.locator("h1")).to_contain_text("against")


def test_evaluation_exports_have_one_line_for_each_question_and_stay_in_their_folder(evaluated: Path) -> None:
    assert sorted(path.name for path in evaluated.parent.iterdir() if path.is_dir()) == ["run"]
    run = (evaluated / "run.trec").read_text()
    assert {len(line.split(" ")) for line in run.splitlines()} == {6}
    assert {len(line.split(" ")) for line in (evaluated / "qrels.trec").read_text().splitlines()} == {4}
    assert len([json.loads(line) for line in (evaluated / "ragas.jsonl").read_text().splitlines()]) == len(HOSTILE)
    assert_obeys_nothing(run)


def test_feedback_export_is_json_in_ascii(attacked: Attacked) -> None:
    for one in HOSTILE:
        said = {
            "answer_id": attacked.answers[one.attack]["id"],
            "rating": "up",
            "question": one.question,
            "answer": one.text,
        }
        httpx.post(f"{attacked.url}/v1/feedback", json=said, timeout=60).raise_for_status()

    exported, _ = attacked.run("feedback", "export")

    assert exported.isascii()
    assert_obeys_nothing(exported)
    drafts = [json.loads(line) for line in exported.splitlines()]
    assert [draft["answers"] for draft in drafts] == [[one.text] for one in HOSTILE]


def test_log_of_the_service_is_json_in_ascii(attacked: Attacked) -> None:
    log = attacked.data.with_suffix(".log").read_text()
    lines = [line for line in log.splitlines() if line.startswith("{")]
    assert lines
    assert log.isascii()
    assert_obeys_nothing(log)
