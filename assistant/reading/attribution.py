"""Attribution of sentences to parties and speakers. *Who says it* is part of a question: what China's premier said does
not answer what the US says, nor what the buyer said what the seller did, however much it is about the same thing.

Who speaks in a sentence is told by the article's index of attributions, `corpus.attributions.index`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.groundedness.words import stems_of, words_of
from assistant.query.decompose import SubQuestion
from assistant.query.speaker import names_someone
from corpus.article import Article
from corpus.attributions.index import attributions_of, attributions_within
from corpus.attributions.voices import Speaker
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from corpus.text.lexicons import capitalised
from corpus.text.names import names_in
from corpus.text.parties import parties_in

_REMEMBERED_SIDES = 32
"""Of a question, beside which every unit is looked at."""

_LOOK_BACK = 400
"""Characters before a sentence in which what it points back to has been named."""

_POINTS_BACK = re.compile(
    rf"^\W*(?:{ENGLISH.any_of('pointing_words')}|that|such|the\s{ENGLISH.any_of('described')})\b", re.IGNORECASE
)
_LINE_OR_SENTENCE = re.compile(r"(?<=[.!?…。])[”\"']?\s+|\n+")

_BODY = re.compile(rf"\b{ENGLISH.any_of('bodies')}\b", re.IGNORECASE)
"""What a person's name does not hold."""

_OPPONENT = re.compile(rf"\b{ENGLISH.any_of('opponents')}\b", re.IGNORECASE)
"""Who speaks against whom they are named by."""

_DATELINE = re.compile(r"^\W*[A-Z][^\n.]{2,60}?\s[-–—]{1,2}\s")
_NAME = re.compile(r"\b[A-Z]\w+")
_OWNER = re.compile(r"\b[A-Z]\w+[’']s\b")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_NO_ENTITY = frozenset(capitalised(ENGLISH.words("months", "weekdays", "no_entities")))


def is_attributable_to_party(party: str, article: Article, start: int, end: int) -> bool:
    """Whether the sentence at [start, end) of an article can answer what `party` says: who speaks in it, else whom it
    is about or points to, is of that party.

    A sentence about nobody's party may (its words decide); one about other parties only may not.
    """
    text = article.text
    speakers = _speakers(article, start, end)
    if speakers and all(_is_opponent(one) and party in parties_in(one.who) for one in speakers):
        return False
    spoken = frozenset(one for speaker in speakers for one in _parties_of_speaker(speaker, text))
    parties = spoken or parties_in(text[start:end]) or _parties_pointed_to(text, start, end)
    return not parties or party in parties


def is_attributable_to_speaker(asked: str, article: Article, start: int, end: int) -> bool:
    """Whether the sentence at [start, end) of an article can answer what `asked` said: no, when it gives another's
    words.

    A sentence that tells nobody's words may, in an article that names who is asked for. So may those of someone whom
    the article introduces as one of theirs, or, when a body is asked for and no person, without a word of whose they
    are ("Chief executive Ann Lee said").
    """
    speakers = _speakers(article, start, end)
    if not speakers:
        return _may_speak_in(asked, article)
    in_full = _in_full(asked, article)
    return not all(_is_another(speaker, in_full, article.text) for speaker in speakers)


def _may_speak_in(asked: str, article: Article) -> bool:
    """Whether an article may hold the words of `asked`: no, when it tells who else speaks, and has none of their
    names. What tells nobody's words may be anybody's own, who need not name themselves."""
    names = _NAME.findall(asked)
    if not names or not (article.author or attributions_of(article)):
        return True
    told = (article.text, article.title, article.author or "", article.publisher or "")
    return any(name in text for name in names for text in told)


def tells_of_another_side(asked: SubQuestion, text: str) -> bool:
    """Whether a text names another side of a comparison, and not the one that is asked about."""
    if asked.compared is None:
        return False
    terms, parties = frozenset(content_terms(text)), parties_in(text)

    def is_named(side: str, others: tuple[str, ...]) -> bool:
        wanted, of_side = _telling(side, others)
        return bool((wanted and wanted <= terms) or of_side & parties)

    others = asked.compared.others
    return not is_named(asked.label, others) and any(is_named(other, (asked.label,)) for other in others)


def is_said_by_another(asked: SubQuestion, article: Article, start: int, end: int) -> bool:
    """Whether the sentence at [start, end) of an article is said by others than the side of a comparison that is asked
    about: it is their direct speech, whoever they are, or what another side is reported to say.
    """
    said = attributions_within(article, start, end)
    direct = {one.speaker for one in said if one.is_direct}
    if direct:
        return all(_is_of_no(asked.label, speaker, article) for speaker in direct)
    reported = {one.speaker for one in said}
    others = asked.compared.others if asked.compared else ()
    return bool(reported) and all(
        _is_of_no(asked.label, speaker, article) and any(_is_of(other, speaker, article) for other in others)
        for speaker in reported
    )


@lru_cache(_REMEMBERED_SIDES)
def _telling(side: str, others: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the terms that tell a side from the others, of its names where it has any; and the parties in it."""
    shared = {term for other in others for term in content_terms(other)}
    named = names_in(f"the {side}")
    return frozenset({term for name in named or [side] for term in content_terms(name)} - shared), parties_in(side)


def _speakers(article: Article, start: int, end: int) -> set[Speaker]:
    return {one.speaker for one in attributions_within(article, start, end)}


def _in_full(asked: str, article: Article) -> str:
    """Return the full name of a speaker who is asked for by a surname."""
    names = (one.speaker.name for one in attributions_of(article)) if " " not in asked else ()
    return next((name for name in names if _is_person(name) and name.split()[-1] == asked), asked)


def _named(speaker: Speaker) -> str:
    """Return the words that tell of a speaker, with the names that pronouns and roles stand for."""
    named = speaker.who if speaker.name in speaker.who else f"{speaker.role} {speaker.name}".strip()
    named = f"{named}, {speaker.owner}" if speaker.owner else named
    return named.title() if named.isupper() else named


def _is_opponent(speaker: Speaker) -> bool:
    """Whether a speaker is named by whom they are against: "critics of Ann Lee"."""
    return bool(_OPPONENT.search(speaker.name))


def _is_same_speaker(speaker: Speaker, asked: str) -> bool:
    if _is_opponent(speaker):
        return bool(_OPPONENT.search(asked)) and stems_of(asked) <= stems_of(speaker.name)
    # Of a person the name decides: who is told of as the lawyer of Ann Lee is not she.
    named = _named(speaker) if not _is_person(asked) or speaker.name == speaker.who else speaker.name
    if parties_in(named) & parties_in(asked):
        return True
    names = {word.stem for word in words_of(named) if word.text[0].isupper() and word.stem}
    return bool((names or stems_of(named)) & stems_of(asked))


def _is_another(speaker: Speaker, asked: str, text: str) -> bool:
    if _is_same_speaker(speaker, asked):
        return False
    if _is_opponent(speaker):
        return True
    wanted = stems_of(" ".join(names_in(f"the {asked}")) or asked)
    if not names_someone(speaker.name):
        return _is_person(asked) and not stems_of(speaker.name) & stems_of(_introduction(asked, text))
    introduction = _introduction(speaker.name, text)
    if not _is_person(asked) and wanted and wanted <= stems_of(introduction):
        return False
    return _is_person(asked) or any(_others(introduction, speaker.name))


def _is_of(side: str, speaker: Speaker, article: Article) -> bool:
    """Whether a speaker is a side of a comparison, or is named or introduced as theirs."""
    is_same = _is_same_speaker(speaker, _in_full(side, article))
    return is_same or (names_someone(speaker.name) and not _is_of_no(side, speaker, article))


def _is_of_no(side: str, speaker: Speaker, article: Article) -> bool:
    """Whether a speaker is nobody of a side; who is introduced without a word of whose they are may be."""
    is_of_party = side in _parties_of_speaker(speaker, article.text)
    return not is_of_party and _is_another(speaker, _in_full(side, article), article.text)


def _is_person(phrase: str) -> bool:
    return len(phrase.split()) > 1 and all(word[:1].isupper() for word in phrase.split()) and not _BODY.search(phrase)


def _others(introduction: str, speaker: str) -> Iterator[str]:
    """Yield names in a speaker's introduction that are not the speaker's own: of an employer or owner, say."""
    yield from _OWNER.findall(speaker)
    own = stems_of(speaker)
    for name in names_in(_QUOTED.sub(" ", _DATELINE.sub("", introduction))):
        words = [word for word in name.split() if word not in _NO_ENTITY]
        if words and not stems_of(" ".join(words)) & own:
            yield name


def _parties_of_speaker(speaker: Speaker, text: str) -> frozenset[str]:
    return parties_in(_named(speaker)) or _parties_of_first([speaker.name], text)


def _parties_pointed_to(text: str, start: int, end: int) -> frozenset[str]:
    """Return the parties of the sentence before ("The plan ..."), else of where the first person was introduced."""
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
    """Return the parties of the first name that the article introduces with any: "Li Qiang, China's premier, ..." ->
    {"China"}."""
    return next((parties for name in names if (parties := parties_in(_introduction(name, text)))), frozenset())


def _introduction(name: str, text: str) -> str:
    """Return the sentence that first names `name`, or nothing."""
    first = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    if first is None:
        return ""
    start = max(text.rfind("\n", 0, first.start()), text.rfind(". ", 0, first.start())) + 1
    return _LINE_OR_SENTENCE.split(text[start : first.start() + _LOOK_BACK].lstrip())[0]
