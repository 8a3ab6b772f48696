"""Text as Markdown that shows exactly this text, whoever renders it.

Held against CommonMark, GitHub's Markdown and the usual extensions (mathematics, footnotes, emoji, highlights).
"""

from __future__ import annotations

import re

from api.wire.markers import LIKE_A_MARKER
from corpus.text.invisible import without_hidden

_NEWLINE = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")

_PRIVATE = re.compile("[\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]")
"""Characters that some clients use for citations of their own; nothing else gives them a meaning."""

_AROUND_LINES = re.compile(r"(?:(?<![ \t])[ \t]+)?\n[ \t]*")
"""Indented text would be code, and spaces at the end of a line a break."""

_HOLDS_ADDRESS = r"[!-_a-~]* (?: // | [\w+.-]@[\w.-] | www\. | mailto: | xmpp: )"
"""The rest of a run of visible ASCII characters that some renderer would make a link of."""

_EFFECTIVE = re.compile(
    rf"""
      (?P<address> (?<! [!-_a-~] ) (?= {_HOLDS_ADDRESS} ) [!-_a-~]+ )
    | (?P<marker> (?: {LIKE_A_MARKER} )+ (?! {_HOLDS_ADDRESS} ) )     # code looks unlike our own
    | (?P<entity> \\ )                       # `\\)` could end a formula
    | (?P<backslash>
          [`*~^|{{[$]                        # code, emphasis, strike-through, notes, tables, templates, links, formulas
        | (?<![^\W_]) _ | _ (?![^\W_])       # emphasis: not within a word
        | < (?![\s\d])                       # HTML
        | & (?= \#?\w+; )                    # entities
        | @ (?=\w)                           # people
        | : (?= [A-Za-z+-][\w+-]*: )         # emoji
        | \+ (?=\+) | = (?==)                # insertions, highlights
        | (?<=[\w-]) \. (?= [^\W\d_]{{2}} )    # names of hosts
        | ^ [+-] (?= [\s:|-] | $ )           # lists, rules, front matter
        | ^ [#>=:(]                          # headings, quotes, definitions; a link whose text is the marker before
        )
    | ^ (?P<number> \d{{1,9}} ) (?P<behind> [.)] ) (?= \s | $ )     # numbered lists
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)

_ESCAPED = re.compile(r"`(?P<code>[^`\s](?:[^`\n]*[^`\s])?)`|\\(?P<mark>[!-/:-@[-`{-~])|&#(?P<number>92|41);")


def as_markdown(text: str) -> str:
    r"""Return Markdown that shows `text` and does nothing else. What can have no effect stays as it is.

    Pieces of a text can be escaped one by one. Web and mail addresses become code, since some renderers link them
    whatever is escaped (GitHub does with mail, remark with both). `\)` and `\]`, which end formulas, are never written.
    Characters that show nothing are left out; white space around line ends, too.
    """
    lines = without_hidden(_NO_TEXT.sub("", _NEWLINE.sub("\n", text)))
    clean = _AROUND_LINES.sub("\n", _PRIVATE.sub("\ufffd", lines)).rstrip()
    body = clean.lstrip()
    return _gap(clean[: len(clean) - len(body)]) + _EFFECTIVE.sub(_escape, body)


def from_markdown(text: str) -> str:
    """Return the text that `as_markdown` was given; other Markdown loses its escapes and code marks, too."""
    return _ESCAPED.sub(_unescape, text)


def _gap(white: str) -> str:
    return "\n\n" if "\n\n" in white else white and ("\n" if "\n" in white else " ")


def _escape(found: re.Match[str]) -> str:
    if found["address"] or found["marker"]:
        return f"`{found[0]}`"
    if found["entity"]:
        return "&#92;"
    if found["number"]:
        return found["number"] + (r"\." if found["behind"] == "." else "&#41;")
    return f"\\{found[0]}"


def _unescape(found: re.Match[str]) -> str:
    return found["code"] or found["mark"] or chr(int(found["number"]))
