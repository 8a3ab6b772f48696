"""Whose position a sentence gives. *Who says it* is part of a question: what China's premier said does not answer
what the US says, nor what the buyer said what the seller did, however much it is about the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.groundedness.speakers import is_pronoun, is_same_speaker, speakers_in
from assistant.groundedness.words import stems_of
from assistant.query.speaker import names_someone
from corpus.text.english import ENGLISH
from corpus.text.lexicons import capitalised
from corpus.text.names import names_in
from corpus.text.parties import parties_in

_LOOK_BACK = 400
"""Characters before a sentence in which what it points back to has been named."""

_POINTS_BACK = re.compile(
    rf"^\W*(?:{ENGLISH.any_of('pointing_words')}|that|such|the\s{ENGLISH.any_of('described')})\b", re.IGNORECASE
)
_LINE_OR_SENTENCE = re.compile(r"(?<=[.!?…。])[”\"']?\s+|\n+")

_BODY = re.compile(rf"\b{ENGLISH.any_of('bodies')}\b", re.IGNORECASE)
"""What a person's name does not hold."""

_DATELINE = re.compile(r"^\W*[A-Z][^\n.]{2,60}?\s[-–—]{1,2}\s")
_OWNER = re.compile(r"\b[A-Z]\w+[’']s\b")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_NO_ENTITY = frozenset(capitalised(ENGLISH.words("months", "weekdays", "no_entities")))


def is_attributable_to_party(party: str, text: str, start: int, end: int) -> bool:
    """Whether the sentence `text[start:end]` can answer what `party` says: who speaks in it, else whom it is about or
    points to, is of that party.

    A sentence about nobody's party may (its words decide); one about other parties only may not.
    """
    spoken = frozenset(one for speaker in _speakers(text, start, end) for one in _parties_of_speaker(speaker, text))
    parties = spoken or parties_in(text[start:end]) or _parties_pointed_to(text, start, end)
    return not parties or party in parties


def is_attributable_to_speaker(asked: str, text: str, start: int, end: int) -> bool:
    """Whether the sentence `text[start:end]` can answer what `asked` said: no, when it gives another's words.

    A sentence that tells nobody's words may. So may those of someone whom the article introduces as one of theirs,
    or, when a body is asked for and no person, without a word of whose they are ("Chief executive Ann Lee said").
    """
    speakers = _speakers(text, start, end)
    return not speakers or not all(_is_another(speaker, asked, text) for speaker in speakers)


def _is_another(speaker: str, asked: str, text: str) -> bool:
    if is_same_speaker(speaker, asked):
        return False
    wanted = stems_of(" ".join(names_in(f"the {asked}")) or asked)
    if not names_someone(speaker):
        return _is_person(asked) and not stems_of(speaker) & stems_of(_introduction(asked, text))
    introduction = _introduction(speaker, text)
    if wanted and wanted <= stems_of(introduction):
        return False
    return _is_person(asked) or any(_others(introduction, speaker))


def _is_person(phrase: str) -> bool:
    return len(phrase.split()) > 1 and all(word[:1].isupper() for word in phrase.split()) and not _BODY.search(phrase)


def _others(introduction: str, speaker: str) -> Iterator[str]:
    """Names in the sentence that introduces a speaker which are not the speaker's own, and whose the speaker is."""
    yield from _OWNER.findall(speaker)
    own = stems_of(speaker)
    for name in names_in(_QUOTED.sub(" ", _DATELINE.sub("", introduction))):
        words = [word for word in name.split() if word not in _NO_ENTITY]
        if words and not stems_of(" ".join(words)) & own:
            yield name


def _speakers(text: str, start: int, end: int) -> list[str]:
    """Who speaks in a sentence; for "he said" the one who spoke, or was named, in the sentence before."""
    speakers = []
    for speaker in speakers_in(text[start:end]):
        if not is_pronoun(speaker):
            speakers += [speaker] if stems_of(speaker) else []
        elif known := _spoke_before(text, start):
            speakers.append(known)
    return speakers


def _spoke_before(text: str, start: int) -> str | None:
    before = _line_before(text, start)
    spoke = [speaker for speaker in speakers_in(before) if not is_pronoun(speaker) and stems_of(speaker)]
    return next(iter(spoke[-1:] or names_in(f"the {before}")[:1]), None)


def _parties_of_speaker(speaker: str, text: str) -> frozenset[str]:
    return parties_in(speaker) or _parties_of_first(names_in(f"the {speaker}"), text)


def _parties_pointed_to(text: str, start: int, end: int) -> frozenset[str]:
    """The parties of the sentence before ("The plan ..."), else of where the first person named was introduced."""
    sentence = text[start:end]
    if _POINTS_BACK.match(sentence):
        return parties_in(_line_before(text, start))
    return _parties_of_first(names_in(sentence), text)


def _line_before(text: str, start: int) -> str:
    """Return the line or sentence that ends before `start`, of the 400 characters before it.

    Lines end it too, unlike `assistant.writing.context.sentence_before`, which may return a sentence of several lines
    as it is quoted, and nothing where that would point back itself. With that one's sentences, 1.6 % of the sentences
    of newsdesk-a would be attributed to others (170 of 10,479).
    """
    return _LINE_OR_SENTENCE.split(text[max(0, start - _LOOK_BACK) : start].rstrip())[-1]


def _parties_of_first(names: Sequence[str], text: str) -> frozenset[str]:
    """Those of the first one whom the article introduces so: "Li Qiang, China's premier, ..." -> {"China"}."""
    return next((parties for name in names if (parties := parties_in(_introduction(name, text)))), frozenset())


def _introduction(name: str, text: str) -> str:
    """The sentence that first names this one, or nothing."""
    first = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    if first is None:
        return ""
    start = max(text.rfind("\n", 0, first.start()), text.rfind(". ", 0, first.start())) + 1
    return _LINE_OR_SENTENCE.split(text[start : first.start() + _LOOK_BACK].lstrip())[0]
