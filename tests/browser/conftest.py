from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from assistant.ask import Assistant
from assistant.ingestion.ingest import ingest_paths
from assistant.settings import HttpOptions, Settings
from corpus.access import Grant, Scope, new_key
from corpus.store import DataFolder, open_service_store
from tests.api.conftest import serving
from tests.browser.host import STRICT, Host, hosting

PICTURES = Path(__file__).parent / "screenshots"
README_FOLDER = Path(__file__).parents[2] / "docs/images"
README_PICTURES = {"home-drawer-1440-light": "answer-light", "home-drawer-1440-dark": "answer-dark"}
SEMICONDUCTORS = "What does China say about semiconductors?"

HOSTILE = """<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>"""

ATTACKS = f"""---
title: '{HOSTILE} zebra crossing'
url: 'javascript:window.attacked=1//zebra'
publisher: '"><svg onload=window.attacked=1>'
published: 2025-07-01
---
The zebra crossing in Quellstadt was painted by {HOSTILE} in May 2025. See [here](javascript:window.attacked=1) or
![it](https://elsewhere.example/leak.png) for the zebra crossing.
"""

ASTRAL = """---
title: 'The lighthouse 🗼 of Ny\u00adholm 灯塔'
publisher: Küstenpost
published: 2025-07-02
---
🏗️👩‍👩‍👧 Many 𝒻ancy words come first, with a\u0301 marks and 中文 in between.

The lighthouse keeper of Nyholm feeds 🐧 seventeen penguins 企鹅 every mo\u0308rning 🌅. Nobody helps.
"""


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    with hosting() as host:
        yield host


@dataclass(frozen=True)
class Keyed:
    """A service that needs keys, and a publishable one for pages of the host."""

    url: str
    key: str
    settings: Settings
    origin: str

    def grant(self, **more: int) -> tuple[str, str]:
        """Another key, as its id and its text. The service knows it within a second."""
        key, text = new_key("another", _grant(self.origin, **more))
        with open_service_store(DataFolder(self.settings.data)) as records:
            records.keys.add(key)
        return key.id, text


def _grant(origin: str, **more: int) -> Grant:
    return Grant((Scope.ASK,), publishable=True, origins=(origin,), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def keyed(settings: Settings, host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """The sample articles and two hostile ones, for pages of the host."""
    folder = tmp_path_factory.mktemp("keyed") / "data"
    copytree(settings.data, folder)
    own = settings.model_copy(update={"data": folder, "serving": HttpOptions(port=0)})
    articles = tmp_path_factory.mktemp("hostile")
    (articles / "attacks.md").write_text(ATTACKS, encoding="utf-8")
    (articles / "astral.md").write_text(ASTRAL, encoding="utf-8")
    ingest_paths(own, [articles])
    key, text = new_key("widget", _grant(host.url, requests_per_minute=10_000))
    with open_service_store(DataFolder(folder)) as records:
        records.keys.add(key)
    unlimited = replace(own.access, client_requests_per_minute=10_000)
    own = own.model_copy(update={"access": unlimited})
    with Assistant.open(own) as helper:
        helper.warm_up()
        with serving(helper, own) as url:
            yield Keyed(url, text, own, host.url)


@pytest.fixture(scope="session")
def client_url(helper: Assistant, settings: Settings) -> Iterator[str]:
    """A service without keys, for this machine."""
    with serving(helper, settings) as url:
        yield url


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as context:
        context.set_default_timeout(20_000)
        yield context


@dataclass
class Guest:
    """A page with a widget, and what happened on it that should not."""

    page: Page
    complaints: list[str]
    requests: list[str]

    @property
    def chat(self) -> Locator:
        return self.page.locator("assistant-chat").first

    def ask(self, question: str = SEMICONDUCTORS) -> None:
        """Types it, sends it, and waits until the answer is complete."""
        before = self.chat.locator(".log .turn").count()
        box = self.chat.get_by_role("textbox", name="Your question")
        box.fill(question)
        box.press("Enter")
        expect(self.chat.locator(".log .turn")).to_have_count(before + 1)

    def open(self) -> None:
        self.chat.get_by_role("button", name="Ask a question").click()


Visit = Callable[..., Guest]


@pytest.fixture
def visit(context: BrowserContext, host: Host, keyed: Keyed) -> Visit:
    """Open a page of the host that embeds the widget with one line; `body` stands before it."""

    def go(
        body: str = "<h1>A page</h1><p>Of somebody else.</p>",
        attributes: str = "",
        key: str | None = None,
        policy: str = STRICT,
        endpoint: str | None = None,
    ) -> Guest:
        script = f'<script async src="{keyed.url}/widget.js" data-key="{key or keyed.key}" {attributes}></script>'
        page = context.new_page()
        guest = Guest(page, [], [])
        page.on("pageerror", lambda error: guest.complaints.append(str(error)))
        page.on("console", lambda said: guest.complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: guest.requests.append(request.url))
        page.goto(host.show(body + script, policy.format(service=keyed.url)))
        page.locator("assistant-chat .root").first.wait_for(state="attached")
        return guest

    return go


@pytest.fixture
def picture(pytestconfig: pytest.Config) -> Callable[[Page, str], None]:
    """Keep what a page looks like, for people to look at; with --write-images the README's pictures, too."""
    PICTURES.mkdir(exist_ok=True)

    def keep(page: Page, name: str) -> None:
        image = page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
        if name in README_PICTURES and pytestconfig.getoption("--write-images"):
            README_FOLDER.mkdir(exist_ok=True)
            (README_FOLDER / f"{README_PICTURES[name]}.png").write_bytes(image)

    return keep
