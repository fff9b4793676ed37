"""A decision as a FHIR R4 ``ClaimResponse``.

It is what the payer is expected to answer: the outcomes are the expected ones. An extension of each
item states what its outcome rests on, and notes name the presumptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, Finding, LineDecision, NotEvaluated
from payer_rules.reports.adjustments import AdjudicatedLine, LineAdjustment, adjudicated_lines
from payer_rules.reports.basis_words import not_presumed, reliance
from payer_rules.reports.data import Data
from payer_rules.reports.missing_words import missing_text, risk_text
from payer_rules.reports.outcome_words import audit_risk
from payer_rules.rules import Adjustment

_ADJUDICATION: Final = "http://terminology.hl7.org/CodeSystem/adjudication"
_REASON: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBAdjudicationDiscriminator"
_CLAIM_TYPE: Final = "http://terminology.hl7.org/CodeSystem/claim-type"
_ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_NPI: Final = "http://hl7.org/fhir/sid/us-npi"
_GROUPS: Final = "https://x12.org/codes/claim-adjustment-group-codes"
_CARCS: Final = "https://x12.org/codes/claim-adjustment-reason-codes"
_RARCS: Final = "https://x12.org/codes/remittance-advice-remark-codes"
#: The extension of an item with the basis of its outcome: a code such as ``presumed``.
BASIS_EXTENSION: Final = "urn:payer-rules:extension:basis"

Resource = dict[str, Data]


def claim_response(decision: Decision, claim: Claim, *, created: date) -> Resource:
    """Return the resource as JSON data; ``created`` is its date.

    ``outcome`` is ``error`` if a line is rejected, ``partial`` if something was not evaluated, an
    outcome is not proved or the payer reviews a line, and ``complete`` otherwise.
    """
    notes = _NumberedNotes()
    lines = adjudicated_lines(decision, claim)
    items = [_item(each, decision, notes) for each in lines]
    for text in decision.notes:
        notes.number(text)
    notes.number(f"rule book {decision.fingerprint.rulebook}")
    response: Resource = {
        "resourceType": "ClaimResponse",
        "status": "active",
        "type": _type(claim),
        "use": "claim",
        "patient": {"identifier": {"value": claim.member.id}},
        "created": created.isoformat(),
        "insurer": {"identifier": {"value": decision.payer}},
        "requestor": {"identifier": {"system": _NPI, "value": claim.billing_provider.npi}},
        "request": {"identifier": {"value": claim.id}},
        "outcome": _outcome(decision),
        "disposition": "; ".join(f"line {each.line}: {each.expected}" for each in decision.lines),
        "item": list[Data](items),
        "processNote": notes.as_data(),
    }
    errors = [*_errors(lines)]
    return {**response, "error": list[Data](errors)} if errors else response


class _NumberedNotes:
    """The numbered notes of a response; the same text has one number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of the note; a new text gets the next number."""
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def as_data(self) -> list[Data]:
        """Return the notes as elements of the resource."""
        return [
            {"number": number, "type": "print", "text": text}
            for text, number in self._numbers.items()
        ]


def _type(claim: Claim) -> Resource:
    if claim.bill_type is not None:
        return _concept(_CLAIM_TYPE, "institutional")
    if claim.setting == "practitioner":
        return _concept(_CLAIM_TYPE, "professional")
    return _concept(_ABSENT, "unknown")


def _outcome(decision: Decision) -> str:
    if any(line.expected == "return" for line in decision.lines):
        return "error"
    return "partial" if any(map(_is_open, decision.lines)) else "complete"


def _is_open(line: LineDecision) -> bool:
    """Return True if the payer may adjudicate the line otherwise than it is shown."""
    is_answered = line.complete and line.basis == "proved"
    return not is_answered or line.expected in ("unknown", "review")


def _item(adjudicated: AdjudicatedLine, decision: Decision, notes: _NumberedNotes) -> Resource:
    number = adjudicated.line.number
    adjudication: list[Data] = [_decided(adjudicated)]
    if adjudicated.line.charge is not None:
        charge = _concept(_ADJUDICATION, "submitted")
        adjudication.insert(0, {"category": charge, "amount": _money(adjudicated.line.charge)})
    adjudication += [
        _reason(each, each.finding.adjustment)
        for each in adjudicated.adjusted
        if each.finding.adjustment
    ]
    basis: Resource = {"url": BASIS_EXTENSION, "valueCode": adjudicated.decision.basis}
    item: Resource = {
        "extension": [basis],
        "itemSequence": number,
        "adjudication": adjudication,
    }
    if texts := list(dict.fromkeys(_texts(adjudicated, decision))):
        item["noteNumber"] = [notes.number(text) for text in texts]
    return item


def _texts(adjudicated: AdjudicatedLine, decision: Decision) -> Iterator[str]:
    """Yield the notes on the line: findings, risks, open questions and presumptions."""
    number = adjudicated.line.number
    for adjustment in adjudicated.adjusted:
        yield _note(adjustment.finding)
    for finding in adjudicated.recorded:
        yield f"{audit_risk(finding)} {_note(finding)}"
    for risk in decision.at_risk:
        if risk.line == number:
            yield f"at risk: {risk_text(risk)}"
    for label, entries in (
        ("not checked", decision.not_evaluated),
        ("assumed to be in order", decision.assumed),
    ):
        for entry in not_presumed(entries, adjudicated.decision):
            yield f"{label}: {_open(entry)}"
    yield from reliance(adjudicated.decision)


def _decided(adjudicated: AdjudicatedLine) -> Resource:
    return {"category": {"text": "outcome"}, "reason": {"text": adjudicated.decision.expected}}


def _reason(each: LineAdjustment, codes: Adjustment) -> Resource:
    """Return group code, CARC and RARCs as codings of one reason, the form of CMS's server."""
    coding: list[Data] = [
        {"system": _GROUPS, "code": codes.group},
        {"system": _CARCS, "code": codes.carc},
    ]
    coding += [{"system": _RARCS, "code": rarc} for rarc in codes.rarc]
    reason: Resource = {
        "category": _concept(_REASON, "adjustmentreason"),
        "reason": {"coding": coding},
    }
    return reason if each.amount is None else {**reason, "amount": _money(each.amount)}


def _errors(lines: tuple[AdjudicatedLine, ...]) -> list[Resource]:
    errors: list[Resource] = []
    for line in lines:
        for each in line.adjusted:
            if each.finding.outcome == "return":
                code: Resource = {"text": each.finding.message}
                if each.finding.adjustment is not None:
                    code |= _concept(_CARCS, each.finding.adjustment.carc)
                errors.append({"itemSequence": line.line.number, "code": code})
    return errors


def _note(finding: Finding) -> str:
    return f"{finding.message} ({finding.rule})"


def _open(entry: NotEvaluated) -> str:
    missing = missing_text(entry)
    return f"{missing} ({entry.rule})" if entry.rule else missing


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _money(amount: Decimal) -> Resource:
    return {"value": float(amount), "currency": "USD"}
