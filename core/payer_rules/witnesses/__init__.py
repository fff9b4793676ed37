"""Witnesses: the smallest claims that two payers, or two readings of one payer, answer differently.

The steps of a search:

- `candidates` makes claims on either side of every fact of the rules of both sides;
- `compared_side` places a claim on the day of its side;
- `topic_readings` names what a payer states of the topic of another payer's rule;
- `line_differences` names where the two answers differ, and the reasons of both;
- `witness_search` keeps the smallest claim of each pair of reasons, and makes it smaller;
- `witness_scenarios` writes witnesses as scenarios, which a person has to confirm.
"""

from __future__ import annotations

from payer_rules.witnesses.compared_side import ComparedSide
from payer_rules.witnesses.line_differences import AnswerReason, LineDifference
from payer_rules.witnesses.witness_search import Comparison, Witness, compare

__all__ = ["AnswerReason", "ComparedSide", "Comparison", "LineDifference", "Witness", "compare"]
