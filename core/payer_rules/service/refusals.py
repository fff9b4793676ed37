"""Requests that are refused: the status of HTTP, and the problems in the words of requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import PayerRulesError, Problem, Remark
from payer_rules.reports.data import of_problem, text_of
from payer_rules.service.request_words import in_words_of_requests

#: Where a problem is that concerns the request as a whole.
REQUEST = "request"


class RefusedRequest(PayerRulesError):
    """A request that gets no answer: its ``status``, the ``problems``, and further ``headers``."""

    def __init__(
        self, status: int, problems: Iterable[Problem], headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.problems = status, tuple(map(in_words_of_requests, problems))
        self.headers = dict(headers or {})
        super().__init__(status, self.problems)

    @classmethod
    def of(cls, status: int, message: str, remedy: str, code: ErrorCode) -> RefusedRequest:
        """Return the refusal with one problem of the request."""
        return cls(status, [Problem(REQUEST, message, remedy, code)])


def text_of_problems(problems: Iterable[Problem]) -> str:
    """Return the JSON of a refusal: its problems, without remarks."""
    found = [of_problem(each) for each in problems if not isinstance(each, Remark)]
    return f"{text_of({'problems': found})}\n"


def too_large(message: str, remedy: str) -> RefusedRequest:
    """Return the refusal of a request that is larger than a limit."""
    return RefusedRequest.of(413, message, remedy, ErrorCode.REQUEST_LIMIT)
