"""Types of an answer and its parts. All offsets are code points; nothing here can exist without its checked source."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.groundedness.judge import Vote
from assistant.query.kind import QuestionKind
from corpus.units import ContextPart, Unit
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of an article that may answer: `hit.article.text[start:end]`.

    `support` is the probability in [0, 1] that this sentence answers its sub-question; it ranks sentences, and was
    made of the `signals` (`assistant.reading.extract`). `sub_question` is the position of the sub-question that it
    answers. `short` is the likeliest answer span inside [start, end), in article offsets. `copies` are the same
    sentence elsewhere. `unit` is the unit of the article that it is, with its context; `above` what it was read with.
    """

    hit: Hit
    start: int
    end: int
    support: float
    signals: Mapping[str, float] = field(default_factory=dict, compare=False)
    sub_question: int = 0
    short: tuple[int, int] | None = None
    copies: tuple[Evidence, ...] = ()
    unit: Unit | None = field(default=None, compare=False)
    above: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        return self.hit.article.text[self.start : self.end]

    def overlaps(self, other: Evidence | Citation) -> bool:
        """Whether some of its text is the other's too, in the same article."""
        theirs = other.source_span if isinstance(other, Citation) else other
        same = self.hit.article.id == other.hit.article.id
        return same and self.start < theirs.end and theirs.start < self.end


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """`hit.article.text[source_span.start:source_span.end] == quote`, exactly; made only by `assistant.writing.verify`.

    `answer_span` is where the cited sentence stands in the answer's text. `context` says what the quote is about.
    """

    id: str
    hit: Hit
    quote: str
    source_span: Span
    answer_span: Span
    context: tuple[ContextPart, ...] = ()


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """A language model's sentence that was not confirmed, and the evidence that it claimed, if it claimed any."""

    text: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Contradicted:
    """A language model's sentence that was removed since its evidence says otherwise, and what its judges said."""

    text: str
    evidence: Evidence | None
    votes: tuple[Vote, ...]


class Support(StrEnum):
    """How a sentence of the answer stands to what it cites."""

    VERBATIM = "verbatim"
    SUPPORTED = "supported"
    PARTIAL = "partial"
    METADATA = "metadata"
    """Told of the articles themselves, by what is stored with them; it cites nothing in them."""
    CONNECTING = "connecting"
    """Of a language model, and only leads to what follows; it cites nothing."""
    NOT_FOUND = "not_found"
    """Of a language model, and says what the articles do not say, and reading did not find either; it cites nothing."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer at `span` of its text, and the ids of its citations: at least one of all that says
    something of what articles say.

    `added` is what in it is ours, worked out from what it cites: the heads of a table's cell and what parts them, the
    date that "on Monday" means, a quotation mark that it lacks, a verdict. `votes` are those of its judges, for
    explanation; none on a quote.
    """

    span: Span
    support: Support
    citations: tuple[str, ...]
    added: tuple[Span, ...] = ()
    votes: tuple[Vote, ...] = field(default=(), compare=False)


class SectionKind(StrEnum):
    """What a part of an answer is: all that a party says, an item of a list, an entry of a timeline, a summary, the
    sentence by which a question of yes or no is decided, or nothing of these."""

    PLAIN = "plain"
    PARTY = "party"
    ITEM = "item"
    DATED = "dated"
    SUMMARY = "summary"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class SectionHead:
    """What a section is about: `label` for people, the `party` whose section it is, the `date` of what it tells."""

    kind: SectionKind = SectionKind.PLAIN
    label: str = ""
    party: str | None = None
    date: datetime.date | None = None


PLAIN = SectionHead()


@dataclass(frozen=True, slots=True)
class Section:
    """Sentences that belong together, by their positions in `Answer.sentences`; none where nothing was found."""

    head: SectionHead
    sentences: tuple[int, ...]


class Verdict(StrEnum):
    """The answer to a question of yes or no."""

    YES = "yes"
    NO = "no"


class Status(StrEnum):
    """`PARTIAL`: some sub-question has no evidence, and `Answer.unanswered` names it; or a list is too long to be told,
    and `Answer.about` says so."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_ANSWER = "no_answer"


class NoAnswerReason(StrEnum):
    """Why there is no answer: a value that callers can act on, never an exception."""

    NO_ARTICLES = "no_articles"
    NOTHING_RELEVANT = "nothing_relevant"
    NOT_SUPPORTED = "not_supported"
    NOT_A_QUESTION = "not_a_question"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree about what was asked; `citations` are the ids of those of all sides, likeliest first."""

    about: str
    citations: tuple[str, ...]


JUDGE_UNAVAILABLE = "judge_unavailable"
"""In `Answer.degraded`: the language model that judges could not be asked, so that the small model judged alone."""

CONTRADICTED = "contradicted"
"""In `Answer.degraded`: a language model wrote the contrary of what it cited, which was removed."""

UNCALIBRATED = "uncalibrated"
"""In `Answer.degraded`: confidence was fitted for another encoder, reading model or other settings than these."""

INDEX_FALLBACK = "index_fallback"
"""In `Answer.degraded`: a part of the index was missing, damaged or away, and something slower stood in for it."""

SHORTENED = "shortened"
"""In `Answer.degraded`: a language model wrote it from half of the evidence, since its context holds no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer or refusal, as `Assistant.ask` returns it.

    `kind` is that of the question, where it is sure of one; `sections` are the sentences in order, in the shape that
    the question asks for; `verdict` answers a question of yes or no, where a sentence surely decides it. `confidence`
    is the calibrated probability in [0, 1] that the answer is right, where it `is_calibrated`
    (`assistant.reading.calibration`). `hits` are the retrieved passages, best first, cited or not; `nearest` is the
    evidence that was considered, best first, for explanation. `about` says to people what this assistant is and
    covers, where that is all there is to say (`NOT_A_QUESTION`), how sure an answer is and whose, where that was
    asked, or that it is neither yes nor no; it is no part of an answer, and cites nothing. `not_confirmed` is no part
    of it either: what a language model wrote and nothing was found to say; `contradicted` is for explanation: what it
    wrote and its evidence denies. `usage` counts the tokens of language models
    by the names that OpenAI gives them, as far as their servers told any.
    """

    question: str
    status: Status
    text: str = ""
    short: str | None = None
    kind: QuestionKind | None = None
    verdict: Verdict | None = None
    confidence: float = 0.0
    sentences: tuple[Sentence, ...] = ()
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    not_confirmed: tuple[NotConfirmed, ...] = ()
    contradicted: tuple[Contradicted, ...] = ()
    hits: tuple[Hit, ...] = ()
    nearest: tuple[Evidence, ...] = ()
    unanswered: tuple[str, ...] = ()
    no_answer_reason: NoAnswerReason | None = None
    about: str | None = None
    standalone_question: str | None = None
    mode: str = "extractive"
    degraded: tuple[str, ...] = ()
    generation: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    usage: Mapping[str, int] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_calibrated(self) -> bool:
        """Whether `confidence` was fitted for what runs."""
        return UNCALIBRATED not in self.degraded
