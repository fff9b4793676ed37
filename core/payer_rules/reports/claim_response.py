"""A decision as a FHIR R4 ``ClaimResponse``: the form in which payers answer elsewhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, Finding, NotEvaluated
from payer_rules.reports.adjustments import AdjudicatedLine, LineAdjustment, results_of
from payer_rules.reports.data import Data
from payer_rules.reports.wording import risk_of
from payer_rules.rules import Adjustment

_ADJUDICATION: Final = "http://terminology.hl7.org/CodeSystem/adjudication"
_REASON: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBAdjudicationDiscriminator"
_CLAIM_TYPE: Final = "http://terminology.hl7.org/CodeSystem/claim-type"
_ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_NPI: Final = "http://hl7.org/fhir/sid/us-npi"
_GROUPS: Final = "https://x12.org/codes/claim-adjustment-group-codes"
_CARCS: Final = "https://x12.org/codes/claim-adjustment-reason-codes"
_RARCS: Final = "https://x12.org/codes/remittance-advice-remark-codes"

Resource = dict[str, Data]


def claim_response(decision: Decision, claim: Claim, *, created: date) -> Resource:
    """The resource as JSON knows it; ``created`` is the day on which it is made.

    ``outcome`` is ``error`` where a line was returned unprocessed, ``partial`` where something was
    not evaluated or a person will look at a line, else ``complete``: what is not known is no error.
    """
    notes = _NumberedNotes()
    results = results_of(decision, claim)
    items = [_item(result, decision, notes) for result in results]
    for text in decision.notes:
        notes.number(text)
    notes.number(f"rule book {decision.fingerprint.rulebook}")
    told: Resource = {
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
        "disposition": "; ".join(f"line {each.line}: {each.outcome}" for each in decision.lines),
        "item": list[Data](items),
        "processNote": notes.told(),
    }
    errors = [*_errors(results)]
    return {**told, "error": list[Data](errors)} if errors else told


class _NumberedNotes:
    """The notes of a response, each once, by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of the note."""
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def told(self) -> list[Data]:
        """The notes as the resource has them."""
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
    if any(line.outcome == "return" for line in decision.lines):
        return "error"
    if any(not line.complete or line.outcome in ("unknown", "review") for line in decision.lines):
        return "partial"
    return "complete"


def _item(result: AdjudicatedLine, decision: Decision, notes: _NumberedNotes) -> Resource:
    number = result.line.number
    told = [_note(each.finding) for each in result.adjusted]
    told += [f"{_note(finding)} (shown by the record only)" for finding in result.recorded]
    told += [f"at risk: {risk_of(risk)}" for risk in decision.at_risk if risk.line == number]
    told += [
        f"not evaluated: {_open(entry)}"
        for entry in decision.not_evaluated
        if number in entry.lines
    ]
    told += [f"assumed: {_open(entry)}" for entry in decision.assumed if number in entry.lines]
    adjudication: list[Data] = [_decided(result)]
    if result.line.charge is not None:
        charge = _concept(_ADJUDICATION, "submitted")
        adjudication.insert(0, {"category": charge, "amount": _money(result.line.charge)})
    adjudication += [
        _reason(each, each.finding.adjustment)
        for each in result.adjusted
        if each.finding.adjustment
    ]
    item: Resource = {"itemSequence": number, "adjudication": adjudication}
    if told:
        item["noteNumber"] = [notes.number(text) for text in dict.fromkeys(told)]
    return item


def _decided(result: AdjudicatedLine) -> Resource:
    return {"category": {"text": "outcome"}, "reason": {"text": result.decision.outcome}}


def _reason(each: LineAdjustment, codes: Adjustment) -> Resource:
    """Group code, CARC and RARCs as codings of one reason, as CMS's own server has them."""
    coding: list[Data] = [
        {"system": _GROUPS, "code": codes.group},
        {"system": _CARCS, "code": codes.carc},
    ]
    coding += [{"system": _RARCS, "code": rarc} for rarc in codes.rarc]
    told: Resource = {
        "category": _concept(_REASON, "adjustmentreason"),
        "reason": {"coding": coding},
    }
    return told if each.amount is None else {**told, "amount": _money(each.amount)}


def _errors(results: tuple[AdjudicatedLine, ...]) -> list[Resource]:
    errors: list[Resource] = []
    for result in results:
        for each in result.adjusted:
            if each.finding.outcome == "return":
                code: Resource = {"text": each.finding.message}
                if each.finding.adjustment is not None:
                    code |= _concept(_CARCS, each.finding.adjustment.carc)
                errors.append({"itemSequence": result.line.number, "code": code})
    return errors


def _note(finding: Finding) -> str:
    return f"{finding.message} ({finding.rule})"


def _open(entry: NotEvaluated) -> str:
    rule = f"{entry.rule}, " if entry.rule else ""
    return f"{rule}{entry.reason}: {entry.missing}"


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _money(amount: Decimal) -> Resource:
    return {"value": float(amount), "currency": "USD"}
