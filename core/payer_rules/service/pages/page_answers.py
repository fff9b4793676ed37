"""The pages: templates filled in with what the functions of the endpoints answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Final
from urllib.parse import urlencode

import attrs
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from payer_rules.checking import CheckRun
from payer_rules.claims import is_code
from payer_rules.decisions import Decision, Expected
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, Remark
from payer_rules.payer_routing import ALL
from payer_rules.readers import FiledClaim
from payer_rules.reports.class_rows import CLASS_WORDS
from payer_rules.reports.code_comparison import compare_code
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.decided_lines import decided_lines
from payer_rules.reports.decisions import earlier_text
from payer_rules.reports.explaining import EDITS, edition_status, effect_words
from payer_rules.reports.fact_names import fact_name
from payer_rules.reports.missing_words import topics_text
from payer_rules.reports.next_dates import (
    dates_of_texts,
    days_text,
    headline_of,
    left_text,
    presumed_texts,
)
from payer_rules.reports.outcome_words import (
    OUTCOME_LABELS,
    OUTCOME_WORDS,
    TOPIC_WORDS,
    denial_codes,
)
from payer_rules.reports.report_formats import REPORT_FORMATS, ReportFormat
from payer_rules.reports.rule_items import since, span_in_words
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.reports.run_report import RunContext
from payer_rules.reports.side_by_side import comparison_page
from payer_rules.reports.topic_ledger import years_old
from payer_rules.rulebook.next_payable import NextPayable
from payer_rules.rules import EDIT_RULES, READING_STATUSES, Rule
from payer_rules.service.pages.claim_form import TypedClaim
from payer_rules.service.refusals import RefusedRequest
from payer_rules.service.request_bodies import claims_in, valid_claims_in
from payer_rules.service.request_words import in_words_of_requests
from payer_rules.service.service_answers import rules_named
from payer_rules.service.service_books import ServiceBooks
from payer_rules.service.service_requests import ServiceRequest
from payer_rules.summaries import ReportedClass, RunSummary
from payer_rules.text.escaping import visible
from payer_rules.vocabularies import VOCABULARIES

#: The reports of a file that a biller can take home, with the type of each.
DOWNLOADS: Final = {
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}
#: The problems that end when the form names the payer.
_PAYER_UNKNOWN: Final = (ErrorCode.UNKNOWN_PAYER, ErrorCode.PAYER_IDENTIFIER)
#: The words of the page for outcomes that reports name in the words of rules.
_OUTCOMES: Final[dict[Expected, str]] = {
    "pay": "should be paid",
    "reduce": "will be paid in part",
    "review": "the payer reviews it before paying",
    "deny": "will not be paid",
}
_CLASSES: Final = {**CLASS_WORDS, "denied": (CLASS_WORDS["denied"][0], _OUTCOMES["deny"])}
_MODALITIES: Final = {
    "in-person": "in person",
    "video": "video",
    "audio": "telephone, sound alone",
    "asynchronous": "messages or recordings",
}
_EARLIER: Final = {
    "": "not known",
    "none": "there were none, by any clinician",
    "listed": "they are listed below, taken as by this clinician; there were no others",
}


def claim_page(
    books: ServiceBooks,
    form: TypedClaim,
    faults: Mapping[str, str] | None = None,
    answers: str = "",
    problems: Iterable[Problem] = (),
    summary: Iterable[tuple[str, str]] = (),
    asked: Iterable[str] = (),
) -> str:
    """Return the claim form with faults at its fields, below the answers.

    ``summary`` has payers with the class of their worst line; ``asked`` are the fields that are
    shown with the answers, because rules ask for them.
    """
    return page(
        "claim.html.j2",
        form=form,
        faults=faults or {},
        problems=tuple(problems),
        answers=Markup(answers),  # NOTE: the answers were filled into templates that escape.
        summary=(*summary,),
        asked=(*asked,),
        classes=_CLASSES,
        payers=names_of(books),
        vocabularies=VOCABULARIES,
        modalities=_MODALITIES,
        earlier=_EARLIER,
    )


def check_form(books: ServiceBooks, form: TypedClaim, request: ServiceRequest) -> str:
    """Return the page with the answer of each payer that the form names.

    ``request`` has the file of the claim; the form has no fault. The answers are those of
    `/v1/check`.
    """
    names = names_of(books)
    asked: dict[str, None] = {}

    def one(filed: FiledClaim, decision: Decision) -> str:
        facts = dict(_missing(decision, form))
        asked.update(dict.fromkeys(name for names in facts.values() for name in names))
        rules = {rule.id: rule for rule in checker.own_book(decision.payer).rules}
        asked_rules = dict.fromkeys(name for line in decision.lines for name in line.judged_by)
        checked_by = [rules[name] for name in asked_rules if name in rules]
        fixes = {
            (finding.rule, str(finding.cure)): urlencode(fields)
            for finding in decision.findings
            if finding.cure is not None and finding.cure.claim is not None
            if (fields := form.fields_of_fix(filed.claim, finding.cure.claim)) is not None
        }
        return _answer(filed, decision, names, facts, checked_by, fixes)

    checker = attrs.evolve(books.checker, renderers=(one,))
    run = CheckRun(checker.asking(form.payers))
    answers = [*run.answers(claims_in(request, books.facts.registry))]
    texts = "".join(text for answer in answers for text in answer.texts)
    problems = [*books.facts.problems, *map(in_words_of_requests, run.problems)]
    summary = _worst_first(run.summary, names)
    return claim_page(books, form, {}, texts, _faults(problems), summary, asked)


def next_dates(books: ServiceBooks, form: TypedClaim, request: ServiceRequest) -> str:
    """Return the page with the first date that pays for each line; the history is the form's.

    ``request`` has the file of the claim; the form has no fault.
    """
    names = names_of(books)
    found: list[tuple[str, NextPayable]] = []
    problems: list[Problem] = []
    payers = (*names,) if ALL in form.payers else form.payers
    for payer in payers:
        planning = books.for_planning((payer,))
        for filed in valid_claims_in(request, books.facts.registry):
            found += [(names[payer], answer) for answer, _ in planning.next_payable(filed)]
        problems += planning.problems
    text = page(
        "next.html.j2",
        found=found,
        headline=headline_of,
        dates_of_texts=dates_of_texts,
        days=days_text,
        left=left_text,
        presumed=presumed_texts,
        codes=denial_codes,
        earlier=earlier_text,
    )
    return claim_page(books, form, {}, text, _faults(problems))


def checked_file(
    books: ServiceBooks, form: str, request: ServiceRequest, file: str
) -> str | bytes | list[Problem]:
    """Return the report of the claims in the file; problems alone if none could be checked.

    ``file`` is the name that the report gives it.
    """
    report: ReportFormat = REPORT_FORMATS[form]
    run = CheckRun(
        attrs.evolve(books.checker, renderers=(report.one,) if report.one else ()).asking(
            request.texts("payer")
        )
    )
    decisions = [*run.answers(claims_in(request, books.facts.registry))]
    problems = (*books.facts.problems, *map(in_words_of_requests, run.problems))
    if not run.summary.decisions:
        return _faults(problems)
    context = RunContext(problems=problems, files=(file,), names=names_of(books))
    texts = [text for decision in decisions for text in decision.texts]
    if report.whole is None:
        return report.joined(texts, run.summary, context)
    lines = (line for text in texts for line in text.splitlines(keepends=True))
    made = report.whole(lines, run.summary, context)
    return made if isinstance(made, bytes) else "".join(made)


def code_page(books: ServiceBooks, code: str, day: date, number: int | None, billed: str) -> str:
    """Return the payers side by side for a code; the form that asks for one if it is none.

    ``number`` is how many are billed: as ``lines`` of one unit, or as ``units`` on one line.
    """
    if not is_code(code):
        fault = (
            f"{code!r} is not a procedure code. Write five digits, such as 90853." if code else ""
        )
        return page("code.html.j2", code=code, day=day, number=number, billed=billed, fault=fault)
    registry = books.facts.registry
    rulebooks = (registry.rulebook(p, collected=registry.collect(p)) for p in registry.payers)
    units, lines = (number, None) if billed == "units" else (None, number)
    comparison = compare_code(code, rulebooks, day, units, lines)
    return with_navigation("".join(comparison_page(comparison)))


def topics_page(books: ServiceBooks, payer: str, day: date) -> str:
    """Return what was read of each topic of a payer; the list of payers if none is named."""
    names = names_of(books)
    if not payer:
        return page("payers.html.j2", payers=names)
    books.require_payers((payer,), 404)
    summaries = books.facts.registry.topic_summaries((payer,), day)
    return page(
        "topics.html.j2",
        name=names[payer],
        day=day,
        summaries=[*summaries],
        statuses=READING_STATUSES,
        words=TOPIC_WORDS,
        age=years_old,
    )


def rule_page(books: ServiceBooks, payer: str, name: str, day: date) -> str:
    """Return what a rule requires, when, and by which sources; raises `RefusedRequest` for none.

    The editions that `/v1/rules` has are shown, or the tables of a rule about edits.
    """
    collected = rules_named(books, payer, name)
    return page(
        "rule.html.j2",
        rule=f"{payer}/{name}",
        payer=payer,
        name=names_of(books)[payer],
        day=day,
        editions=collected.rules,
        parts=[(t, p) for t in collected.tables for p in t.filled_parts if p.name == name],
        edits=EDITS.get(name, ""),
        sentence=rule_sentence,
        conditions=conditions_text,
        effect=effect_words,
        since=since,
        span=span_in_words,
        status=lambda rule: edition_status(rule, collected.rules, day),
        outcomes=OUTCOME_WORDS,
        codes=denial_codes,
    )


def with_navigation(report: str) -> str:
    """Return a report as a page of the service, with the links to the others above its title."""
    return report.replace("<header>\n", f"<header>\n{page('navigation.html.j2')}\n", 1)


@cache
def report_script() -> str:
    """Return the script of the report of a file, which has no text of a claim."""
    environment = _templates()
    loader = environment.loader
    if loader is None:
        raise ValueError("the pages have no templates")
    source, *_ = loader.get_source(environment, "check.html.j2")
    script = source.partition("<script>")[2].partition("</script>")[0]
    return environment.from_string(f"<script>{script}</script>").render()[8:-9]


def in_words_of_the_page(problem: Problem) -> Problem:
    """Return the problem of a file; where its payer is not known, with what to do on the page."""
    if problem.code not in _PAYER_UNKNOWN:
        return problem
    return attrs.evolve(problem, remedy="Choose the payer below, and check again.")


def refusal_page(error: RefusedRequest) -> str:
    """Return the page with the reasons of a refusal."""
    return page("refused.html.j2", problems=error.problems, is_correctable=error.status < 500)


def names_of(books: ServiceBooks) -> dict[str, str]:
    """Return the names of the payers by their ids, sorted by name."""
    payers = books.facts.registry.payers.values()
    return {each.id: each.name for each in sorted(payers, key=lambda each: each.name.lower())}


def page(template: str, /, **values: object) -> str:
    """Return the template filled in."""
    return _templates().get_template(template).render(**values)


def _worst_first(
    summary: RunSummary, names: Mapping[str, str]
) -> Iterator[tuple[str, ReportedClass]]:
    """Yield the payers with the class of their worst line, the worst first, then by name."""
    tallies = {
        payer: summary.payers[payer].reported() for payer in names if payer in summary.payers
    }
    for name in CLASS_WORDS:
        for payer in [payer for payer, reported in tallies.items() if reported[name].lines]:
            yield payer, name
            del tallies[payer]


def _missing(decision: Decision, form: TypedClaim) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each fact that rules miss, by its name, with the fields of the form that state it."""
    lines: dict[str, dict[int, None]] = {}
    for each in decision.not_evaluated:
        if each.reason in ("claim", "record") or each.missing == "history":
            lines.setdefault(each.missing, {}).update(dict.fromkeys(each.lines))
    for fact, numbers in lines.items():
        yield fact_name(fact), form.fields_of(fact, sorted(numbers))


def _answer(
    filed: FiledClaim,
    decision: Decision,
    names: Mapping[str, str],
    facts: Mapping[str, tuple[str, ...]],
    checked_by: Sequence[Rule],
    fixes: Mapping[tuple[str, str], str],
) -> str:
    """Return the answer; ``checked_by`` are the rules that were asked.

    ``fixes`` are the fields that change, encoded, by the rule and the fix of a finding.
    """
    found = {finding.rule for finding in decision.findings}
    return page(
        "answer.html.j2",
        name=names[decision.payer],
        decision=decision,
        lines=[*decided_lines(filed, decision)],
        findings=decision.findings,
        kept=[rule for rule in checked_by if rule.id not in found],
        classes=CLASS_WORDS,
        facts=facts,
        fixes=fixes,
        topics_text=topics_text,
        explained=_explained(decision, checked_by),
    )


def _explained(decision: Decision, checked_by: Iterable[Rule]) -> set[str]:
    """Return the rules of the answer that have a page: the payer's own, and those of its edits."""
    start = f"{decision.payer}/"
    edits = {f"{start}{name}" for name in EDIT_RULES}
    return {rule.id for rule in checked_by if rule.id.startswith(start)} | edits


def _in_page_words(label: str, outcome: Expected) -> str:
    """Return the label of a line or reason with the words of the page for its outcome."""
    words, usual = _OUTCOMES.get(outcome), OUTCOME_LABELS[outcome]
    for head in ("", "audit risk ("):
        if words and label.startswith(f"{head}{usual}"):
            return f"{head}{words}{label.removeprefix(f'{head}{usual}')}"
    return label


def _faults(problems: Iterable[Problem]) -> list[Problem]:
    return [each for each in dict.fromkeys(problems) if not isinstance(each, Remark)]


@cache
def _templates() -> Environment:
    """Return the settings of the pages: those of the reports, with the templates of both."""
    own = PackageLoader("payer_rules.service.pages", "templates")
    reports = PackageLoader("payer_rules.reports", "pages")
    environment = Environment(
        loader=ChoiceLoader([own, reports]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    environment.filters["page_words"] = _in_page_words
    return environment
