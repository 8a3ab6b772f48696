"""Text as answers are compared: SQuAD's normalisation."""

from __future__ import annotations

import re
import string
import unicodedata

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


class _WithoutPunctuation(dict[int, int | None]):
    """A translation table that learns each character when it is first met: Unicode is too large to list."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        is_punctuation = character in string.punctuation or unicodedata.category(character).startswith("P")
        self[code] = None if is_punctuation else code
        return self[code]


_WITHOUT_PUNCTUATION = _WithoutPunctuation()


def tokens(text: str) -> list[str]:
    """Words of `text` in lower case, without punctuation and without *a*, *an*, *the*.

    As the SQuAD evaluation script does it (Rajpurkar et al. 2016); beyond ASCII, all that Unicode calls
    punctuation is punctuation too, and composed and decomposed letters are the same.
    """
    plain = unicodedata.normalize("NFC", text).lower().translate(_WITHOUT_PUNCTUATION)
    return _ARTICLES.sub(" ", plain).split()
