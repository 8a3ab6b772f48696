from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, article_id, content_hash
from corpus.readers.text_blocks import structure_of_text
from corpus.text.canonical import canonical_text
from index.passage_text import embedded_text, passage_text

TABLE = "# Medals\n\n## Games of 2024\n\n|Isle|Gold|Silver|\n|-|-|-|\n|Arholm|9|4|\n|Corvo|3||\n"


def article(text: str, markup: str | None = "markdown") -> Article:
    found = structure_of_text(canonical_text(text), markup)
    return Article(article_id(text), "x", "x", "Title", found.text, content_hash(found.text), blocks=found.blocks)


def test_passage_text_rows_are_read_with_their_heads() -> None:
    made = article(TABLE)
    start = made.text.index("Isle")
    read = passage_text(made, start, len(made.text))
    assert read.heading == "Medals > Games of 2024"
    assert read.text.split("\n\n") == ["Isle\tGold\tSilver", "Arholm: Gold 9, Silver 4", "Corvo: Gold 3"]


def test_passage_text_says_where_what_it_shows_stands() -> None:
    made = article(TABLE)
    read = passage_text(made, 0, len(made.text))
    for sought in ("9", "4", "Corvo"):
        place = read.text.index(sought)
        start, end = read.source_of(place, place + len(sought))  # type: ignore[misc]
        assert made.text[start:end] == sought
    between = read.text.index(": Gold")
    assert read.source_of(between, between + 1) is None


def test_passage_text_leaves_furniture_out() -> None:
    made = article("One.\n\nSubscribe now.\n\nTwo.")
    assert passage_text(made, 0, len(made.text)).text == "One.\nTwo."


def test_passage_text_is_embedded_with_title_headings_questions_and_lead_ins() -> None:
    made = article("# Medals\n\nThey won:\n\n- gold\n\n## Why?\n\nSo.")
    embedded = embedded_text(made, made.text.index("They"), len(made.text))
    assert embedded.whole.startswith("Title\nMedals\nThey won:")
    assert embedded.units == ("They won:", "They won: gold", "Why?", "Why? So.")


def test_passage_text_of_an_article_without_blocks_is_its_text() -> None:
    made = Article("a", "x", "x", "T", "One. Two.", "hash")
    read = passage_text(made, 0, 9)
    assert (read.heading, read.text, len(read.units)) == ("", "One. Two.", 2)
    assert read.source_of(5, 9) == (5, 9)


@given(st.text(st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("\n\n|-#*:ab1")), max_size=150))
def test_passage_text_runs_are_the_articles_own_letters(text: str) -> None:
    made = article(f"|A|B|\n|-|-|\n|x|1|\n\n{text}", None)
    read = passage_text(made, 0, len(made.text))
    for run in read.runs:
        assert made.text[run.source : run.source + run.length] == read.text[run.start : run.start + run.length]
    for one in read.units:
        assert 0 <= one.start < one.end <= len(read.text)
