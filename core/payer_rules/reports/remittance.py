"""A decision as the payer's remittance would show it: a preview of the 835 in words.

A payer answers every claim, whether or not the facts behind its answer are known here. So the
preview shows the expected answer, and names what that rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.reports.adjustments import AdjudicatedLine, LineAdjustment, adjudicated_lines
from payer_rules.reports.basis_words import basis_remark, reliance
from payer_rules.reports.missing_words import line_question
from payer_rules.reports.outcome_words import (
    OUTCOME_LABELS,
    audit_risk,
    claim_words,
    expected_words,
)


def remittance_of(decision: Decision, claim: Claim) -> Iterator[str]:
    """Yield the lines of the preview.

    ``CAS`` has group code, CARC and amount. The amount is known only if a line is not paid at all:
    the amount that a payer allows is in its fee schedule, which is not available here.
    """
    yield f"claim {decision.claim} · {decision.payer}: {claim_words(decision)}"
    for adjudicated in adjudicated_lines(decision, claim):
        yield from _line(adjudicated, decision)
    for note in decision.notes:
        yield f"  note: {note}"


def _line(adjudicated: AdjudicatedLine, decision: Decision) -> Iterator[str]:
    line = adjudicated.line
    code = " ".join([line.code, *line.modifiers])
    charge = f"charge {_money(line.charge)}" if line.charge is not None else "charge not known"
    yield f"  line {line.number} · {code} · {charge}: {_paid(adjudicated, decision)}"
    for adjustment in adjudicated.adjusted:
        yield _adjustment(adjustment)
    for finding in adjudicated.recorded:
        yield f"    {audit_risk(finding)} {finding.message} ({finding.rule})"
    for text in reliance(adjudicated.decision):
        yield f"    {text}"


def _paid(adjudicated: AdjudicatedLine, decision: Decision) -> str:
    line = adjudicated.decision
    label, basis = expected_words(line.expected, line.basis), basis_remark(line.basis)
    if adjudicated.is_unpaid:
        return f"{label}, paid 0.00{basis}"
    if line.expected == "unknown":
        return line_question(decision, line.line)
    if not adjudicated.adjusted and adjudicated.recorded:
        return f"paid at adjudication, audit risk ({label}){basis}"
    return f"{label}{basis}"


def _adjustment(adjustment: LineAdjustment) -> str:
    finding = adjustment.finding
    codes = finding.adjustment
    text = f"    {OUTCOME_LABELS[finding.outcome]}"
    if codes is not None:
        amount = "amount not known" if adjustment.amount is None else _money(adjustment.amount)
        text = f"    CAS {codes.group} {codes.carc} {amount}"
        text += "".join(f" · RARC {rarc}" for rarc in codes.rarc)
    if finding.pays is not None:
        text += f" · pays {finding.pays:f} of the allowed amount"
    return f"{text} · {finding.rule}{basis_remark(finding.basis)}"


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
