"""The first page for those who may ingest: articles come and go. The service is a whole one (`assistant serve`)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assistant.ingestion.ingest import ingest_paths
from assistant.settings import HttpOptions, Settings
from corpus.access import Grant, Scope, new_key
from corpus.store import DataFolder, open_service_store
from tests.browser.test_accessibility import violations
from tests.corpus.web.site import Reply, serving

ASSISTANT = Path(sys.executable).with_name("assistant")

SALES = """---
title: Quarterly sales of Quell Motors
publisher: Quell Gazette
published: 2024-10-20
---
Quell Motors reported these figures, in millions of euros:

| Measure | Q1 2024 | Q2 2024 | Q3 2024 |
|---|---|---|---|
| Sales | 21.3 | 25.0 | 29.8 |
| Profit | 2.1 | 2.6 | 3.4 |
| Employees | 410 | 415 | 431 |

The report includes:

1. the sales of all five plants
2. the profit before taxes
"""

LIGHTHOUSE = b"""<!doctype html><title>The lighthouse of Quell</title><article><h1>The lighthouse of Quell</h1>
<p>The lighthouse of Quell was lit in 1887 and is 31 metres high. Its keeper climbs the stairs each evening.</p>
<p>It was painted white in 1952, after a long debate in the council about colours.</p></article>"""

SECONDS_TO_COME_IN = 60_000
"""In milliseconds; only what hangs takes so long."""


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Run `assistant serve` on a data folder; it may visit this machine. Gives its address."""
    environment = {**os.environ, "ASSISTANT_DATA": str(data), "ASSISTANT_SOURCES__ALLOWED_HOSTS": "127.0.0.1"}
    command = [ASSISTANT, "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            told = "".join(process.stdout.readline() for _ in range(4))
            yield re.findall(r"http://[\d.]+:\d+", told)[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


@dataclass(frozen=True)
class Running:
    """A service, and the data folder that it serves."""

    url: str
    data: Path


@pytest.fixture(scope="module")
def open_to_us(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("first") / "data"
    (source := tmp_path_factory.mktemp("articles") / "sales.md").write_text(SALES, encoding="utf-8")
    ingest_paths(Settings(data=folder, serving=HttpOptions(port=0)), [source])
    with served(folder) as url:
        yield Running(url, folder)


@pytest.fixture
def page(context: BrowserContext, open_to_us: Running) -> Iterator[Page]:
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(open_to_us.url)
    yield page
    assert complaints == []


def file(name: str, text: str | bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "", "buffer": text.encode() if isinstance(text, str) else text}


def test_first_page_files_come_in_each_with_its_outcome(page: Page, picture: Callable[[Page, str], None]) -> None:
    files = [
        file("crane.md", "# The crane\n\nThe crane of Quell lifts ships."),
        file("broken.pdf", b"%PDF-1.4 nothing"),
        file("run.exe", b"MZ"),
    ]
    page.locator("#files").set_input_files(files)  # type: ignore[arg-type]

    rows = page.locator("#intake li")
    expect(rows.filter(has_text="crane.md")).to_contain_text("Added", timeout=SECONDS_TO_COME_IN)
    expect(rows.filter(has_text="broken.pdf")).to_contain_text("no PDF file", timeout=SECONDS_TO_COME_IN)
    expect(rows.filter(has_text="run.exe")).to_contain_text("not read")
    expect(page.locator("#intake-said")).to_contain_text("All done.")
    picture(page, "first-page-added")
    assert violations(page) == []
    rows.filter(has_text="crane.md").get_by_role("link", name="Read it").click()
    expect(page.get_by_role("heading", name="The crane")).to_be_visible()


def test_first_page_files_and_addresses_can_be_dropped_and_pasted(page: Page) -> None:
    bring = """(kind) => {
        const brought = new DataTransfer();
        if (kind === "drop") brought.items.add(new File(["The quay of Quell is long."], "quay.txt"));
        else brought.setData("text/plain", "see https://example.org/a and\\nhttp://example.org/b");
        const event = kind === "drop"
            ? new DragEvent("drop", { dataTransfer: brought, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: brought, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
        return event.defaultPrevented;
    }"""
    assert page.evaluate(bring, "drop")
    expect(page.locator("#intake li").filter(has_text="quay.txt")).to_contain_text("Added", timeout=SECONDS_TO_COME_IN)
    assert page.evaluate(bring, "paste")
    expect(page.locator("#addresses")).to_have_value("https://example.org/a\nhttp://example.org/b")
    expect(page.locator("#addresses")).to_be_focused()
    expect(page.locator("#intake li")).to_have_count(1)  # nothing is visited before somebody says so


def test_first_page_what_is_pasted_into_a_field_is_text_for_that_field(page: Page) -> None:
    box = page.locator("assistant-chat").first.get_by_role("textbox", name="Your question")
    prevented = box.evaluate("""(box) => {
        const brought = new DataTransfer();
        brought.setData("text/plain", "https://example.org/a");
        const event = new ClipboardEvent("paste",
            { clipboardData: brought, bubbles: true, cancelable: true, composed: true });
        box.dispatchEvent(event);
        return event.defaultPrevented;
    }""")
    assert prevented is False
    expect(page.locator("#addresses")).to_have_value("")


def test_first_page_addresses_are_visited_and_can_be_left(page: Page) -> None:
    with serving({"/lighthouse": Reply(LIGHTHOUSE)}) as site:
        address = site.url("/lighthouse")
        page.locator("#addresses").fill(f"{address}\nhttp://10.0.0.1/private")
        page.get_by_role("button", name="Visit them").click()
        rows = page.locator("#intake li")
        expect(rows.filter(has_text=address)).to_contain_text("1 article stored", timeout=SECONDS_TO_COME_IN)
        expect(rows.filter(has_text="10.0.0.1")).to_contain_text("not public", timeout=SECONDS_TO_COME_IN)

    page.get_by_text("Addresses that are visited again").click()
    stop = page.get_by_role("button", name=re.compile("Stop visiting"))
    expect(stop).to_have_count(2)
    stop.first.click()
    expect(stop).to_have_count(1)
    expect(page.locator("#intake-said")).to_contain_text("visited no more")


def test_first_page_articles_are_removed_after_a_question(page: Page, open_to_us: Running) -> None:
    page.locator("#files").set_input_files([file("old.md", "# The old pier\n\nThe old pier of Quell is gone.")])  # type: ignore[arg-type]
    expect(page.locator("#intake li").first).to_contain_text("Added", timeout=SECONDS_TO_COME_IN)
    page.get_by_role("button", name="Show them in the list").click()
    remove = page.get_by_role("button", name="Remove The old pier")
    remove.click()
    question = page.get_by_role("dialog", name="Remove this article?")
    expect(question).to_contain_text("The old pier")
    expect(question.get_by_role("button", name="Keep it")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(remove).to_be_focused()

    remove.press("Enter")
    question.get_by_role("button", name="Remove it").click()
    expect(page.locator("#intake-said")).to_have_text("Removed: The old pier", timeout=SECONDS_TO_COME_IN)
    expect(remove).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('button.remove, #articles-heading')")
    page.reload()
    expect(page.get_by_role("link", name="The old pier")).to_have_count(0)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (320, "dark")])
def test_first_page_a_table_is_shown_as_one_with_the_cited_cell_and_its_heads_marked(
    page: Page, picture: Callable[[Page, str], None], width: int, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    chat = page.locator("assistant-chat").first
    box = chat.get_by_role("textbox", name="Your question")
    box.fill("What were the sales of Quell Motors in Q3 2024?")
    box.press("Enter")
    sentence = chat.locator(".log .sentence").filter(has_text="29.8")
    added = sentence.locator(".added")
    expect(added).to_contain_text("Q3 2024")
    assert added.evaluate("one => getComputedStyle(one).fontStyle") == "italic"
    marker = sentence.locator(".marker")
    marker.hover()
    expect(chat.get_by_role("tooltip")).to_contain_text("Q3 2024")
    marker.click()

    table = chat.get_by_role("complementary").get_by_role("table")
    expect(table.locator("mark")).to_have_text("29.8")
    expect(table.locator("th.names")).to_have_text(["Q3 2024", "Sales"])
    expect(chat.get_by_role("complementary").get_by_role("listitem").first).to_have_text("the sales of all five plants")
    picture(page, f"passage-{width}-{theme}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(chat.get_by_role("link", name="Read in the article").get_attribute("href") or "")
    expect(page.get_by_role("table").locator("mark")).to_have_text("29.8")
    picture(page, f"article-table-{width}-{theme}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_first_page_with_keys_one_that_may_ingest_opens_adding_and_others_do_not(
    context: BrowserContext, tmp_path: Path
) -> None:
    (source := tmp_path / "sales.md").write_text(SALES, encoding="utf-8")
    data = tmp_path / "data"
    ingest_paths(Settings(data=data, serving=HttpOptions(port=0)), [source])
    asking, asking_text = new_key("asking", Grant((Scope.ASK,)))
    both, both_text = new_key("both", Grant((Scope.ASK, Scope.INGEST)))
    with open_service_store(DataFolder(data)) as records:
        records.keys.add(asking)
        records.keys.add(both)
    with served(data) as url:
        page = context.new_page()
        page.goto(url)
        expect(page.locator("#add")).to_be_hidden()

        def use(key: str) -> None:
            page.get_by_label("Your key").fill(key)
            with page.expect_response("**/v1/sources"):
                page.get_by_role("button", name="Use it").click()

        use(asking_text)
        expect(page.locator("assistant-chat .panel")).to_be_visible()
        expect(page.locator("#add")).to_be_hidden()

        use(both_text)
        expect(page.locator("#rows li")).to_contain_text(["Quarterly sales"])
        page.locator("#files").set_input_files([file("crane.md", "# The crane\n\nThe crane lifts ships.")])  # type: ignore[arg-type]
        expect(page.locator("#intake li")).to_contain_text("Added", timeout=SECONDS_TO_COME_IN)
        expect(page.get_by_role("button", name="Remove The crane")).to_be_visible()
        assert violations(page) == []
        assert both_text not in page.url
