"""Word lists of a language: data in files, each list once, each with a sentence on what it is for.

Code holds grammar, which it builds from these lists; what the words are is said in `corpus/text/<language>/lexicons`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One list as its file has it: what it is for (`about`), and where its words come from.

    `words` are its own, `of` the lexicons that it takes in whole but for `without`, and `some_of` the words that it
    picks from others. `values` say what each of its words stands for, and
    `pattern` is how a phrase is put together, with other patterns in braces.
    """

    about: str
    words: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    some_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    pattern: str = ""


class Language:
    """The lexicons of one language, read when the first of them is asked for. Words are in lower case."""

    def __init__(self, folder: Path, tag: str) -> None:
        """`folder` holds TOML files; `tag` is the language's ISO 639 code.

        A list that is not as it should be raises `ValueError` with the first use.
        """
        self.folder = folder
        self.tag = tag
        self._words = cache(self._resolved)
        self._phrases = cache(lambda name: re.compile(self.pattern(name), re.VERBOSE | re.IGNORECASE))

    @cached_property
    def lexicons(self) -> Mapping[str, Lexicon]:
        """All lexicons, by name."""
        found: dict[str, Lexicon] = {}
        for path in sorted(self.folder.glob("*.toml")):
            for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
                if name in found:
                    raise ValueError(f"{path} lists {name} a second time.")
                found[name] = _lexicon(name, entry)
        return found

    def words(self, *names: str) -> frozenset[str]:
        """Return the words of these lexicons together."""
        return frozenset().union(*map(self._words, names))

    def values(self, name: str) -> Mapping[str, Any]:
        """Return what each word of a lexicon stands for."""
        return self.lexicons[name].values

    def any_of(self, *names: str) -> str:
        """A pattern for any word of these lexicons; see `alternation`."""
        return alternation(self.words(*names))

    def pattern(self, name: str) -> str:
        """A phrase pattern, for `re.VERBOSE`; of a list without one, that for any of its words."""
        lexicon = self.lexicons[name]
        if not lexicon.pattern:
            return self.any_of(name)
        return "(?:" + re.sub(r"\{([a-z_]+)\}", lambda inner: self.pattern(inner[1]), lexicon.pattern) + ")"

    def phrase(self, name: str) -> re.Pattern[str]:
        """Return what finds the phrases of a lexicon in text, in upper or lower case; it is compiled once."""
        return self._phrases(name)

    def _resolved(self, name: str) -> frozenset[str]:
        lexicon = self.lexicons[name]
        whole = frozenset().union(*map(self._words, lexicon.of))
        _expect(name, lexicon.without, whole)
        for other, picked in lexicon.some_of.items():
            _expect(name, picked, self._words(other))
        some = frozenset(word for picked in lexicon.some_of.values() for word in picked)
        return (whole - frozenset(lexicon.without)) | some | frozenset(lexicon.words) | lexicon.values.keys()


def alternation(words: Iterable[str]) -> str:
    r"""A pattern group for any of `words`, longest first; needs linear time, whatever the text.

    A space stands for any white space, and an asterisk at the end of a word for more letters: "argu*" finds "argues".
    """
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    each = (re.escape(word).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for word in longest_first)
    return f"(?:{'|'.join(each)})"


def capitalised(words: Iterable[str]) -> Iterator[str]:
    """Yield words as they are written in names, or at the beginning of a sentence."""
    return (word.capitalize() for word in words)


def _lexicon(name: str, entry: Mapping[str, Any]) -> Lexicon:
    unknown = entry.keys() - {"phrases", *(one.name for one in fields(Lexicon))}
    if unknown or not entry.get("about"):
        raise ValueError(f"The lexicon {name} says not what it is for, or has fields that are none: {sorted(unknown)}")
    return Lexicon(
        about=entry["about"],
        words=(*entry.get("words", "").split(), *entry.get("phrases", ())),
        of=tuple(entry.get("of", ())),
        without=tuple(entry.get("without", "").split()),
        some_of={other: tuple(picked.split()) for other, picked in entry.get("some_of", {}).items()},
        values=entry.get("values", {}),
        pattern=entry.get("pattern", ""),
    )


def _expect(name: str, picked: Iterable[str], among: frozenset[str]) -> None:
    if strange := sorted(set(picked) - among):
        raise ValueError(f"The lexicon {name} picks words that are not in the list that it picks from: {strange}")
