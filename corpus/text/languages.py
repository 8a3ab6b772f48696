"""Languages beside English whose questions are understood: by their lexicons alone, without a model or a grammar.

Another one is a package like `corpus/text/chinese`, and a word in `BY_LEXICONS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpus.text.chinese import CHINESE
from corpus.text.lexicons import Language

BY_LEXICONS: Mapping[str, Language] = {one.tag: one for one in (CHINESE,)}
"""By their ISO 639 codes."""
