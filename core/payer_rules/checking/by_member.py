"""Claims judged in one run: those of one member become each other's history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from payer_rules.checking.claim_order import order_claims
from payer_rules.checking.history_update import HistoryUpdate
from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.history import History, HistoryLine
from payer_rules.readers import FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.vocabularies.claim_frequencies import VOID, WITHDRAWING

__all__ = ["check_claims"]


def check_claims(
    filed: Iterable[FiledClaim], rulebook: RuleBook, store: History | None = None
) -> Iterator[Decision]:
    """The decision on each claim, in the order in which the claims are given.

    Of the store, claims that bring no history see the lines that can matter to them.

    Claims of one member are judged in order (`order_claims`); what was decided is added to
    the history given.
    """
    filed = tuple(_with_history(each, rulebook, store) for each in filed)
    members: dict[str, list[int]] = {}
    for at, each in enumerate(filed):
        members.setdefault(each.claim.member.id, []).append(at)
    history_update = HistoryUpdate.of(rulebook)
    decided: dict[int, Decision] = {}
    for at, each in enumerate(filed):
        if at not in decided:
            own = members[each.claim.member.id]
            decisions = _of_member([filed[at] for at in own], rulebook, history_update)
            decided.update((own[place], decision) for place, decision in decisions)
        yield decided.pop(at)


def _with_history(filed: FiledClaim, rulebook: RuleBook, store: History | None) -> FiledClaim:
    if store is None or filed.history is not None:
        return filed
    return attrs.evolve(filed, history=store.select(rulebook.queries([filed.claim])))


def _of_member(
    filed: Sequence[FiledClaim], rulebook: RuleBook, history_update: HistoryUpdate
) -> Iterator[tuple[int, Decision]]:
    """Yield the decisions with the places of their claims, in the order in which they are made."""
    numbers = _numbers(filed)
    claims = [each.claim for each in filed]
    order = order_claims(claims, numbers)
    known = {*numbers, *numbers.values(), *(claim.id for claim in claims)}
    carried = _MemberHistory(history_update, numbers, known)
    for left, place in enumerate(order.places, 1 - len(filed)):
        each = filed[place]
        decision = rulebook.decide(each.claim, carried.beside(each.claim, each.history))
        if left:
            carried.add(each.claim, decision, in_doubt=place in order.circular)
        yield place, _noted(decision, each.uncoded) if each.uncoded else decision


def _numbers(filed: Sequence[FiledClaim]) -> dict[str, str]:
    """Return the ids of claims by the payer's numbers, as the histories have them, and by the ids.

    A history that does not have the payer's number of a claim has its id.
    """
    if len(filed) == 1 or not any(each.claim.replaces for each in filed):
        return {}
    histories = {id(each.history): each.history for each in filed if each.history is not None}
    return {
        line.payer_claim or line.claim: line.claim
        for history in histories.values()
        for line in history.lines
    }


def _noted(decision: Decision, uncoded: tuple[int, ...]) -> Decision:
    """The decision with a note of the lines that are no matter of it."""
    several = len(uncoded) > 1
    told = f"{'lines' if several else 'line'} {', '.join(map(str, uncoded))}"
    why = "have a revenue code and no procedure code: no rule speaks of them"
    if not several:
        why = "has a revenue code and no procedure code: no rule speaks of it"
    return attrs.evolve(decision, notes=(*decision.notes, f"{told} {why}"))


@attrs.define
class _MemberHistory:
    """The lines that earlier claims of the run leave, and the claims that were withdrawn.

    ``numbers`` has the ids of claims by the payer's numbers, ``known`` all ids and numbers of the
    run and its histories. ``withdrawn`` has the claim that withdrew each.
    """

    history_update: HistoryUpdate
    numbers: Mapping[str, str]
    known: Collection[str]
    history: History = attrs.Factory(History.unknown)
    withdrawn: dict[str, str] = attrs.Factory(dict)
    doubted: bool = False
    #: The ids of the claims that left lines.
    claims: set[str] = attrs.Factory(set)

    def beside(self, claim: Claim, given: History | None) -> History:
        """Return the history of the claim: that given, and the lines; what was given wins."""
        if claim.replaces is not None:
            self._doubt_beside(claim, claim.replaces)
        if given is None:
            return self.history
        if not (self.history.lines or self.withdrawn or self.doubted):
            return given
        if not (self.withdrawn or self.doubted) and all(
            line.claim not in self.claims for line in given.lines
        ):
            return given.joined(self.history)
        told = {line.claim for line in given.lines}
        lines = [line for line in self.history.lines if line.claim not in told]
        left = [
            line
            for line in given.lines
            if line.claim not in self.withdrawn and line.payer_claim not in self.withdrawn
        ]
        if self.doubted:
            left = list(map(_in_doubt, left))
        if not lines and left == list(given.lines):
            return given
        return attrs.evolve(given, lines=(*left, *lines))

    def _doubt_beside(self, claim: Claim, replaced: str) -> None:
        """Put in doubt the lines of claims that this one may replace, though it names another."""
        by = self.withdrawn.get(replaced)
        if by is not None and by != claim.id:
            # NOTE: two claims replace one: whether the later one replaces the earlier is not known.
            self._change(lambda line: _in_doubt(line) if line.claim == by else line)
        elif claim.frequency_code in WITHDRAWING and replaced not in self.known:
            # NOTE: it may be the payer's number of any claim of the run.
            self._change(_in_doubt)

    def add(self, claim: Claim, decision: Decision, *, in_doubt: bool) -> None:
        """Leave the lines of the claim, and take away those of a claim that it withdraws.

        Of claims that replace each other in a circle it is not known which of them counts.
        """
        if claim.frequency_code in WITHDRAWING and not in_doubt:
            self._withdraw(claim)
        if claim.frequency_code != VOID:
            lines = self.history_update.lines(claim, decision)
            self.claims.add(claim.id)
            self.history = self.history.extended(map(_in_doubt, lines) if in_doubt else lines)

    def _withdraw(self, claim: Claim) -> None:
        if claim.replaces is None:
            # NOTE: any of the claims may be the one, so none of them counts for certain.
            self.doubted = True
            self._change(_in_doubt)
            return
        names = {claim.replaces, self.numbers.get(claim.replaces, claim.replaces)}
        self.withdrawn.update(dict.fromkeys(names, claim.id))
        gone = {*names, claim.id}
        if any(line.claim in gone for line in self.history.lines):
            self._change(lambda line: None if line.claim in gone else line)

    def _change(self, change: Callable[[HistoryLine], HistoryLine | None]) -> None:
        """Replace every line by what becomes of it, or take it away."""
        changed = (change(line) for line in self.history.lines)
        self.history = History.unknown(tuple(line for line in changed if line is not None))


def _in_doubt(line: HistoryLine) -> HistoryLine:
    return attrs.evolve(line, status="pending") if line.status == "paid" else line
