"""`assistant chat`: a conversation in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from io import TextIOWrapper
from typing import TYPE_CHECKING

from api.cli.options import Languages, Publishers, Since, Until, article_filter
from api.cli.terminal import one_line, say, say_piece, tell

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.ask import Assistant
    from assistant.conversation.rewriter import Message
    from assistant.events import SentenceAdded
    from corpus.article import ArticleFilter

_PROMPT = "\n> "
_COMMANDS = {
    "/sources": "the quotes of the last answer, and where they stand",
    "/clear": "forget the conversation",
    "/help": "this list",
    "/quit": "leave (Ctrl-D too)",
}
_HELP = "\n".join(f"  {name:<9} {meaning}" for name, meaning in _COMMANDS.items())


def chat(
    publisher: Publishers = None,
    language: Languages = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Talk with the assistant: each line is a question, and may follow up on what was said.

    Reads a terminal or a pipe. /sources, /clear, /help and /quit are commands; Ctrl-C stops an answer.
    """
    from assistant.ask import Assistant
    from assistant.settings import load_settings

    wanted = article_filter(publisher, language, since, until)
    is_watched = sys.stdin.isatty()
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a byte that is no text makes an odd question, not an end
    with Assistant.open(load_settings()) as assistant:
        if is_watched:
            tell("Loading the model ...")
            assistant.warm_up()
        conversation = _Conversation(assistant, wanted)
        if is_watched:
            say(f"{conversation.introduction()}\n{_HELP}")
        for line in _typed() if is_watched else _piped():
            if line.startswith("/"):
                if line in {"/quit", "/exit"}:
                    break
                conversation.obey(line)
            elif line:
                conversation.ask(line)


def _typed() -> Iterator[str]:
    """Yield lines from a person at a terminal, until Ctrl-D."""
    from contextlib import suppress

    with suppress(ImportError):
        import readline  # noqa: F401 - lets `input` edit lines and remember them
    while True:
        try:
            yield input(_PROMPT).strip()
        except KeyboardInterrupt:
            say("\nPress Ctrl-D or type /quit to leave.")
        except EOFError:
            say()
            return


def _piped() -> Iterator[str]:
    for line in sys.stdin:
        yield line.strip()


class _Conversation:
    """A conversation with the assistant: its messages, and the articles that it may look into."""

    def __init__(self, assistant: Assistant, wanted: ArticleFilter) -> None:
        self._assistant = assistant
        self._wanted = wanted
        self._history: list[Message] = []
        self._last: Answer | None = None

    def introduction(self) -> str:
        from assistant.conversation.introduction import introduction

        return one_line(introduction(self._assistant.store.articles.coverage(self._wanted)))

    def obey(self, command: str) -> None:
        if command == "/sources":
            self._show_sources()
        elif command == "/clear":
            self._history.clear()
            self._last = None
            say("Forgotten.")
        elif command == "/help":
            say(_HELP)
        else:
            say(f"There is no such command; the commands are:\n{_HELP}")

    def ask(self, question: str) -> None:
        """Show the answer as it comes, and remember it. Ctrl-C stops it, and then nothing is remembered."""
        from assistant.errors import BadQuestion

        try:
            answer = self._watch(question)
        except BadQuestion as error:
            tell(one_line(str(error)))
        except KeyboardInterrupt:
            if not sys.stdin.isatty():
                raise
            say("\nStopped.")
        else:
            self._remember(question, answer)

    def _watch(self, question: str) -> Answer:
        from api.cli.show_answer import refusal_lines, source_lines
        from api.wire.answer import answer_body
        from api.wire.body import new_id
        from assistant.answer import Status
        from assistant.events import Completed, SentenceAdded, Started

        shown = _Shown()
        with closing(self._assistant.stream(question, self._wanted, self._history)) as events:
            for event in events:
                match event:
                    case Started(_, _, str(standalone)):
                        say(f"({one_line(standalone)})")
                    case SentenceAdded():
                        shown.add(event)
                    case Completed(answer):
                        body = answer_body(answer, new_id("req"))
                        lines = refusal_lines if answer.status is Status.NO_ANSWER else source_lines
                        shown.close()
                        say("\n".join(lines(body)))
                        return answer
        raise AssertionError("a stream ends with its answer")

    def _remember(self, question: str, answer: Answer) -> None:
        from assistant.conversation.rewriter import MAX_MESSAGES, Message

        self._last = answer
        self._history += [Message("user", question), Message("assistant", answer.text)]
        del self._history[:-MAX_MESSAGES]

    def _show_sources(self) -> None:
        from api.cli.show_answer import cited_source_lines
        from api.wire.answer import answer_body
        from api.wire.body import new_id

        if self._last is None or not self._last.citations:
            say("The last answer has no sources." if self._last else "Nothing was answered yet.")
        else:
            say("\n".join(cited_source_lines(answer_body(self._last, new_id("req")))).strip())


class _Shown:
    """The part of an answer that is on the terminal. Sources are numbered as they are first cited, as in the answer."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._is_open = False

    def add(self, wrote: SentenceAdded) -> None:
        from api.wire.markers import with_marker, without_foreign_markers

        cited = [citation.hit.passage.id for citation in wrote.citations]
        for passage_id in cited:
            self._numbers.setdefault(passage_id, len(self._numbers) + 1)
        text = without_foreign_markers(wrote.delta)
        say_piece(with_marker(text, [self._numbers[passage_id] for passage_id in cited]))
        self._is_open = True

    def close(self) -> None:
        if self._is_open:
            say()
        self._is_open = False
