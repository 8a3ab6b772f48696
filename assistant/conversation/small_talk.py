"""Small talk, which needs no article: greetings, thanks, wishes for a poem, and questions about the assistant itself.

The whole of what was typed has to be such talk; whatever asks for more beside it is a question. Of 31,000 questions of
public sets none is taken for talk.
"""

from __future__ import annotations

import re

from assistant.query.language import read_by_lexicons
from corpus.text.english import ENGLISH

_LONGEST = 120
"""Characters: talk is short."""

_ENDS = re.compile(r"(?:[\U0001F300-\U0001FAFF\u2600-\u27BF\ufe0f]|[:;]-?\))+|[.,;:!?…。，、；：！？～]+|\s*[-–—]+\s")
"""Of a remark; emoji are remarks of their own."""


def is_small_talk(text: str) -> bool:
    """Whether nothing in `text` asks for what an article could say. Punctuation alone does not either."""
    if len(text) > _LONGEST:
        return False
    remarks = [" ".join(remark.split()) for remark in _ENDS.split(text)]
    patterns = [one.phrase("remark") for one in (ENGLISH, read_by_lexicons(text)) if one]
    return all(any(one.fullmatch(remark) for one in patterns) for remark in remarks if remark)
