"""Word lists that stand in code, where they are found by its syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

FEWEST = 4
"""Words that make a list; fewer are grammar."""

_NO_PHRASE = 10
"""Words without punctuation that are longer than anything said in a message."""

_WORD = re.compile(r"[a-z]{2,}(?:['’-][a-z]+)*")
_ALTERNATION = re.compile(r"\w+\??(?:\s*\|\s*\w+\??){3,}")


@dataclass(frozen=True)
class WordList:
    """A list of words in lower case, and the line that it begins in."""

    line: int
    words: tuple[str, ...]


def word_lists(source: str, known: Collection[str]) -> list[WordList]:
    """Word lists in a Python source: sets of words, strings that are split into words, alternatives of patterns.

    Tuples, lists and tables mostly hold names of fields; they are word lists when so many of their words are `known`.
    """
    found = (
        WordList(node.lineno, words)
        for node in ast.walk(ast.parse(source))
        for listed in _listed(node, known)
        if len(words := tuple(word for word in listed if _WORD.fullmatch(word))) >= FEWEST
    )
    return sorted(found, key=lambda one: one.line)


def _listed(node: ast.AST, known: Collection[str]) -> Iterator[Sequence[str]]:
    match node:
        case ast.Set(elts=elements):
            yield _strings(elements)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            yield [word for word in _strings(elements) if word in known]
        case ast.Dict(keys=keys, values=values):
            yield [word for word in _strings(keys) if word in known]
            yield [word for word in _strings(values) if word in known]
        case ast.Call():
            yield from _listed_by_call(node)
        case ast.Constant(value=str()) | ast.JoinedStr():
            for alternation in _ALTERNATION.finditer(_text(node)):
                yield [word.strip(" ?\n") for word in alternation.group().split("|")]


def _listed_by_call(call: ast.Call) -> Iterator[Sequence[str]]:
    match call:
        case ast.Call(func=ast.Name(id="set" | "frozenset"), args=[ast.Tuple(elts=elements) | ast.List(elts=elements)]):
            yield _strings(elements)
        case ast.Call(func=ast.Attribute(value=value, attr="split")):
            yield _text(value).split()
        case ast.Call(args=[ast.Constant(value=str(text))]) if _is_run_of_words(text):
            yield text.split()


def _is_run_of_words(text: str) -> bool:
    """Whether a string that something is made of is nothing but words, none of them twice, and more than a phrase."""
    words = text.split()
    return len(words) >= _NO_PHRASE and len(set(words)) == len(words) and all(map(_WORD.fullmatch, words))


def _strings(nodes: Sequence[ast.expr | None]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _text(node: ast.expr) -> str:
    """The text of a literal; what is put into an f-string is left out."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "{}".join(part.value for part in values if isinstance(part, ast.Constant))
        case _:
            return ""
