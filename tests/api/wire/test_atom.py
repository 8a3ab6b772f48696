from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from api.wire.atom import Entry, atom_feed

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = '</title><script>alert(1)</script> & "]]> <![CDATA[ \x00\x1b[31m \u202e \ud800 \ufffe'


def read(title: str, text: str, link: str = "https://example.org/?a=1&b=2") -> ElementTree.Element:
    entry = Entry("urn:watch:1:change-1", title, NOW, text, [link])
    return ElementTree.fromstring(atom_feed("urn:watch:1", title, "https://example.org/feed", NOW, [entry]))


def test_atom_feed_has_what_the_standard_asks_for() -> None:
    feed = read("When?", "On Monday.")
    assert [feed.findtext(ATOM + name) for name in ("id", "title", "updated")] == [
        "urn:watch:1",
        "When?",
        "2026-03-02T10:00:00+00:00",
    ]
    (entry,) = feed.findall(ATOM + "entry")
    assert [entry.findtext(ATOM + name) for name in ("id", "content")] == ["urn:watch:1:change-1", "On Monday."]
    links = [link.attrib for one in (feed, entry) for link in one.findall(ATOM + "link")]
    assert links == [
        {"rel": "self", "href": "https://example.org/feed"},
        {"rel": "related", "href": "https://example.org/?a=1&b=2"},
    ]
    assert feed.findtext(f"{ATOM}author/{ATOM}name")


def test_atom_feed_shows_text_from_outside_as_text() -> None:
    feed = read(HOSTILE, HOSTILE)
    known = {"feed", "entry", "id", "title", "updated", "link", "content", "author", "name"}
    assert {element.tag.removeprefix(ATOM) for element in feed.iter()} == known
    content = feed.find(f"{ATOM}entry/{ATOM}content")
    assert content is not None
    assert content.attrib == {"type": "text"}
    assert content.text is not None
    assert "<script>alert(1)</script>" in content.text
    assert not set("\x00\x1b\u202e") & set(content.text)


@given(st.text(), st.text())
def test_atom_feed_can_be_read_whatever_is_in_it(title: str, text: str) -> None:
    assert len(read(title, text).findall(ATOM + "entry")) == 1
