"""The answer on each line of a claim, with its reasons: what every format for tools and pages has.

`decided_lines` is the one place that goes through a decision by line. The formats differ in their
notation alone, so that no line can be in one of them and not in another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.decisions import Basis, Decision, Finding, LineDecision
from payer_rules.readers import FiledClaim
from payer_rules.reports.decisions import line_label, listed_sources
from payer_rules.reports.history_words import NO_HISTORY, HistoryGiven
from payer_rules.reports.missing_words import line_question
from payer_rules.reports.outcome_words import OUTCOME_LABELS, audit_risk, denial_codes
from payer_rules.rules import SEVERITY, Outcome
from payer_rules.summaries import ReportedClass
from payer_rules.summaries.line_classes import reported_class

#: ``passed``: proved to be paid. ``failed``: a finding that ends a run with exit code 1.
LineStatus: TypeAlias = Literal["passed", "open", "failed"]
#: The bases of findings that make a line fail, the strongest first.
_FAILING: Final[tuple[Basis, ...]] = ("proved", "presumed")
_MILD: Final = SEVERITY["inform"]


@attrs.frozen(kw_only=True)
class LineReason:
    """A finding on a line in a biller's words, with the rule, the fix and the source."""

    rule: str
    outcome: Outcome
    label: str
    codes: str
    carc: str
    basis: Basis
    is_failure: bool
    message: str
    fix: str
    source: str

    @classmethod
    def of(cls, finding: Finding) -> LineReason:
        """Return the words of the finding."""
        return cls(
            rule=finding.rule,
            outcome=finding.outcome,
            label=_label(finding),
            codes=denial_codes(finding.adjustment),
            carc=finding.adjustment.carc if finding.adjustment else "",
            basis=finding.basis,
            is_failure=_is_failure(finding),
            message=finding.message,
            fix=str(finding.cure) if finding.cure else "",
            source=listed_sources(finding.citations),
        )

    def texts(self) -> Iterator[str]:
        """Yield the finding, the fix if there is one, and the rule with its source."""
        yield f"{self.label} ({self.basis}): {self.message}"
        if self.fix:
            yield f"Fix: {self.fix}"
        yield f"Rule {self.rule}; source {self.source}"


@attrs.frozen(kw_only=True)
class DecidedLine:
    """A line of a claim with the answer of one payer.

    ``reasons`` are the findings on the line, the worst first. ``question`` is what was not checked
    or is at risk on it, in a sentence or two; it is empty if the answer is proved.
    """

    file: str
    claim: str
    payer: str
    number: int
    code: str
    modifiers: tuple[str, ...]
    day: date
    charge: Decimal | None
    line_class: ReportedClass
    answer: LineDecision
    label: str
    reasons: tuple[LineReason, ...]
    question: str

    @property
    def name(self) -> str:
        """The line by its number, code and day."""
        code = "-".join((self.code, *self.modifiers))
        return f"line {self.number}: {code} on {self.day.isoformat()}"

    @property
    def status(self) -> LineStatus:
        """Whether the line is proved to be paid, has a finding, or neither."""
        if any(reason.is_failure for reason in self.reasons):
            return "failed"
        is_paid = SEVERITY.get(self.answer.expected, _MILD + 1) <= _MILD
        return "passed" if is_paid and self.answer.basis == "proved" else "open"

    def texts(self) -> Iterator[str]:
        """Yield the reasons of the answer; what was not checked if there are none."""
        for reason in self.reasons:
            yield from reason.texts()
        if self.question and not self.reasons:
            yield self.question


def decided_lines(
    filed: FiledClaim, decision: Decision, given: HistoryGiven = NO_HISTORY
) -> Iterator[DecidedLine]:
    """Yield each line of the decision, in the order of the claim.

    ``given`` is the history that the run had.
    """
    billed = {line.number: line for line in filed.claim.lines}
    for line in decision.lines:
        service = billed[line.line]
        findings = [each for each in decision.findings if line.line in each.lines]
        yield DecidedLine(
            file=filed.file,
            claim=decision.claim,
            payer=decision.payer,
            number=line.line,
            code=service.code,
            modifiers=service.modifiers,
            day=service.date_from,
            charge=service.charge,
            line_class=reported_class(line, decision),
            answer=line,
            label=line_label(line, decision),
            reasons=tuple(map(LineReason.of, sorted(findings, key=_rank))),
            question=line_question(decision, line.line, given.question),
        )


def _rank(finding: Finding) -> tuple[bool, int]:
    return not _is_failure(finding), -SEVERITY[finding.outcome]


def _is_failure(finding: Finding) -> bool:
    return SEVERITY[finding.outcome] > _MILD and finding.basis in _FAILING


def _label(finding: Finding) -> str:
    """Return the outcome with its codes; an audit risk as its sentence."""
    if finding.detected_in != "claim":
        return audit_risk(finding).rstrip(".")
    return f"{OUTCOME_LABELS[finding.outcome]} {denial_codes(finding.adjustment)}".rstrip()
