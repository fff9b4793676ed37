"""A conformance run as SARIF: each wrong answer at the line of the profile that gives it."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.conformance.run_record import AskedAnswer, CaseRecord, RuleRecord, RunRecord
from payer_rules.reports.sarif import BETWEEN, HEAD, end_of, place_of, result_of


def sarif_of(record: RunRecord) -> Iterator[str]:
    """Yield the run as SARIF; confirmed answers, and those that nobody expects, are left out.

    A case that is known to differ is a suppressed note with its reason.
    """
    results = list(_results(record))
    yield HEAD
    yield BETWEEN.join(text for _, text in results)
    yield end_of((rule for rule, _ in results), record.manifest.engine)


def _results(record: RunRecord) -> Iterator[tuple[str, str]]:
    """Yield each result with its rule: wrong answers, broken invariants, and problems."""
    rules = {rule.id: rule for rule in record.rules}
    for each in record.answers():
        if each.answer.status in ("disagrees", "errored", "todo"):
            yield _of_answer(each, rules)
    for sheet in record.sheets:
        for claim in sheet.others:
            rule = f"{sheet.file}: {claim.name}"
            text = (
                f"{claim.error or '; '.join(map(str, claim.differences))}. Source: {claim.source}"
            )
            yield rule, result_of(rule, text, [place_of(sheet.file, claim.line)])
    for invariant in record.invariants:
        rule = f"{invariant.payer}/{invariant.invariant}"
        yield from ((rule, result_of(rule, text)) for text in invariant.broken)
    for problem in record.problems:
        text = f"{problem['where']}: {problem['message']}. {problem['remedy']}"
        rule = problem.get("code", "PR000")
        yield rule, result_of(rule, text)


def _of_answer(each: AskedAnswer, rules: dict[str, RuleRecord]) -> tuple[str, str]:
    """Return the result of an answer that differs or is missing."""
    asked, answer = each.asked, each.answer
    where = f"{asked.file}:{asked.line}" if isinstance(asked, CaseRecord) else asked.file
    named = [rule for difference in answer.differences for rule in difference.rules]
    known = [rules[name] for name in (*named, each.rule) if name in rules]
    details, source = "; ".join(answer.details), answer.source or "none stated"
    text = f"{asked.name} ({where}): {details}. Source: {source}"
    rule = known[0].id if known else f"{answer.payer}/scenarios"
    places = [place_of(rule.file, rule.line) for rule in known[:1] if rule.file]
    if answer.status == "todo":
        return rule, result_of(rule, text, places, level="note", suppressed=answer.todo)
    return rule, result_of(rule, text, places)
