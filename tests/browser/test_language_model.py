"""The chat over a service with a language model, which is unplugged in the middle of an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from assistant.ask import Assistant
from assistant.settings import Settings
from tests.api.conftest import serving
from tests.assistant.model_server import Fault, ModelServer, model_server
from tests.assistant.writing.test_writing_with_a_model import PLAN, shares_over_http
from tests.browser.conftest import Guest


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        # The first sentence is whole when the connection is cut at half of the pieces.
        server.script = lambda body: [*shares_over_http(body), *[" "] * 80]
        yield server


@pytest.fixture
def guest(context: BrowserContext, settings: Settings, server: ModelServer) -> Iterator[Guest]:
    own = settings.model_copy(update={"model": server.options()})
    with Assistant.open(own) as helper, serving(helper, own) as url:
        page = context.new_page()
        page.goto(url)
        yield Guest(page, [], [])


def test_widget_a_verified_sentence_of_the_model_is_shown_with_its_source(guest: Guest) -> None:
    guest.ask()

    turn = guest.chat.locator(".log .turn")
    expect(turn).to_contain_text(PLAN)
    expect(turn.locator(".marker").first).to_be_visible()


def test_widget_what_a_model_said_before_it_was_unplugged_stays(guest: Guest, server: ModelServer) -> None:
    server.fault = Fault.CUT
    guest.ask()

    turn = guest.chat.locator(".log .turn")
    expect(turn).to_contain_text("the language model could not be reached")
    expect(turn).to_contain_text(PLAN)
    expect(turn.locator(".marker").first).to_be_visible()
