"""Decisions that are counted together: alike in all but their claims and open questions."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeAlias

from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.summaries.open_facts import missed_of_claim
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims

#: A claim with the decision of a payer.
DecidedClaim: TypeAlias = tuple[Claim, Decision]


def alike(decided: Iterable[DecidedClaim], run: RunClaims = NO_CLAIMS) -> list[list[DecidedClaim]]:
    """Return the decided claims in groups whose lines have the same answers.

    The groups come in the order of their first claims. Most decisions of a run are made of the same
    lines, which are compared by identity; if one is unread, so are the facts that rules miss. A
    finding names its claim, and an open question of a text that is broken counts the lines of its
    claim, so such a decision is like no other. ``run`` has the claims of the decisions.
    """
    together: dict[Hashable, list[DecidedClaim]] = {}
    for claim, decision in decided:
        key: Hashable = (
            decision.payer,
            decision.outcome,
            run.has_undecided(claim),
            *map(id, decision.lines),
        )
        if any(line.expected == "unread" for line in decision.lines):
            key = (key, *map(id, missed_of_claim(decision.not_evaluated)))
        if decision.findings or any(entry.broken_on for entry in decision.not_evaluated):
            key = id(decision)
        known = together.get(key)
        if known is None:
            together[key] = [(claim, decision)]
        else:
            known.append((claim, decision))
    return list(together.values())


def claims_of(decided: Sequence[DecidedClaim]) -> list[Claim]:
    """Return the claims that were decided."""
    return [claim for claim, _ in decided]
