from __future__ import annotations

import html
import re
from collections.abc import Callable

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.wire.markdown import as_markdown, from_markdown
from api.wire.markers import with_marker

_MARKDOWN_IT = MarkdownIt("gfm-like", {"html": True, "linkify": True})

RENDERERS: dict[str, Callable[[str], str]] = {
    "markdown-it": _MARKDOWN_IT.render,
    "cmark-gfm": lambda text: cmarkgfm.github_flavored_markdown_to_html(
        text, Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    ),
}

PIECES = [
    *"[]()!*_`~^$\\<>&#-+=|:@.{}12ab \t\n\r\u2028é",
    "\n\n",
    "\n    ",
    "中文",
    "x\u0301",
    "3.5 %",
    "U.S.",
    "C++",
    "https://evil.example/x",
    "HTTP://evil.example",
    "www.evil.example",
    "evil.com",
    "//evil.com",
    "ftp://evil.com",
    "me@evil.example",
    "mailto:me@evil.example",
    "xmpp:me@evil.com",
    "javascript:alert(1)",
    "://",
    "http:",
    "www",
    "[1]",
    "[1, 2]",
    "[^1]",
    "[^1]: x",
    "[1]: http://evil.com",
    "![x](http://evil.com/a.png)",
    "[x](//evil.com)",
    "<img src=x onerror=alert(1)>",
    "<script>",
    "</script>",
    "<!--",
    "&amp;",
    "&#91;",
    "&lt;",
    "<http://evil.com>",
    "~~x~~",
    "**b**",
    "`c`",
    "```",
    "$$",
    "$x$",
    "\\(",
    "\\)",
    "\\[",
    "\\]",
    ":smile:",
    "{{7*7}}",
    "*[a]: b",
    "# h",
    "> q",
    "- l",
    "1. x",
    "2) y",
    "---",
    "===",
    "|---|",
    "| a | b |",
    "- [ ] task",
    "++i++",
    "==m==",
    ": d",
    "\u200b",
    "\u202e",
    "\u2066",
    "\ue200",
    "\x00",
    "\x1b[31m",
    "\U000e0041",
    "\ufeff",
]


def shown(rendered: str) -> str:
    """What a reader sees of HTML, white space squeezed. Fails on any tag but paragraphs and code."""
    assert set(re.findall(r"<\s*/?(\w+)", rendered)) <= {"p", "code"}, rendered
    return _squeezed(html.unescape(re.sub("<[^>]*>", "", rendered)))


def readable(text: str) -> str:
    """What of a text can be seen."""
    text = re.sub("[\x00-\x08\x0e-\x1b\x7f\u200b\u202e\u2066\U000e0041\ufeff]", "", text)
    return _squeezed(text.replace("\ue200", "\ufffd"))


def _squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("renderer", RENDERERS)
@settings(max_examples=400)
@given(
    sentences=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join), min_size=1, max_size=4)
)
@example(sentences=["see https:/\u200b/evil.example and \u200bwww.evil.example, me@evil.example"])
@example(sentences=["[1", "](https://evil.example)", "[1]: https://evil.example"])
@example(sentences=["[1\u00a0]https://evil.example"])
def test_as_markdown_however_it_is_cut_shows_exactly_the_text_and_our_markers(
    renderer: str, sentences: list[str]
) -> None:
    written = "".join(with_marker(as_markdown(f"{gap(n)}{one}"), [n, n + 1]) for n, one in enumerate(sentences))
    meant = "".join(with_marker(f"{gap(n)}{one}", [n, n + 1]) for n, one in enumerate(sentences))

    assert shown(RENDERERS[renderer](written)) == readable(meant)


def gap(number: int) -> str:
    return ["", " ", "\n\n"][number % 3]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_from_markdown_gives_back_what_was_escaped(text: str) -> None:
    assert readable(from_markdown(as_markdown(text))) == readable(text)


@pytest.mark.parametrize(
    "text",
    [
        "Output grew by 3.5 % in the U.S. (see above), from 10:30 to 11:45; a well-known firm's #1 buy!",
        "AT&T said: “no” – 5 < 6, x > 3, and 2 + 2 = 4.",
        "No. 10 said snake_case is fine, and so is a/b.",
        "北京 – “naïve” 🙂 می‌خواهم",
    ],
)
def test_as_markdown_leaves_alone_what_can_have_no_effect(text: str) -> None:
    assert as_markdown(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It costs $3, *not* 5.", r"It costs \$3, \*not\* 5."),
        ("See https://evil.example/a_b.", "See `https://evil.example/a_b.`"),
        ("Ask me@evil.example now", "Ask `me@evil.example` now"),
        ("Booking.com grew", r"Booking\.com grew"),
        ("![x](//evil.example/p.png)", "`![x](//evil.example/p.png)`"),
        ("[link](page)", r"\[link](page)"),
        ("As shown [2].", "As shown `[2]`."),
        ("# No heading", r"\# No heading"),
        ("2024. Then", r"2024\. Then"),
        ("a \\) b", "a &#92;) b"),
    ],
)
def test_as_markdown_escapes_what_could(text: str, written: str) -> None:
    assert as_markdown(text) == written


@pytest.mark.parametrize("piece", PIECES)
def test_as_markdown_takes_long_texts_in_a_moment(piece: str) -> None:
    assert as_markdown(piece * 20_000 + "//") is not None


def test_as_markdown_takes_a_long_gap_in_a_moment() -> None:
    """A search for line ends that began anew at each space would take minutes."""
    assert as_markdown("a" + " " * 300_000 + "b \t\n c").endswith(" b\nc")
