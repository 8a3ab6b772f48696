"""Language models that judge as they are told to, over OpenAI's protocol or in this process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

from assistant.groundedness.measured_judge import written_claims

IS_RIGHT = {one.claim.text: one.is_right for one in written_claims()}
"""What the packaged claims are, by their text."""

_CLAIM = re.compile(r"^Claim (\d+): (.*)$", re.MULTILINE)


def claims_in(user: str) -> dict[int, str]:
    """The claims of a prompt by their numbers; none where it is no prompt of a judge."""
    return {int(number): text for number, text in _CLAIM.findall(user)}


def verdicts(user: str, is_right: Callable[[str], bool], sure: int = 95) -> list[str]:
    """What a well-behaved judge answers, in small pieces."""
    found = [
        {"claim": number, "verdict": "supported" if is_right(text) else "not_told", "sure": sure}
        for number, text in claims_in(user).items()
    ]
    return in_pieces(json.dumps({"verdicts": found}))


def saying(word: str, sure: int = 95) -> Callable[[str], list[str]]:
    """A judge that says the same of all claims."""
    return lambda user: ["\n".join(f"{number}: {word} {sure}" for number in claims_in(user))]


def in_pieces(text: str) -> list[str]:
    return [text[start : start + 9] for start in range(0, len(text), 9)]


def user_of(body: Mapping) -> str:
    """The last message of a request."""
    messages: Sequence[Mapping] = body["messages"]
    return messages[-1]["content"]


class WrongOneTimeIn:
    """Says of a written claim what it is, but of one in `times` of the right and of the wrong ones the contrary."""

    def __init__(self, times: int) -> None:
        right = [text for text, is_right in IS_RIGHT.items() if is_right]
        wrong = [text for text, is_right in IS_RIGHT.items() if not is_right]
        chosen = Random(1)
        self._mistaken = {text for texts in (right, wrong) for text in chosen.sample(texts, len(texts) // times)}

    def __call__(self, claim: str) -> bool:
        return IS_RIGHT[claim] is not (claim in self._mistaken)
