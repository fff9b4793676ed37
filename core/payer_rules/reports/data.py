"""Results as data for JSON: dates and decimals are strings, and the order is fixed."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

import attrs

from payer_rules.decisions import Decision, Evidence, Finding, LineDecision, NotEvaluated, Risk
from payer_rules.errors import Problem
from payer_rules.kinds import kind_of
from payer_rules.rules import Adjustment, Rule
from payer_rules.text.escaping import json_escaped

#: NOTE: `json.dumps` would create an encoder for each text.
_ON_ONE_LINE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_EVIDENCE: Final = tuple(field.name for field in attrs.fields(Evidence))

Data: TypeAlias = "str | int | float | bool | list[Data] | dict[str, Data] | None"


def plain(value: object) -> Data:
    """Return the value as JSON data."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, frozenset):
        return [plain(item) for item in sorted(value, key=str)]
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    kind = type(value)
    if attrs.has(kind):
        return {f.name: plain(getattr(value, f.name)) for f in attrs.fields(kind)}
    return str(value)


def of_decision(decision: Decision) -> dict[str, Data]:
    """Return the decision in its published form (``docs/reference/decision.schema.json``)."""
    return {
        "claim": decision.claim,
        "payer": decision.payer,
        "outcome": decision.outcome,
        "lines": [_of_line(line) for line in decision.lines],
        "findings": [of_finding(finding) for finding in decision.findings],
        "not_evaluated": [of_entry(entry) for entry in decision.not_evaluated],
        "assumed": [of_entry(entry) for entry in decision.assumed],
        "at_risk": [_of_risk(risk) for risk in decision.at_risk],
        "notes": plain(decision.notes),
        "fingerprint": _repeated(decision.fingerprint),
    }


def _of_line(line: LineDecision) -> dict[str, Data]:
    return {
        "line": line.line,
        "outcome": line.outcome,
        "complete": line.complete,
        "judged_by": [*line.judged_by],
    }


def of_finding(finding: Finding) -> dict[str, Data]:
    """Return the finding with its denial codes; empty fields of evidence are left out."""
    return {
        "rule": finding.rule,
        "lines": plain(finding.lines),
        "outcome": finding.outcome,
        "detected_in": finding.detected_in,
        **_of_codes(finding.adjustment),
        "message": finding.message,
        "evidence": [_of_evidence(each) for each in finding.evidence],
        "citations": _repeated(finding.citations),
        "cure": str(finding.cure) if finding.cure else None,
    }


def _of_risk(risk: Risk) -> dict[str, Data]:
    return {
        "rule": risk.rule,
        "line": risk.line,
        "if_paid": risk.if_paid,
        "outcome": risk.outcome,
        **_of_codes(risk.adjustment),
        "message": risk.message,
        "citations": _repeated(risk.citations),
    }


def _of_codes(codes: Adjustment | None) -> dict[str, Data]:
    return {
        "group": codes.group if codes else None,
        "carc": codes.carc if codes else None,
        "rarc": plain(codes.rarc) if codes else [],
    }


def of_entry(entry: NotEvaluated) -> dict[str, Data]:
    """Return the entry; ``rule`` is left out if there is none."""
    rule: dict[str, Data] = {} if entry.rule is None else {"rule": entry.rule}
    return {**rule, "lines": [*entry.lines], "reason": entry.reason, "missing": entry.missing}


def _of_evidence(evidence: Evidence) -> dict[str, Data]:
    """Return the fields of the evidence that are not empty."""
    fields: dict[str, Data] = {name: getattr(evidence, name) for name in _EVIDENCE}
    return {name: value for name, value in fields.items() if value is not None}


@lru_cache(maxsize=1024)
def _repeated(value: Hashable) -> Data:
    """Return the value as JSON data; cached, as many decisions have the same citations."""
    return plain(value)


def of_problem(problem: Problem) -> Data:
    """Return the problem as place, problem and remedy."""
    return plain(problem)


def of_rule(rule: Rule) -> dict[str, Data]:
    """Return the rule with the name of its kind; empty conditions are left out."""
    data = plain(rule)
    assert isinstance(data, dict)
    data["when"] = _stated(rule.when)
    return {"kind": kind_of(rule).table, **data}


def _stated(value: attrs.AttrsInstance) -> dict[str, Data]:
    fields = {f.name: plain(getattr(value, f.name)) for f in attrs.fields(type(value))}
    return {name: item for name, item in fields.items() if item is not None and item != []}


def ndjson(decisions: Iterable[Decision]) -> Iterator[str]:
    """Yield each decision as one line of JSON."""
    for decision in decisions:
        yield line_of(of_decision(decision))


def line_of(data: object) -> str:
    """Return the data as JSON on one line."""
    return json_escaped(_ON_ONE_LINE.encode(data))


def text_of(data: object) -> str:
    """Return the data as JSON, indented by two spaces."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return "\n".join(map(json_escaped, text.split("\n")))
