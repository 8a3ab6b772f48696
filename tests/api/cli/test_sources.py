from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.api.cli.conftest import Command
from tests.corpus.web.site import LOOPBACK, Reply, Site, entry, feed, page, serving


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A feed of two pages, which commands may fetch without waiting."""
    monkeypatch.setenv("ASSISTANT_SOURCES__ALLOWED_HOSTS", LOOPBACK)
    monkeypatch.setenv("ASSISTANT_SOURCES__DELAY_SECONDS", "0")
    routes = {"/feed": feed(entry("/a"), entry("/b")), "/a": page("Ferry Halcyon"), "/b": page("Crane Goliath")}
    with serving(routes) as site:
        yield site


def test_ingest_of_addresses_takes_in_pages_and_what_feeds_list(assistant: Command, site: Site) -> None:
    done = assistant("ingest", site.url("/feed"), site.url("/b"))
    assert done.code == 0
    assert done.out.splitlines() == [
        f"created {site.url('/a')}",
        f"created {site.url('/b')}",
        "2 created, 1 unchanged.",
    ]
    assert "Halcyon" in assistant("search", "Where does the ferry sail?").out


def test_ingest_takes_files_and_addresses_together(assistant: Command, site: Site, tmp_path) -> None:
    (tmp_path / "note.txt").write_text("The harbour is closed on Mondays.")
    done = assistant("ingest", tmp_path / "note.txt", site.url("/a"))
    assert done.out.splitlines()[-1] == "2 created."


def test_ingest_says_of_each_page_why_it_cannot_be_had_and_the_rest_goes_on(assistant: Command, site: Site) -> None:
    del site.routes["/a"]
    done = assistant("ingest", site.url("/feed"), site.url("/missing"))
    assert done.code == 1
    assert f"{site.url('/a')}: it is not there (404)." in done.err
    assert done.out.splitlines()[-1] == "1 created, 2 could not be read."


@pytest.mark.parametrize(
    "address", ["http://user:secret@example.org/", "http://0x7f.1/", "https://", "http://exa mple.org/", "HTTP://["]
)
def test_ingest_of_a_wrong_address_does_nothing(assistant: Command, site: Site, address: str) -> None:
    for command in (("ingest", site.url("/a"), address), ("sources", "add", address)):
        done = assistant(*command)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert site.requests == []


def test_ingest_fetches_nothing_from_this_machine_unless_it_is_allowed(
    assistant: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTANT_SOURCES__ALLOWED_HOSTS")
    done = assistant("ingest", site.url("/a"), "http://localhost/", f"http://{LOOPBACK}/")
    assert done.code == 1
    assert done.err.count("not public") == 2
    assert "ports 80 and 443" in done.err
    assert site.requests == []


def test_ingest_with_sync_removes_pages_that_are_gone_and_without_it_says_so_only(
    assistant: Command, site: Site
) -> None:
    assistant("ingest", site.url("/a"))
    del site.routes["/a"]
    without = assistant("ingest", site.url("/a"))
    assert (without.code, without.out.splitlines()[-1]) == (1, "1 could not be read.")
    assert len(assistant("articles", "list").out.splitlines()) == 1
    assert assistant("ingest", "--sync", site.url("/a")).out.splitlines()[-1] == "1 removed, 1 could not be read."
    assert assistant("articles", "list").out == ""


def test_ingest_a_page_whose_address_a_file_holds_is_a_conflict(assistant: Command, site: Site, tmp_path) -> None:
    (tmp_path / "a.md").write_text(f"---\nurl: {site.url('/a')}\ntitle: Mine\n---\nWhat I know of the ferry.\n")
    assistant("ingest", tmp_path / "a.md")
    done = assistant("ingest", site.url("/a"))
    assert done.code == 1
    assert done.out.splitlines()[-1] == "1 conflict."
    assert "Mine" in assistant("articles", "list").out
    site.routes["/a"] = Reply(status=404)
    assistant("ingest", "--sync", site.url("/a"))
    assert "Mine" in assistant("articles", "list").out, "what came from a file is not removed for a page that is gone"


def test_sources_are_added_refreshed_listed_and_removed(assistant: Command, site: Site) -> None:
    added = assistant("sources", "add", site.url("/feed"), "--every", "2", "--json")
    source = json.loads(added.out)
    assert (source["state"], source["url"], source["refresh_hours"]) == ("waiting", site.url("/feed"), 2)

    first = assistant("sources", "refresh")
    assert (first.code, first.out.splitlines()[-1]) == (0, "2 created.")
    site.requests.clear()
    assert assistant("sources", "refresh", source["id"]).out.splitlines()[-1] == "2 unchanged."

    [listed] = json.loads(assistant("sources", "list", "--json").out)["data"]
    assert (listed["state"], listed["kind"], listed["title"]) == ("done", "feed", "Ferries")
    assert (listed["articles"], listed["outcome"], listed["problems"]) == (2, "2 unchanged.", [])
    shown = assistant("sources", "list").out.splitlines()
    assert shown[0] == f"{source['id']}  feed  {site.url('/feed')}  Ferries"
    assert shown[1].startswith("  2 articles  last visit 20")

    assert assistant("sources", "remove", source["id"]).out == "1 removed.\n"
    assert assistant("sources", "list").err == "There are no sources; `assistant sources add URL` adds one.\n"
    assert len(assistant("articles", "list").out.splitlines()) == 2


def test_sources_that_cannot_be_had_are_told_and_wait_longer_each_time(assistant: Command, site: Site) -> None:
    site.routes["/feed"] = Reply(status=500)
    assistant("sources", "add", site.url("/feed"))
    waits = []
    for _ in range(3):
        assert assistant("sources", "refresh").code == 1
        [source] = json.loads(assistant("sources", "list", "--json").out)["data"]
        waits.append((source["failures"], source["state"], source["outcome"]))
    assert waits == [(n, "failing", "Its server failed (500).") for n in (1, 2, 3)]


def test_sources_pages_that_are_gone_are_reported_and_removed_only_with_sync(assistant: Command, site: Site) -> None:
    assistant("sources", "add", site.url("/feed"))
    assistant("sources", "refresh")
    site.routes["/a"] = Reply(status=410)
    site.routes["/feed"] = feed(entry("/b"), entry("/a"))
    without = assistant("sources", "refresh")
    assert f"{site.url('/a')}: it was taken away (410)." in without.err
    assert len(assistant("articles", "list").out.splitlines()) == 2
    assert "1 removed" in assistant("sources", "refresh", "--sync").out
    assert len(assistant("articles", "list").out.splitlines()) == 1


def test_sources_an_article_that_was_removed_comes_back_only_when_it_is_asked_for(
    assistant: Command, site: Site
) -> None:
    assistant("sources", "add", site.url("/feed"))
    assistant("sources", "refresh")
    first = assistant("articles", "list").out.split()[0]
    assistant("articles", "remove", first)
    site.routes["/a"], site.routes["/b"] = page("Ferry Petrel"), page("Crane Samson")
    assistant("sources", "refresh")
    assert len(assistant("articles", "list").out.splitlines()) == 1
    assert "1 removed here before" in assistant("sources", "list").out
    assistant("ingest", site.url("/feed"))
    assert len(assistant("articles", "list").out.splitlines()) == 2
    assert "2 unchanged" in assistant("sources", "refresh").out


@pytest.mark.parametrize("command", [("refresh",), ("remove",)])
def test_sources_an_unknown_id_is_told_in_one_sentence(assistant: Command, command: tuple[str, ...]) -> None:
    done = assistant("sources", *command, "src-none")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_sources_nothing_that_a_page_says_steers_the_terminal(assistant: Command, site: Site) -> None:
    rude = "\x1b]0;owned\x07\x1b[2J\u202e"
    site.routes["/feed"] = Reply(
        f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Fer{rude}ries", "items": '
        f'[{{"url": "/a{rude}"}}, {{"url": "/b", "title": "x"}}]}}'.replace("\x1b", "\\u001b")
        .replace("\x07", "\\u0007")
        .encode(),
        type="application/feed+json",
    )
    site.routes["/b"] = page(f"Crane{rude} Goliath", f'<meta name="author" content="{rude}">{" " * 2000}')
    outs = [
        assistant("sources", "add", site.url("/feed")),
        assistant("sources", "refresh"),
        assistant("sources", "list"),
    ]
    for done in outs:
        assert not {"\x1b", "\x07", "\u202e"} & set(done.out + done.err)
    assert "1 created" in outs[1].out
