from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.ingestion.visits import Tally
from corpus.article import Action, Outcome, SourceWarning
from corpus.errors import NotFetched, UnreadableSource
from corpus.source import MOST_PROBLEMS_KEPT, Source, Visit
from corpus.web.options import SourceOptions
from corpus.web.visit import Found, LeftOut, RemovedPage, SamePage

NOW = datetime(2025, 7, 28, 10, 0, tzinfo=UTC)
FEED = "https://example.org/feed"
HOUR = timedelta(hours=1)


def source(failures: int | None = None) -> Source:
    last = None if failures is None else Visit(NOW, NOW, "", failures)
    return Source("src-1", FEED, NOW, NOW, every_seconds=3600, last=last)


def visit(tally: Tally, of: Source | None = None) -> Visit:
    return tally.visit(of or source(), SourceOptions(), NOW)


def outcome(action: Action, reason: str | None = None) -> Outcome:
    return Outcome("a-1", "https://example.org/a", action, reason=reason)


def test_tally_counts_what_became_of_each_page_and_names_what_was_not_taken() -> None:
    tally = Tally()
    tally.note(Found("feed", "Fer\x1bries", 7))
    tally.note(SamePage("https://example.org/same"))
    tally.note(RemovedPage("https://example.org/removed"))
    tally.note(NotFetched("https://example.org/gone", "it is not there (404).", is_gone=True))
    tally.note(NotFetched("https://example.org/broken", "its server failed (500)."))
    tally.note(SourceWarning(FEED, "it lists 2 pages of other hosts, which are left out."))
    tally.note(LeftOut(3, "at most 5 pages are fetched in one visit."))
    tally.note_outcome("https://example.org/a", outcome(Action.CREATED))
    tally.note_outcome("https://example.org/b", outcome(Action.CONFLICT, "Held elsewhere."))
    tally.note_unreadable(UnreadableSource("https://example.org/c", "it holds no article text."))

    told = visit(tally)

    assert told.outcome == (
        "1 created, 1 unchanged, 1 conflict, 1 rejected, 1 gone, 1 failed, 1 removed here before, "
        "3 left for the next visit."
    )
    assert [problem.url.rpartition("/")[2] for problem in told.problems] == ["gone", "broken", "feed", "b", "c"]
    assert all(problem.reason[0].isupper() for problem in told.problems)
    assert (told.kind, told.title, told.failures) == ("feed", "Ferries", 0)
    assert tally.gone == ["https://example.org/gone"]
    assert 0.9 * HOUR <= told.next_visit - NOW <= 1.1 * HOUR


def test_tally_keeps_so_many_problems_and_no_more() -> None:
    tally = Tally()
    for number in range(100):
        tally.note(NotFetched(f"https://example.org/{number}" + "x" * 5_000, "it is not there (404)."))
    told = visit(tally)
    assert len(told.problems) == MOST_PROBLEMS_KEPT
    assert all(len(problem.url) <= 300 for problem in told.problems)


@pytest.mark.parametrize(
    ("host", "hours"), [("example.org", 48.0), ("elsewhere.example", 1.0)], ids=["its own host", "another host"]
)
def test_tally_waits_as_long_as_the_host_of_the_source_asks(host: str, hours: float) -> None:
    tally = Tally()
    tally.note(SamePage("https://example.org/same"))
    tally.note(NotFetched(f"https://{host}/a", "too many requests.", retry_seconds=48 * 3600))
    assert 0.9 * hours <= (visit(tally).next_visit - NOW) / HOUR <= 1.1 * hours


@pytest.mark.parametrize(("before", "after"), [(None, 1), (0, 1), (4, 5)])
def test_tally_a_visit_in_vain_counts_on_and_one_that_brings_anything_begins_anew(
    before: int | None, after: int
) -> None:
    in_vain, some = Tally(), Tally()
    for tally in (in_vain, some):
        tally.note(NotFetched("https://example.org/a", "its server failed (500)."))
    some.note(SamePage("https://example.org/b"))
    refused = Tally()
    refused.fail(NotFetched(FEED, "its server cannot be reached."))
    assert [visit(tally, source(before)).failures for tally in (in_vain, refused, some)] == [after, after, 0]
    assert visit(refused).outcome == "Its server cannot be reached."


def test_tally_of_a_list_without_pages_says_so() -> None:
    tally = Tally()
    tally.note(Found("feed", None, 0))
    assert (visit(tally).outcome, visit(tally).failures) == ("It lists no pages.", 0)
