"""The expectations of cases and scenarios, and their comparison with decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import attrs

from payer_rules.decisions import Decision, Finding, LineOutcome
from payer_rules.rules import Assumable, GroupCode, Outcome, Rule


@attrs.frozen(kw_only=True)
class ExpectedFinding:
    """One expected finding; denial codes and the part paid are compared if they are stated."""

    rule: str
    lines: tuple[int, ...]
    outcome: Outcome
    group: GroupCode | None = None
    carc: str | None = None
    rarc: tuple[str, ...] | None = None
    pays: Decimal | None = None


@attrs.frozen(kw_only=True)
class ExpectedGap:
    """One open question: the rule, none if no rule speaks of the code, and what is missing."""

    rule: str | None = None
    missing: str


@attrs.frozen(kw_only=True)
class Expectation:
    """The expected answer of one payer, with its source; ``None`` is not compared."""

    lines: tuple[LineOutcome, ...] | None = None
    findings: tuple[ExpectedFinding, ...]
    not_evaluated: tuple[ExpectedGap, ...] | None = None
    source: str


@attrs.frozen(kw_only=True)
class CaseHead(Expectation):
    """The expectation of a case, which belongs to one rule of one payer."""

    name: str
    why: str
    payer: str
    rule: str
    assume: frozenset[Assumable] = frozenset()


def case_from_decision(decision: Decision, *, rule: Rule, name: str) -> CaseHead:
    """Return the case of the rule that expects this decision."""
    return CaseHead(
        name=name,
        why=rule.rationale,
        payer=decision.payer,
        rule=rule.id,
        source=rule.citations[0].row,
        lines=tuple(line.outcome for line in decision.lines),
        findings=tuple(_expected(finding) for finding in decision.findings),
        not_evaluated=tuple(
            dict.fromkeys(
                ExpectedGap(rule=entry.rule, missing=entry.missing)
                for entry in decision.not_evaluated
            )
        ),
    )


def _expected(finding: Finding) -> ExpectedFinding:
    codes = finding.adjustment
    return ExpectedFinding(
        rule=finding.rule,
        lines=finding.lines,
        outcome=finding.outcome,
        carc=codes.carc if codes else None,
        rarc=codes.rarc if codes and codes.rarc else None,
        pays=finding.pays,
    )


@attrs.frozen(kw_only=True)
class Difference:
    """One difference between an answer and the expectation."""

    what: str
    expected: str
    got: str


def differences(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    """Yield the differences in outcomes, findings, denial codes and open questions."""
    outcomes = tuple(line.outcome for line in decision.lines)
    if expected.lines is not None and expected.lines != outcomes:
        yield Difference(what="lines", expected=", ".join(expected.lines), got=", ".join(outcomes))
    yield from _of_findings(expected, decision)
    yield from _of_codes(expected, decision)
    yield from _of_gaps(expected, decision)


def _of_findings(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    wanted = Counter((f.rule, tuple(sorted(f.lines)), f.outcome) for f in expected.findings)
    made = Counter((f.rule, f.lines, f.outcome) for f in decision.findings)
    messages = {(f.rule, f.lines, f.outcome): f.message for f in decision.findings}
    for key in sorted((wanted - made).elements()):
        yield Difference(what=f"finding of {key[0]}", expected=_told(key), got="no such finding")
    for key in sorted((made - wanted).elements()):
        got = f"{_told(key)}: {messages[key]}"
        yield Difference(what=f"finding of {key[0]}", expected="no such finding", got=got)


def _told(key: tuple[str, tuple[int, ...], str]) -> str:
    rule, lines, outcome = key
    return f"{outcome} on {', '.join(map(str, lines))} by {rule}"


def _of_codes(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    for finding in expected.findings:
        for made in decision.findings:
            if (made.rule, made.lines) == (finding.rule, tuple(sorted(finding.lines))):
                yield from _of_adjustment(finding, made)
                yield from _of_part(finding, made)


def _of_adjustment(expected: ExpectedFinding, made: Finding) -> Iterator[Difference]:
    codes = made.adjustment
    group, carc, rarc = (codes.group, codes.carc, codes.rarc) if codes else ("none", "none", ())
    if expected.group is not None and expected.group != group:
        yield Difference(what=f"group of {made.rule}", expected=expected.group, got=group)
    if expected.carc is not None and expected.carc != carc:
        yield Difference(what=f"CARC of {made.rule}", expected=expected.carc, got=carc)
    if expected.rarc is not None and set(expected.rarc) != set(rarc):
        wanted, got = " ".join(expected.rarc) or "none", " ".join(rarc) or "none"
        yield Difference(what=f"RARC of {made.rule}", expected=wanted, got=got)


def _of_part(expected: ExpectedFinding, made: Finding) -> Iterator[Difference]:
    if expected.pays is not None and expected.pays != made.pays:
        got = "nothing" if made.pays is None else f"{made.pays:f}"
        yield Difference(what=f"part paid by {made.rule}", expected=f"{expected.pays:f}", got=got)


def _of_gaps(expected: Expectation, decision: Decision) -> Iterator[Difference]:
    if expected.not_evaluated is None:
        return
    wanted = {(gap.rule or "", gap.missing) for gap in expected.not_evaluated}
    got = {(entry.rule or "", entry.missing) for entry in decision.not_evaluated}
    for rule, missing in sorted(wanted - got):
        told = f"not evaluated for want of {missing}"
        yield Difference(what=rule or "no rule", expected=told, got="evaluated")
    for rule, missing in sorted(got - wanted):
        told = f"not evaluated for want of {missing}"
        yield Difference(what=rule or "no rule", expected="evaluated", got=told)
