from __future__ import annotations

import pytest

from corpus.article import Article, article_id, content_hash
from corpus.block import BlockKind
from corpus.readers.text_blocks import structure_of_text
from corpus.units import Role, Unit, page_of, units_of, units_within


def article(text: str, markup: str = "markdown") -> Article:
    found = structure_of_text(text, markup)
    return Article(article_id(text), "x", "x", "Title", found.text, content_hash(found.text), blocks=found.blocks)


def unit(of: Article, text: str) -> Unit:
    return next(one for one in units_of(of) if of.text[one.start : one.end] == text)


def context(of: Article, text: str) -> list[tuple[str, str]]:
    return [(part.role.value, of.text[part.start : part.end]) for part in unit(of, text).context]


def test_units_cover_every_letter_once_and_in_order() -> None:
    made = article("# Head\n\nOne. Two.\n\n- a\n- b\n\n|A|B|\n|-|-|\n|x|1|\n\n```\ncode. More.\n```\n\nSubscribe now.")
    texts = [made.text[one.start : one.end] for one in units_of(made)]
    assert texts == ["Head", "One.", "Two.", "a", "b", "A\tB", "x\t1", "code. More.", "Subscribe now."]


def test_units_of_a_text_without_blocks_are_its_sentences() -> None:
    made = Article("a", "x", "x", "T", "One. Two?\n\nThree.", "hash")
    assert [(made.text[one.start : one.end], one.asks) for one in units_of(made)] == [
        ("One.", False),
        ("Two?", True),
        ("Three.", False),
    ]


@pytest.mark.parametrize(
    ("text", "sought", "expected"),
    [
        ("# A\n\n## B\n\n### C\n\n## D\n\nHere.", "Here.", [("heading", "A"), ("heading", "D")]),
        ("# A\n\n## Why?\n\nSo.", "So.", [("heading", "A"), ("question", "Why?")]),
        ("They are:\n\n- a\n- b", "b", [("lead_in", "They are:")]),
        ("They are.\n\n- a\n- b", "b", []),
        ("It has two wishes.\n\nFirst, a.\n\nSecond, b.", "Second, b.", [("lead_in", "It has two wishes.")]),
        ("It was late.\n\nFirst, a.\n\nSecond, b.", "Second, b.", []),
        ("They are:\n\n- a\n\nNo more.", "No more.", []),
        ("- fruit\n    - plum\n- nuts\n    - hazel", "hazel", [("lead_in", "nuts")]),
        ("All:\n\n- fruit:\n    - plum", "plum", [("lead_in", "All:"), ("lead_in", "fruit:")]),
        ("- It rained.\n    - plum", "plum", []),
        ("All:\n\n- fruit:\n    - plum\n- nuts", "nuts", [("lead_in", "All:")]),
        ("**Q:** Why?\n\n**A:** So.\n\n**Q:** When?", "A: So.", [("question", "Q: Why?"), ("speaker", "A")]),
    ],
)
def test_units_know_what_stands_above_them(text: str, sought: str, expected: list[tuple[str, str]]) -> None:
    assert context(article(text), sought) == expected


def test_units_rows_are_led_in_by_the_caption_of_their_table() -> None:
    html = "<table><caption>In tonnes</caption><tr><th>A<th>B<tr><td>x<td>1</table><p>After."
    made = article(html, "html")
    assert context(made, "x\t1") == [("lead_in", "In tonnes")]
    assert context(made, "After.") == []


def test_units_cells_know_their_heads() -> None:
    made = article("|Isle|Gold|\n|-|-|\n|Arholm|9|")
    row = unit(made, "Arholm\t9")
    parts = row.context_of(made.text.index("9"))
    assert [(part.role, made.text[part.start : part.end]) for part in parts] == [
        (Role.ROW, "Arholm"),
        (Role.COLUMN, "Gold"),
    ]
    assert row.context_of(row.start) == ()


def test_units_of_a_post_know_its_time() -> None:
    post = "<article><time datetime=2025-01-01T{0}>{0}</time><p>It is {0}.</article>"
    made = article(f"<div>{post.format('10:00')}{post.format('09:00')}</div>", "html")
    assert context(made, "It is 09:00.") == [("time", "09:00")]


@pytest.mark.parametrize(
    ("text", "sought", "may_be_quoted"),
    [
        ("It rained. Why?", "It rained.", True),
        ("It rained. Why?", "Why?", False),
        ("# Head\n\nText.", "Head", False),
        ("|A|B|\n|-|-|\n|x|1|", "A\tB", False),
        ("|A|B|\n|-|-|\n|x|1|", "x\t1", True),
        ("Text. Subscribe to our letter.", "Subscribe to our letter.", False),
        ("Correction: it was May.", "Correction: it was May.", True),
    ],
)
def test_units_tell_what_may_be_quoted(text: str, sought: str, may_be_quoted: bool) -> None:
    assert unit(article(text), sought).may_be_quoted is may_be_quoted


def test_units_within_a_stretch_are_cut_where_it_ends() -> None:
    made = article("One is here. Two is there.")
    found = [made.text[one.start : one.end] for one in units_within(made, 4, 19)]
    assert found == ["is here.", "Two is"]


def test_units_a_page_is_that_of_the_block() -> None:
    made = article("One.\n\nTwo.")
    assert page_of(made, 2) is None
    assert made.blocks[0].kind is BlockKind.PARAGRAPH
