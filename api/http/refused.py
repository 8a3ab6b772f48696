"""`Refused`: what routes and checks raise to end a request with one of the problems of `api.problems`."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException

from api.problems import Problem


class Refused(HTTPException):
    """Ends the request with `problem`; `headers` are added to the response."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.status, problem.meaning, headers)
        self.problem = problem
