"""The expectations of cases and scenarios."""

from __future__ import annotations

from decimal import Decimal

import attrs

from payer_rules.decisions import Basis, Decision, Expected, Finding, LineOutcome
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
    """The expected answer of one payer, with its source; ``None`` is not compared.

    ``lines`` are the proved outcomes, ``expected`` and ``basis`` the second answer, each with one
    entry for each line. An ``unreviewed`` answer is that of a program, and no person confirmed it.
    """

    lines: tuple[LineOutcome, ...] | None = None
    expected: tuple[Expected, ...] | None = None
    basis: tuple[Basis, ...] | None = None
    findings: tuple[ExpectedFinding, ...]
    not_evaluated: tuple[ExpectedGap, ...] | None = None
    source: str
    unreviewed: bool = False


@attrs.frozen(kw_only=True)
class CaseHead(Expectation):
    """The expectation of a case, which belongs to one rule of one payer.

    ``todo`` is the reason why the payer is known to answer otherwise.
    """

    name: str
    why: str
    payer: str
    rule: str
    assume: frozenset[Assumable] = frozenset()
    todo: str | None = None
    #: In a case file, ``lines`` are the lines of the claim.
    lines: tuple[LineOutcome, ...] | None = attrs.field(default=None, metadata={"key": "outcomes"})


def case_from_decision(decision: Decision, *, rule: Rule, name: str) -> CaseHead:
    """Return the case of the rule that expects this decision; both answers unless they agree."""
    is_proved = all(line.basis == "proved" for line in decision.lines)
    return CaseHead(
        name=name,
        why=rule.rationale,
        payer=decision.payer,
        rule=rule.id,
        source=rule.citations[0].row,
        lines=tuple(line.outcome for line in decision.lines),
        expected=None if is_proved else tuple(line.expected for line in decision.lines),
        basis=None if is_proved else tuple(line.basis for line in decision.lines),
        findings=expected_findings(decision),
        not_evaluated=tuple(
            dict.fromkeys(
                ExpectedGap(rule=entry.rule, missing=entry.missing)
                for entry in decision.not_evaluated
            )
        ),
    )


def expected_findings(decision: Decision) -> tuple[ExpectedFinding, ...]:
    """Return the findings of the proved answer, as an expectation states them."""
    return tuple(_expected(finding) for finding in decision.proved_findings)


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
