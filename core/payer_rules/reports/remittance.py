"""A decision as the payer's remittance would show it: an 835 in words, before there is one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.reports.adjustments import AdjudicatedLine, LineAdjustment, results_of
from payer_rules.reports.wording import hangs_on


def remittance_of(decision: Decision, claim: Claim) -> Iterator[str]:
    """The text of the preview, line by line.

    ``CAS`` has group code, CARC and amount. An amount is known only where a line is not paid at
    all: what a payer allows is in its fee schedule, which is not known here.
    """
    yield f"claim {decision.claim} · {decision.payer}: {decision.outcome}"
    for result in results_of(decision, claim):
        yield from _line(result, decision)
    for note in decision.notes:
        yield f"  note: {note}"


def _line(result: AdjudicatedLine, decision: Decision) -> Iterator[str]:
    line = result.line
    code = " ".join([line.code, *line.modifiers])
    charge = f"charge {_money(line.charge)}" if line.charge is not None else "charge not known"
    yield f"  line {line.number} · {code} · {charge}: {_paid(result, decision)}"
    for each in result.adjusted:
        yield from _adjusted(each)
    for finding in result.recorded:
        yield f"    only the record shows: {finding.message} ({finding.rule})"


def _paid(result: AdjudicatedLine, decision: Decision) -> str:
    outcome = result.decision.outcome
    if result.is_unpaid:
        return f"{outcome}, paid 0.00"
    if outcome == "unknown":
        return f"unknown: {hangs_on(decision, result.line.number, pays='paid')}"
    if not result.adjusted and result.recorded:
        return f"{outcome} by the record; paid at adjudication"
    return outcome


def _adjusted(each: LineAdjustment) -> Iterator[str]:
    finding = each.finding
    codes = finding.adjustment
    told = f"    {finding.outcome}"
    if codes is not None:
        amount = "amount not known" if each.amount is None else _money(each.amount)
        told = f"    CAS {codes.group} {codes.carc} {amount}"
        told += "".join(f" · RARC {rarc}" for rarc in codes.rarc)
    if finding.pays is not None:
        told += f" · pays {finding.pays:f} of what is allowed"
    yield f"{told} · {finding.rule}"


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
