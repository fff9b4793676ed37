"""Summaries of decisions: what will be denied, what is worth checking, and the money it is about.

1. `line_classes` puts each line, and each claim, into one of four classes; a report shows a fifth,
   of lines that are partly read.
2. `finding_groups` groups findings that a biller treats alike.
3. `open_facts` counts the facts that expected outcomes take for granted.
4. `PayerSummary` has these counts for one payer, and `RunSummary` those of a run. Summaries can be
   added, and their size does not depend on the number of claims.
"""

from __future__ import annotations

from payer_rules.summaries.finding_groups import ClaimPair, FindingGroup, FindingKey
from payer_rules.summaries.line_classes import LINE_CLASSES, LineClass, ReportedClass
from payer_rules.summaries.open_facts import FactGroup, FactKey
from payer_rules.summaries.payer_summary import PayerSummary
from payer_rules.summaries.policies import PolicyText
from payer_rules.summaries.run_claims import RunClaims
from payer_rules.summaries.run_members import RunMembers
from payer_rules.summaries.run_summary import RunSummary
from payer_rules.summaries.tally import Tally

__all__ = [
    "LINE_CLASSES",
    "ClaimPair",
    "FactGroup",
    "FactKey",
    "FindingGroup",
    "FindingKey",
    "LineClass",
    "PayerSummary",
    "PolicyText",
    "ReportedClass",
    "RunClaims",
    "RunMembers",
    "RunSummary",
    "Tally",
]
