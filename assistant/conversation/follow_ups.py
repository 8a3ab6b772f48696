"""Follow-ups made to stand by themselves, without a model.

A question that says only what is new ("and the US?", "why?") is put into the question before it. In others, a pointing
word ("it", "their") is replaced by the phrase of the conversation that it most likely means. A question that needs
nothing of the conversation stays as it was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.conversation.agreement import agreeing
from assistant.conversation.antecedents import Antecedents, Said
from assistant.conversation.ellipsis import asked_anew
from assistant.conversation.phrases import Phrase, phrases
from assistant.conversation.pointing import Pointer, PointerKind, pointers, points_back
from assistant.conversation.rewriter import Message, Rewritten
from assistant.conversation.small_talk import is_small_talk
from assistant.conversation.turns_by_lexicons import AnsweredIn, in_full
from assistant.conversation.wishes import wish_of
from assistant.conversation.wording import reads_well
from assistant.query.by_lexicons import without_politeness
from assistant.query.language import read_by_lexicons
from assistant.query.topic import Rarity

_MESSAGES_LOOKED_AT = 12
"""Messages back: whoever points further says what they mean."""

_MOST_CHARACTERS = 500
"""Of a message: a longer question is no follow-up, and an answer names whom it is about early. Bounds the work."""

_MOST_SAID = 4_000
"""Characters of an answer that is not to be told again."""

_LONGEST = 600
"""Characters of a rewritten question: what grows beyond has gathered too much."""

_NOTHING_SAID = Said()


class FollowUps:
    """Rewrites by rules. `rarity` knows which words are rare in the articles, `answered_in` what in an answer answers:
    without it, its first name is taken."""

    def __init__(self, rarity: Rarity, answered_in: AnsweredIn = lambda *_: "") -> None:
        self._antecedents = Antecedents(rarity)
        self._answered_in = answered_in

    def rewrite(self, question: str, history: Sequence[Message]) -> Rewritten:
        said = self._what_was_said(history[-_MESSAGES_LOOKED_AT:])
        asked, before, *_ = (*said.questions, None, None)
        if asked and (wish := wish_of(question)):
            newest = history[-_MESSAGES_LOOKED_AT:]
            answers = tuple(message.content[:_MOST_SAID] for message in newest if message.role == "assistant")
            return Rewritten(asked, before, wish, answers)
        return Rewritten(self._standalone(question, said), asked)

    def _what_was_said(self, history: Sequence[Message]) -> Said:
        """Make every earlier question stand by itself in turn, so that a topic is carried through several."""
        said = _NOTHING_SAID
        for message in history:
            content = " ".join(message.content[:_MOST_CHARACTERS].split())
            if message.role == "assistant":
                said = Said(said.questions, content)
            elif not is_small_talk(content) and not wish_of(content) and _says_something(content):
                said = Said((self._standalone(content, said), *said.questions))
        return said

    def _standalone(self, question: str, said: Said) -> str:
        """Return `question` in full words; as typed where it needs nothing of what was said, or that does not help."""
        if not said.questions or len(question) > _MOST_CHARACTERS:
            return question
        if language := read_by_lexicons(question):
            rewritten = in_full(without_politeness(question, language), said, self._answered_in, language)
        else:
            asked = asked_anew(question, said.questions[0], self._antecedents.weight)
            rewritten = asked or self._pointed(question, said)
        return rewritten if len(rewritten) <= max(_LONGEST, len(question)) else question

    def _pointed(self, question: str, said: Said) -> str:
        """Return `question` with its pointing words filled in, each meaning once: "why did Ann lose her job?"."""
        if said.answer and points_back(question):
            said = replace(said, short=self._answered_in(said.questions[0], said.answer))
        filled: list[tuple[Pointer, str]] = []
        meant: set[str] = set()
        for pointer in pointers(question):
            phrase = self._antecedents.meant_by(pointer, said)
            if phrase is not None and phrase.bare not in meant:
                meant.add(phrase.bare)
                filled.append((pointer, _filled(pointer, phrase, question)))
        if not filled:
            return _named_in_full(question, said)
        written = question
        for pointer, text in reversed(filled):
            written = agreeing(written[: pointer.start], pointer, text) + text + written[pointer.end :]
        return written if reads_well(written, question) else question


def _says_something(content: str) -> bool:
    return bool(read_by_lexicons(content) or phrases(content) or pointers(content))


def _filled(pointer: Pointer, phrase: Phrase, question: str) -> str:
    if pointer.kind is PointerKind.POSSESSIVE:
        filled = phrase.text + ("’" if phrase.text.endswith("s") and phrase.is_plural else "’s")
    elif pointer.kind is PointerKind.ONE:
        filled = phrase.bare
    elif pointer.kind is PointerKind.THAT_NOUN:
        filled = f"the {phrase.bare}"
    else:
        filled = phrase.text
    return filled[:1].upper() + filled[1:] if pointer.start == 0 and question[:1].isupper() else filled


def _named_in_full(question: str, said: Said) -> str:
    """Replace "the movement" by "the Black Lives Matter movement", where the conversation has that."""
    full = [one for before in said.questions for one in phrases(before) if " " in one.bare]
    for phrase in phrases(question):
        if " " in phrase.bare or phrase.text != f"the {phrase.bare}":
            continue
        for one in full:
            if one.head == phrase.head:
                return question[: phrase.start] + one.bare + question[phrase.end :]
    return question
