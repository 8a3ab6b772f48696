"""Task prompts: what chat clients ask beside the questions of people, to have a title for a chat, tags, follow-ups.

They are sent to whichever model answers, so that they come here, too. No article has to do with them: they are
answered from the conversation alone, in the shape that they ask for. Open WebUI, LibreChat, big-AGI, Page Assist and
Jan send the conversation within the prompt; LobeChat, Cherry Studio, chat-ui and others write it out behind a system
prompt; NextChat sends the prompt as the last message of the conversation. A system prompt before a conversation says
how to answer, as far as anybody can tell: it is no task prompt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, takewhile
from typing import Any, Literal

from assistant.conversation.rewriter import MAX_MESSAGE_CHARACTERS, MAX_MESSAGES, Message, Rewritten
from assistant.conversation.small_talk import is_small_talk
from corpus.text.english import ENGLISH
from corpus.text.invisible import without_hidden
from corpus.text.lexicons import alternation
from corpus.text.names import names_in

Said = tuple[str, str]
"""(role, text) of a message."""


class Task(StrEnum):
    """What is asked for. The value names the lexicon by whose pattern it is recognised."""

    TITLE = "asks_for_a_title"
    TAGS = "asks_for_tags"
    FOLLOW_UPS = "asks_for_follow_ups"
    QUERIES = "asks_for_queries"
    STANDALONE_QUESTION = "asks_for_a_standalone_question"
    EMOJI = "asks_for_an_emoji"
    COMPLETION = "asks_to_complete_text"
    IMAGE_PROMPT = "asks_for_an_image_prompt"
    TOOLS = "asks_for_tools"


@dataclass(frozen=True, slots=True)
class Shape:
    """JSON that is asked for: a list or a text, under `key` of an object or by itself."""

    key: str | None
    is_list: bool


@dataclass(frozen=True, slots=True)
class TaskPrompt:
    """A recognised prompt: what it asks for, of which conversation, and in which JSON; None for plain text."""

    task: Task
    turns: tuple[Message, ...]
    shape: Shape | None
    most_words: int

    def reply(self, rewrite: Callable[[str, Sequence[Message]], Rewritten], shape: Shape | None = None) -> str:
        """Return the reply; `shape` is what the request asks for beside the prompt."""
        told = list(self._told(rewrite))
        shape = shape or self.shape
        if shape is None:
            return "\n".join(told)
        value = told if shape.is_list else " ".join(told)
        return json.dumps(value if shape.key is None else {shape.key: value}, ensure_ascii=False)

    def _told(self, rewrite: Callable[[str, Sequence[Message]], Rewritten]) -> Iterator[str]:
        questions = [turn.content for turn in self.turns if turn.role == "user"]
        match self.task:
            case Task.TITLE:
                first = next((one for one in questions if not is_small_talk(one)), questions[0])
                yield _short(first, self.most_words)
            case Task.TAGS:
                names = (name for question in questions for name in names_in(_one_line(question)) if len(name) > 1)
                yield from list(dict.fromkeys(names))[:_MOST_TAGS] or [_ANY_TAG]
            case Task.QUERIES | Task.STANDALONE_QUESTION | Task.IMAGE_PROMPT:
                last = max(place for place, turn in enumerate(self.turns) if turn.role == "user")
                yield rewrite(_one_line(questions[-1]), self.turns[:last][-MAX_MESSAGES:]).question
            case Task.EMOJI:
                yield _ANY_EMOJI
            case Task.FOLLOW_UPS | Task.COMPLETION | Task.TOOLS:
                yield from ()  # what could be asked next, nobody knows without the articles


_MOST_TAGS, _ANY_TAG = 3, "General"
_ANY_EMOJI = "💬"

_FEWEST_WORDS, _FEW_WORDS, _MOST_WORDS = 3, 6, 10
"""Of a title: whatever is asked for, when nothing is said, and at most."""
_LONGEST_TITLE = 60

_LONGEST_PROMPT = 200_000
"""Characters. Clients send the last few messages of a conversation."""
_LONGEST_INSTRUCTION = 4_000
"""Characters of a prompt's beginning and of its end that are looked at."""


def task_of(said: Sequence[Said]) -> TaskPrompt | None:
    """Return the task prompt that these messages of a request are; None where they ask a question.

    What could be either is a question: a person who gets a title for an answer does not know why.
    """
    last = max((place for place, (role, _) in enumerate(said) if role == "user"), default=None)
    if last is None or len(said[last][1]) > _LONGEST_PROMPT:
        return None
    before, prompt = said[:last], said[last][1]
    return _within(prompt) or _at_the_end(prompt, before) or _just_before(prompt, before) or _behind(prompt, before)


def _within(prompt: str) -> TaskPrompt | None:
    """Return the task of a prompt that holds its conversation."""
    start, end = _held_in(prompt)
    if start == end:
        return None
    instruction = _instruction(f"{prompt[:start]} {prompt[end:]}")
    task = _task(instruction)
    return _prompt(task, instruction, _turns(prompt[start:end])) if task else None


def _at_the_end(prompt: str, before: Sequence[Said]) -> TaskPrompt | None:
    """Return the task of a prompt that ends its conversation. People may ask for other things there: only for a title,
    of just this conversation, is it taken."""
    instruction = _instruction(prompt)
    if not _TITLES_THIS_CHAT.search(instruction):
        return None
    return _prompt(Task.TITLE, instruction, [turn for role, text in before for turn in _turn(role, text)])


def _just_before(prompt: str, before: Sequence[Said]) -> TaskPrompt | None:
    """Return the task of a message that ends with a colon, before the one that is to have a title."""
    role, text = before[-1] if before else ("", "")
    instruction = _instruction(text)
    if role != "user" or not instruction.endswith(":") or not _TITLES_THIS_CHAT.search(instruction):
        return None
    return _prompt(Task.TITLE, instruction, list(_turn("user", prompt)))


def _behind(prompt: str, before: Sequence[Said]) -> TaskPrompt | None:
    """Return the task of a system prompt, before a message that is a conversation written out."""
    system = next((text for role, text in before if role in ("system", "developer")), "")
    if not _is_conversation(prompt) or any(role == "user" for role, _ in before):
        return None
    instruction = _instruction(system)
    task = _task(instruction)
    if task is None:
        return None
    start, end = _held_in(prompt)
    return _prompt(task, instruction, _turns(prompt[start:end] or prompt))


def _prompt(task: Task, instruction: str, turns: Sequence[Message]) -> TaskPrompt | None:
    if not any(turn.role == "user" for turn in turns):
        return None
    return TaskPrompt(task, tuple(turns), _shape(task, instruction), _words_wanted(instruction))


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(written, re.VERBOSE | re.IGNORECASE | re.MULTILINE)


_PATTERNS = {task: _pattern(ENGLISH.pattern(task)) for task in Task}
_SENTENCE_END = re.compile(r"[.?!:{]")
_TITLES_THIS_CHAT = _pattern(ENGLISH.pattern("asks_to_title_this_chat"))
_FORM = _pattern(ENGLISH.pattern("form_of_a_task"))
_WANTS_ANSWERS = _pattern(ENGLISH.pattern("wants_answers"))
_BEGINS_WITHIN = re.compile(r"\A[^.?!]{0,40}\Z")
"""What may stand before a wish that begins its prompt: "### Task:", "You are a"."""
_FORM_FOLLOWS = 200
"""Characters behind a wish within which its form is told."""


def _task(instruction: str) -> Task | None:
    """Return what is asked for first, if it begins the instruction or says in which form it is wanted. Clients do not
    ask for it by a question, and say nothing of answers."""
    found = {task: match for task, pattern in _PATTERNS.items() if (match := pattern.search(instruction))}
    if not found or _WANTS_ANSWERS.search(instruction):
        return None
    task = min(found, key=lambda task: found[task].start())
    start, end = found[task].span()
    sentence_end = _SENTENCE_END.search(instruction, end)
    if sentence_end and sentence_end[0] == "?":
        return None
    begins = _BEGINS_WITHIN.match(instruction[:start])
    return task if begins or _FORM.search(instruction, start, end + _FORM_FOLLOWS) else None


def _instruction(text: str) -> str:
    within = (
        text if len(text) <= 2 * _LONGEST_INSTRUCTION else text[:_LONGEST_INSTRUCTION] + text[-_LONGEST_INSTRUCTION:]
    )
    return _one_line(within)


_USER, _OTHER, _CONVERSATION = map(ENGLISH.pattern, ("user_labels", "assistant_labels", "conversation_labels"))
_LABEL = _pattern(rf"^ [ \t>*\#<|-]{{0,8}} (?: (?P<user>{_USER}) | {_OTHER} ) [*\ ]{{0,3}} [:>] \**")
_HEADING = _pattern(rf"^ [ \t*\#]{{0,8}} {_CONVERSATION} \ ? : \**")
_SAYS = _pattern(rf"\b (?: {_USER} | {_CONVERSATION} ) : \s")
_TAGS = _pattern(rf"< ({_CONVERSATION}) >")
_FENCES = ("```", '"""', "\n---")
_MOST_TAGS_LOOKED_AT = 20
_RULE = re.compile(r"^-{3,}$", re.MULTILINE)


def _is_conversation(prompt: str) -> bool:
    """Whether a message is nothing but a conversation, written out."""
    return _LABEL.match(prompt.lstrip()) is not None or bool(_turns_in_json(prompt))


def _held_in(prompt: str) -> tuple[int, int]:
    """Return where in a prompt the conversation stands that it holds; twice the same where it holds none."""
    looked_at = min(len(prompt), _LONGEST_INSTRUCTION)
    for tag in islice(_TAGS.finditer(prompt, 0, looked_at), _MOST_TAGS_LOOKED_AT):
        if (end := prompt.rfind(f"</{tag[1]}>")) > tag.end():
            return tag.end(), end
    for fence in _FENCES:
        start, end = prompt.find(fence, 0, looked_at) + len(fence), prompt.rfind(fence)
        if len(fence) <= start < end:
            return start, end
    label, heading = _LABEL.search(prompt, 0, looked_at), _HEADING.search(prompt, 0, looked_at)
    if label and not (heading and heading.start() < label.start()):
        return label.start(), len(prompt)
    head = heading or _SAYS.search(prompt, 0, looked_at)
    return (head.end(), len(prompt)) if head else (0, 0)


def _turns(held: str) -> list[Message]:
    """Return the turns of a conversation that is written out. Where nobody is named, it begins with what was asked."""
    if (told := _turns_in_json(held)) is not None:
        return told
    labels = list(_LABEL.finditer(held))
    if not labels:
        first = next(filter(str.strip, _RULE.split(held)), "")
        return list(_turn("user", first))
    ends = [label.start() for label in labels[1:]] + [len(held)]
    return [
        turn
        for label, end in zip(labels, ends, strict=True)
        for turn in _turn("user" if label["user"] else "assistant", held[label.end() : end])
    ]


def _turns_in_json(held: str) -> list[Message] | None:
    if not held.lstrip().startswith(("[", "{")):
        return None
    try:
        told = json.loads(held)
    except (ValueError, RecursionError):
        return None
    messages = told if isinstance(told, list) else [told]
    return [
        turn
        for message in messages
        if isinstance(message, dict)
        for turn in _turn(str(message.get("role", "user")), _text_in(message))
    ]


def _text_in(message: dict[str, Any]) -> str:
    values = (message.get(name) for name in ("content", "text", "mainText", "parts"))
    value = next((value for value in values if value), "")
    if isinstance(value, list):
        return "\n".join(str(part.get("text", "")) for part in value if isinstance(part, dict))
    return str(value)


def _turn(role: str, text: str) -> Iterator[Message]:
    text = text.strip().strip("\"'`“”").strip()
    known: dict[str, Literal["user", "assistant"]] = {"user": "user", "assistant": "assistant"}
    if role in known and text:
        yield Message(known[role], text[:MAX_MESSAGE_CHARACTERS])


_EXAMPLE = re.compile(r"\{\s*[\"“](?P<key>\w{1,40})[\"”]\s*:\s*(?P<list>\[)?")
_BARE_LIST = re.compile(r"\bjson array\b", re.IGNORECASE)
_JSON = re.compile(r"\bjson\b", re.IGNORECASE)
_USUAL = {
    Task.TITLE: Shape("title", is_list=False),
    Task.TAGS: Shape("tags", is_list=True),
    Task.FOLLOW_UPS: Shape("follow_ups", is_list=True),
    Task.QUERIES: Shape("queries", is_list=True),
    Task.STANDALONE_QUESTION: Shape("question", is_list=False),
    Task.EMOJI: Shape("emoji", is_list=False),
    Task.COMPLETION: Shape("text", is_list=False),
    Task.IMAGE_PROMPT: Shape("prompt", is_list=False),
    Task.TOOLS: Shape("tool_calls", is_list=True),
}


def usual_shape(task: Task) -> Shape:
    """Return the JSON in which clients expect what they ask for, where they only say that it is to be JSON."""
    return _USUAL[task]


def _shape(task: Task, instruction: str) -> Shape | None:
    """Return the JSON that an instruction shows or names."""
    if example := _EXAMPLE.search(instruction):
        return Shape(example["key"], example["list"] is not None)
    if _BARE_LIST.search(instruction):
        return Shape(None, is_list=True)
    return _USUAL[task] if _JSON.search(instruction) else None


_NUMBERS = ENGLISH.values("number_words")
_WORDS_WANTED = re.compile(
    rf"\b(?P<number>\d{{1,2}}|{alternation(_NUMBERS)})[\s-](?:or[\s-](?:fewer|less)[\s-])?words?\b", re.IGNORECASE
)


def _words_wanted(instruction: str) -> int:
    """Return how many words a title may have."""
    if not (wanted := _WORDS_WANTED.search(instruction)):
        return _FEW_WORDS
    number = wanted["number"].lower()
    return min(max(int(_NUMBERS.get(number, number)), _FEWEST_WORDS), _MOST_WORDS)


_OPENS = ENGLISH.words("question_words", "auxiliaries", "lead_ins")
_SAYS_LITTLE = ENGLISH.words("question_words", "auxiliaries", "lead_ins", "articles", "prepositions", "possessives")


def _short(question: str, most_words: int) -> str:
    """Return a question as a title: whole where it is short, else without its opening, or what it is about."""
    words = _one_line(question).split()
    opening = takewhile(lambda word: word.lower() in _OPENS, words)
    shorter = words[len(list(opening)) :]
    about = [word for word in words if word.lower().strip("?!.,;:") not in _SAYS_LITTLE]
    fitting = next((some for some in (words, shorter) if len(some) <= most_words), about or words)
    title = " ".join(fitting[:most_words])[:_LONGEST_TITLE].strip(" \"'“”`*_#.,;:!?…-")
    return title[:1].upper() + title[1:]


def _one_line(text: str) -> str:
    return " ".join(without_hidden(text).split())
