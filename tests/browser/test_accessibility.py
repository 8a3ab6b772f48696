"""The widget and the pages for people who use a keyboard, a screen reader, large letters or high contrast."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from api.web.bundle import LANGUAGES
from assistant.frame.frame import FRAMES
from tests.browser.conftest import SEMICONDUCTORS, Guest, Visit
from tests.browser.test_answers import answering

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

PAGE = "<main><h1>A page</h1><p>Of somebody else.</p></main>"


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_widget_no_state_of_the_widget_has_a_violation(
    visit: Visit, theme: str, picture: Callable[[Page, str], None]
) -> None:
    guest = visit(PAGE, f'data-theme="{theme}" data-questions="{SEMICONDUCTORS}"', policy="")
    page, chat = guest.page, guest.chat

    def check(state: str) -> None:
        picture(page, f"{state}-{theme}")
        assert violations(page) == [], state

    check("closed")
    guest.open()
    check("welcome")
    guest.ask()
    check("answer")
    chat.locator(".log .marker").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(chat.get_by_role("tooltip")).to_be_visible()
    check("card")
    chat.locator(".log .marker").first.click()
    expect(chat.get_by_role("tooltip")).to_be_hidden()
    check("drawer")
    page.keyboard.press("Escape")
    guest.ask("How many goals did Brazil score in the final of 1970?")
    check("no-answer")
    answering(page, {"code": "busy"}, status=503)
    guest.ask()
    check("failure")
    page.unroute("**/v1/ask")
    page.route("**/v1/ask", lambda route: None)
    chat.get_by_role("textbox").fill("And now?")
    page.keyboard.press("Enter")
    expect(chat.get_by_role("button", name="Stop")).to_be_visible()
    check("running")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_widget_no_page_has_a_violation_or_scrolls_sideways(
    browser: Browser, client_url: str, theme: str, width: int, picture: Callable[[Page, str], None]
) -> None:
    with browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        reduced_motion="reduce",  # type: ignore[arg-type]
    ) as context:
        page = context.new_page()
        page.goto(client_url)
        expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
        guest = Guest(page, [], [])
        guest.ask()
        picture(page, f"home-{width}-{theme}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        guest.chat.locator(".log .marker").first.click()
        picture(page, f"home-drawer-{width}-{theme}")
        assert violations(page) == []
        page.goto(guest.chat.get_by_role("link", name="Read in the article").get_attribute("href") or "")
        picture(page, f"article-{width}-{theme}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_widget_everything_can_be_done_with_the_keyboard(visit: Visit) -> None:
    guest = visit('<a href="#own">A link of the page</a>', policy="")
    keys, chat = guest.page.keyboard, guest.chat
    keys.press("Tab")
    keys.press("Tab")
    expect(chat.get_by_role("button", name="Ask a question")).to_be_focused()
    keys.press("Enter")
    expect(chat.get_by_role("textbox")).to_be_focused()
    keys.type(SEMICONDUCTORS)
    keys.press("Enter")
    expect(chat.locator(".log .turn")).to_have_count(1)
    marker = chat.locator(".log .marker").first
    for _ in range(30):
        keys.press("Shift+Tab")
        if marker.evaluate("marker => marker.matches(':focus')"):
            break
    card = chat.get_by_role("tooltip")
    expect(card).to_be_visible()
    expect(marker).to_have_attribute("aria-describedby", "card")
    keys.press("Escape")
    expect(card).to_be_hidden()
    expect(marker).to_be_focused()

    keys.press("Enter")
    expect(chat.get_by_role("heading", name=re.compile("chips"))).to_be_focused()
    keys.press("Escape")
    expect(marker).to_be_focused()
    keys.press("Escape")
    keys.press("Escape")
    expect(chat.get_by_role("dialog")).to_be_hidden()
    expect(chat.get_by_role("button", name="Ask a question")).to_be_focused()


def test_widget_the_screen_reader_s_tree_of_an_answer(visit: Visit) -> None:
    guest = visit(attributes='data-title="Ask us"')
    guest.open()
    guest.ask()

    expect(guest.chat.get_by_role("dialog")).to_match_aria_snapshot(
        """
        - dialog "Ask us":
          - banner:
            - heading "Ask us" [level=2]
            - button "Clear the conversation"
            - button "Close"
          - group "Conversation":
            - log "Conversation":
              - article:
                - 'heading /You asked: What does China say/ [level=3]'
                - paragraph:
                  - text: /semiconductors/
                  - button /Source 1/
                - paragraph: Every sentence checked
                - heading "Sources" [level=4]
                - list:
                  - listitem:
                    - button /Sample/
                - button "Copy with sources"
                - button "Helpful"
                - button "Not helpful"
          - status
          - textbox "Your question"
          - button "Send"
        """
    )


def test_widget_a_finished_turn_is_announced_once_and_progress_apart_from_it(visit: Visit) -> None:
    guest = visit(policy="")
    guest.open()
    guest.page.evaluate(
        """() => {
            window.announced = [];
            const root = document.querySelector("assistant-chat").shadowRoot;
            for (const role of ["log", "status"]) {
                new MutationObserver((records) => {
                    for (const record of records) for (const node of record.addedNodes)
                        announced.push([role, node.textContent]);
                }).observe(root.querySelector(`[role=${role}]`), { childList: true, subtree: true });
            }
        }"""
    )
    guest.ask()

    announced = guest.page.evaluate("announced")
    (turn,) = [text for role, text in announced if role == "log"]
    assert "semiconductors" in turn
    assert [text for role, text in announced if role == "status"] == [
        "Searching the articles …",
        "Writing and checking …",
    ]
    live = guest.chat.locator(".running").evaluate(
        "element => element.closest('[aria-live], [role=log], [role=status]')"
    )
    assert live is None


def test_widget_targets_are_44_pixels(visit: Visit) -> None:
    guest = visit(attributes=f'data-questions="{SEMICONDUCTORS}"')
    small = """chat => [...chat.shadowRoot.querySelectorAll("button, a, textarea")].filter((element) => {
        const box = element.getBoundingClientRect();
        const grown = parseFloat(getComputedStyle(element, "::after").minHeight) || 0;
        return box.height && Math.max(box.height, grown) < 43.9;
    }).map((element) => element.outerHTML)"""
    assert guest.chat.evaluate(small) == []
    guest.open()
    assert guest.chat.evaluate(small) == []
    guest.ask()
    assert guest.chat.evaluate(small) == []
    guest.chat.locator(".log .marker").first.click()
    assert guest.chat.evaluate(small) == []


def test_widget_at_400_percent_it_fills_the_screen_and_nothing_is_cut(visit: Visit) -> None:
    guest = visit()
    guest.page.set_viewport_size({"width": 320, "height": 256})
    guest.open()
    guest.ask()

    box = guest.chat.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 320, "height": 256}
    assert guest.chat.locator(".scroller").evaluate("one => one.scrollWidth <= one.clientWidth")
    expect(guest.chat.get_by_role("button", name="Send")).to_be_in_viewport()


def test_widget_pages_from_right_to_left_are_mirrored(visit: Visit, picture: Callable[[Page, str], None]) -> None:
    guest = visit("<script></script><p>مرحبا</p>", policy="")
    guest.page.evaluate(
        "document.documentElement.dir = 'rtl'; const chat = document.querySelector('assistant-chat');"
        "const other = chat.cloneNode(); chat.remove(); document.documentElement.append(other)"
    )
    guest.open()
    assert guest.chat.locator(".welcome p").first.evaluate("one => getComputedStyle(one).direction") == "ltr"
    guest.ask()
    picture(guest.page, "right-to-left")

    dialog, close = guest.chat.get_by_role("dialog").bounding_box(), guest.chat.get_by_role("button", name="Close")
    assert dialog
    assert dialog["x"] < 100
    assert (close.bounding_box() or dialog)["x"] < dialog["x"] + 60


def test_widget_speaks_german_on_german_pages(visit: Visit) -> None:
    guest = visit(attributes='data-lang="de-AT"')
    guest.page.get_by_role("button", name="Eine Frage stellen").click()
    expect(guest.chat.get_by_role("textbox", name="Ihre Frage")).to_be_focused()
    expect(guest.chat.locator(".root")).to_have_attribute("lang", "de")
    assert guest.complaints == []


def test_widget_colours_that_the_reader_forces_and_less_motion_are_respected(
    visit: Visit, picture: Callable[[Page, str], None]
) -> None:
    guest = visit(policy="")
    guest.page.emulate_media(forced_colors="active", reduced_motion="reduce")
    guest.open()
    guest.ask()
    picture(guest.page, "forced-colours")

    marker = guest.chat.locator(".log .marker").first
    assert marker.evaluate("marker => getComputedStyle(marker).borderTopStyle") == "solid"
    running = guest.chat.evaluate("chat => chat.shadowRoot.getAnimations({ subtree: true }).length")
    assert running == 0


@pytest.mark.parametrize("tag", LANGUAGES)
def test_widget_all_languages_have_the_same_strings(tag: str) -> None:
    folder = Path(__file__).parents[2] / "api/web/widget"
    tables = "".join((folder / name).read_text(encoding="utf-8") for name in ("strings.js", "later/strings.js"))
    english = re.findall(r"^  (\w+): \"(.*)\",$", tables, re.MULTILINE)
    table = json.loads((folder / f"languages/{tag}.json").read_text(encoding="utf-8"))
    assert list(table) == [name for name, _ in english]
    assert [text.count("{}") for text in table.values()] == [text.count("{}") for _, text in english]


def test_widget_is_told_in_the_languages_that_answers_are_told_in() -> None:
    assert {*LANGUAGES, "en"} == set(FRAMES)
