"""Pages for browsers: the widget's script, the page to try it, and the pages that show an article.

Nothing here is put into HTML but by templates that escape it; addresses of articles become links only when they are
web addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, BeforeValidator, ConfigDict
from starlette.responses import Response

from api.http.access.caller import CallerAssistant, CurrentCaller
from api.http.access.reading_access import require_reading_access
from api.http.public_address import public_address
from api.http.refused import Refused
from api.http.routes.links import page_path
from api.problems import INVALID_REQUEST, LINK_EXPIRED, NOT_FOUND
from api.web.bundle import PAGE_FILES, WebFile, language_tables, later_part, web_file, widget
from api.web.reading_page import groups
from corpus.access import Scope
from corpus.article import Article, ArticleFilter, Version
from corpus.errors import UnknownArticle
from corpus.readers.posted import suffixes_of_files
from corpus.text.invisible import without_overrides
from corpus.units import page_of

_ROWS = 20
"""Articles on one page of the list: as many as can be looked through at once."""

_MOST_PUBLISHERS = 12

_QUESTIONS = 3
"""To begin with: as many as stand above the chat's input without scrolling."""

_LONGEST_TITLE = 80
"""Characters of a title in a question: two lines of the chat at 320 px."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FOR_EVERYBODY = {
    # Pages of other origins load these; with integrity they need leave to read them, too.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_CHECKED_EACH_TIME = "public, no-cache"


class _Page(APIRoute):
    """Tells people of wrong values as people read it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answer_with_page(request: Request) -> Response:
            try:
                return await answer(request)
            except RequestValidationError:
                request.scope["state"]["problem"] = INVALID_REQUEST.code  # for the log and the metrics
                return _page("wrong.html", INVALID_REQUEST.status)

        return answer_with_page


router = APIRouter(include_in_schema=False, route_class=_Page)


class _PageQuery(BaseModel):
    """Mail and chat programs add fields of their own to links; they do no harm."""

    model_config = ConfigDict(extra="ignore", frozen=True)


_DayOrNone = Annotated[date | None, BeforeValidator(lambda written: written or None)]
"""A form sends its empty fields, too."""


class HomeQuery(_PageQuery):
    """Which articles are listed."""

    q: Annotated[str, Query(max_length=200)] = ""
    publisher: Annotated[str, Query(max_length=500)] = ""
    language: Annotated[str, Query(max_length=35)] = ""
    since: _DayOrNone = None
    until: _DayOrNone = None
    page: Annotated[int, Query(ge=1, le=100_000)] = 1

    def as_filter(self) -> ArticleFilter:
        return ArticleFilter(
            publisher=(self.publisher,) if self.publisher else (),
            language=(self.language,) if self.language else (),
            published_from=self.since,
            published_to=self.until,
        )

    def address(self, **changes: object) -> str:
        wanted = {**self.model_dump(), **changes}
        kept = {name: value for name, value in wanted.items() if value and (name, value) != ("page", 1)}
        return f"/?{urlencode(kept)}#articles" if kept else "/#articles"


@router.get("/")
def show_home(
    wanted: Annotated[HomeQuery, Query()], assistant: CallerAssistant, caller: CurrentCaller, request: Request
) -> Response:
    """Return a page to try it, with a list of the articles; where keys are needed, with a field for one instead."""
    base_url = public_address(request)
    if Scope.ASK not in caller.scopes:
        return _page("locked.html", base_url=base_url, script=widget(), suffixes=suffixes_of_files())
    rows = assistant.store.articles.newest(_ROWS + 1, (wanted.page - 1) * _ROWS, wanted.q, wanted.as_filter())
    return _page(
        "home.html",
        wanted=wanted,
        overview=assistant.store.articles.overview(_MOST_PUBLISHERS),
        rows=rows[:_ROWS],
        has_more=len(rows) > _ROWS,
        questions=[question_about(article.title) for article in assistant.store.articles.newest(_QUESTIONS)],
        base_url=base_url,
        script=widget(),
        may_ingest=Scope.INGEST in caller.scopes,
        suffixes=suffixes_of_files(),
    )


class ReadingQuery(_PageQuery):
    """The version, and the span of code points that is to be marked. `t` is a signed link's token."""

    v: Annotated[str | None, Query(max_length=100)] = None
    start: Annotated[int, Query(ge=0, le=10**9)] = 0
    end: Annotated[int, Query(ge=0, le=10**9)] = 0
    t: Annotated[str | None, Query(max_length=200)] = None


@router.get("/articles/{article_id}")
def show_reading_page(
    article_id: str,
    wanted: Annotated[ReadingQuery, Query()],
    assistant: CallerAssistant,
    caller: CurrentCaller,
    request: Request,
) -> Response:
    """Return the stored text of an article with a span marked, and what became of that passage since.

    Who comes by a signed link sees that version alone; links lead them nowhere else.
    """
    try:
        require_reading_access(request, article_id, wanted.v, wanted.t)
    except Refused as refused:
        return _page("closed.html", refused.problem.status, expired=refused.problem is LINK_EXPIRED)
    may_look_around = Scope.ASK in caller.scopes
    try:
        newest = assistant.store.articles.get(article_id)
    except UnknownArticle:
        return _page("missing.html", 404, newest=None, may_look_around=may_look_around)
    try:
        article = assistant.store.articles.get(article_id, wanted.v or newest.content_hash)
    except UnknownArticle:
        # A link is for one version: it tells nothing of another.
        told = newest if may_look_around else None
        return _page("missing.html", 404, newest=told, may_look_around=may_look_around)
    start, end = _span(article, wanted)
    return _page(
        "article.html",
        article=article,
        groups=list(groups(article, start, end)),
        marked=Marked.find(article, newest, start, end),
        page=page_of(article, start),
        missed=wanted.end > 0 and end == 0,
        versions=assistant.store.articles.versions(article_id) if may_look_around else (),
        may_look_around=may_look_around,
        newest=newest,
    )


@dataclass(frozen=True, slots=True)
class Marked:
    """The marked passage, and where the newest version has it: None when it has changed since."""

    start: int
    end: int
    is_newest: bool
    newest_start: int | None

    @classmethod
    def find(cls, article: Article, newest: Article, start: int, end: int) -> Marked | None:
        if start == end:
            return None
        found = newest.text.find(article.text[start:end])
        is_newest = article.content_hash == newest.content_hash
        return cls(start, end, is_newest, None if found < 0 else found)


@router.get("/widget.js")
async def send_widget(request: Request) -> Response:
    """Return the widget, as it is at the moment."""
    return _file(request, widget(), _CHECKED_EACH_TIME)


@router.get("/widget/{file}")
async def send_part_of_widget(file: str, request: Request) -> Response:
    """Return the languages of the widget, its other part, or the widget at an address that changes with it."""
    name, _, kind = file.partition(".")
    if (name, kind) == (widget().version, "js"):
        return _file(request, widget(), _FOR_EVER)
    if file == "later.js":
        return _file(request, later_part(), _CHECKED_EACH_TIME)
    if file == "languages.json":
        return _file(request, language_tables(), _CHECKED_EACH_TIME)
    raise Refused(NOT_FOUND)


@router.get("/page/{file}")
async def send_file_of_page(file: str, request: Request) -> Response:
    """Return a file that our own pages load."""
    if file not in PAGE_FILES:
        raise Refused(NOT_FOUND)
    return _file(request, web_file(file), _CHECKED_EACH_TIME)


def reading_address(article: Article | Version, article_id: str, start: int = 0, end: int = 0) -> str:
    """Return the address of the reading page of a version, at a span."""
    if not end:
        return page_path(article_id, article.content_hash)
    return page_path(article_id, article.content_hash, start=start, end=end) + "#quote"


def web_address(url: str | None) -> str | None:
    """Return the address if a reader may be sent there, else None: articles bring `javascript:` addresses, too."""
    try:
        scheme = urlsplit(url or "").scheme
    except ValueError:  # an address in brackets that is none
        return None
    return url if scheme in ("http", "https") else None


def question_about(title: str) -> str:
    """Return a question to begin with about an article. It is made from the title alone: nothing is asked for it."""
    title = title.replace("|", " ")  # which separates the questions of the widget's attribute
    short = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
    return f"What does “{short}” say?"


def day(moment: date) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _span(article: Article, wanted: ReadingQuery) -> tuple[int, int]:
    fits = wanted.start < wanted.end <= len(article.text)
    return (wanted.start, wanted.end) if fits else (0, 0)


def _file(request: Request, file: WebFile, caching: str) -> Response:
    headers = {**_FOR_EVERYBODY, "ETag": file.etag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, headers=headers, media_type=file.media_type)
    return Response(file.body, headers=headers, media_type=file.media_type)


def _page(template: str, status: int = 200, **known: Any) -> Response:
    html = _templates().get_template(template).render(known)
    return Response(html, status, {"Content-Security-Policy": _POLICY}, media_type="text/html; charset=utf-8")


def _in_its_own_direction(value: object) -> object:
    """Take overrides of the direction from what is shown; elements isolate the rest (`dir="auto"`)."""
    return without_overrides(value) if type(value) is str else value


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        finalize=_in_its_own_direction,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(day=day, reading_address=reading_address, web_address=web_address)
    return environment
