"""An answer in a language model's own words, sentence by sentence, each with the evidence that it claims to rest on.

It is shown passages (`assistant.writing.passages`), as data between marks that nobody can guess. Whatever comes back is
only a draft: a sentence counts for nothing until `assistant.writing.verify` has held it against its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from assistant.answer import PLAIN, Evidence, SectionHead, SectionKind
from assistant.conversation.rewriter import Message
from assistant.errors import ContextTooLong, SchemaRefused
from assistant.language_models.language_model import LanguageModel, TimeLimits, TokenUsage, about_tokens
from assistant.query.decompose import SubQuestion
from assistant.settings import ModelOptions
from assistant.writing.claimed import MOST_CITED, Claimed, parse, plain_sentence, says_nothing
from assistant.writing.draft import NOT_TO_BE_SHOWN, Draft, DraftSentence
from assistant.writing.passages import ShownPassage, better_half, choose_passages, lines_of
from assistant.writing.prompt import asked_lines, last_turns, prompt, schema_of
from assistant.writing.sentence_kinds import FACT, kind_of
from assistant.writing.spans import Span, find_span

_MOST_SENTENCES = 12
"""After so many the model is stopped; nobody reads a longer answer to one question."""

_QUESTION_TOKENS = 450
"""Room for the question, the form of its answer, and the last turns."""

_ADDRESS = re.compile(
    r"""
    (?<! [\w.] )
    (?: [\w-]+ \. )+     # of labels
    [a-z]{2,} (?! \w )    # the last one is letters only, and small ones: U.S. and 3.5 are none
    """,
    re.VERBOSE,
)

_ITEM = re.compile(r"\s*(?:[*•-]|\d{1,2}[.)])\s+[\w*_\"'“‘]")
"""How an item of a list begins, however a model writes lists."""

_ITEM_HEAD = SectionHead(SectionKind.ITEM)


@dataclass(slots=True)
class Effort:
    """What the writing of an answer took: the tokens of all calls, and whether evidence was cut to fit the model's
    context."""

    usage: TokenUsage = field(default_factory=TokenUsage)
    was_cut: bool = False


class ModelWriter:
    """Writes with a language model. Safe to use from several threads."""

    def __init__(self, model: LanguageModel, options: ModelOptions) -> None:
        self._model = model
        self._options = options
        self._limits = TimeLimits(options.first_seconds, options.whole_seconds)

    def show(self, evidence: Sequence[Evidence], quoted: Draft) -> tuple[ShownPassage, ...]:
        """Return the passages to show to the model, best first: as many as its context holds beside all else."""
        instructions = sum(about_tokens(message.content) for message in prompt((), (), as_json=True))
        room = self._options.context_tokens - self._options.max_tokens - instructions - _QUESTION_TOKENS
        return choose_passages(evidence, quoted, self._options.passages, room)

    def write(
        self,
        question: str,
        shown: Sequence[ShownPassage],
        effort: Effort,
        sub_questions: Sequence[SubQuestion] = (),
        history: Sequence[Message] = (),
    ) -> Generator[DraftSentence | None]:
        """Yield sentences as the model writes them, `NOT_TO_BE_SHOWN` for each that is no plain prose, None for each
        piece of text that completes none, and note in `effort` what it takes. Closing it stops the model.

        `sub_questions` say in what form it shall answer; the last of `history`, what the reader knows already.
        Passages that do not fit into the model's context are cut once to their better half. Raise `ModelFailed`.
        """
        asked, said = asked_lines(question, sub_questions), last_turns(history)
        try:
            yield from self._write(asked, shown, effort, said)
        except ContextTooLong:  # before its first word, so that nothing is written twice
            less = better_half(shown)
            if less == tuple(shown):
                raise
            effort.was_cut = True
            yield from self._write(asked, less, effort, said)

    def _write(
        self, asked: Sequence[str], shown: Sequence[ShownPassage], effort: Effort, said: Sequence[str]
    ) -> Generator[DraftSentence | None]:
        if self._model.follows_schemas:
            try:
                yield from self._write_as(asked, shown, effort, said, as_json=True)
                return
            except SchemaRefused:  # before its first word, too
                pass
        yield from self._write_as(asked, shown, effort, said, as_json=False)

    def _write_as(
        self, asked: Sequence[str], shown: Sequence[ShownPassage], effort: Effort, said: Sequence[str], as_json: bool
    ) -> Generator[DraftSentence | None]:
        lines = [line.evidence for line in lines_of(shown)]
        messages = prompt(asked, shown, as_json, said)
        pieces = self._model.stream(messages, self._limits, effort.usage, schema_of(len(lines)) if as_json else None)
        with closing(pieces):
            written: set[str] = set()
            for claimed in parse(pieces):
                if claimed is None:
                    yield None
                    continue
                text = claimed.text
                if text in written or len(written) == _MOST_SENTENCES:  # a model that repeats itself goes on for ever
                    return
                written.add(text)
                evidence, span = _claimed_evidence(claimed, lines)
                sentence = plain_sentence(text)
                kind = kind_of(sentence, asked[0])
                if kind is FACT and sentence and not _names_strange_address(sentence, evidence):
                    head = _ITEM_HEAD if _ITEM.match(text) else PLAIN
                    yield DraftSentence(sentence, evidence, head=head, span=span.evidence if span else None)
                elif kind and kind is not FACT:
                    yield DraftSentence(sentence, (), kind=kind)
                elif not says_nothing(text):
                    yield NOT_TO_BE_SHOWN


def _claimed_evidence(claimed: Claimed, lines: Sequence[Evidence]) -> tuple[tuple[Evidence, ...], Span | None]:
    """Return the lines that a sentence claims to rest on, those of its span first, and the span, if it is found.

    A span is looked for where the lines are that are cited, and then in all that was shown.
    """
    cited = [lines[number - 1] for number in claimed.numbers if 0 < number <= len(lines)]
    near = [line for line in lines if any(line.hit.passage.id == one.hit.passage.id for one in cited)]
    span = find_span(claimed.begins, claimed.ends, near) or find_span(claimed.begins, claimed.ends, lines)
    evidence: list[Evidence] = []
    for line in (*(span.lines if span else ()), *cited):
        if not any(line.overlaps(other) for other in evidence):
            evidence.append(line)
    return tuple(evidence[:MOST_CITED]), span


def _names_strange_address(sentence: str, evidence: Sequence[Evidence]) -> bool:
    """Whether it names an address that its evidence does not have: example.org, whoever may be there."""
    named = [match[0] for match in _ADDRESS.finditer(sentence)]
    return any(not any(address in item.text for item in evidence) for address in named)
