"""Adjudicated lines of earlier claims, and for which days and providers they are complete."""

from __future__ import annotations

from payer_rules.history.histories import History
from payer_rules.history.history_sources import HistoryOverview, HistorySource
from payer_rules.history.index import MostCounted, RunningTotals
from payer_rules.history.lines import HistoryLine, ReviewedLine, Status, UnknownPayerLine
from payer_rules.history.queries import HistoryQuery

__all__ = [
    "History",
    "HistoryLine",
    "HistoryOverview",
    "HistoryQuery",
    "HistorySource",
    "MostCounted",
    "ReviewedLine",
    "RunningTotals",
    "Status",
    "UnknownPayerLine",
]
