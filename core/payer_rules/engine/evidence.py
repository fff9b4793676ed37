"""The evidence of a finding: lines and values."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Evidence
from payer_rules.engine.verdict import LineReference
from payer_rules.history import HistoryLine

#: The number of line numbers that are kept: a claim has 999 lines at most.
_CACHE_SIZE: Final = 1 << 10


def evidence_of(line: ServiceLine | LineReference) -> Evidence:
    """Return the line as evidence: its number and, for an earlier line, its claim."""
    claim = line.claim if isinstance(line, HistoryLine | LineReference) else None
    if claim is None:
        return line_evidence(line.number)
    return Evidence(kind="history", claim=claim, line=line.number)


@lru_cache(_CACHE_SIZE)
def line_evidence(number: int) -> Evidence:
    """Return the line of the claim with the number as evidence."""
    return Evidence(kind="line", line=number)


def value(name: str, fact: object) -> Evidence:
    """Return a named value as evidence."""
    return Evidence(kind="value", name=name, value=str(fact))
