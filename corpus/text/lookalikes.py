"""Names that pass as others: they are read as Latin, and are spelt with letters of another alphabet."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")

_ORDINALS = "ªº"
"""As in "La 2ª" and "Nº 5"; Unicode does not call them Latin."""

_LOOKALIKES = {
    "Cyrillic": "аеорсухіјѕһӏԁԛԝѵүгАВЕЅІЈКМНОРСТУХҮӀԌԚԜѴЗ",
    "Greek": "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοναιυρϲϳ",
    "Armenian": "օոսհցզՕՍՏԼ",
    "Cherokee": "ᎪᎬᎢᎫᎻᏀᏃᏞᎷᏚᏙᎳ",
}
"""Letters that few readers tell from a Latin one, of Unicode's confusables (UTS #39)."""

_ALPHABETS = {letter: alphabet for alphabet, letters in _LOOKALIKES.items() for letter in letters}


def alphabet_in_disguise(name: str) -> str | None:
    """Return the alphabet of letters by which `name` passes as Latin; None when there are none.

    They do where they stand in one word with Latin letters, or where the whole name has no others to tell them by.
    """
    words = _WORD.findall("".join(letter for letter in name if not _is_small_digit(letter)))
    for suspected in (*filter(_is_partly_latin, words), "".join(words)):
        if alphabet := _disguise(suspected):
            return alphabet
    return None


def _is_partly_latin(word: str) -> bool:
    return any(map(_is_latin, word))


def _disguise(letters: str) -> str | None:
    """Return the alphabet of the first letter that only looks Latin, when all the others are Latin or look so."""
    foreign = [letter for letter in letters if not _is_latin(letter)]
    alphabets = [_ALPHABETS.get(letter) or _styled(letter) for letter in foreign]
    return alphabets[0] if alphabets and all(alphabets) else None


def _styled(letter: str) -> str | None:
    """Return a name for Latin letters of another look, such as mathematical bold ones."""
    return "styled" if unicodedata.normalize("NFKC", letter).isascii() else None


def _is_small_digit(letter: str) -> bool:
    """Whether this is as in "CO₂" and "m²", which Python takes for a letter."""
    return unicodedata.category(letter) == "No"


def _is_latin(letter: str) -> bool:
    return letter in _ORDINALS or unicodedata.name(letter, "").startswith("LATIN ")
