"""What a reader sees of an answer, of its absence, and of what went wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from api.web.bundle import later_part
from corpus.store import DataFolder, open_service_store
from tests.browser.conftest import SEMICONDUCTORS, Guest, Keyed, Visit
from tests.browser.host import Host


def native(keyed: Keyed, host: Host, **more: object) -> httpx.Response:
    """What the real service answers."""
    headers = {"Authorization": f"Bearer {keyed.key}", "Origin": host.url}
    body = {"question": SEMICONDUCTORS, **more}
    return httpx.post(f"{keyed.url}/v1/ask", json=body, headers=headers, timeout=60)


def answering(page: Page, body: object, **more: object) -> None:
    """Let the service answer with this: an answer, or with a `status` a problem."""
    allowed = {
        "Access-Control-Allow-Origin": "*",
        "Content-Type": "application/json" if more else "text/event-stream",
        "Retry-After": "30",
        "Access-Control-Expose-Headers": "Retry-After",
    }
    sent = json.dumps(body) if more else f"event: answer.completed\ndata: {json.dumps(body)}\n\n"
    fulfil = {"status": 200, "headers": allowed, "body": sent, **more}

    def answer(route: Route) -> None:
        if route.request.method == "OPTIONS":
            route.continue_()
        else:
            route.fulfill(**fulfil)

    page.route("**/v1/ask", answer)


def test_widget_an_answer_that_cannot_be_shown_has_failed_and_the_next_question_is_answered(
    visit: Visit, keyed: Keyed, host: Host
) -> None:
    guest = visit()
    body = native(keyed, host).json()
    for source in body["sources"]:
        del source["copies"]
    answering(guest.page, body)
    guest.open()
    guest.ask()
    expect(guest.chat.locator(".log .turn")).to_contain_text("do not fit together")

    guest.page.unroute("**/v1/ask")
    guest.ask()

    expect(guest.chat.locator(".log .turn").last.locator(".answer")).to_contain_text("semiconductors")
    assert guest.complaints == []


def test_widget_of_a_kept_conversation_what_cannot_be_shown_is_left_out(visit: Visit) -> None:
    guest = visit()
    guest.open()
    guest.ask()
    guest.ask("What does the US say?")
    guest.page.evaluate(
        """() => {
            const [name] = Object.keys(sessionStorage);
            const kept = JSON.parse(sessionStorage.getItem(name));
            for (const source of kept.turns[0].answer.sources) delete source.copies;
            sessionStorage.setItem(name, JSON.stringify({ ...kept, turns: [null, { question: 1 }, ...kept.turns] }));
        }"""
    )
    guest.page.reload()

    expect(guest.chat.locator(".log .turn")).to_have_count(1)
    guest.ask()
    expect(guest.chat.locator(".log .turn")).to_have_count(2)
    assert guest.complaints == []


@pytest.fixture
def relayed(host: Host, keyed: Keyed) -> Iterator[bytes]:
    """A real stream, which the host can send on in pieces."""
    yield native(keyed, host, stream=True).content
    host.relayed, host.stays_open = [], False
    host.left.clear()


def shown(guest: Guest) -> tuple[str, str]:
    turn = guest.chat.locator(".log .turn").last
    return turn.locator(".answer").inner_text(), turn.locator(".sources").first.inner_text()


def test_widget_follow_ups_are_sent_with_what_came_before(visit: Visit) -> None:
    guest = visit()
    sent = []
    guest.page.on("request", lambda request: sent.append(request.post_data_json) if "/v1/ask" in request.url else None)
    guest.open()
    guest.ask()
    guest.ask("What does the US say?")

    first, second = [body for body in sent if body]
    assert first["history"] == []
    assert [turn["role"] for turn in second["history"]] == ["user", "assistant"]
    assert second["history"][0]["content"] == SEMICONDUCTORS


def test_widget_suggested_questions_are_asked_with_one_press(visit: Visit) -> None:
    guest = visit(attributes=f'data-questions="{SEMICONDUCTORS}|And the US?"')
    guest.open()
    guest.chat.get_by_role("button", name=SEMICONDUCTORS).click()

    expect(guest.chat.locator(".log .turn")).to_contain_text("semiconductors")
    expect(guest.chat.get_by_role("textbox")).to_be_focused()


def test_widget_when_nothing_answers_the_nearest_passages_are_offered_as_no_answer(
    visit: Visit, keyed: Keyed, host: Host
) -> None:
    question = "How many goals did Brazil score in the final of 1970?"
    guest = visit()
    guest.open()
    guest.ask(question)

    turn = guest.chat.locator(".log .turn")
    expect(turn).to_contain_text(re.compile("do not answer|nothing on this"))
    expect(turn).to_contain_text("Related, not an answer")
    expect(turn.locator(".answer .marker")).to_have_count(0)
    excerpts = turn.locator(".excerpt").all_text_contents()
    passages = [source["passage"]["text"] for source in native(keyed, host, question=question).json()["sources"]]
    for excerpt, passage in zip(excerpts, passages, strict=False):
        beginning = excerpt.removesuffix("\u00a0…")
        assert re.match(re.escape(beginning) + r"(?:\s|$)", passage)
    turn.locator(".source").first.click()
    expect(guest.chat.get_by_role("complementary")).to_contain_text("No answer rests on it")
    expect(guest.chat.locator("mark")).to_have_count(0)


def test_widget_only_cited_sources_are_listed_and_copies_are_folded(visit: Visit, keyed: Keyed, host: Host) -> None:
    body = native(keyed, host).json()
    copied = {**body["sources"][-1], "publisher": "Copying Times"}
    body["sources"][0]["copies"] = [copied]
    guest = visit()
    answering(guest.page, body)
    guest.open()
    guest.ask()

    rows = guest.chat.locator(".log .source")
    expect(rows).to_have_count(len({citation["source_id"] for citation in body["citations"]}))
    expect(rows.first).to_contain_text("The same text also in Copying Times")


def test_widget_partial_degraded_and_disagreeing_answers_say_so(visit: Visit, keyed: Keyed, host: Host) -> None:
    body = native(keyed, host).json()
    body |= {
        "status": "partial",
        "unanswered": ["what Mars says"],
        "degraded": ["model_timeout"],
        "conflicts": [{"about": "the number of points", "citations": ["c1"]}],
    }
    body["answer"]["sentences"][0]["support"] = "partial"
    guest = visit()
    answering(guest.page, body)
    guest.open()
    guest.ask()

    turn = guest.chat.locator(".log .turn")
    expect(turn).to_contain_text("Not answered by the articles: what Mars says")
    expect(turn).to_contain_text("the language model took too long")
    expect(turn).to_contain_text("The sources disagree about the number of points:")
    expect(turn.get_by_role("button", name=re.compile("^Partly supported by: Source 1"))).to_have_count(1)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (400, "malformed_json", "do not fit together"),
        (403, "scope_missing", "may not use the answer service"),
        (404, "not_found", "do not fit together"),
        (413, "body_too_large", "Shorten it"),
        (422, "bad_question", "Shorten it"),
        (429, "too_many_requests", "Too many questions in a short time. Ask again in 30 seconds."),
        (500, "internal_error", "Something went wrong in the answer service."),
        (502, "", "busy or starting"),
        (503, "busy", "busy or starting. Ask again in 30 seconds."),
        (504, "too_late", "did not come in time"),
    ],
)
def test_widget_every_failure_is_told_in_words_and_retried_by_hand_only(
    visit: Visit, status: int, code: str, words: str
) -> None:
    guest = visit()
    answering(guest.page, {"code": code, "status": status, "request_id": "req_1"}, status=status)
    guest.open()
    guest.ask()

    turn = guest.chat.locator(".log .turn").last
    expect(turn).to_contain_text(words)
    assert ("req_1" in turn.inner_text()) == (status == 500)
    asked = [url for url in guest.requests if url.endswith("/v1/ask")]
    guest.page.unroute("**/v1/ask")
    assert len(asked) == 1
    turn.get_by_role("button", name="Ask again").click()
    expect(guest.chat.locator(".log .turn")).to_have_count(2)
    expect(guest.chat.locator(".log .marker").first).to_be_visible()


def test_widget_a_revoked_key_and_a_reached_quota_are_told_in_words(visit: Visit, keyed: Keyed) -> None:
    key_id, text = keyed.grant(requests_per_day=1)
    guest = visit(key=text)
    guest.open()
    guest.page.wait_for_timeout(1_000)
    guest.ask()
    expect(guest.chat.locator(".log .marker").first).to_be_visible()
    guest.ask()
    expect(guest.chat.locator(".log .turn").last).to_contain_text("used up for today")

    with open_service_store(DataFolder(keyed.settings.data)) as records:
        records.keys.revoke(key_id)
    guest.page.wait_for_timeout(1_200)
    guest.ask()
    expect(guest.chat.locator(".log .turn").last).to_contain_text("Only the site’s owner can mend that")


def test_widget_offline_and_unreachable_are_told_apart(visit: Visit) -> None:
    guest = visit()
    guest.open()
    guest.page.context.set_offline(True)
    guest.ask()
    expect(guest.chat.locator(".log .turn").last).to_contain_text("offline")
    guest.page.context.set_offline(False)
    guest.page.route("**/v1/ask", lambda route: route.abort())
    guest.ask()
    expect(guest.chat.locator(".log .turn").last).to_contain_text("cannot be reached")


def test_widget_a_stream_cut_at_every_byte_gives_the_same_answer(visit: Visit, host: Host, relayed: bytes) -> None:
    looks = []
    for pieces in ([relayed], [relayed[at : at + 1] for at in range(len(relayed))], [relayed.replace(b"\n", b"\r\n")]):
        host.relayed = pieces
        host.pages["/widget/later.js"] = (later_part().body.decode(), "")
        guest = visit(attributes=f'data-endpoint="{host.url}"', policy="")
        guest.open()
        guest.ask()
        looks.append(shown(guest))
        assert guest.complaints == []
        guest.page.close()

    assert looks[0] == looks[1] == looks[2]
    assert "semiconductors" in looks[0][0]


def test_widget_a_stream_that_ends_after_any_event_but_the_last_has_failed(
    visit: Visit, host: Host, relayed: bytes
) -> None:
    events = relayed.split(b"\n\n")[:-1]
    guest = visit(attributes=f'data-endpoint="{host.url}"', policy="")
    guest.open()
    for kept in range(len(events)):
        host.relayed = [event + b"\n\n" for event in events[:kept]]
        guest.ask()
        turn = guest.chat.locator(".log .turn").last
        expect(turn).to_contain_text("broke off")
        expect(turn.locator(".answer")).to_be_empty()


def test_widget_what_was_not_confirmed_stands_apart_from_the_answer(visit: Visit, host: Host, relayed: bytes) -> None:
    told = b'"not_confirmed": [{"text": "Something <b>invented</b>.", "quote": "What it claimed.", "source_id": null}]'
    assert relayed.count(b'"not_confirmed":[]') == 1
    host.relayed = [relayed.replace(b'"not_confirmed":[]', told)]
    guest = visit(attributes=f'data-endpoint="{host.url}"', policy="")
    guest.open()
    guest.ask()

    note = guest.chat.locator(".log .turn .after .note")
    expect(note).to_have_text("Not confirmed: Something <b>invented</b>.What it claimed.")
    expect(guest.chat.locator(".log .turn .answer")).not_to_contain_text("invented")


def test_widget_unchecked_text_is_set_apart_and_stopping_ends_the_work_and_keeps_what_was_checked(
    visit: Visit, host: Host, relayed: bytes
) -> None:
    events = relayed.split(b"\n\n")
    last = next(number for number, event in enumerate(events) if b"answer.completed" in event)
    unchecked = b'event: text.delta\ndata: {"delta": " Not yet checked"}'
    host.relayed, host.stays_open = [b"\n\n".join([*events[:last], unchecked, b""])], True
    guest = visit(attributes=f'data-endpoint="{host.url}"', policy="")
    guest.open()
    guest.chat.get_by_role("textbox").fill(SEMICONDUCTORS)
    guest.page.keyboard.press("Enter")

    running = guest.chat.locator(".running")
    expect(running.locator(".unchecked")).to_have_text(" Not yet checked")
    expect(running.locator(".sentence .marker").first).to_be_visible()
    guest.page.keyboard.press("Enter")  # which must not stop it
    expect(running.locator(".turn")).to_have_count(1)
    guest.chat.get_by_role("button", name="Stop").click()

    turn = guest.chat.locator(".log .turn")
    expect(turn).to_contain_text("Stopped. What is shown was checked.")
    expect(turn).not_to_contain_text("Not yet checked")
    expect(turn.locator(".marker").first).to_be_visible()
    assert host.left.wait(10), "the service goes on writing"


def test_widget_code_points_are_not_utf_16_units(visit: Visit, keyed: Keyed) -> None:
    guest = visit()
    guest.open()
    guest.ask("What does the lighthouse keeper of Nyholm feed?")

    expect(guest.chat.locator(".log .answer")).to_contain_text("The lighthouse keeper of Nyholm feeds 🐧 seventeen")
    guest.chat.locator(".log .marker").first.click()
    mark = guest.chat.locator("mark")
    expect(mark).to_have_text(
        "The lighthouse keeper of Nyholm feeds 🐧 seventeen penguins 企鹅 every mo\u0308rning 🌅.".replace(
            "o\u0308", "ö"
        )
    )
    with guest.page.context.expect_page() as opened:
        guest.chat.get_by_role("link", name="Read in the article").click()
    expect(opened.value.locator("mark")).to_have_text(mark.inner_text())


def test_widget_nothing_of_a_hostile_article_or_question_runs_or_is_fetched(
    visit: Visit, keyed: Keyed, host: Host
) -> None:
    guest = visit(policy="")
    page = guest.page
    guest.open()
    guest.ask("Who painted the zebra crossing in Quellstadt?")
    guest.chat.locator(".log .source").first.click()
    expect(guest.chat.get_by_role("complementary")).to_contain_text("onerror")
    expect(guest.chat.get_by_role("link")).to_have_count(1)  # to our own page; a javascript: address is no link
    guest.chat.get_by_role("button", name="Back to the answer").click()
    guest.ask("<img src=x onerror='window.attacked=1'> {{7*7}} ${7*7} zebra?")
    page.evaluate(
        'sessionStorage.setItem(Object.keys(sessionStorage)[0], \'{"turns": [null, {"question": 1}], "open": 1}\')'
    )
    page.reload()
    expect(guest.chat.locator(".log .turn")).to_have_count(0)

    assert page.evaluate("window.attacked") is None
    allowed = (host.url, keyed.url)
    assert [url for url in guest.requests if not url.startswith(allowed)] == []
    assert guest.complaints == []


def test_widget_a_rating_is_kept_with_the_answer(visit: Visit, keyed: Keyed) -> None:
    guest = visit()
    guest.open()
    guest.ask()
    guest.chat.get_by_role("button", name="Not helpful").click()

    expect(guest.chat.get_by_role("status")).to_have_text("Thank you.")
    expect(guest.chat.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    with open_service_store(DataFolder(keyed.settings.data)) as records:
        kept = records.feedback.all()
    assert (kept[-1].rating, kept[-1].question) == ("down", SEMICONDUCTORS)


def test_widget_an_answer_is_copied_with_its_numbers_and_sources(visit: Visit) -> None:
    guest = visit()
    guest.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    guest.open()
    guest.ask()
    guest.chat.get_by_role("button", name="Copy with sources").click()
    expect(guest.chat.get_by_role("status")).to_have_text("Copied.")

    text = guest.page.evaluate("navigator.clipboard.readText()")
    answer, sources = text.split("\n\n")
    assert re.search(r"\. \[1\]", answer)
    assert re.match(r"\[1\] .+, Sample .+, https://example\.org/", sources)


def test_widget_questions_asked_at_once_are_answered_one_after_another(visit: Visit) -> None:
    guest = visit()
    question = "What do articles say about monopolies?"

    answers = guest.page.evaluate(
        "questions => Promise.all(questions.map((question) => AssistantChat.ask(question)))", [SEMICONDUCTORS, question]
    )

    assert [answer["question"] for answer in answers] == [SEMICONDUCTORS, question]
    expect(guest.chat.locator(".log .turn")).to_have_count(2)
    expect(guest.chat.get_by_role("button", name="Stop")).to_have_count(0)


def test_widget_while_an_answer_comes_no_word_stands_twice_however_many_citations_a_sentence_has(
    visit: Visit, host: Host, relayed: bytes, keyed: Keyed
) -> None:
    events = relayed.split(b"\n\n")
    body = native(keyed, host).json()
    cited = body["citations"][0]
    text = "Sales, Q3 2024: 29.8 and, Q2 2024: 25.0."
    spans = [{"start": 16, "end": 20}, {"start": 35, "end": 39}, {"start": 16, "end": 20}]
    citations = [{"citation": {**cited, "id": f"c{number}", "answer_span": span}} for number, span in enumerate(spans)]
    told = [f"event: text.delta\ndata: {json.dumps({'delta': text})}"]
    told += [f"event: citation\ndata: {json.dumps(citation)}" for citation in citations]
    host.relayed = [b"\n\n".join([*events[:2], *(event.encode() for event in told), b""])]
    host.stays_open = True
    host.pages["/widget/later.js"] = (later_part().body.decode(), "")
    guest = visit(attributes=f'data-endpoint="{host.url}"', policy="")
    guest.open()
    guest.chat.get_by_role("textbox").fill(SEMICONDUCTORS)
    guest.page.keyboard.press("Enter")

    running = guest.chat.locator(".running .answer")
    expect(running.locator(".marker")).to_have_count(2)  # of the three citations two are of one piece
    words = running.evaluate(
        "one => { for (const marker of one.querySelectorAll('.marker')) marker.remove(); return one.textContent; }"
    )
    assert words == text


def test_widget_what_is_ours_in_an_answer_is_set_apart_to_the_letter(visit: Visit, keyed: Keyed, host: Host) -> None:
    body = native(keyed, host).json()
    text = "🚢 Sales, Q3 2024: 29.8 (Quell) million."
    body["answer"] |= {"text": text, "short": "29.8"}
    added = [{"start": 0, "end": 18}, {"start": 22, "end": 30}]
    body["answer"]["sentences"] = [
        {"start": 0, "end": len(text), "support": "verbatim", "citations": ["c1"], "added": added}
    ]
    guest = visit()
    answering(guest.page, body)
    guest.open()
    guest.ask()
    sentence = guest.chat.locator(".log .sentence")
    assert sentence.locator(".added").all_text_contents() == [text[0:18], text[22:30]]
    expect(sentence.locator("strong")).to_have_text("29.8")
    assert (sentence.text_content() or "").startswith(text)


def test_widget_sections_are_items_dated_lines_and_columns_with_the_names_of_parties(
    visit: Visit, keyed: Keyed, host: Host
) -> None:
    guest = visit()
    body = native(keyed, host).json()
    numbers = range(len(body["answer"]["sentences"]))

    def ask_with(kind: str, labels: list[str]) -> Locator:
        body["answer"]["sections"] = [
            {"kind": kind, "label": labels[number % len(labels)], "party": None, "date": None, "sentences": [number]}
            for number in numbers
        ]
        answering(guest.page, body)
        guest.ask()
        return guest.chat.locator(".turn").last.locator(".answer")

    guest.open()
    assert len(numbers) > 1

    items = ask_with("item", [""]).locator("ul > li")
    expect(items).to_have_count(len(numbers))
    dated = ask_with("dated", ["5 May 2024", "<b>6 May</b>"]).locator("ul > li .label")
    expect(dated.nth(1)).to_have_text("<b>6 May</b>")
    parties = ask_with("party", ["China", "the US"]).locator(".party > div")
    expect(parties).to_have_count(len(numbers))
    expect(parties.first.locator(".label")).to_have_text("China")
    expect(parties.first.locator(".marker").first).to_be_visible()


CHINESE = (
    "研究人员周三表示，这种新材料在低温下可以反复弯折而不断裂，并且成本只有现有材料的三分之一，预计明年开始试生产。" * 3
)
ARABIC = (
    "قال الباحثون يوم الأربعاء إن المادة الجديدة (X-12) أرخص من المواد المستخدمة حاليا، "
    "وإن الإنتاج التجريبي سيبدأ العام المقبل."
)


def quoting(body: dict[str, Any], quote: str, tag: str) -> dict[str, Any]:
    """An answer of one quote from an article in another language."""
    citation = next(one for one in body["citations"] if one["number"] == 1)
    source = next(one for one in body["sources"] if one["id"] == citation["source_id"])
    span = {"start": 0, "end": len(quote)}
    citation |= {"quote": quote, "answer_span": span, "source_span": span, "context": []}
    source |= {"language": tag, "title": quote[:20], "copies": []}
    source["passage"] |= {"start": 0, "end": len(quote), "text": quote}
    sentence = {**span, "support": "verbatim", "citations": [citation["id"]], "added": []}
    section = {"kind": "plain", "label": "", "party": None, "date": None, "sentences": [0]}
    body["answer"] |= {"text": quote, "short": None, "sentences": [sentence], "sections": [section]}
    return body | {"citations": [citation], "sources": [source], "conflicts": [], "unanswered": []}


@pytest.mark.parametrize(
    ("tag", "quote", "direction", "tied"), [("zh", CHINESE, "ltr", "产。1"), ("ar", ARABIC, "rtl", "المقبل.1")]
)
def test_widget_a_quote_is_marked_with_its_language_and_laid_out_for_it(
    visit: Visit, keyed: Keyed, host: Host, tag: str, quote: str, direction: str, tied: str
) -> None:
    guest = visit()
    guest.page.set_viewport_size({"width": 400, "height": 700})
    answering(guest.page, quoting(native(keyed, host).json(), quote, tag))
    guest.open()
    guest.ask(quote)

    sentence = guest.chat.locator(".answer .sentence")
    expect(sentence).to_have_attribute("lang", tag)
    expect(sentence.locator(".tied")).to_have_text(tied)
    expect(guest.chat.locator(".sources .name")).to_have_attribute("lang", tag)
    paragraph = guest.chat.locator(".answer p")
    for shown in (paragraph, guest.chat.locator(".question")):
        assert shown.evaluate("one => getComputedStyle(one).direction") == direction
    assert paragraph.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert sentence.evaluate("one => new Set([...one.getClientRects()].map((rect) => rect.top)).size") > 2
    assert guest.complaints == []


def test_widget_speaks_chinese_on_a_chinese_page(visit: Visit) -> None:
    guest = visit(attributes='data-lang="zh-CN"')
    guest.chat.get_by_role("button", name="提问").click()

    expect(guest.chat.get_by_role("textbox", name="您的问题")).to_be_visible()
    expect(guest.chat.locator(".root")).to_have_attribute("lang", "zh")
    assert guest.chat.locator(".root").evaluate("one => getComputedStyle(one).lineBreak") == "strict"
    assert guest.complaints == []
