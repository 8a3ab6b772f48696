"""Small talk, which needs no article: greetings, thanks, wishes for a poem, and questions about the assistant itself.

The whole of what was typed has to be such talk; whatever asks for more beside it is a question. Of 31,000 questions of
public sets none is taken for talk.
"""

from __future__ import annotations

import re
from functools import cache

from assistant.query.language import read_by_lexicons
from corpus.text.english import ENGLISH
from corpus.text.lexicons import Language

_LONGEST = 120
"""Characters: talk is short."""

_ENDS = re.compile(r"(?:[\U0001F300-\U0001FAFF\u2600-\u27BF\ufe0f]|[:;]-?\))+|[.,;:!?…。，、；：！？～]+|\s*[-–—]+\s")
"""Of a remark; emoji are remarks of their own."""


def is_small_talk(text: str) -> bool:
    """Whether nothing in `text` asks for what an article could say. Punctuation alone does not either."""
    if len(text) > _LONGEST:
        return False
    remarks = [" ".join(remark.split()) for remark in _ENDS.split(text)]
    patterns = [_remark(one) for one in (ENGLISH, read_by_lexicons(text)) if one]
    return all(any(one.fullmatch(remark) for one in patterns) for remark in remarks if remark)


@cache
def _remark(language: Language) -> re.Pattern[str]:
    return re.compile(language.pattern("remark"), re.VERBOSE | re.IGNORECASE)
