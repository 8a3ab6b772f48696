"""The identity of articles: the rules by which the store takes, replaces or refuses them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass

from corpus.article import Action, Article, ArticleSummary, Outcome

_BETWEEN_WORDS = re.compile(
    r"""
    (?: \s                         # white space
      | [!-/:-@\[-`{-~]            # ASCII punctuation
      | [\u00a1\u00ab\u00b7\u00bb\u00bf]  # inverted marks, guillemets, middle dot
      | [\u2010-\u205e]            # dashes, quotation marks, dots
      | [\u3000-\u303f]            # Chinese, Japanese and Korean punctuation
    )+
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """The current version under an article's id.

    `split_by` is the splitter that made its passages, if any did, `read_by` the reader that made its text, which is
    there when that is not the reader of today.
    """

    origin: str
    summary: ArticleSummary
    split_by: str | None = None
    read_by: str | None = None
    text: str | None = None


def decide_action(article: Article, stored: StoredArticle | None, duplicate_of: str | None) -> Outcome:
    """Decide what is to become of `article`.

    `stored` is what its id stands for so far. `duplicate_of` is the external id of another article with the same text.
    """
    if stored is None:
        return _outcome(article, Action.DUPLICATE if duplicate_of else Action.CREATED, duplicate_of)
    is_same_text = article.content_hash == stored.summary.content_hash
    if not is_same_text and article.origin != stored.origin:
        return _outcome(article, Action.CONFLICT, stored.origin)
    if article.read_by != stored.read_by and (is_same_text or _tells_the_same(article.text, stored.text or "")):
        return _outcome(article, Action.REREAD)
    is_same = is_same_text and ArticleSummary.of(article) == stored.summary
    return _outcome(article, Action.UNCHANGED if is_same else Action.UPDATED)


def _tells_the_same(text: str, before: str) -> bool:
    """Whether all words of a text stood in the one before, as another reader made it of the same source.

    That one may hold more: marks, addresses of links, what stood around an article on its page.
    """
    words, words_before = (Counter(filter(None, _BETWEEN_WORDS.split(one.casefold()))) for one in (text, before))
    return words <= words_before


def normalized_text_hash(text: str) -> str:
    """Return a hash that is equal for texts that differ only in case, white space and punctuation."""
    words = _BETWEEN_WORDS.sub(" ", text.casefold()).strip()
    # A text of punctuation alone is the same as itself only.
    return hashlib.sha256((words or text).encode("utf-8")).hexdigest()


def _outcome(article: Article, action: Action, other: str | None = None) -> Outcome:
    return Outcome(article.id, article.external_id, action, other)
