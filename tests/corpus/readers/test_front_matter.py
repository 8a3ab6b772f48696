from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.front_matter import BrokenFrontMatter, split_front_matter


@pytest.mark.parametrize(
    ("text", "fields", "body"),
    [
        ("---\ntitle: A\n---\nWords.", {"title": "A"}, "Words."),
        ("---\ntitle: A: b\ntags:\n  - x\n---\nWords.", {"title": "A: b"}, "Words."),
        ("---\nauthor:\n- A: one\n- '@two'\n---\nWords.", {"author": "@two"}, "Words."),
        ("---\ntitle: @home today\nauthor: \"Bo\"\n---\nWords.", {"title": "@home today", "author": "Bo"}, "Words."),
        ("---\ntitle: 'It's late\n---\nWords.", {"title": "'It's late"}, "Words."),
        ("+++\ntitle = 'A'\ndate = 2025-03-04\n+++\nWords.", {"title": "A", "published": "2025-03-04"}, "Words."),
        ('{"title": "A", "date": "2025-03-04"}\n\nWords.', {"title": "A", "published": "2025-03-04"}, "Words."),
        ("{curly} words.", {}, "{curly} words."),
        ("---\n\nWords.\n\n---", {}, "---\n\nWords.\n\n---"),
        ("Words.\n---\nMore.", {}, "Words.\n---\nMore."),
    ],
)  # fmt: skip
def test_front_matter_is_split_from_the_text(text: str, fields: dict[str, str], body: str) -> None:
    front = split_front_matter(text)
    assert (front.body, dict(front.fields)) == (body, fields)


@pytest.mark.parametrize(
    ("text", "is_draft"),
    [
        ("---\ndraft: true\n---\nWords.", True),
        ("---\ndraft: false\n---\nWords.", False),
        ("+++\ndraft = true\n+++\nWords.", True),
        ('{"draft": true}\nWords.', True),
        ("---\ntitle: A: b\ndraft: true\n---\nWords.", True),
        ("---\ntitle: draft\n---\nWords.", False),
    ],
)
def test_front_matter_tells_drafts(text: str, is_draft: bool) -> None:
    assert split_front_matter(text).is_draft is is_draft


def test_front_matter_that_was_mended_is_said_with_its_line() -> None:
    (doubt,) = split_front_matter("---\nauthor: Bo\ntitle: A: b\n---\nWords.").doubts
    assert "line 3" in doubt
    assert split_front_matter("---\nauthor: Bo\n---\nWords.").doubts == ()


@given(st.text(st.sampled_from("-+{}\n:[]'\"ab=# ,@&*1\t"), max_size=60), st.sampled_from(["---\n", "+++\n", "{", ""]))
def test_front_matter_of_anything_is_read_or_refused_in_words(text: str, opening: str) -> None:
    try:
        front = split_front_matter(opening + text)
    except BrokenFrontMatter:
        return
    assert front.body in opening + text
    assert all(isinstance(value, str) for value in front.fields.values())
