"""Checking of claims: they are read, decided by rule books, and rendered as reports.

1. `CheckRun` reads the claims. Few are decided in memory. Of many, the claims of each member are
   written to one of many partitions on disk.
2. `ClaimChecker` finds the payers of each claim and decides a partition; `check_claims` decides the
   claims of a member in order, and adds each decision to the member's history.
3. Renderers turn each decision into the text of a report, and the texts are merged in order.
"""

from __future__ import annotations

from payer_rules.checking.by_member import check_claims
from payer_rules.checking.check_run import CheckRun
from payer_rules.checking.claim_checker import ClaimChecker, RenderedDecision, Renderer

__all__ = [
    "CheckRun",
    "ClaimChecker",
    "RenderedDecision",
    "Renderer",
    "check_claims",
]
