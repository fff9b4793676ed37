"""What a finding rests on."""

from __future__ import annotations

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Evidence
from payer_rules.history import HistoryLine


def evidence_of(line: ServiceLine) -> Evidence:
    """The line as evidence: by its number, and its claim where it is an earlier one."""
    if isinstance(line, HistoryLine):
        return Evidence(kind="history", claim=line.claim, line=line.number)
    return Evidence(kind="line", line=line.number)


def value(name: str, told: object) -> Evidence:
    """A named value as evidence."""
    return Evidence(kind="value", name=name, value=str(told))
