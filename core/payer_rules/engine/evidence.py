"""The evidence of a finding: lines and values."""

from __future__ import annotations

from typing import Literal

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Evidence
from payer_rules.engine.verdict import LineReference
from payer_rules.history import HistoryLine


def evidence_of(line: ServiceLine | LineReference) -> Evidence:
    """Return the line as evidence: its number and, for an earlier line, its claim."""
    claim = line.claim if isinstance(line, HistoryLine | LineReference) else None
    kind: Literal["line", "history"] = "line" if claim is None else "history"
    return Evidence(kind=kind, claim=claim, line=line.number)


def value(name: str, fact: object) -> Evidence:
    """Return a named value as evidence."""
    return Evidence(kind="value", name=name, value=str(fact))
