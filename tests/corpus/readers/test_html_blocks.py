from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.html_blocks import structure_of_html
from tests.corpus.readers.shapes import assert_well_formed, heads, shape


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>2&times;10<sup>3</sup> W</p>", "2×10³ W"),
        ("<p>10<sup>&minus;3</sup> and x<sup>ab</sup></p>", "10^(−3) and x^ab"),
        ("<p>CO<sub>2</sub>, H<sub>max</sub></p>", "CO₂, H_max"),
        ("<p>3<sup>1</sup>/<sub>2</sub> kilos</p>", "3 1/2 kilos"),
        ("<p><sup>3</sup>&frasl;<sub>4</sub> of it</p>", "3/4 of it"),
        ("<p>the 12<sup>th</sup> of May</p>", "the 12th of May"),
        ('<p>It rained.<sup><a href="#n1">[12]</a></sup></p>', "It rained."),
        ('<p>x<sup><a href="/powers">2</a></sup></p>', "x²"),
        ("<p>It costs <del>4</del> <s>5</s> <strike>6</strike> 7.</p>", "It costs 7."),
        ("<p>a&shy;b<!-- no --> c<script>d</script><template>e</template><noscript>f</noscript></p>", "ab c"),
        ('<p>a<span hidden>b</span><span style="Display : none">c</span></p>', "a"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<p>one<br><br>two</p>", "one\n\ntwo"),
        ("<p>soft\n   break</p>", "soft break"),
        ("<p>She said <q>no</q> and <q>“yes”</q>.</p>", "She said “no” and “yes”."),
        ("<p>a<nav>Home</nav>b</p>", "a\n\nb"),
        ("<p>R<ruby>x<rt>y</rt></ruby></p>", "Rx"),
        ("<?xml version='1.0'?><p>a</p>", "a"),
        ("", ""),
        ("<!-- nothing -->", ""),
    ],
)
def test_html_blocks_text_is_what_a_browser_shows(html: str, text: str) -> None:
    assert structure_of_html(html).text == text


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<h2>Head</h2>text<p>more", [("heading", "Head"), ("paragraph", "text"), ("paragraph", "more")]),
        ("<blockquote><p>a<p>b</blockquote>", [("quotation", "a"), ("quotation", "b")]),
        ("<pre>  a\n\n b </pre>", [("code", "  a\n\n b")]),
        ("<figure><img><figcaption>c</figcaption></figure>", [("caption", "c")]),
        ("<details><summary>Why?</summary>So.</details>", [("heading", "Why?"), ("paragraph", "So.")]),
        ("<h3><button>Why?</button></h3><p>So.", [("heading", "Why?"), ("paragraph", "So.")]),
        ("<button>May I?</button><p>Yes.", [("heading", "May I?"), ("paragraph", "Yes.")]),
        ("<button>Accept all</button><p>Yes.", [("paragraph", "Yes.")]),
        ("<dl><dt>Draught<dd>2 m</dl>", [("row", "Draught\t2 m")]),
        ("<dl><div><dt>Draught</dt><dd><p>2 m</p></dd></div></dl>", [("row", "Draught\t2 m")]),
        ("<dl><dt>Why?<dd>So.</dl>", [("heading", "Why?"), ("paragraph", "So.")]),
        ("<dl><dt>T<dd><p>a</p><p>b</p></dl>", [("heading", "T"), ("paragraph", "a"), ("paragraph", "b")]),
        ("<dl><dt>T<dd><dl><dt>A<dd>b</dl></dl>", [("heading", "T"), ("row", "A\tb")]),
        ("<table><tr><td>one<td><p>long</table>", [("paragraph", "one"), ("paragraph", "long")]),
        ("<p>Key: a<br>Other: b<br>Third: c", [("row", "Key: a"), ("row", "Other: b"), ("row", "Third: c")]),
    ],
)
def test_html_blocks_are_told_by_elements(html: str, blocks: list[tuple[str, str]]) -> None:
    assert shape(structure_of_html(html)) == blocks


def test_html_blocks_items_know_their_depth_and_number() -> None:
    html = "<ol start=3><li>a<ul><li>b</ul><li value=9><p>c<p>d</ol><p>e"
    blocks = structure_of_html(html).blocks
    assert [(block.kind.value, block.level, block.ordinal) for block in blocks] == [
        ("item", 1, 3),
        ("item", 2, None),
        ("item", 1, 9),
        ("paragraph", 1, None),
        ("paragraph", 0, None),
    ]


def test_html_blocks_a_post_beside_others_has_its_time() -> None:
    post = '<article><time datetime="{0}">now</time><p>{0} said</p></article>'
    blocks = structure_of_html(f"<div>{post.format('2025-01-01T10:00')}{post.format('2025-01-01T09:00')}</div>").blocks
    assert [block.time for block in blocks] == ["2025-01-01T10:00", None, "2025-01-01T09:00", None]
    assert structure_of_html(post.format("2025-01-01")).blocks[0].time is None


def test_html_blocks_definitions_head_what_they_say() -> None:
    assert heads(structure_of_html("<dl><dt>A<dt>B<dd>x<dd>y<dt>C<dd>z</dl>")) == {
        "x": "A, B / ",
        "y": "A, B / ",
        "z": "C / ",
    }


TAGS = (
    *(
        "p",
        "div",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "dl",
        "dt",
        "dd",
        "h1",
        "h4",
        "br",
        "sup",
        "sub",
    ),
    *("del", "pre", "q", "blockquote", "a", "b", "button", "details", "summary", "caption", "article", "nav", "span"),
)
ATTRIBUTES = ("", " colspan=3", " rowspan=2", " hidden", ' href="#x"', " start=4", " value=2", ' class="x"')
PARTS = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    st.sampled_from(["Key: value\n", "Q: Why?", "A: So.", "12", "1/2", "&amp;", "\u00ad", "\0", "?", "e\u0301"]),
)


@given(st.lists(PARTS, max_size=40).map("".join))
def test_html_blocks_of_anything_are_well_formed(html: str) -> None:
    assert_well_formed(structure_of_html(html))


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x",
        "<ul><li>a" * 20_000,
        "<dl><dt>a<dd>" * 10_000,
        "<table><tr><td>a<td>" * 5_000,
        "<table><tr>" + "<td>a" * 50_000 + "<tr>" + "<td>1" * 50_000,
        "<table>" + "<tr><td>a<td>1" * 50_000,
        "<table>" + "<tr><th>a<th>1" * 20_000,
        "<table><tr>" + "<th>a<td>1" * 20_000 + "<tr><td>x<td>y",
        "<table>" + "<tr><td colspan=1000 rowspan=65534>a<td>x" * 10_000,
        "<table><tr>" + "<td rowspan=65534>a" * 1_000 + "<tr><td>a<td>b" * 10_000,
        "<div>" + "<article><time datetime=2025>x</time>y</article>" * 20_000,
        "<p>" + "a<br>" * 100_000,
        "<p>" + " <br> \n" * 100_000 + "x",
    ],
    ids=lambda html: html[:24],
)
def test_html_blocks_hostile_pages_take_no_more_than_their_length(html: str) -> None:
    structured = structure_of_html(html)
    assert len(structured.text) <= 2 * len(html)
    assert sum(len(cell.row) + len(cell.column) for block in structured.blocks for cell in block.cells) <= 2 * len(html)
