"""The road of claims: from any reader through rule books to any sink."""

from __future__ import annotations

from payer_rules.checking.judging import Answered, Judging, Sink
from payer_rules.checking.members import check
from payer_rules.checking.runs import Run
from payer_rules.checking.tally import Tally

__all__ = ["Answered", "Judging", "Run", "Sink", "Tally", "check"]
