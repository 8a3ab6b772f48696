"""Settings: the only place that reads the environment.

Every setting is an environment variable, `ASSISTANT_DATA` or `ASSISTANT_<ROOM>__<NAME>`, checked at start;
`docs/settings.md` is generated from the descriptions here and in each room's options.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_type_hints
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import BadSettings
from assistant.reading.calibration import OperatingPoint
from corpus.setting_notes import Why
from corpus.store.data_folder import DataFolder, VectorServer
from corpus.web.options import SourceOptions, host_names
from index.options import RetrievalOptions

PREFIX = "ASSISTANT_"
NESTING = "__"

RENAMED = {
    "ASSISTANT_FINDING__ENCODER": "ASSISTANT_RETRIEVAL__ENCODER",
    "ASSISTANT_FINDING__PASSAGE_TOKENS": "ASSISTANT_RETRIEVAL__PASSAGE_TOKENS",
    "ASSISTANT_FINDING__CANDIDATES": "ASSISTANT_RETRIEVAL__CANDIDATES",
    "ASSISTANT_FINDING__DENSE_WEIGHT": "ASSISTANT_RETRIEVAL__DENSE_WEIGHT",
    "ASSISTANT_FINDING__THREADS": "ASSISTANT_RETRIEVAL__THREADS",
    "ASSISTANT_ANSWERING__CAUTION": "ASSISTANT_ANSWERING__OPERATING_POINT",
}
"""Names of settings until version 0.1, and what they are called now: refused, so that none is silently ignored."""

_DATABASE = "postgresql://"

_READS_WINDOWS = "sentences are read one by one, at most ASSISTANT_ANSWERING__WINDOWS of them"

REMOVED = {
    "ASSISTANT_ANSWERING__RERANK_DEPTH": _READS_WINDOWS,
    "ASSISTANT_ANSWERING__PASSAGES_TO_READ": _READS_WINDOWS,
    "ASSISTANT_ANSWERING__EARLY_EXIT_PROBABILITY": _READS_WINDOWS,
    "ASSISTANT_ANSWERING__SURE_ENOUGH": _READS_WINDOWS,
    "ASSISTANT_MODEL__EVIDENCE": "the model is given whole passages, at most ASSISTANT_MODEL__PASSAGES of them",
    "ASSISTANT_LOAD__MOST_WAITING": "as many questions wait as can be answered within ASSISTANT_LOAD__WAIT_SECONDS",
}
"""Settings until version 0.1 that are gone, and what holds instead."""


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """Options of reading evidence, abstaining, and writing answers."""

    reader: Annotated[
        str,
        Field(
            min_length=1,
            description="Reading model: `default` (carried by the installation), or the name or path of any Hugging "
            "Face question-answering model; confidence is fitted to the default one.",
        ),
        Why("confidence is fitted to it, and it needs no download"),
    ] = "default"
    windows: Annotated[
        int,
        Field(
            ge=1,
            le=64,
            description="Most sentences that the model reads, each with what stands above it, for each sub-question.",
        ),
        Why("more than twelve told no more and took longer (record 38); each costs a third of a passage's time"),
    ] = 12
    operating_point: Annotated[
        OperatingPoint,
        Field(description="How sure an answer must be: `eager`, `balanced` or `cautious` (docs/abstention.md)."),
        Why("it refuses about one in ten of the questions that the articles answer (docs/abstention.md)"),
    ] = "balanced"

    max_sentences: Annotated[
        int,
        Field(
            ge=1,
            le=10,
            description="Most sentences of an answer, for each sub-question; half as many again for lists, reasons, "
            "comparisons, summaries and courses of events.",
        ),
        Why(
            "with the words below, what tells most of what a full answer must; weak sentences are left out "
            "anyway (record 38)"
        ),
    ] = 5
    max_words: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            description="Words after which no further sentence is added, for each sub-question; half as many again for "
            "the same.",
        ),
        Why("as measured: 60 told less, and answers have 43 to 76 on average (record 38)"),
    ] = 100


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """Options of a language model that is asked over a network, with its time limits."""

    name: str = ""
    base_url: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^\s]+)?$",
            description="Address of a server that speaks OpenAI's protocol (llama.cpp, vLLM, Ollama, LM Studio), "
            "mostly ending in `/v1`.",
        ),
        Why("what readers ask is sent to nobody unasked"),
    ] = ""
    api_key: Annotated[
        SecretStr | None,
        Field(description="Key of the model's provider; without it, the variable that the provider itself reads."),
        Why("a secret has no default"),
    ] = None
    output: Annotated[
        Literal["auto", "schema", "prose"],
        Field(
            description="Whether the model is held to a JSON schema (`schema`), asked for text with markers "
            "(`prose`), or held to a schema where it can be (`auto`)."
        ),
        Why("a schema is kept to better, and not every server takes one"),
    ] = "auto"
    temperature: Annotated[
        float | None,
        Field(ge=0, le=2, description="Temperature; empty: 0 with a base URL, else the provider's own."),
        Why("0 says the same again; some providers take none but their own. OpenAI's protocol knows 0 to 2"),
    ] = None
    max_tokens: Annotated[
        int,
        Field(ge=16, description="Most tokens that the model may write for one answer."),
        Why("an answer of some hundred words for each sub-question, with its citations; below 16 no sentence fits"),
    ] = 700
    first_seconds: Annotated[
        float,
        Field(gt=0, description="Seconds that the model may take until its first word."),
        Why("then quotes answer, before people leave"),
    ] = 15.0
    whole_seconds: Annotated[
        float,
        Field(gt=0, description="Seconds that the model may take in all."),
        Why("leaves time to wait, read and judge within `ASSISTANT_LOAD__ANSWER_SECONDS`"),
    ] = 45.0

    room: ClassVar[str]
    """What the names of its settings begin with, behind `ASSISTANT_`."""

    @property
    def is_configured(self) -> bool:
        return bool(self.name or self.base_url)

    @property
    def address(self) -> str:
        """The base URL without what may be secret in it: a user, a password, a query."""
        parts = urlsplit(self.base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@dataclass(frozen=True, slots=True)
class ModelOptions(ChatOptions):
    """Options of the language model that writes answers, if any, with its time limits (docs/language-models.md)."""

    name: Annotated[
        str,
        Field(
            description="Language model that writes answers, as LangChain names it (`openai:...`, `anthropic:...`, "
            "`ollama:...`), or as the server at `ASSISTANT_MODEL__BASE_URL` names it. Empty: none; answers are quotes."
        ),
        Why("it works without one, and nothing is sent to others unasked"),
    ] = ""
    passages: Annotated[
        int,
        Field(ge=1, le=40, description="Most passages of articles that the model is given for one answer."),
        Why("as many as fit into 4,096 tokens beside instructions and answer"),
    ] = 8
    context_tokens: Annotated[
        int,
        Field(
            ge=1024,
            description="Tokens that the model reads and writes at once; passages are given as far as they fit beside "
            "its instructions and `ASSISTANT_MODEL__MAX_TOKENS`.",
        ),
        Why("as much as Ollama reads unless told otherwise; below 1,024 nothing fits beside the instructions"),
    ] = 4096
    show_not_confirmed: Annotated[
        bool,
        Field(
            description="Whether the widget and the pages show, apart from the answer, sentences of the model that "
            "were not confirmed; never to who asks with a publishable key, or with none where anyone may ask."
        ),
        Why("readers see what was left out; strangers see only what was confirmed"),
    ] = True

    room: ClassVar[str] = "MODEL"


@dataclass(frozen=True, slots=True)
class JudgeOptions(ChatOptions):
    """Options of a second language model, which judges what the first one writes (docs/language-models.md)."""

    name: Annotated[
        str,
        Field(
            description="Language model that judges the sentences of the one that writes, named in the same way. "
            "Empty, without `ASSISTANT_JUDGE__BASE_URL`: the model that writes judges, too. Either counts only once "
            "`assistant model check` has admitted it."
        ),
        Why("the model that writes is there already"),
    ] = ""
    first_seconds: Annotated[
        float,
        Field(gt=0, description="Seconds until the first word of the verdicts, whichever model judges."),
        Why("short, as readers wait for each sentence; then the small model alone judges"),
    ] = 10.0
    whole_seconds: Annotated[
        float,
        Field(gt=0, description="Seconds that judging an answer may take in all, whichever model judges."),
        Why("short, as readers wait for each sentence; then the small model alone judges"),
    ] = 20.0

    room: ClassVar[str] = "JUDGE"


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Options of the HTTP service: its address and the requests that it accepts."""

    host: Annotated[
        str,
        Field(description="Address to listen on; loopback only unless keys exist."),
        Why("nobody else reaches it before there are keys"),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        Field(ge=0, le=65535, description="Port to listen on; 0 takes a free one."),
        Why("needs no privileges, as those below 1,024 do"),
    ] = 8000
    max_body_bytes: Annotated[
        int,
        Field(ge=1024, description="Largest request body, in bytes."),
        Why("about what the fifty messages hold that are looked at; articles have a limit of their own"),
    ] = 1_048_576
    max_connections: Annotated[
        int,
        Field(
            ge=16,
            le=60_000,
            description="Most open connections of one process that answers; fewer where its open files (`ulimit -n`) "
            "suffice for fewer.",
        ),
        Why("far more than models answer at once, and bounded memory and open files (record 29)"),
    ] = 1_000
    max_connections_per_address: Annotated[
        int,
        Field(
            ge=1,
            description="Most open connections of one client address in one process; this machine and trusted proxies "
            "are not limited.",
        ),
        Why("one address cannot take all of them, and an office behind one address has enough"),
    ] = 100
    workers: Annotated[
        int,
        Field(ge=1, le=64, description="Processes that answer, on one data folder."),
        Why(
            "one uses all cores while it reads; on two cores a second adds a fifth (README) and its own "
            "models in memory"
        ),
    ] = 1
    ingest: Annotated[
        bool,
        Field(
            description="Take in what is posted, in a process beside those that answer; otherwise `assistant worker` "
            "does, for which `ASSISTANT_DATA` has to be an address."
        ),
        Why("one command does everything on one machine"),
    ] = True
    drain_seconds: Annotated[
        int,
        Field(ge=0, le=3600, description="How long running requests may take to finish when the service stops."),
        Why("quotes take below a second; whatever stops the service must wait longer than this (docs/access.md)"),
    ] = 10
    tls_certificate: Annotated[
        str,
        Field(
            description="File with the certificate and those up to its authority, in PEM; then the service speaks TLS, "
            "and nothing else. A replaced file is taken up within two seconds."
        ),
        Why("a proxy mostly speaks TLS"),
    ] = ""
    tls_key: Annotated[
        str,
        Field(description="File with the certificate's key, in PEM, without a password."),
        Why("a proxy mostly speaks TLS; nobody is there to type a password after a restart"),
    ] = ""
    allow_anyone_to_ask: Annotated[
        bool,
        Field(description="Let whoever reaches the address ask, without keys and through any proxy or name."),
        Why("whoever asks can read every article"),
    ] = False


def _base_url(value: str) -> str:
    if value and not _BASE_URL.fullmatch(value):
        raise ValueError("Write it like https://answers.example.org, without a path")
    return value


def _addresses(value: str) -> str:
    for address in filter(None, value.replace(" ", "").split(",")):
        ip_network(address)
    return value


_BASE_URL = re.compile(
    r"""
    https?://
    [a-z0-9.\-\[\]:]+        # host, port
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class AccessOptions:
    """Options of access once keys exist: rates, and the notes of requests."""

    public_base_url: Annotated[
        str,
        AfterValidator(_base_url),
        Field(description="Address under which others reach the service, like `https://answers.example.org`."),
        Why("it is not guessed from requests, which strangers write"),
    ] = ""
    trusted_proxies: Annotated[
        str,
        AfterValidator(_addresses),
        Field(
            description="Addresses or networks of your own proxies, by commas; only they are believed about whom "
            "they forward (`X-Forwarded-For`)."
        ),
        Why("nobody is believed about whom they forward, unless you say so"),
    ] = ""
    client_requests_per_minute: Annotated[
        int,
        Field(ge=1, description="Most requests of one client address with publishable keys, links or no key at all."),
        Why("a reader asks less than one question a second"),
    ] = 60
    key_requests_per_minute: Annotated[
        int,
        Field(ge=1, description="Most requests of one key, unless the key says otherwise."),
        Why("ten a second, about what two cores answer (README)"),
    ] = 600
    publishable_requests_per_day: Annotated[
        int,
        Field(ge=1, description="Most requests of one publishable key in a day (UTC), unless the key says otherwise."),
        Why("origins can be forged: it bounds what a copied key costs"),
    ] = 10_000
    link_hours: Annotated[
        int,
        Field(ge=1, description="How long a signed link to a reading page works."),
        Why("a day of reading; whoever has the link needs no key"),
    ] = 24
    log_requests: Annotated[
        bool,
        Field(description="Write one JSON line for each request to stderr."),
        Why("what became of a request is looked up by its id"),
    ] = True
    audit: Annotated[
        Literal["off", "service", "all"],
        Field(
            description="Audit lines on stderr (docs/access.md): those of the service (`service`), those of commands "
            "that change keys or articles, too (`all`), or none (`off`)."
        ),
        Why("people read what commands say, and the service notes what commands did to keys"),
    ] = "service"
    log_questions: Annotated[
        bool,
        Field(description="Let those lines carry the questions; they are the readers' own words."),
        Why("readers' words are theirs"),
    ] = False


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Limits on the questions of one process and their time. Questions beyond are refused at once."""

    read_at_once: Annotated[
        int,
        Field(ge=1, le=64, description="Questions that are searched and read at the same time."),
        Why("while one is in a model another is searched; more threads gained nothing on two cores (record 16)"),
    ] = 2
    at_once: Annotated[
        int,
        Field(ge=1, le=512, description="Questions that are read or written at the same time."),
        Why("writing waits for the model's server, not for this machine; it bounds threads and memory"),
    ] = 32
    wait_seconds: Annotated[
        float,
        Field(
            gt=0,
            description="Within how long a question that waits for others has to be answered; one that would not be, "
            "at the pace of the moment, is told at once when to come back.",
        ),
        Why("people leave; who is told when to come back does not ask again at once (record 30)"),
    ] = 10.0
    read_seconds: Annotated[
        float,
        Field(gt=0, description="How long searching and reading may take, until something is known."),
        Why("some hundred times what it takes: it ends what hangs"),
    ] = 20.0
    answer_seconds: Annotated[
        float,
        Field(gt=0, description="How long a question may take altogether, waiting and writing included."),
        Why("waiting, reading and a language model's time fit in; a proxy has to wait longer (docs/access.md)"),
    ] = 90.0


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """Options of ingesting over HTTP."""

    max_body_bytes: Annotated[
        int,
        Field(ge=1024, description="Largest request body with articles, in bytes; others: see serving."),
        Why("a thousand articles of 30 kB"),
    ] = 33_554_432
    max_articles: Annotated[
        int,
        Field(ge=1, le=10_000, description="Most articles of one request."),
        Why("what became of each stands in one reply; more is sent in several requests"),
    ] = 1_000
    max_article_characters: Annotated[
        int,
        Field(ge=1, description="Longest text of an article that is sent; a longer one is rejected."),
        Why("a long novel; one article must not hold up all others"),
    ] = 1_000_000
    threads: Annotated[
        int,
        Field(ge=1, le=1024, description="Processor threads of the encoder in the ingesting process."),
        Why("answers come first"),
    ] = 1


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Options of standing questions (docs/watching.md)."""

    webhook_hosts: Annotated[
        str,
        AfterValidator(host_names),
        Field(
            description="Hosts, by commas, that changes may be sent to, at any port unless one is named: "
            "`hooks.example.org, 127.0.0.1:8080`. They may be hosts that are not public. Empty: none."
        ),
        Why("nothing is sent to anybody unasked, and no stranger makes this machine send (record 43)"),
    ] = ""


@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """Options of what readers ask (docs/questions.md)."""

    keep_days: Annotated[
        int,
        Field(
            ge=0,
            le=366,
            description="Days for which the questions of readers are kept, without who asked, for `assistant "
            "questions` and the start page; 0: none is kept, and a service that starts deletes those that were.",
        ),
        Why("readers' words are theirs; a year shows every season (docs/questions.md)"),
    ] = 0


@dataclass(frozen=True, slots=True)
class TraceOptions:
    """Options of traces (docs/monitoring.md)."""

    endpoint: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^\s@?#]+)?$",
            description="Address of a collector of traces that takes OTLP over HTTP, like "
            "`http://127.0.0.1:4318/v1/traces`; needs the extra `otel`. Empty: no traces.",
        ),
        Why("nothing leaves the machine unasked"),
    ] = ""


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """Options of `assistant evaluate` that its command line must not show, since others can see that."""

    api_key: Annotated[
        SecretStr | None,
        Field(description="Key, with the scope `ask`, that `assistant evaluate --url` sends to the server."),
        Why("a secret has no default; without keys this machine needs none"),
    ] = None


@dataclass(frozen=True, slots=True)
class BackupOptions:
    """Options of backups that a command line must not show, since others can see that."""

    key: Annotated[
        SecretStr | None,
        Field(
            description="Key that encrypts incremental backups and opens them: 32 random bytes in base64, as "
            "`openssl rand -base64 32` makes them. Keep it elsewhere, too: without it they cannot be restored."
        ),
        Why("whoever loses it loses the backups, so none is made up"),
    ] = None
    key_file: Annotated[
        Path | None,
        Field(description="File that holds this key, instead of `ASSISTANT_BACKUP__KEY`."),
        Why("only the user of the service needs to read it, and no environment shows it"),
    ] = None


def _refuse_other_addresses(data: object) -> object:
    if "://" in str(data):
        raise ValueError(f"it is a folder, or an address that begins with {_DATABASE}")
    return data


class Settings(BaseSettings):
    """All settings, validated. Raises `BadSettings` (from `load_settings`) naming the variable and near names."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTING, env_ignore_empty=True, extra="forbid", frozen=True
    )

    data: Annotated[
        Path,
        BeforeValidator(_refuse_other_addresses),
        Field(
            description="Folder that holds the catalog and the index; or the address of a database that many machines "
            "share, `postgresql://USER@HOST/NAME` ([scaling](scaling.md))."
        ),
        Why("beside where the command runs, so that a trial needs no setting; a service names a place of its own"),
    ] = Path("data")
    cache: Annotated[
        Path,
        Field(
            description="Folder for what this machine makes of the articles in a database: the index. Used only where "
            "`ASSISTANT_DATA` is an address."
        ),
        Why("as for `ASSISTANT_DATA`; it can be deleted, and is made again"),
    ] = Path("cache")
    database: SecretStr | None = None
    """The address that stands in `data`, where one does; then `data` is `cache`. It may tell a password."""
    retrieval: RetrievalOptions = RetrievalOptions()
    answering: AnswerOptions = AnswerOptions()
    model: ModelOptions = ModelOptions()
    judge: JudgeOptions = JudgeOptions()
    serving: HttpOptions = HttpOptions()
    load: LoadOptions = LoadOptions()
    access: AccessOptions = AccessOptions()
    ingesting: IngestOptions = IngestOptions()
    sources: SourceOptions = SourceOptions()
    watching: WatchOptions = WatchOptions()
    questions: QuestionOptions = QuestionOptions()
    traces: TraceOptions = TraceOptions()
    evaluating: EvaluationOptions = EvaluationOptions()
    backup: BackupOptions = BackupOptions()

    @model_validator(mode="before")
    @classmethod
    def _tell_address_from_folder(cls, values: dict[str, Any]) -> dict[str, Any]:
        data = str(values.get("data", ""))
        if not data.startswith(_DATABASE):
            return values
        return {**values, "database": data, "data": values.get("cache", cls.model_fields["cache"].default)}

    @property
    def data_folder(self) -> DataFolder:
        url, header = self.retrieval.chroma_url, self.retrieval.chroma_header
        server = VectorServer(url, header.get_secret_value() if header else None) if url else None
        return DataFolder(self.data, self.database.get_secret_value() if self.database else None, server)

    @property
    def judging(self) -> ChatOptions:
        """Options of the language model that judges: the second one, or else the one that writes."""
        return self.judge if self.judge.is_configured else self.model

    def with_secrets(self) -> dict[str, Any]:
        """Return arguments for `Settings(**...)` in JSON's types, secrets included: for processes of our own only."""
        told = self.model_dump(mode="json")
        if self.database is not None:
            told["database"] = self.database.get_secret_value()
        keys = {"model": self.model.api_key, "judge": self.judge.api_key, "evaluating": self.evaluating.api_key}
        for room, key in keys.items():
            if key is not None:
                told[room]["api_key"] = key.get_secret_value()
        if self.retrieval.chroma_header is not None:
            told["retrieval"]["chroma_header"] = self.retrieval.chroma_header.get_secret_value()
        if self.backup.key is not None:
            told["backup"]["key"] = self.backup.key.get_secret_value()
        return told


def load_settings(**overrides: Any) -> Settings:
    """Return settings from the environment; `overrides` (from a command line) win.

    Raises `BadSettings` with one sentence for an unknown name or a wrong value.
    """
    _refuse_unknown_names(os.environ)
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise BadSettings(_explain(error)) from None


def notify_socket() -> str | None:
    """Return the address at which a service manager wants to be told how far a service is (`sd_notify`), if any."""
    return os.environ.get("NOTIFY_SOCKET") or None


@dataclass(frozen=True, slots=True)
class SettingDescription:
    """One row of the settings table."""

    variable: str
    default: object
    description: str
    limits: str
    """Such as `1 to 64`; empty where any value of its kind will do."""
    why: str


def describe_settings() -> Iterator[SettingDescription]:
    """Yield every setting, room by room; `docs/settings.md` and the check of names are made from it."""
    for name, info in Settings.model_fields.items():
        if name == "database":  # it is told in `data`
            continue
        variable = PREFIX + name.upper()
        if not is_dataclass(info.default):
            yield _described(variable, info.default, [info, *info.metadata])
            continue
        hints = get_type_hints(type(info.default), include_extras=True)
        for option in fields(info.default):
            notes = getattr(hints[option.name], "__metadata__", ())
            yield _described(variable + NESTING + option.name.upper(), getattr(info.default, option.name), notes)


def changed_settings(settings: Settings) -> dict[str, object]:
    """Return those settings that are not at their defaults, by variable, in JSON's types.

    Of secrets only that they are `set`; addresses come without a user, a password or a query.
    """
    changed: dict[str, object] = {}
    for name in Settings.model_fields:
        if name == "database":  # it is told in `data`
            continue
        value = settings.data_folder.store_name if name == "data" and settings.database else getattr(settings, name)
        variable = PREFIX + name.upper()
        told = {variable: value}
        if is_dataclass(value):
            told = {
                f"{variable}{NESTING}{option.name.upper()}": getattr(value, option.name) for option in fields(value)
            }
        if isinstance(value, ChatOptions):
            told[f"{variable}{NESTING}BASE_URL"] = value.address
        changed.update(told)
    defaults = {setting.variable: setting.default for setting in describe_settings()}
    return {variable: _in_json(value) for variable, value in changed.items() if value != defaults[variable]}


def _in_json(value: object) -> object:
    if isinstance(value, SecretStr):
        return "set"
    return value if isinstance(value, str | int | float | None) else str(value)


def _described(variable: str, default: object, notes: Sequence[object]) -> SettingDescription:
    """Return the row of a setting from what stands in its `Annotated` hint."""
    field = next((note for note in notes if isinstance(note, FieldInfo)), None)
    description = (field.description or "") if field else ""
    why = next((str(note) for note in notes if isinstance(note, Why)), "")
    return SettingDescription(variable, default, description, _limits(field.metadata if field else ()), why)


def _limits(notes: Iterable[object]) -> str:
    """Return between which numbers a value has to be, in words."""
    bounds = {name: value for note in notes for name in _BOUNDS if (value := getattr(note, name, None)) is not None}
    least, most = bounds.get("ge"), bounds.get("le")
    above = f"above {bounds['gt']:,g}" if "gt" in bounds else ""
    if least is not None and most is not None:
        return f"{least:,g} to {most:,g}"
    up_to = f"up to {most:,g}" if most is not None else ""
    return ", ".join(filter(None, [f"at least {least:,g}" if least is not None else above, up_to]))


_BOUNDS = ("ge", "gt", "le")


def _refuse_unknown_names(names: Iterable[str]) -> None:
    """Raise `BadSettings` for a name of no setting: pydantic-settings ignores unknown variables even with
    `extra="forbid"`, so a typo would go unseen."""
    known = [setting.variable for setting in describe_settings()]
    for name in names:
        if new_name := RENAMED.get(name.upper()):
            raise BadSettings(f"{name} is now {new_name}.")
        if instead := REMOVED.get(name.upper()):
            raise BadSettings(f"There is no setting {name} any more: {instead}.")
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"the settings are: {', '.join(known)}."
            raise BadSettings(f"There is no setting {name}; {hint}")


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    variable = PREFIX + NESTING.join(str(name).upper() for name in first["loc"])
    # Those of our own validators are told by pydantic behind the name of the error.
    return f"{variable} has a wrong value: {first['msg'].removeprefix('Value error, ')}."
