"""Filters in the widget: offered where there is something to choose, by mouse, keyboard and screen reader."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import SEMICONDUCTORS, Guest, Visit
from tests.browser.test_accessibility import PAGE, violations


def filters_sent(guest: Guest) -> list[object]:
    """Collect the filters of every question that is asked from now on."""
    sent: list[object] = []

    def note(body: dict[str, object] | None) -> None:
        if body:
            sent.append(body.get("filters"))

    guest.page.on("request", lambda asked: note(asked.post_data_json) if asked.url.endswith("/v1/ask") else None)
    return sent


def test_filters_are_loaded_by_those_who_turn_to_the_chat_and_narrow_the_next_answer(
    visit: Visit, picture: Callable[[Page, str], None]
) -> None:
    guest = visit(PAGE)
    chat, sent = guest.chat, filters_sent(guest)
    assert not [url for url in guest.requests if "later.js" in url or "library" in url]
    guest.open()
    chat.get_by_role("button", name="Narrow the articles").click()
    form = chat.get_by_role("form", name="Narrow the articles")
    form.get_by_label("Sample Tribune").check()
    form.get_by_label("Published until").fill("2025-07-29")
    picture(guest.page, "filters")
    form.get_by_role("button", name="Done").click()

    expect(form).to_be_hidden()
    expect(chat.get_by_role("button", name="Narrow the articles: Only")).to_be_focused()
    expect(chat.locator(".narrowed")).to_contain_text("Sample Tribune")
    guest.ask()
    turn = chat.locator(".log .turn")
    expect(turn.locator(".note").first).to_have_text("Only \u2068Sample Tribune\u2069 · until Jul 29, 2025")
    for source in turn.locator(".source").all():
        expect(source).to_contain_text("Sample Tribune")

    chat.get_by_role("button", name="Narrow the articles").click()
    form.get_by_role("button", name="All articles").click()
    form.get_by_role("button", name="Done").click()
    expect(chat.locator(".narrowed")).to_be_hidden()
    guest.ask()
    assert sent == [{"publisher": ["Sample Tribune"], "language": [], "published_to": "2025-07-29"}, None]
    assert guest.complaints == []


def test_filters_can_be_used_with_the_keyboard_and_esc_closes_them_alone(visit: Visit) -> None:
    guest = visit(PAGE, policy="")
    keys, chat = guest.page.keyboard, guest.chat
    guest.open()
    button = chat.get_by_role("button", name="Narrow the articles")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    keys.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(chat.get_by_role("checkbox").first).to_be_focused()
    keys.press("Space")
    expect(chat.get_by_role("checkbox").first).to_be_checked()
    assert violations(guest.page) == []
    keys.press("Escape")

    expect(button).to_be_focused()
    expect(chat.get_by_role("dialog")).to_be_visible()
    expect(chat.get_by_role("status")).to_contain_text("Only")


def test_filters_with_the_days_the_wrong_way_round_mean_the_days_between(visit: Visit) -> None:
    guest = visit()
    sent = filters_sent(guest)
    guest.open()
    guest.chat.get_by_role("button", name="Narrow the articles").click()
    guest.chat.get_by_label("Published from").fill("2025-07-30")
    guest.chat.get_by_label("Published until").fill("2025-07-01")
    guest.page.keyboard.press("Escape")
    guest.ask()
    wanted = {"publisher": [], "language": [], "published_from": "2025-07-01", "published_to": "2025-07-30"}
    assert sent == [wanted]


def test_filters_are_not_offered_where_all_articles_are_alike(visit: Visit) -> None:
    guest = visit()
    alike = {
        "articles": 2,
        "publishers": [{"value": "A", "count": 2}],
        "languages": [{"value": "en", "count": 2}],
        "earliest": "2025-07-01",
        "latest": "2025-07-01",
    }

    def answer(route: Route) -> None:
        allowed = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization"}
        route.fulfill(headers=allowed, content_type="application/json", body=json.dumps(alike))

    guest.page.route("**/v1/library", answer)
    with guest.page.expect_response("**/v1/library"):
        guest.open()
    guest.ask()
    expect(guest.chat.get_by_role("button", name="Narrow the articles")).to_have_count(0)


def test_filters_and_passages_that_a_host_s_policy_forbids_are_missed_in_words(visit: Visit) -> None:
    """A policy may name the vows (trusted types) that it takes; what was there before goes on without ours."""
    guest = visit(policy="script-src {service}; trusted-types none-of-ours; require-trusted-types-for 'script'")
    guest.open()
    guest.ask(SEMICONDUCTORS)
    expect(guest.chat.locator(".log .turn")).to_contain_text("semiconductors")
    guest.chat.locator(".log .marker").first.click()
    expect(guest.chat.get_by_role("status")).to_contain_text("cannot be reached")
