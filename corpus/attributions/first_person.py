"""Who "I" and "we" are in a sentence that is quoted alone."""

from __future__ import annotations

import re

from corpus.article import Article
from corpus.attributions.index import attributions_within, is_quoted
from corpus.text.english import ENGLISH

_I = re.compile(r"(?<![\w.’'-])(?:I(?=[’']|,?\s[a-z])|[Mm]e|[Mm]y|[Mm]yself)(?![\w-])")
_NUMBERED = re.compile(r"\s[A-Z][\w’'-]*\s$")
"""A name before an I that is a number: in World War I."""

_WE = re.compile(r"(?<![\w.’'-])(?:[Ww]e|us|[Oo]urs?|[Oo]urselves)(?![\w-])")

_MADE_BY = re.compile(
    rf"(?i:(?!joint\s.*,)(?:\w+\s){{0,2}}{ENGLISH.any_of('spoken_texts')}\s(?:from|by|of))\s(?P<who>(?:the\s)?[A-Z].*)"
)
"""Of a joint statement by a list of names, the first alone would be wrong."""

_ENDS_A_NAME = re.compile(rf"\s(?:{ENGLISH.any_of('ends_of_speakers')}|[-–—])\s|[,:;|\n]", re.IGNORECASE)
_PERSON = re.compile(r"[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){1,3}")


def who_speaks(article: Article, start: int, end: int) -> str | None:
    """Return who speaks of themselves in the sentence at [start, end) of an article, as the article names them.

    That is whose turn it is in a conversation, else whoever made the statement or speech that the article is, by its
    title; "I" is else its author. None where the sentence names them itself, and of a quotation, beside which the
    report says whose it is.
    """
    is_one, are_some = (_speaks(words, article, start, end) for words in (_I, _WE))
    if not (is_one or are_some):
        return None
    turns = (one.speaker.who for one in attributions_within(article, start, end) if one.verb == ":")
    who = next(turns, None) or _made_by(article.title) or (_author(article) if is_one else None)
    return who if who and not _is_named(who, article.text[start:end]) else None


def _is_named(who: str, sentence: str) -> bool:
    last_name = who.split()[-1]
    return re.search(rf"(?<!\w){re.escape(last_name)}(?!\w)", sentence, re.IGNORECASE) is not None


def is_a_speech(article: Article) -> bool:
    """Whether an article is a statement or speech that somebody made, by its title."""
    return _made_by(article.title) is not None


def _speaks(words: re.Pattern[str], article: Article, start: int, end: int) -> bool:
    places = [match.start() for match in words.finditer(article.text, start, end)]
    return any(not _NUMBERED.search(article.text, start, place) and not is_quoted(article, place) for place in places)


def _made_by(title: str) -> str | None:
    """Return whose words an article is: "Statement from Mayor Ann Lee on the Ferry" -> "Mayor Ann Lee"."""
    match = _MADE_BY.match(title)
    return _ENDS_A_NAME.split(match["who"], maxsplit=1)[0].strip() if match else None


def _author(article: Article) -> str | None:
    return article.author if article.author and _PERSON.fullmatch(article.author) else None
