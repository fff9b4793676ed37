"""Claims judged in one run: those of one member become each other's history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import attrs

from payer_rules.checking.leaving import Leaving
from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.engine.rulebook import RuleBook
from payer_rules.history import History, HistoryLine
from payer_rules.readers import Filed

__all__ = ["check"]

_REPLACEMENT: Final = "7"
_VOID: Final = "8"
_WITHDRAWING: Final = frozenset([_REPLACEMENT, _VOID])


def check(
    filed: Iterable[Filed], rulebook: RuleBook, store: History | None = None
) -> Iterator[Decision]:
    """The decision on each claim, in the order in which the claims are given.

    Of the store, claims that bring no history see the lines that can matter to them.

    Claims of one member are judged in order of receipt where it is known, else of the first date
    of service, then of the claim's id; what was decided before is added to the history given.
    """
    filed = tuple(_with_history(each, rulebook, store) for each in filed)
    members: dict[str, list[int]] = {}
    for at, each in enumerate(filed):
        members.setdefault(each.claim.member.id, []).append(at)
    leaving = Leaving.of(rulebook)
    decided: dict[int, Decision] = {}
    for at, each in enumerate(filed):
        if at not in decided:
            own = members[each.claim.member.id]
            order = sorted(own, key=lambda at: _turn(filed[at].claim))
            decisions = _of_member([filed[at] for at in order], rulebook, leaving)
            decided.update(zip(order, decisions, strict=True))
        yield decided.pop(at)


def _with_history(filed: Filed, rulebook: RuleBook, store: History | None) -> Filed:
    if store is None or filed.history is not None:
        return filed
    return attrs.evolve(filed, history=store.answer(rulebook.queries([filed.claim])))


def _turn(claim: Claim) -> tuple[date, str]:
    return claim.received or min(line.date_from for line in claim.lines), claim.id


def _of_member(filed: Sequence[Filed], rulebook: RuleBook, leaving: Leaving) -> Iterator[Decision]:
    carried = _Carried(leaving)
    for left, each in enumerate(filed, 1 - len(filed)):
        decision = rulebook.decide(each.claim, carried.beside(each.history))
        if left:
            carried.add(each.claim, decision)
        yield _noted(decision, each.uncoded) if each.uncoded else decision


def _noted(decision: Decision, uncoded: tuple[int, ...]) -> Decision:
    """The decision with a note of the lines that are no matter of it."""
    several = len(uncoded) > 1
    told = f"{'lines' if several else 'line'} {', '.join(map(str, uncoded))}"
    why = "have a revenue code and no procedure code: no rule speaks of them"
    if not several:
        why = "has a revenue code and no procedure code: no rule speaks of it"
    return attrs.evolve(decision, notes=(*decision.notes, f"{told} {why}"))


@attrs.define
class _Carried:
    """The lines that earlier claims of the run leave, and the claims that were withdrawn."""

    leaving: Leaving
    history: History = attrs.Factory(History.unknown)
    withdrawn: set[str] = attrs.Factory(set)
    doubted: bool = False

    def beside(self, given: History | None) -> History:
        """The history given together with the lines; what was given of a claim wins."""
        if given is None:
            return self.history
        if not (self.history.lines or self.withdrawn or self.doubted):
            return given
        told = {line.claim for line in given.lines}
        lines = [line for line in self.history.lines if line.claim not in told]
        left = [
            line
            for line in given.lines
            if self.withdrawn.isdisjoint((line.claim, line.payer_claim))
        ]
        if self.doubted:
            left = list(map(_in_doubt, left))
        if not lines and left == list(given.lines):
            return given
        return attrs.evolve(given, lines=(*left, *lines))

    def add(self, claim: Claim, decision: Decision) -> None:
        """Leave the lines of the claim, and take away those of a claim that it withdraws."""
        if claim.frequency_code in _WITHDRAWING:
            self._withdraw(claim.replaces)
        # NOTE: a claim may come to its turn after the one that withdraws it: on one day, by its id.
        gone = claim.id in self.withdrawn and claim.id != claim.replaces
        if claim.frequency_code != _VOID and not gone:
            self.history = self.history.extended(self.leaving.lines(claim, decision))

    def _withdraw(self, replaced: str | None) -> None:
        if replaced is None:
            # NOTE: any of the claims may be the one, so none of them counts for certain.
            self.doubted = True
            self.history = History.unknown(tuple(map(_in_doubt, self.history.lines)))
            return
        self.withdrawn.add(replaced)
        left = (line for line in self.history.lines if line.claim != replaced)
        self.history = History.unknown(tuple(left))


def _in_doubt(line: HistoryLine) -> HistoryLine:
    return attrs.evolve(line, status="pending") if line.status == "paid" else line
