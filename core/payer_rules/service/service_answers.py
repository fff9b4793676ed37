"""The answers of the service: each is the JSON that the command of the same name prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeAlias

import attrs

from payer_rules.checking import CheckRun
from payer_rules.claims import is_code
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, InvalidValueError, Problem, Remark, nearest
from payer_rules.payer_routing import ALL
from payer_rules.planning.asked_service import AskedService
from payer_rules.planning.plan import Planner
from payer_rules.planning.schedule import read_schedule
from payer_rules.readers import FiledClaim
from payer_rules.registry import CollectedRules
from payer_rules.reports.code_comparison import MOST_COMPARED_LINES, compare_code
from payer_rules.reports.comparison_text import comparison_data
from payer_rules.reports.data import text_of
from payer_rules.reports.listings import data_of_payers, data_of_rules, short_payers
from payer_rules.reports.next_dates import data_of_answers
from payer_rules.reports.plans import data_of_plan
from payer_rules.reports.report_formats import REPORT_FORMATS
from payer_rules.reports.run_report import RunContext
from payer_rules.reports.schedule_review import findings_over_members
from payer_rules.reports.topic_ledger import ledger_data
from payer_rules.rules import EDIT_RULES
from payer_rules.service.refusals import RefusedRequest, too_large
from payer_rules.service.request_bodies import asked_service, claims_in, valid_claims_in
from payer_rules.service.request_words import in_words_of_requests
from payer_rules.service.service_books import ServiceBooks
from payer_rules.service.service_requests import ServiceRequest
from payer_rules.values.structure import structure


@attrs.frozen
class ServiceAnswer:
    """The text of an answer in JSON, and its status of HTTP."""

    text: str
    status: int = 200


#: Answers a request by the rule books.
AnswerFunction: TypeAlias = Callable[[ServiceBooks, ServiceRequest], ServiceAnswer]


def answer_check(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return the decisions on the claims of the body, as the report of `check`.

    The status is 422 if no claim could be checked.
    """
    run = CheckRun(books.checker.asking(request.texts("payer")))
    decisions = [*run.answers(claims_in(request, books.facts.registry))]
    report = REPORT_FORMATS["json"]
    of_request = map(in_words_of_requests, run.problems)
    context = RunContext(problems=(*books.facts.problems, *of_request))
    if not run.summary.decisions:
        return ServiceAnswer(report.empty(context.problems), 422)
    texts = (text for decision in decisions for text in decision.texts)
    return ServiceAnswer(report.joined(texts, run.summary, context))


def answer_next(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return the first date that pays for each line of the claims, or for the service asked about.

    A problem in the body refuses the request.
    """
    payers = request.texts("payer")
    books.require_payers(tuple(payer for payer in payers if payer != ALL))
    planning = books.for_planning(payers)
    first, last = request.day("from"), request.day("until")
    answers = [
        answer
        for filed in _asked(books, request, first)
        for answer, _ in planning.next_payable(filed, first=first, last=last)
    ]
    _refuse(planning.problems)
    return _json(data_of_answers(answers))


def answer_plan(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return the plan of the schedule in the body; a problem in it refuses the request."""
    if request.body is None:
        raise ValueError("a plan has a body")
    schedule = read_schedule(request.body)
    _refuse(schedule.problems)
    most = request.limits.lines
    if len(schedule.appointments) > most:
        raise too_large(
            f"the schedule has more than {most:,} appointments", "Send fewer at a time."
        )
    planner = Planner(books.for_planning())
    planned = planner.plan(schedule)
    _refuse(planner.problems)
    facts = books.facts
    findings = findings_over_members(schedule, facts.registry, facts.practice)
    return _json(data_of_plan(planned, findings))


def answer_payers(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return the payers with the last day that each answers for, or their ids and names alone."""
    day, is_short = request.day("on") or request.today, request.is_short()

    def text() -> str:
        registry = books.facts.registry
        if is_short:
            return _text({"payers": [*short_payers(registry.payers.values())]})
        counts = registry.rule_counts(registry.payers, day)
        return _text(data_of_payers(registry.payers.values(), counts))

    return _kept(books, ("payers", day, is_short), text)


def answer_topics(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return what was read of each topic of the payers' policies."""
    asked, day = request.texts("payer"), request.day("on") or request.today
    books.require_payers(asked)

    def text() -> str:
        registry = books.facts.registry
        payers = asked or tuple(registry.payers)
        summaries = registry.topic_summaries(payers, day)
        return _text(ledger_data(summaries, registry.rule_counts(payers, day), day))

    return _kept(books, ("topics", asked, day), text)


def answer_rule(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return the editions of one rule with their sources, or the tables of a rule about edits."""
    payer, name = request.path["payer"], request.path["name"]

    def text() -> str:
        return _text(data_of_rules({payer: rules_named(books, payer, name)}))

    return _kept(books, ("rules", payer, name), text)


def rules_named(books: ServiceBooks, payer: str, name: str) -> CollectedRules:
    """Return the editions of a payer's rule alone, or the tables with rows of a rule about edits.

    Raises `RefusedRequest` if there is no such payer or rule.
    """
    books.require_payers((payer,), 404)
    collected = books.facts.registry.collect(payer)
    rule = f"{payer}/{name}"
    rules = [each for each in collected.rules if each.id == rule]
    tables = [
        table
        for table in collected.tables
        if name in EDIT_RULES and any(part.name == name for part in table.filled_parts)
    ]
    if not rules and not tables:
        known = {each.id for each in collected.rules} | {
            f"{payer}/{part.name}" for table in collected.tables for part in table.filled_parts
        }
        message, remedy = f"there is no rule {rule!r}", nearest(rule, known)
        raise RefusedRequest.of(404, message, remedy, ErrorCode.UNKNOWN_WORD)
    return attrs.evolve(collected, rules=tuple(rules), terms=tuple(tables))


def answer_side_by_side(books: ServiceBooks, request: ServiceRequest) -> ServiceAnswer:
    """Return what the payers' rules state about one code."""
    code, asked = request.path["code"], request.texts("payer")
    day = request.day("on") or request.today
    units, lines = request.number("paid_units"), request.number("paid_lines", MOST_COMPARED_LINES)
    if not is_code(code):
        message = f"{code!r} is not a procedure code"
        remedy = "A code has five digits or capital letters, such as '90853' or 'G0410'."
        raise RefusedRequest.of(404, message, remedy, ErrorCode.PROCEDURE_CODE)
    books.require_payers(asked)

    def text() -> str:
        registry = books.facts.registry
        collected = {payer: registry.collect(payer) for payer in asked or registry.payers}
        rulebooks = (registry.rulebook(payer, collected=each) for payer, each in collected.items())
        return _text(comparison_data(compare_code(code, rulebooks, day, units, lines)))

    return _kept(books, ("side-by-side", code, asked, day, units, lines), text)


def _asked(
    books: ServiceBooks, request: ServiceRequest, first: date | None
) -> Iterator[FiledClaim]:
    """Yield the claims of the body, or the claim of the service that it asks about."""
    service = asked_service(request)
    if service is None:
        yield from valid_claims_in(request, books.facts.registry)
        return
    if not isinstance(service, dict) or "day" in service:
        message, remedy = "the service is not as it is read", "Write its day as ?from=YYYY-MM-DD."
        raise RefusedRequest.of(422, message, remedy, ErrorCode.INVALID_VALUE)
    try:
        stated = {**service, "day": first or request.today}
        claim = structure(AskedService, stated).claim(books.facts.earlier)
    except InvalidValueError as error:
        problems = [each.at("service") for each in error.field_errors]
        raise RefusedRequest(422, problems) from None
    except InputError as error:
        raise RefusedRequest(422, error.problems) from None
    yield FiledClaim(claim, None, "service", 1)


def _refuse(problems: Iterable[Problem]) -> None:
    """Raise `RefusedRequest` if there is a problem; remarks are none."""
    found = [each for each in problems if not isinstance(each, Remark)]
    if found:
        raise RefusedRequest(422, dict.fromkeys(found))


def _kept(books: ServiceBooks, key: object, text: Callable[[], str]) -> ServiceAnswer:
    """Return the answer that was kept for these books, or make and keep it."""
    return ServiceAnswer(books.kept(key) or books.keep(key, text()))


def _json(data: object) -> ServiceAnswer:
    return ServiceAnswer(_text(data))


def _text(data: object) -> str:
    return f"{text_of(data)}\n"
