"""The answers to FHIR clients (R4): ``Claim/$submit`` and the statement of what the service can do.

The operation is https://hl7.org/fhir/R4/claim-operation-submit.html; a claim response has what the
payer is expected to answer, and nothing is sent to a payer.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

import attrs
import msgspec

from payer_rules.checking import CheckRun
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, Remark
from payer_rules.reports.data import text_of
from payer_rules.reports.report_formats import REPORT_FORMATS
from payer_rules.service.refusals import REQUEST, RefusedRequest, operation_outcome
from payer_rules.service.request_bodies import claims_in
from payer_rules.service.request_words import in_words_of_requests
from payer_rules.service.service_answers import ServiceAnswer
from payer_rules.service.service_books import ServiceBooks
from payer_rules.service.service_requests import ServiceRequest
from payer_rules.text.lists import listed

_SUBMIT: Final = "http://hl7.org/fhir/OperationDefinition/Claim-submit"
_BUNDLE: Final = "Bundle"
#: What may be sent.
_TYPES: Final = ("Claim", _BUNDLE, "Parameters")
_DOES: Final = (
    "Answers what a payer is expected to answer, by its published rules. No claim is sent to a "
    "payer, and none is kept."
)


class _SentParameter(msgspec.Struct):
    """A parameter of an operation, with its resource as it was sent."""

    name: str = ""
    resource: msgspec.Raw = msgspec.Raw()


class _InsurerIdentifier(msgspec.Struct):
    """The value of the identifier of an insurer, and the system that it is of, if it is stated."""

    value: str = ""
    system: str = ""


class _SentInsurer(msgspec.Struct):
    """The insurer of a claim, as far as it is named by an identifier."""

    identifier: _InsurerIdentifier = msgspec.field(default_factory=_InsurerIdentifier)


class _Sent(msgspec.Struct):
    """The type of a resource, the parameters of one that has them, and the insurer of a claim."""

    type: str = msgspec.field(default="", name="resourceType")
    parameter: list[_SentParameter] = msgspec.field(default_factory=list)
    insurer: _SentInsurer = msgspec.field(default_factory=_SentInsurer)


def answer_metadata(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return the CapabilityStatement: the one operation, on claims in JSON."""
    submit = {"name": "submit", "definition": _SUBMIT, "documentation": _DOES}
    return _answer(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": request.today.isoformat(),
            "kind": "instance",
            "software": {"name": "payer-rules", "version": version("payer-rules")},
            "implementation": {"description": _DOES},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [{"mode": "server", "resource": [{"type": "Claim", "operation": [submit]}]}],
        }
    )


def answer_submit(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return the claim response to the claim of the body; for a bundle a bundle of responses.

    The body is a Claim, a Bundle with claims, or Parameters with one of them as ``resource``. The
    payer is the parameter ``payer``, or else the insurer of the claim by its identifier. The
    problems of other claims of a bundle are an outcome among the responses. Raises
    `RefusedRequest` if no claim could be checked.
    """
    sent = _opened(request)
    report = REPORT_FORMATS["claim-response"]
    checker = attrs.evolve(books.checker, renderers=(report.one,) if report.one else ())
    run = CheckRun(checker.asking(_payers(sent, books, request)))
    answers = [*run.answers(claims_in(request, books.facts.registry))]
    problems = [*books.facts.problems, *map(in_words_of_requests, run.problems)]
    responses: list[Any] = [
        msgspec.json.decode(text) for answer in answers for text in answer.texts
    ]
    faults = [problem for problem in problems if not isinstance(problem, Remark)]
    if not responses:
        none = Problem(REQUEST, "there is no claim", "Send a Claim.", ErrorCode.NOTHING_GIVEN)
        raise RefusedRequest(422, faults or [none])
    if sent.type != _BUNDLE and len(responses) == 1:
        return _answer(_with_notes(responses[0], faults))
    if faults:
        responses.append(operation_outcome(problems, 422))
    entries = [{"resource": each} for each in responses]
    return _answer({"resourceType": _BUNDLE, "type": "collection", "entry": entries})


def _with_notes(response: dict[str, Any], faults: list[Problem]) -> dict[str, Any]:
    """Return the response with a note for each problem, such as one of the history."""
    notes = response["processNote"]
    texts = [{"type": "print", "text": str(each)} for each in faults]
    more = [{"number": number, **each} for number, each in enumerate(texts, len(notes) + 1)]
    return {**response, "processNote": [*notes, *more]}


def _opened(request: ServiceRequest) -> _Sent:
    """Return what is sent; the resource of Parameters takes the place of the body."""
    if request.body is None:
        raise ValueError("the operation has a body")
    sent = _sent(request.body.read_bytes())
    if sent.type == "Parameters":
        resources = [each.resource for each in sent.parameter if each.name == "resource"]
        if len(resources) != 1:
            message = f"the Parameters have {len(resources)} parameters 'resource'"
            raise _unreadable(message, "Send one, with a Claim or a Bundle.")
        content = bytes(resources[0])
        request.body.write_bytes(content)
        sent = _sent(content)
    if sent.type not in _TYPES:
        message = f"the body is {sent.type!r}" if sent.type else "the body is no resource of FHIR"
        raise _unreadable(message, f"Send {listed(list(_TYPES), 'or')} as JSON.")
    return sent


def _payers(sent: _Sent, books: ServiceBooks, request: ServiceRequest) -> tuple[str, ...]:
    """Return the payers that are asked; raises `RefusedRequest` if none is named."""
    stated, insurer = request.texts("payer"), sent.insurer.identifier
    registry = books.facts.registry
    if stated:
        return stated
    if insurer.value in registry.payers:
        return (insurer.value,)
    # NOTE: the same number in another system, such as a tax number, is another payer's.
    known = None if insurer.system else registry.payers_by_identifier().get(insurer.value)
    if known is not None:
        return (known,)
    message = "no payer is named, and the insurer of the claim has no identifier that is known here"
    remedy = "Name the payer as the parameter 'payer': its ids are in /v1/payers."
    raise RefusedRequest.of(422, message, remedy, ErrorCode.UNKNOWN_PAYER)


def _sent(content: bytes) -> _Sent:
    try:
        return msgspec.json.decode(content, type=_Sent)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _Sent()


def _unreadable(message: str, remedy: str) -> RefusedRequest:
    return RefusedRequest.of(400, message, remedy, ErrorCode.UNKNOWN_FORMAT)


def _answer(resource: dict[str, Any]) -> ServiceAnswer:
    return ServiceAnswer(f"{text_of(resource)}\n")
