"""Requests that are refused: the status of HTTP, and the problems in the words of requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import PayerRulesError, Problem, Remark
from payer_rules.reports.data import of_problem, text_of
from payer_rules.service.request_words import in_words_of_requests

#: The addresses whose answers are resources of FHIR, and their media type.
FHIR_PATH: Final = "/fhir/"
FHIR_TYPE: Final = "application/fhir+json"
#: The code of an issue by the status of HTTP.
_ISSUES: Final = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    413: "too-costly",
    415: "not-supported",
    429: "throttled",
    503: "transient",
}
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


def refusal_content(path: str, status: int, problems: Iterable[Problem]) -> tuple[str, str]:
    """Return the content of a refusal at the address, and its media type.

    Addresses of FHIR have an OperationOutcome, the others the problems alone.
    """
    if not path.startswith(FHIR_PATH):
        return text_of_problems(problems), "application/json"
    found = [each for each in problems if not isinstance(each, Remark)]
    return f"{text_of(operation_outcome(found, status))}\n", FHIR_TYPE


def operation_outcome(problems: Iterable[Problem], status: int) -> dict[str, Any]:
    """Return the problems as a resource of FHIR (R4), as answered with this status of HTTP."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "information" if isinstance(each, Remark) else "error",
                "code": "informational" if isinstance(each, Remark) else _issue_code(status),
                "details": {"text": f"{each.message}. {each.remedy}".rstrip()},
                "diagnostics": f"{each.where} [{each.code}]" if each.code else each.where,
            }
            for each in problems
        ],
    }


def _issue_code(status: int) -> str:
    """Return the code of an issue (http://hl7.org/fhir/R4/valueset-issue-type.html)."""
    return _ISSUES.get(status, "exception" if status >= 500 else "invalid")


def too_large(message: str, remedy: str) -> RefusedRequest:
    """Return the refusal of a request that is larger than a limit."""
    return RefusedRequest.of(413, message, remedy, ErrorCode.REQUEST_LIMIT)
