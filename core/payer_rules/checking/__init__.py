"""The road of claims: from any reader through rule books to any sink."""

from __future__ import annotations

from payer_rules.checking.by_member import check
from payer_rules.checking.check_run import Run
from payer_rules.checking.claim_checker import Answered, Judging, Sink
from payer_rules.checking.run_summary import Tally

__all__ = ["Answered", "Judging", "Run", "Sink", "Tally", "check"]
