"""The road of claims: from any reader through rule books to any sink."""

from __future__ import annotations

from payer_rules.checking.by_member import check_claims
from payer_rules.checking.check_run import CheckRun
from payer_rules.checking.claim_checker import ClaimChecker, RenderedDecision, Renderer
from payer_rules.checking.run_summary import RunSummary

__all__ = ["CheckRun", "ClaimChecker", "RenderedDecision", "Renderer", "RunSummary", "check_claims"]
