"""Voices: the speakers that an article has named so far, so that "he" and "the minister" are known again."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.attributions.phrases import PRONOUNS, SpeakerPhrase, is_person, persons_in, subject
from corpus.attributions.statements import Statement, Token
from corpus.block import Stretch
from corpus.text.english import ENGLISH

_FULL_NAME = re.compile(
    rf"(?<![\w.’-])[A-Z][\w’-]*+(?:\.[A-Z]\.?)*(?: (?:{ENGLISH.any_of('name_particles')} )?[A-Z][\w’-]*){{1,3}}"
)
_NAMED = r"(?P<name>[A-Z][\w’-]*(?: [A-Z][\w’-]*){1,2})"
_NAME_BEHIND = re.compile(rf",? {_NAMED}")
_NAME_BEFORE = re.compile(rf"{_NAMED}, (?:[\w’'-]+ ){{0,4}}$")
_WORD = re.compile(r"[\w-]+")

_GENDERS = {word: name for name in ("words_for_men", "words_for_women") for word in ENGLISH.words(name)}
_PERSONS = ENGLISH.words("persons")
_OWNERS = ENGLISH.words("owners") - _GENDERS.keys()
_ROLES = ENGLISH.words("roles")
_OTHER_ROLES = ENGLISH.words("other_roles")
_STATEMENTS = ENGLISH.words("statements")
_ARTICLES = ENGLISH.words("articles")

_AND = " and "
"""Between those who speak together."""

_AROUND = 80
"""Characters before a role in which the name is that has it: "Ida Quist, the town's mayor"."""

_LOOK_BACK = 4
"""Sentences back in which "he" was named."""

_REMEMBERED = 64
"""Speakers who are kept to be known again: who spoke before them is named anew."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks. `who` are the words that name them where they do, with what is told of them there.

    `name` is the name among these; of a pronoun or a bare role ("he", "the minister") that of the one whom the article
    named with it, and where it named nobody, the words themselves. `role` is what is told of them, there or before, and
    `owner` whom "its" and "their" in it stand for ("its director").
    """

    who: str
    name: str
    role: str = ""
    owner: str = ""


@dataclass(slots=True)
class _Voice:
    """A speaker, the number of the statement in which they spoke, and their gender as far as a pronoun told it."""

    speaker: Speaker
    number: int
    is_person: bool
    gender: str = ""


class Voices:
    """Learns with each statement who is named in it. Everything that is told is of what stands before."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lower = text.replace("İ", "I").lower()  # as long as the text: İ alone would become two characters
        self._full, self._names = _full_names(text)
        self._heard: deque[_Voice] = deque(maxlen=_REMEMBERED)  # the last one first
        self._introductions: dict[str, tuple[int, str]] = {}  # of a role up to where it was looked for, and who
        self._passed: deque[Statement] = deque(maxlen=_LOOK_BACK)  # the last one first
        self._statement: Statement | None = None

    def come_to(self, statement: Statement) -> None:
        """Everything that is told from here on is told in this statement."""
        if self._statement:
            self._passed.appendleft(self._statement)
        self._statement = statement

    def full_name(self, name: str) -> str:
        """Return the name that the article has in full for one; empty for what is nobody's name in it.

        Of several who speak together it has each: "Lee and Ek" are "Ann Lee and Bo Ek".
        """
        if name in self._names:
            return name
        if _AND in name:
            names = name.split(_AND)
            known = [self.full_name(one) for one in names]
            return _AND.join(full or one for full, one in zip(known, names, strict=True)) if any(known) else ""
        words = name.split()
        return self._full.get(words[-1], "") if words else ""

    def is_name(self, label: str) -> bool:
        """Whether a label is the name of someone whom the article names elsewhere, perhaps behind a role."""
        words = [word for word in label.title().split() if word.lower().strip(".") not in _ROLES]
        return bool(words) and set(words) <= set(self.full_name(" ".join(words)).split())

    def told(self, phrase: SpeakerPhrase) -> Speaker:
        """Return the speaker whom a phrase of the present statement names, and remember them."""
        voice = self._voice(phrase)
        self._heard.appendleft(voice)
        return voice.speaker

    def person_at(self, statement: Statement) -> SpeakerPhrase | None:
        """Return the person with whom a statement begins: "Mayor Greta Lind was unmoved." """
        named = self._persons_in(statement)
        return named[0] if named and named[0].start == statement.start else None

    def _voice(self, phrase: SpeakerPhrase) -> _Voice:
        who = self._words(phrase.who)
        if who.lower() in PRONOUNS:
            meant = next(self._meant_by(who.lower()), None)
            if meant is None:
                return _Voice(Speaker(who, who), self._number, is_person=False)
            return replace(meant, speaker=replace(meant.speaker, who=who), number=self._number)
        if phrase.name is None:
            return self._unnamed(who)
        return self._named(phrase, self._number)

    def _named(self, phrase: SpeakerPhrase, number: int) -> _Voice:
        who, name = self._words(phrase.who), self._words(phrase.name or phrase.who)
        full = self.full_name(name) or name
        known = next((one for one in self._heard if one.speaker.name == full), None)
        role = self._words(phrase.role) if phrase.role else ""
        first = who.split()[0].lower().rstrip(".")
        is_joint = _AND in full
        gender = _GENDERS.get(first, "") if first not in PRONOUNS and not is_joint else ""
        owner = next((one.speaker.name for one in self._bodies()), "") if first in _OWNERS else ""
        if known:
            role, gender, owner = role or known.speaker.role, gender or known.gender, owner or known.speaker.owner
        is_someone = full in self._names or bool(gender) or not _ROLES.isdisjoint(_WORD.findall(role.lower()))
        return _Voice(Speaker(who, full, role, owner), number, is_someone and not is_joint, gender)

    def _unnamed(self, who: str) -> _Voice:
        """Return the speaker of a bare role, or of a statement: whom the article named so."""
        words = [word for word in who.lower().split() if word not in _ARTICLES]
        is_role = bool(words) and words[-1] in _ROLES
        if words and who.lower().startswith("the "):
            known = None
            if words[-1] in _STATEMENTS:
                known = next(iter(self._heard), None)
            elif is_role:
                known = next(
                    (one for one in self._heard if one.is_person and _is_called(words, one.speaker.role)), None
                )
            if known:
                return replace(known, speaker=replace(known.speaker, who=who), number=self._number)
            if is_role and (name := self._introduced(" ".join(words)) or self._named_just_before()):
                return _Voice(Speaker(who, name, who), self._number, is_person=True)
        return _Voice(Speaker(who, who), self._number, is_role)

    def _introduced(self, role: str) -> str:
        """Return who was called by a role before: "finance minister Ole Brandt", "Ida Quist, the mayor"."""
        at = self._statement.start if self._statement else 0
        searched, known = self._introductions.get(role, (0, ""))
        name = self._introduction(role, searched, at) or known
        self._introductions[role] = (at, name)
        return name

    def _named_just_before(self) -> str:
        """Return the person of the statement before, if nothing was told of them: "Amadi denies it"."""
        before = self._passed[0].number if self._passed else -1
        voice = next((one for one in self._persons() if one.number == before), None)
        return voice.speaker.name if voice and not voice.speaker.role else ""

    def _introduction(self, role: str, start: int, at: int) -> str:
        while (at := self._lower.rfind(role, start, at)) >= 0:
            if _OTHER_ROLES.intersection(self._lower[max(0, at - _AROUND) : at].split()[-1:]):
                continue  # "the vice president" is not the president
            behind = _NAME_BEHIND.match(self._text, at + len(role))
            if found := behind or _NAME_BEFORE.search(self._text, max(0, at - _AROUND), at):
                return found["name"]
        return ""

    def _meant_by(self, pronoun: str) -> Iterator[_Voice]:
        if pronoun not in _PERSONS:
            yield from self._bodies()
            return
        gender = _GENDERS[pronoun]
        for voice in self._persons():
            if voice.gender in ("", gender):
                for one in (voice, *self._heard):
                    if one.speaker.name == voice.speaker.name:
                        one.gender = gender
                yield voice

    def _persons(self) -> Iterator[_Voice]:
        """Yield persons who may be meant, the likeliest first: who spoke last, or is named in a later sentence."""
        heard = [one for one in self._heard if one.is_person]
        for statement in self._passed:
            spoke = [one for one in heard if one.number == statement.number]
            yield from spoke
            for named in () if spoke else self._persons_in(statement):
                yield replace(self._named(named, statement.number), is_person=True)
        yield from heard

    def _bodies(self) -> Iterator[_Voice]:
        """Yield bodies and texts that may be meant by "it" and "they"."""
        for statement in self._passed:
            spoke = [one for one in self._heard if one.number == statement.number and not one.is_person]
            yield from spoke
            named = None if spoke else subject(statement.tokens)
            who = self._words(named.who) if named else ""
            if named and not self.is_name(who) and who.lower() not in PRONOUNS:
                yield _Voice(Speaker(who, who), statement.number, is_person=False)

    def _persons_in(self, statement: Statement) -> Sequence[SpeakerPhrase]:
        """Return the persons whom a statement names, or who are named in full elsewhere."""
        known = (
            SpeakerPhrase((token.start, token.end), (token.start, token.end), None)
            for token in statement.tokens
            if token.is_name and self.full_name(token.text)
        )
        return tuple(persons_in(statement.tokens)) or tuple(known)

    @property
    def _number(self) -> int:
        return self._statement.number if self._statement else 0

    def _words(self, stretch: Stretch) -> str:
        return self._text[stretch[0] : stretch[1]]


def _is_called(words: Sequence[str], role: str) -> bool:
    """Whether one of that role is meant by these words: "the minister" by "Finance minister", and by no other one."""
    has = set(_WORD.findall(role.lower()))
    return words[-1] in has and not _OTHER_ROLES & (has ^ set(words))


def _full_names(text: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return each word of a person's name that the article writes in full -> the first such name, and all of them."""
    full: dict[str, str] = {}
    names: set[str] = set()
    for match in _FULL_NAME.finditer(text):
        words = match.group().split()
        last_role = max((at for at, word in enumerate(words) if word.lower() in _ROLES), default=-1)
        words = words[last_role + 1 :]
        is_label = text.startswith(":", match.end()) or match.group().isupper()
        if len(words) > 1 and not is_label and is_person([Token(word, word.lower(), 0, 0) for word in words]):
            name = " ".join(words)
            names.add(name)
            for word in words:
                full.setdefault(word, name)
    return full, frozenset(names)
