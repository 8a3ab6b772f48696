"""Frames of speech: a verb of saying, or "according to", with whom it names and what it makes reported speech."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.attributions.phrases import (
    PRONOUNS,
    SpeakerPhrase,
    is_closed,
    phrase_after,
    subject_before,
)
from corpus.attributions.statements import Statement, Token
from corpus.block import Stretch
from corpus.text.english import ENGLISH
from corpus.text.parties import parties_in

_SAYING = ENGLISH.words("saying")
_SAYING_THAT = ENGLISH.words("saying_that")
_JUDGING = ENGLISH.words("judging")
_TELLING = ENGLISH.words("saying_to_someone")
_SAYING_TO_DO = ENGLISH.words("saying_to_do")
_SPEAKER_BEFORE = (_TELLING | _JUDGING) - ENGLISH.words("quoting")
"""Verbs behind which no speaker stands: told the minister."""

_SAYING_NOTHING = ENGLISH.words("saying_nothing")
_VIEWS = ENGLISH.words("kinds_of_view")
_PREPOSITIONS = ENGLISH.words("prepositions")
_AUXILIARIES = ENGLISH.words("auxiliaries")
_DETERMINERS = ENGLISH.words("determiners")
_JOINERS = ENGLISH.words("clause_joiners")
_TIMES = ENGLISH.words("months", "weekdays")

_WORD = re.compile(r"\w+")
_SPEAKS = _SAYING | {"according", "According"}
_OPENS_A_FRAME = frozenset({"In", "As", "For", "To"})

_FEWEST = 4
"""Words and marks of a statement that opens with whose view it is."""

_VIEW_WITHIN = 12
"""Words of such an opening: in the opinion of the former head of the bank."""

_CLAUSE_WITHIN = 8
"""Words between a verb of saying and the auxiliary of what is said, without that: reported prices had fallen."""

_OPENS_CIRCUMSTANCES = ENGLISH.words("opens_circumstances")
_OF_ONESELF = ENGLISH.words("own_pronouns")

_GOES_ON = frozenset({"and", "but", "or"})

_THAT_WITHIN = 10
"""Words between a verb of saying and its that: told the paper on Monday that."""

_BASE = ENGLISH.words("saying_base")
_BE = ENGLISH.words("be", "been")
_INDEFINITE = frozenset({"a", "an"})
_THINKING = ENGLISH.words("thinking")
_NEGATIONS = ENGLISH.words("negations")
_PLURALS = ENGLISH.words("plural_pronouns", "nameless_speakers", "irregular_plurals")
_SHORT = 4
"""Words of a speaker before a judgement: "a form of energy called heat" has another verb."""

_LONGEST = 300
"""Words of a statement; what is longer is no sentence, and would cost the more the longer it is."""

_BEFORE_INVERTED = (",", "?", "!")

_MADE_BY = frozenset({"by", "from"})


@dataclass(frozen=True, slots=True)
class Frame:
    """`verb` is as written. `at` is [start, end) of speaker and verb in the article, `said` what they make reported.

    `speaker` is None where the one of the frame before goes on ("..., adding that").
    """

    verb: str
    speaker: SpeakerPhrase | None
    at: Stretch
    said: tuple[Stretch, ...]


def frames_in(statement: Statement) -> list[Frame]:
    """Return the frames of a statement in order; what is said inside reported speech has none of its own."""
    words = _WORD.findall(statement.text, statement.start, statement.end)
    if _SPEAKS.isdisjoint(words) and (not words or words[0] not in _OPENS_A_FRAME):
        return []
    tokens = statement.tokens
    if len(tokens) > _LONGEST:
        return []
    opening = _opening_frame(statement) if words[0] in _OPENS_A_FRAME else None
    frames: list[Frame] = [opening] if opening else []
    for number, token in enumerate(tokens):
        if token.text in _SAYING:  # not the States of the United States
            found = _frame_of_verb(statement, number, frames)
        elif token.lower == "according" and tokens[number + 1 : number + 2] and tokens[number + 1].lower == "to":
            found = _according(statement, number)
        else:
            continue
        if found:
            _add(frames, found, statement)
    return frames


def _add(frames: list[Frame], found: Frame, statement: Statement) -> None:
    """Add a frame behind those before it, whose speech ends where another one's clause begins.

    One that closes them all in has them for itself: "Figures show that trade is shrinking, Ann Lee said." Not one that
    only goes on: "Ann Lee said that trade is shrinking, saying ...".
    """
    last = frames[-1] if frames else None
    inside = next((start for start, end in last.said if start <= found.at[0] < end), None) if last else None
    if last is None or inside is None:
        frames.append(found)
        return
    end = _end_of_clause(statement.tokens, inside, found.at[0])
    if end is None:
        is_around = found.speaker and _is_around(found, frames, statement.tokens)
        if is_around and _is_clause(statement.tokens, inside, found.at[0]):
            frames[:] = [found]
    else:
        frames[-1] = replace(last, said=tuple((start, min(stop, end)) for start, stop in last.said if start < end))
        frames.append(found)


def _end_of_clause(tokens: Sequence[Token], start: int, end: int) -> int | None:
    """Return where the clause in [start, end) ends if another one is joined to it there; None if none is."""
    clause = [token for token in tokens if start <= token.start < end]
    if not clause or not (clause[-1].text == ";" or clause[-1].lower in _JOINERS):
        return None
    joiner = clause.pop()
    if joiner.lower and clause and clause[-1].text in (",", ";"):
        clause.pop()
    return clause[-1].end if clause else start


def _is_around(found: Frame, frames: Sequence[Frame], tokens: Sequence[Token]) -> bool:
    """Whether a frame stands behind a comma after all that is said before, and reports no other clause."""
    before = [token for token in tokens if token.end <= found.at[0]]
    behind = [token for token in tokens if token.start >= found.at[1]]
    if not found.said or found.said[0][0] > frames[0].at[0] or before[-1].text != ",":
        return False
    if behind and behind[0].text == ",":  # "Lee said trade, according to the board, is shrinking"
        return found.verb in _SAYING
    return is_closed(behind, 0) and all(token.lower != "that" for token in behind)


def _is_clause(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether something is said in [start, end), and not only when or where: "said that in 2019, the board said"."""
    first = next((token for token in tokens if start <= token.start < end), None)
    return first is not None and (first.lower == "to" or first.lower not in _OPENS_CIRCUMSTANCES)


def _frame_of_verb(statement: Statement, verb: int, before: Sequence[Frame]) -> Frame | None:
    tokens = statement.tokens
    found = _speaker_of(tokens, verb, bool(before)) if _is_verb(tokens, verb) else None
    if found is None or (found[0] and not _may_speak(tokens, found[0], verb)):
        return None
    speaker, after, is_inverted = found
    start = min(tokens[verb].start, speaker.start) if speaker else tokens[verb].start
    end = max(tokens[verb].end, speaker.who[1]) if speaker else tokens[verb].end
    said = tuple(_said(statement, verb, after, start, is_inverted))
    if not said and not statement.speech:
        return None
    return Frame(tokens[verb].text, speaker, (start, end), said)


def _is_verb(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that may be a noun is none: price rules were made."""
    word, follows = tokens[at].lower, tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if word in _JUDGING and follows == "by":  # "a law proposed by", unless it was
        return tokens[at - 1].lower in _BE
    return follows not in _AUXILIARIES or (word not in _JUDGING and _is_past(word))


def _is_past(verb: str) -> bool:
    return not verb.endswith("s") and verb not in _BASE


def _may_speak(tokens: Sequence[Token], speaker: SpeakerPhrase, verb: int) -> bool:
    """Whether what stands before a verb goes with it, and is somebody else than who writes."""
    named = [token for token in tokens if speaker.who[0] <= token.start < speaker.who[1]]
    word, before = tokens[verb].lower, tokens[verb - 1].lower
    if named[0].lower in _NEGATIONS or any(_is_own(token) for token in named):
        return False
    if before in _NEGATIONS:  # "did not say", but "does not want"
        return word in _JUDGING or word in _THINKING
    if before in _AUXILIARIES:
        return True
    is_several = any(token.lower.endswith("s") or token.lower in _PLURALS for token in named)
    if word in _BASE:
        return is_several
    if word not in _JUDGING or speaker.name:
        return True
    is_alone = len(named) == 1 and not (is_several or named[0].is_name or named[0].lower in PRONOUNS)
    return len(named) <= _SHORT and named[0].lower not in _INDEFINITE and not is_alone


def _is_own(token: Token) -> bool:
    """Whether a word is a pronoun of who writes: "us", but not the US."""
    is_abbreviation = len(token.text) > 1 and token.text.isupper()
    return token.lower in _OF_ONESELF and not is_abbreviation


def _speaker_of(tokens: Sequence[Token], verb: int, may_go_on: bool) -> tuple[SpeakerPhrase | None, int, bool] | None:
    """Return the speaker of a verb, where the words behind both begin, and whether the speaker stands behind it."""
    goes_on = may_go_on and verb > 0 and _goes_on(tokens, verb)
    speaker, is_passive = subject_before(tokens, verb)
    if tokens[verb].lower.endswith("ing"):
        is_said = is_passive or (verb > 0 and tokens[verb - 1].lower == "as")  # is quoted as saying
        found = speaker if is_said and not goes_on else None
    elif is_passive:
        return _agent(tokens, verb)
    else:
        behind, end = _speaker_behind(tokens, verb)
        if behind and (speaker is None or behind.name):
            return behind, end, True
        found = speaker
    return (found, verb + 1, False) if found or goes_on else None


def _agent(tokens: Sequence[Token], verb: int) -> tuple[SpeakerPhrase, int, bool] | None:
    """Return who says it of whom it is said: "Lind was accused by the board of ..."."""
    if verb + 1 == len(tokens) or tokens[verb + 1].lower != "by":
        return None
    agent, end = phrase_after(tokens, verb + 2)
    return (agent, end, False) if agent else None


def _speaker_behind(tokens: Sequence[Token], verb: int) -> tuple[SpeakerPhrase | None, int]:
    """Return who stands behind a verb that follows what is said: "..., said Ann Lee"."""
    before = tokens[verb - 1] if verb else None
    follows_speech = before is not None and (before.is_quote or before.text in _BEFORE_INVERTED)
    if not follows_speech or tokens[verb].lower in _SPEAKER_BEFORE or verb + 1 == len(tokens):
        return None, verb
    speaker, end = phrase_after(tokens, verb + 1)
    may_speak = tokens[verb + 1].lower not in _SAYING_NOTHING and is_closed(tokens, end)
    return (speaker, end) if may_speak else (None, verb)


def _goes_on(tokens: Sequence[Token], verb: int) -> bool:
    """Whether the speaker before goes on: "said it was late and warned that", "..., adding that"."""
    behind = tokens[verb - 1]
    return behind.lower == "and" or (tokens[verb].lower.endswith("ing") and behind.text == ",")


def _said(statement: Statement, verb: int, after: int, start: int, is_inverted: bool) -> Iterator[Stretch]:
    """Yield what a frame makes reported speech, before and behind it."""
    tokens = statement.tokens
    before = _before_frame(statement, tokens[verb].lower, start)
    behind = _behind(statement, verb, after)
    follows = tokens[after].text if after < len(tokens) else ""
    if before and is_closed(tokens, after) and follows not in ("to", "that"):
        yield before
        if behind and follows == ",":
            yield behind
    elif behind and not is_inverted and not (statement.speech and follows == ","):
        yield behind


def _before_frame(statement: Statement, verb: str, start: int) -> Stretch | None:
    """Return the clause before a frame in its midst or at its end: "The talks, she said, had failed." """
    tokens = [token for token in statement.tokens if token.end <= start]
    if len(tokens) < 3 or tokens[-1].text != "," or any(token.is_quote for token in tokens):
        return None
    if not tokens[0].lower or tokens[0].lower in _OPENS_CIRCUMSTANCES or verb in _SPEAKER_BEFORE:
        return None
    if verb in _SAYING_THAT and not any(token.lower in _AUXILIARIES for token in tokens):
        return None  # "Last night, he posted"
    return tokens[0].start, tokens[-2].end


def _behind(statement: Statement, verb: int, after: int) -> Stretch | None:
    """Return what stands behind a frame to the end of its clause, without to whom and when it was said."""
    tokens = statement.tokens
    word = tokens[verb].lower
    first = _behind_that(tokens, after)
    if first is None and not (statement.speech and word in _TELLING):
        first = _without_that(tokens, word, after)
    if first is None or first >= len(tokens) or not tokens[first].lower or _says_nothing(word, tokens[first].lower):
        return None
    first += word in _JUDGING and tokens[first].lower == "for"
    quotes = (token.start for token in tokens[first:] if (token.start, token.end) in statement.speech)
    end = next(quotes, statement.end)
    said = [token for token in tokens[first:] if token.start < end and (token.lower or token.is_quote)]
    if len(said) > 2 and said[-1].lower in _TIMES and said[-2].lower in _PREPOSITIONS:
        said = said[:-2]
    return (said[0].start, said[-1].end) if said else None


def _without_that(tokens: Sequence[Token], word: str, after: int) -> int | None:
    """Return where what is said begins where no that stands before it; None where nothing is said."""
    needs_that = word in _SAYING_THAT | _TELLING or word.endswith("ing")
    if needs_that and not any(token.lower in _AUXILIARIES for token in tokens[after : after + _CLAUSE_WITHIN]):
        return None
    first = after + (after < len(tokens) and tokens[after].text == ",")
    if word in _TELLING:
        return _over_addressee(tokens, first)
    return first + 2 if first + 1 < len(tokens) and tokens[first + 1].lower in _TIMES else first


def _says_nothing(word: str, follows: str) -> bool:
    """Whether nothing is said by a verb before this word: "said in Paris", "said nothing"; but "promised to"."""
    if follows in _GOES_ON:
        return True
    may_do = follows == "to" and word in _SAYING_TO_DO
    return word not in _JUDGING and follows in _SAYING_NOTHING and not may_do


def _behind_that(tokens: Sequence[Token], after: int) -> int | None:
    for at in range(after, min(after + _THAT_WITHIN, len(tokens))):
        if tokens[at].lower == "that":
            is_object = at > after and tokens[at - 1].lower in _PREPOSITIONS
            return None if is_object else at + 1 + (tokens[at + 1 : at + 2] != () and tokens[at + 1].text == ",")
        if tokens[at].lower in _AUXILIARIES or not tokens[at].lower:
            return None
    return None


def _over_addressee(tokens: Sequence[Token], first: int) -> int | None:
    """Return where what is said begins behind to whom: "told them the port was shut"."""
    at = first
    if at < len(tokens) and tokens[at].lower in _PREPOSITIONS:  # "told of nights on the floor"
        return None
    while at < len(tokens) and tokens[at].lower in _DETERMINERS:
        at += 1
    at += 1
    while at < len(tokens) and tokens[at].is_name and tokens[at - 1].is_name:
        at += 1
    return at


def _according(statement: Statement, number: int) -> Frame | None:
    tokens = statement.tokens
    speaker, end = _maker(tokens, number + 2, opens=number == 0)
    if speaker is None:
        return None
    at = (tokens[number].start, speaker.who[1])
    words = [token for token in tokens[:number] if token.lower]
    if words:
        said = (words[0].start, words[-1].end)
    else:
        rest = [token for token in tokens[end:] if token.lower or token.is_quote]
        if not rest:
            return None
        said = (rest[0].start, rest[-1].end)
    return Frame(statement.text[tokens[number].start : tokens[number + 1].end], speaker, at, (said,))


def _maker(tokens: Sequence[Token], first: int, *, opens: bool) -> tuple[SpeakerPhrase | None, int]:
    """Return who stands from `first` on; of "a report by the audit office" who made it."""
    speaker, end = phrase_after(tokens, first, opens=opens)
    if speaker and speaker.name is None and end < len(tokens) and tokens[end].lower in _MADE_BY:
        made_by, made_end = phrase_after(tokens, end + 1, opens=opens)
        if made_by:
            return made_by, made_end
    return speaker, end


def _opening_frame(statement: Statement) -> Frame | None:
    """Return the frame with which a sentence opens: "In the words of the judge, ...", "For Beijing the plan is ..."."""
    if len(statement.tokens) < _FEWEST:
        return None
    match statement.tokens[0].text:
        case "In":
            return _in_the_view(statement)
        case "As":
            return _as_put(statement)
        case _:
            return _for_party(statement)


def _as_put(statement: Statement) -> Frame | None:
    """Return the frame of "As Ann Lee put it, ..."."""
    tokens = statement.tokens
    put = next((at for at in range(2, min(_VIEW_WITHIN, len(tokens))) if tokens[at].lower in ("put", "puts")), None)
    if put is None or put + 1 == len(tokens) or tokens[put + 1].lower != "it":
        return None
    speaker, _ = subject_before(tokens[1:], put - 1)
    return _opening(statement, f"{tokens[put].text} it", speaker, put + 2)


def _in_the_view(statement: Statement) -> Frame | None:
    tokens = statement.tokens
    at = next((at for at, token in enumerate(tokens[:_VIEW_WITHIN]) if token.lower in _VIEWS), None)
    if at is None or at < 2 or any(not token.lower for token in tokens[:at]):
        return None
    if at + 1 < len(tokens) and tokens[at + 1].lower == "of":
        speaker, end = phrase_after(tokens, at + 2, opens=True)
        verb = statement.text[tokens[0].start : tokens[at + 1].end]
        return _opening(statement, verb, speaker, end)
    owner = tokens[at - 1]
    if not owner.text.endswith(("'s", "’s", "'", "’")):
        return None
    bare = [*tokens[1 : at - 1], replace(owner, text=owner.text[:-2], lower=owner.lower[:-2], end=owner.end - 2)]
    speaker, _ = phrase_after(bare, 0)
    return _opening(statement, tokens[at].text, speaker, at + 1)


def _for_party(statement: Statement) -> Frame | None:
    tokens = statement.tokens
    end = 1
    while end < len(tokens) and (tokens[end].is_name or (end == 1 and tokens[end].lower in _DETERMINERS)):
        end += 1
    follows = tokens[end] if end < len(tokens) else None
    if end == 1 or follows is None or not (follows.text == "," or follows.lower in _DETERMINERS | PRONOUNS):
        return None
    if not parties_in(statement.text[tokens[1].start : tokens[end - 1].end]):
        return None
    if not any(token.lower in _AUXILIARIES for token in tokens[end : end + _VIEW_WITHIN]):
        return None
    speaker, _ = phrase_after(tokens[:end], 1)
    return _opening(statement, tokens[0].text, speaker, end)


def _opening(statement: Statement, verb: str, speaker: SpeakerPhrase | None, end: int) -> Frame | None:
    rest = [token for token in statement.tokens[end:] if token.lower or token.is_quote]
    if speaker is None or not rest:
        return None
    return Frame(verb, speaker, (statement.start, rest[0].start), ((rest[0].start, rest[-1].end),))
