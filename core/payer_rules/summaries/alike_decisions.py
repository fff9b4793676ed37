"""Decisions that are counted together: alike in all but their claims and open questions."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, NotEvaluated
from payer_rules.summaries.open_facts import missed_of_claim
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims
from payer_rules.values.identity_cache import MOST_LISTS, IdentityCache

#: A claim with the decision of a payer.
DecidedClaim: TypeAlias = tuple[Claim, Decision]
#: Whether one of the open questions of a decision is about a text that is broken.
_NAMES_BROKEN: Final = IdentityCache[tuple[NotEvaluated, ...], bool](
    lambda entries: any(entry.broken_on for entry in entries), MOST_LISTS
)


def alike(decided: Iterable[DecidedClaim], run: RunClaims = NO_CLAIMS) -> list[list[DecidedClaim]]:
    """Return the decided claims in groups whose lines have the same answers.

    The groups come in the order of their first claims. Most decisions of a run are made of the same
    lines, which are compared by identity; if one is unread, so are the facts that rules miss. A
    finding names its claim, and an open question of a text that is broken counts the lines of its
    claim, so such a decision is like no other. ``run`` has the claims of the decisions.
    """
    groups: list[list[DecidedClaim]] = []
    together: dict[Hashable, list[DecidedClaim]] = {}
    # NOTE: decisions on equal claims share their lists, by which their group is found at once.
    by_lists: dict[Hashable, list[DecidedClaim]] = {}
    for each in decided:
        claim, decision = each
        if _is_like_no_other(decision):
            groups.append([each])
            continue
        undecided = run.has_undecided(claim)
        lists = (id(decision.lines), id(decision.not_evaluated))
        answer = (decision.payer, decision.outcome, undecided)
        group = by_lists.get((answer, lists))
        if group is None:
            key = (answer, *_parts(decision))
            group = together.get(key)
            if group is None:
                group = together[key] = []
                groups.append(group)
            by_lists[answer, lists] = group
        group.append(each)
    return groups


def _is_like_no_other(decision: Decision) -> bool:
    """Return True if the decision is counted by itself."""
    return bool(decision.findings) or _NAMES_BROKEN.of(decision.not_evaluated)


def _parts(decision: Decision) -> Iterator[int]:
    """Yield the identities of the lines and, if one is unread, of the facts that rules miss."""
    yield from map(id, decision.lines)
    if any(line.expected == "unread" for line in decision.lines):
        yield 0
        yield from map(id, missed_of_claim(decision.not_evaluated))


def claims_of(decided: Sequence[DecidedClaim]) -> list[Claim]:
    """Return the claims that were decided."""
    return [claim for claim, _ in decided]
