"""Decisions as JSON data, and back.

The keys are those of the schema ``decision.schema.json``. Denial codes are keys of the finding
itself, and what evidence does not state is left out; everything else has the keys of its class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

from payer_rules.decisions import (
    Cure,
    Decision,
    Evidence,
    Finding,
    LineDecision,
    NotEvaluated,
    Presumption,
    Risk,
)
from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.json_forms.plain_data import Data, plain, repeated
from payer_rules.json_forms.schema_files import DECISION
from payer_rules.rules import Adjustment, Citation
from payer_rules.text.quoting import REDACTED
from payer_rules.values.identity_cache import IdentityCache
from payer_rules.values.structure import structure

_EVIDENCE: Final = tuple(field.name for field in attrs.fields(Evidence))
_CODES: Final = ("group", "carc", "rarc")
#: The lists of a decision whose entries have denial codes.
_WITH_CODES: Final = ("findings", "at_risk")


def of_decision(decision: Decision) -> dict[str, Data]:
    """Return the decision in its published form."""
    return {
        "schema": DECISION,
        "claim": decision.claim,
        "payer": decision.payer,
        "outcome": decision.outcome,
        "expected": decision.expected,
        **{key: [*map(form, getattr(decision, key))] for key, form in PARTS.items()},
        "fingerprint": repeated(decision.fingerprint),
    }


def of_line(line: LineDecision) -> dict[str, Data]:
    """Return the decision on a line."""
    return {key: form(getattr(line, key)) for key, form in LINE.items()}


def of_finding(finding: Finding) -> dict[str, Data]:
    """Return the finding with its denial codes.

    Empty fields of evidence are left out, and ``bill_instead`` where no other code is to be billed.
    """
    instead: dict[str, Data] = {}
    if finding.bill_instead is not None:
        instead["bill_instead"] = finding.bill_instead
    return {
        "rule": finding.rule,
        "lines": plain(finding.lines),
        "outcome": finding.outcome,
        "basis": finding.basis,
        "rests_on": _of_presumptions(finding.rests_on),
        "detected_in": finding.detected_in,
        **_of_codes(finding.adjustment),
        "pays": plain(finding.pays),
        **instead,
        "message": finding.message,
        "evidence": [_of_evidence(each) for each in finding.evidence],
        "citations": _CITATIONS.of(finding.citations),
        "cure": _of_cure(finding.cure),
    }


def _of_presumptions(presumptions: Iterable[Presumption]) -> list[Data]:
    return [repeated(presumption) for presumption in presumptions]


#: The fields of the decision on a line in their order, each with the form of its value.
LINE: Final[dict[str, Callable[[Any], Data]]] = {
    **dict.fromkeys(("line", "outcome", "expected", "basis", "complete", "topics"), plain),
    "read_in_part": plain,
    "rests_on": _of_presumptions,
    "judged_by": plain,
}
#: By the list of a rule, which its findings share.
_CITATIONS: Final = IdentityCache[tuple[Citation, ...], Data](plain)


def _of_cure(cure: Cure | None) -> Data:
    return {"change": cure.change, "condition": cure.condition} if cure else None


def _of_risk(risk: Risk) -> dict[str, Data]:
    return {
        "rule": risk.rule,
        "line": risk.line,
        "if_paid": risk.if_paid,
        "outcome": risk.outcome,
        **_of_codes(risk.adjustment),
        "message": risk.message,
        "citations": repeated(risk.citations),
    }


def _of_codes(codes: Adjustment | None) -> dict[str, Data]:
    return {
        "group": codes.group if codes else None,
        "carc": codes.carc if codes else None,
        "rarc": plain(codes.rarc) if codes else [],
    }


def of_entry(entry: NotEvaluated) -> dict[str, Data]:
    """Return the entry; a rule, and what is stated of an older policy, are left out if missing."""
    rule: dict[str, Data] = {} if entry.rule is None else {"rule": entry.rule}
    lines: list[Data] = [*entry.lines]
    data = {**rule, "lines": lines, "reason": entry.reason, "missing": entry.missing}
    if entry.policy_year is not None:
        data["policy_year"] = entry.policy_year
    if entry.document is not None:
        data["document"] = entry.document
    if entry.broken_on:
        data["broken_on"] = [*entry.broken_on]
    return data


#: The lists of a decision in their order, each with the form of its entries.
PARTS: Final[dict[str, Callable[[Any], Data]]] = {
    "lines": of_line,
    "findings": of_finding,
    "not_evaluated": of_entry,
    "assumed": of_entry,
    "at_risk": _of_risk,
    "notes": plain,
    "derived": repeated,
}


def _of_evidence(evidence: Evidence) -> dict[str, Data]:
    """Return the fields of the evidence that are not empty."""
    fields: dict[str, Data] = {name: getattr(evidence, name) for name in _EVIDENCE}
    return {name: value for name, value in fields.items() if value is not None}


def decision_from(data: dict[str, Any]) -> Decision:
    """Return the decision of the data, without its schema; raises `InvalidValueError`."""
    nested = {
        key: [_with_adjustment(each) for each in value]
        if key in _WITH_CODES and isinstance(value, list)
        else value
        for key, value in data.items()
    }
    try:
        return structure(Decision, nested, REDACTED, keys="json")
    except InvalidValueError as error:
        raise InvalidValueError(map(_as_written, error.field_errors)) from None


def _with_adjustment(entry: object) -> object:
    """Return a finding or risk with its denial codes as one value, as the class has them."""
    if not isinstance(entry, dict):
        return entry
    codes = {key: entry[key] for key in _CODES if entry.get(key) not in (None, [])}
    rest = {key: value for key, value in entry.items() if key not in _CODES}
    return {**rest, "adjustment": codes} if codes else rest


def _as_written(error: FieldError) -> FieldError:
    """Return the error with the path of denial codes as they are written."""
    return attrs.evolve(error, path=tuple(part for part in error.path if part != "adjustment"))
