"""Problems: the only table from the rooms' errors to HTTP statuses and exit codes; the rooms know neither.

`docs/http-errors.md` and the exit codes in `docs/cli.md` are generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from assistant.errors import (
    AssistantError,
    BadQuestion,
    BadSettings,
    BadText,
    ClusterFailed,
    ModelFailed,
    ModeUnavailable,
    ReadingModelUnavailable,
    TextTooLong,
)
from assistant.evaluation.errors import EvaluationError
from assistant.limits import MAX_CHECKED_SENTENCES, MAX_QUESTION_CHARACTERS
from corpus.errors import (
    BadAddress,
    CorpusError,
    DataFolderFull,
    DataFolderReadOnly,
    KeyReused,
    NothingToIngest,
    QueueFull,
    TooManyWatches,
    UnknownArticle,
    UnknownJob,
    UnknownSource,
    UnknownWatch,
    UnreadableSource,
)
from index.errors import IndexRoomError


class ExitCode(IntEnum):
    """Exit codes of the `assistant` command. "No answer" is a result: 0, as HTTP says 200."""

    DONE = 0
    SOME_LEFT_OUT = 1
    BAD_INPUT = 2
    DATA_FOLDER = 3
    MODEL_OR_INDEX = 4
    UNEXPECTED = 70
    STOPPED = 130

    @property
    def meaning(self) -> str:
        return _EXIT_MEANINGS[self]


_EXIT_MEANINGS = {
    ExitCode.DONE: "Done. `ask` and `search` leave with 0 when nothing was found, too: that is a result.",
    ExitCode.SOME_LEFT_OUT: "Done, but not all: a source could not be read or was in conflict, an id is not stored, "
    "a figure of `evaluate` is below its limit.",
    ExitCode.BAD_INPUT: "The command, a path, a setting or the question has to be corrected; nothing was done.",
    ExitCode.DATA_FOLDER: "The data folder or a file cannot be used: busy, full, read-only, another version.",
    ExitCode.MODEL_OR_INDEX: "The model cannot be loaded or the index not be built; the articles are safe.",
    ExitCode.UNEXPECTED: "An error of the program itself; please report what it printed.",
    ExitCode.STOPPED: "Stopped with Ctrl-C; what was finished is kept.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A way in which a request can fail, as HTTP tells it (RFC 9457).

    `meaning` is said to whoever asks, so it names nothing of the request and nothing of this machine.
    `retry_seconds` is when asking again may help, None when it does not.
    """

    status: int
    code: str
    meaning: str
    retry_seconds: int | None = None


MALFORMED_JSON = Problem(400, "malformed_json", "The body is not valid JSON in UTF-8.")
NOT_LOCAL = Problem(
    403,
    "not_local",
    "Without keys this service answers only programs and pages of its own machine: "
    "the Host must be a loopback name, an Origin its own, and no proxy may stand in between.",
)
KEY_NEEDED = Problem(401, "key_needed", "Send a key, as in Authorization: Bearer sk_...")
WRONG_KEY = Problem(401, "wrong_key", "This is no key of this service, or it was revoked.")
KEY_EXPIRED = Problem(
    401,
    "key_expired",
    "This key has expired, or was replaced by a new one: ask whoever gave it to you for the one that works now.",
)
SCOPE_MISSING = Problem(403, "scope_missing", "This key works, but not for this.")
ORIGIN_NOT_ALLOWED = Problem(
    403,
    "origin_not_allowed",
    "Pages of this origin may not use this service; a publishable key works from its own only.",
)
LINK_EXPIRED = Problem(403, "link_expired", "This link has expired or was changed; ask again for a fresh one.")
NOT_FOUND = Problem(404, "not_found", "There is nothing at this address.")
ONLY_CHATS = Problem(
    404,
    "only_chats",
    "Prompts are not completed here: ask POST /v1/chat/completions, as LlamaIndex's OpenAILike does with "
    "is_chat_model=True, and LangChain's ChatOpenAI.",
)
METHOD_NOT_ALLOWED = Problem(405, "method_not_allowed", "This address does not take this method; see Allow.")
BODY_TOO_LARGE = Problem(413, "body_too_large", "The body is larger than this service reads.")
BODY_TOO_SLOW = Problem(408, "body_too_slow", "The rest of the body did not come in time; send it again.")
HEAD_TOO_LARGE = Problem(
    431, "head_too_large", "The request line and the header fields are larger, or more, than this service reads."
)
NOT_JSON = Problem(415, "not_json", "Send the body as JSON, with Content-Type: application/json.")
INVALID_REQUEST = Problem(422, "invalid_request", "Some fields are missing, unknown or wrong; see errors.")
UNSUPPORTED = Problem(
    400, "unsupported_value", "A field asks for something that this service does not do; the message says what."
)
TOO_MANY_REQUESTS = Problem(
    429, "too_many_requests", "Too many requests came in a short time; wait a little.", retry_seconds=60
)
QUOTA_REACHED = Problem(
    429, "quota_reached", "This key has made all requests that it may make in a day (UTC).", retry_seconds=86_400
)
BAD_REQUEST = Problem(400, "bad_request", "The request cannot be understood.")
INTERNAL_ERROR = Problem(
    500, "internal_error", "Something went wrong inside the service; its log has more under the request id."
)
NOT_READY = Problem(503, "not_ready", "The service is still loading, or its own test question fails.", retry_seconds=5)
CATCHING_UP = Problem(
    503, "catching_up", "This replica does not search all yet that was stored before it began.", retry_seconds=5
)
BUSY = Problem(503, "busy", "More questions are waiting than the service can answer soon; ask again.", retry_seconds=1)
TOO_MANY_CONNECTIONS = Problem(
    503, "too_many_connections", "More connections are open than this service serves; connect again.", retry_seconds=5
)
TOO_LATE = Problem(504, "too_late", "The answer took longer than this service lets a question take.")
UNKNOWN_MODEL = Problem(404, "unknown_model", "There is no such model; GET /v1/models lists the one there is.")
_UNKNOWN_ARTICLE = Problem(404, "unknown_article", "No article, or no such version of it, has this id.")
_BAD_QUESTION = Problem(
    422, "bad_question", f"The question is empty or longer than {MAX_QUESTION_CHARACTERS:,} characters."
)
_BAD_TEXT = Problem(
    422,
    "bad_text",
    f"The text is empty, or longer or of more sentences ({MAX_CHECKED_SENTENCES}) than are checked at once.",
)
_MODE_UNAVAILABLE = Problem(
    422, "mode_unavailable", "No language model is configured; ask with mode auto or extractive."
)
NOT_ARTICLES = Problem(
    415,
    "not_articles",
    "Send articles as JSON, with Content-Type: application/json, files of a format that is read as "
    "multipart/form-data, or one such file as the body, with its own Content-Type.",
)
NO_ARTICLES_SENT = Problem(422, "no_articles_sent", "The request holds no article.")
TOO_MANY_ARTICLES = Problem(422, "too_many_articles", "The request holds more articles than are taken at once.")
TOO_MANY_VALUES = Problem(
    422, "too_many_values", "The body holds more articles, fields or list entries than are taken in one request."
)
BAD_KEY = Problem(422, "bad_idempotency_key", "An Idempotency-Key has 1 to 255 visible ASCII characters.")
_KEY_REUSED = Problem(
    422, "idempotency_key_reused", "Another request was sent under this Idempotency-Key within a day; take a new key."
)
_UNKNOWN_JOB = Problem(404, "unknown_job", "No job has this id, or it was finished more than a week ago.")
_UNKNOWN_SOURCE = Problem(404, "unknown_source", "No source has this id.")
_UNKNOWN_WATCH = Problem(404, "unknown_watch", "No standing question of yours has this id.")
_TOO_MANY_WATCHES = Problem(
    422, "too_many_watches", "There are as many standing questions as are kept for one key; remove one first."
)
_BAD_ADDRESS = Problem(
    422,
    "bad_address",
    "Nothing is fetched from this address, or sent to it: give a public http or https address of a page or feed, and "
    "for a webhook one on a host that the service may send to.",
)
_QUEUE_FULL = Problem(503, "queue_full", "Too much waits to be ingested; send it again later.", retry_seconds=60)
_DATA_UNAVAILABLE = Problem(
    503, "data_unavailable", "The stored articles cannot be used at the moment.", retry_seconds=30
)
_STORAGE_FULL = Problem(
    507,
    "storage_full",
    "The disk of the service is full, so that nothing more is stored. Questions are answered; articles can be deleted.",
    retry_seconds=300,
)
_STORAGE_READ_ONLY = Problem(
    503,
    "storage_read_only",
    "The service can read what it stores and not change it. Questions are answered.",
    retry_seconds=300,
)
_INDEX_UNAVAILABLE = Problem(503, "index_unavailable", "The index cannot be used at the moment.", retry_seconds=30)

PROBLEMS = (
    MALFORMED_JSON,
    BAD_REQUEST,
    UNSUPPORTED,
    KEY_NEEDED,
    WRONG_KEY,
    KEY_EXPIRED,
    NOT_LOCAL,
    SCOPE_MISSING,
    ORIGIN_NOT_ALLOWED,
    LINK_EXPIRED,
    NOT_FOUND,
    ONLY_CHATS,
    _UNKNOWN_ARTICLE,
    UNKNOWN_MODEL,
    _UNKNOWN_JOB,
    _UNKNOWN_SOURCE,
    _UNKNOWN_WATCH,
    METHOD_NOT_ALLOWED,
    BODY_TOO_SLOW,
    BODY_TOO_LARGE,
    NOT_JSON,
    NOT_ARTICLES,
    INVALID_REQUEST,
    NO_ARTICLES_SENT,
    TOO_MANY_ARTICLES,
    TOO_MANY_VALUES,
    BAD_KEY,
    _KEY_REUSED,
    _BAD_ADDRESS,
    _TOO_MANY_WATCHES,
    _BAD_QUESTION,
    _BAD_TEXT,
    _MODE_UNAVAILABLE,
    TOO_MANY_REQUESTS,
    QUOTA_REACHED,
    HEAD_TOO_LARGE,
    INTERNAL_ERROR,
    NOT_READY,
    CATCHING_UP,
    BUSY,
    TOO_MANY_CONNECTIONS,
    TOO_LATE,
    _QUEUE_FULL,
    _STORAGE_FULL,
    _STORAGE_READ_ONLY,
    _DATA_UNAVAILABLE,
    _INDEX_UNAVAILABLE,
)
"""Every problem that HTTP can answer with."""

ROOM_ERRORS = (CorpusError, IndexRoomError, AssistantError)
"""The roots of the rooms' error trees: whatever is expected to go wrong is one of these."""

_FATES: dict[type[Exception], tuple[Problem, ExitCode]] = {
    CorpusError: (_DATA_UNAVAILABLE, ExitCode.DATA_FOLDER),
    DataFolderFull: (_STORAGE_FULL, ExitCode.DATA_FOLDER),
    DataFolderReadOnly: (_STORAGE_READ_ONLY, ExitCode.DATA_FOLDER),
    NothingToIngest: (INVALID_REQUEST, ExitCode.BAD_INPUT),
    UnknownArticle: (_UNKNOWN_ARTICLE, ExitCode.BAD_INPUT),
    UnknownJob: (_UNKNOWN_JOB, ExitCode.BAD_INPUT),
    UnknownSource: (_UNKNOWN_SOURCE, ExitCode.BAD_INPUT),
    UnknownWatch: (_UNKNOWN_WATCH, ExitCode.BAD_INPUT),
    TooManyWatches: (_TOO_MANY_WATCHES, ExitCode.BAD_INPUT),
    BadAddress: (_BAD_ADDRESS, ExitCode.BAD_INPUT),
    KeyReused: (_KEY_REUSED, ExitCode.BAD_INPUT),
    QueueFull: (_QUEUE_FULL, ExitCode.DATA_FOLDER),
    UnreadableSource: (INVALID_REQUEST, ExitCode.SOME_LEFT_OUT),
    IndexRoomError: (_INDEX_UNAVAILABLE, ExitCode.MODEL_OR_INDEX),
    AssistantError: (INTERNAL_ERROR, ExitCode.UNEXPECTED),
    BadQuestion: (_BAD_QUESTION, ExitCode.BAD_INPUT),
    BadText: (_BAD_TEXT, ExitCode.BAD_INPUT),
    TextTooLong: (INVALID_REQUEST, ExitCode.BAD_INPUT),
    BadSettings: (INTERNAL_ERROR, ExitCode.BAD_INPUT),
    ModeUnavailable: (_MODE_UNAVAILABLE, ExitCode.BAD_INPUT),
    ClusterFailed: (INTERNAL_ERROR, ExitCode.MODEL_OR_INDEX),
    ReadingModelUnavailable: (_INDEX_UNAVAILABLE, ExitCode.MODEL_OR_INDEX),
    ModelFailed: (INTERNAL_ERROR, ExitCode.MODEL_OR_INDEX),
    EvaluationError: (INTERNAL_ERROR, ExitCode.BAD_INPUT),
}
"""An error that is not listed fares as the nearest of its ancestors that is."""


def problem_of(error: Exception) -> Problem:
    """Return the problem of a room's error; `INTERNAL_ERROR` for what no room declares."""
    return _fate(error)[0]


def exit_code_of(error: Exception) -> ExitCode:
    """Return the exit code of a room's error; `UNEXPECTED` for what no room declares."""
    return _fate(error)[1]


def _fate(error: Exception) -> tuple[Problem, ExitCode]:
    for kind in type(error).__mro__:
        if kind in _FATES:
            return _FATES[kind]
    return INTERNAL_ERROR, ExitCode.UNEXPECTED
