"""The widget on pages of other origins: that it works, and behaves as a guest."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Keyed, Visit
from tests.browser.host import STRICT, Host


def test_widget_one_line_on_a_strict_page_of_another_origin_gives_cited_answers(
    visit: Visit, context: BrowserContext, keyed: Keyed, host: Host
) -> None:
    guest = visit()
    guest.open()
    guest.ask()

    turn = guest.chat.locator(".log .turn")
    assert turn.locator(".sentence").count() >= 1
    for sentence in turn.locator(".sentence").all():
        assert sentence.locator(".marker").count() >= 1
    turn.locator(".marker").first.hover()
    card = guest.chat.get_by_role("tooltip")
    expect(card).to_contain_text("Sample")
    quote = card.locator(".quote").inner_text()

    turn.locator(".marker").first.click()
    drawer = guest.chat.get_by_role("complementary")
    expect(drawer.locator(".blocks mark")).to_have_text(quote)
    sentence = re.sub(r"\d+$", "", turn.locator(".sentence").first.inner_text().strip(), count=1).strip()
    assert sentence == quote

    link = drawer.get_by_role("link", name="Read in the article")
    expect(link).to_have_attribute("href", re.compile(r"[?&]t="))
    with context.expect_page() as opened:
        link.click()
    expect(opened.value.locator("mark")).to_have_text(quote)
    expect(opened.value.locator("mark")).to_be_in_viewport()
    assert guest.complaints == []
    assert {urlsplit(url).netloc for url in guest.requests} == {urlsplit(host.url).netloc, urlsplit(keyed.url).netloc}
    assert not [url for url in guest.requests if keyed.key in url]


def test_widget_brings_one_global_name(visit: Visit) -> None:
    guest = visit("<script></script>")
    ours = guest.page.evaluate(
        """() => {
            const frame = document.createElement("iframe");
            document.body.append(frame);
            const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
            return Object.getOwnPropertyNames(window).filter((name) => !usual.has(name) && isNaN(name));
        }"""
    )
    assert [name for name in ours if not name.startswith("__")] == ["AssistantChat"]


HOSTILE_STYLE = """<style>
* { all: unset !important; font-size: 61px !important; color: red !important }
html { font-size: 50px } body { transform: rotate(1deg); line-height: 4; letter-spacing: 9px;
  text-transform: uppercase }
assistant-chat, assistant-chat * { display: none !important; position: static !important;
  visibility: hidden !important; opacity: 0 !important; transform: scale(3) !important }
button { background: url(https://elsewhere.example/a.png) !important }
</style>"""

LOOK = """() => {
    const root = document.querySelector("assistant-chat").shadowRoot;
    return [".panel", ".head h2", ".suggestion", "textarea", ".send", ".welcome p"].map((selector) => {
        const element = root.querySelector(selector), style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        return [selector, style.color, style.fontSize, style.letterSpacing, style.textTransform, style.backgroundColor,
            style.lineHeight, style.opacity, style.visibility, Math.round(box.x), Math.round(box.y),
            Math.round(box.width), Math.round(box.height)];
    });
}"""


def test_widget_styles_of_the_page_do_not_reach_it(visit: Visit) -> None:
    looks = []
    for body in ("<p>Calm</p>", f"{HOSTILE_STYLE}<p>Hostile</p>"):
        guest = visit(body, 'data-questions="One?|Two?"', policy="")
        guest.page.evaluate("AssistantChat.open()")
        looks.append(guest.page.evaluate(LOOK))
        guest.page.close()
    assert looks[0] == looks[1]


def test_widget_its_styles_do_not_reach_the_page(visit: Visit) -> None:
    look = """() => [...document.querySelectorAll("h1, p, button, mark, a")].map((element) => {
        const style = getComputedStyle(element);
        return [...style].map((name) => style.getPropertyValue(name)).join();
    })"""
    body = (
        '<h1 class="head">H</h1><p class="note">P</p><button class="marker">B</button><mark>M</mark><a href="/">A</a>'
    )
    guest = visit(body, policy="")
    guest.page.evaluate("AssistantChat.open()")
    guest.ask()
    with_it = guest.page.evaluate(look)
    guest.page.evaluate("document.querySelector('assistant-chat').remove()")

    assert guest.page.evaluate(look) == with_it


def test_widget_never_takes_the_focus_or_scrolls_the_page(visit: Visit) -> None:
    guest = visit('<div style="height:3000px"></div><input id="own"><div style="height:3000px"></div>', policy="")
    guest.page.locator("#own").focus()
    position = guest.page.evaluate("scrollY")

    answer = guest.page.evaluate("AssistantChat.ask('What does China say about semiconductors?')")

    assert answer["status"] == "answered"
    assert guest.page.evaluate("document.activeElement.id") == "own"
    assert guest.page.evaluate("scrollY") == position
    guest.page.evaluate("AssistantChat.close()")
    assert guest.page.evaluate("document.activeElement.id") == "own"


def test_widget_an_inline_chat_does_not_move_the_page_while_it_answers(visit: Visit, keyed: Keyed) -> None:
    guest = visit(
        '<div style="height:300px"></div><assistant-chat></assistant-chat><div style="height:3000px"></div>',
        'data-launcher="off"',
        policy="",
    )
    guest.page.evaluate(f"document.querySelector('assistant-chat').dataset.key = {json.dumps(keyed.key)}")
    guest.page.evaluate(
        "const chat = document.querySelector('assistant-chat'); chat.remove(); document.body.prepend(chat)"
    )
    guest.page.evaluate("scrollTo(0, 200)")
    guest.page.evaluate("document.querySelector('assistant-chat').ask('What does China say about semiconductors?')")
    expect(guest.chat.locator(".log .turn")).to_have_count(1)
    assert guest.page.evaluate("scrollY") == 200


def test_widget_keys_typed_into_it_are_not_the_page_s_shortcuts(visit: Visit) -> None:
    guest = visit(policy="")
    guest.page.evaluate(
        "window.heard = []; for (const kind of ['keydown', 'keyup', 'keypress'])"
        " document.addEventListener(kind, (event) => heard.push(event.key))"
    )
    guest.open()
    guest.page.keyboard.type("j/k")
    guest.page.keyboard.press("Escape")

    assert guest.page.evaluate("heard") == []


def test_widget_pages_are_told_of_answers_and_errors(visit: Visit) -> None:
    guest = visit(policy="")
    guest.page.evaluate(
        "window.told = []; for (const name of ['assistant:answer', 'assistant:error'])"
        " document.addEventListener(name, (event) => told.push([name, event.detail]))"
    )
    guest.page.evaluate("AssistantChat.ask('What does China say about semiconductors?')")
    expect(guest.chat.locator(".log .turn")).to_have_count(1)
    guest.page.context.set_offline(True)
    assert guest.page.evaluate("AssistantChat.ask('And the US?')") is None

    (first, answer), (second, failure) = guest.page.evaluate("told")
    assert (first, second) == ("assistant:answer", "assistant:error")
    assert answer["citations"][0]["verified"] is True
    assert failure["kind"] == "offline"


def test_widget_two_launchers_and_two_inline_chats_live_on_one_page(visit: Visit, keyed: Keyed) -> None:
    second = f'<script async src="{keyed.url}/widget.js" data-key="{keyed.key}x" data-title="Second"></script>'
    inline = f'<assistant-chat id="a" data-key="{keyed.key}"></assistant-chat><assistant-chat id="b"></assistant-chat>'
    guest = visit(inline + second, policy="")
    chats = guest.page.locator("assistant-chat")
    expect(chats).to_have_count(4)
    guest.page.evaluate("document.querySelector('#a').ask('What does China say about semiconductors?')")

    expect(guest.page.locator("#a .log .turn")).to_have_count(1)
    expect(guest.page.locator("#b .log .turn")).to_have_count(0)
    boxes = [box for box in (one.bounding_box() for one in guest.page.locator(".launcher:visible").all()) if box]
    assert len(boxes) == 2
    assert abs(boxes[0]["y"] - boxes[1]["y"]) >= 52


def test_widget_a_conversation_survives_a_page_change_in_session_storage_alone(visit: Visit) -> None:
    guest = visit()
    guest.open()
    guest.ask()
    guest.page.reload()

    turn = guest.chat.locator(".log .turn")
    expect(turn).to_contain_text("semiconductors")
    turn.locator(".marker").first.click()
    expect(guest.chat.locator("mark")).to_be_visible()
    kept = guest.page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]")
    assert kept == [1, 0, ""]
    assert guest.page.context.cookies() == []

    guest.chat.get_by_role("button", name="Back to the answer").click()
    guest.chat.get_by_role("button", name="Clear the conversation").click()
    guest.page.reload()
    expect(guest.chat.locator(".welcome")).to_be_visible()
    expect(turn).to_have_count(0)


def test_widget_a_page_that_pins_the_script_gets_it(
    visit: Visit, context: BrowserContext, host: Host, keyed: Keyed
) -> None:
    page = context.new_page()
    page.goto(keyed.url)
    pinned = (page.locator("#pinned").text_content() or "").replace("pk_…", keyed.key)
    page.goto(host.show(pinned, STRICT.format(service=keyed.url), "/pinned"))

    expect(page.get_by_role("button", name="Ask a question")).to_be_visible()
