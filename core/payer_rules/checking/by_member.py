"""The decisions on claims by member: earlier claims of a member are history of the later ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from payer_rules.checking.claim_order import order_claims
from payer_rules.checking.earlier_lines import with_earlier_lines
from payer_rules.checking.history_update import HistoryUpdate
from payer_rules.claims import Claim
from payer_rules.decisions import Decision
from payer_rules.history import History, HistoryLine, HistorySource
from payer_rules.readers import FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.vocabularies.claim_frequencies import VOID, WITHDRAWING

__all__ = ["check_claims"]

_UNKNOWN: Final = History.unknown()


def check_claims(
    filed: Iterable[FiledClaim], rulebook: RuleBook, store: HistorySource | None = None
) -> Iterator[Decision]:
    """Yield the decision on each claim, in the order of the input.

    Claims of one member are decided in order (`order_claims`), and each decision is added to the
    member's history. Claims without a history get the lines of ``store`` that the rules query.
    """
    claims = tuple(with_earlier_lines(filed, rulebook, store))
    members: dict[str, list[int]] = {}
    for at, claim in enumerate(claims):
        members.setdefault(claim.claim.member.id, []).append(at)
    history_update = HistoryUpdate.of(rulebook)
    decided: dict[int, Decision] = {}
    for at, claim in enumerate(claims):
        if at not in decided:
            own = members[claim.claim.member.id]
            of_member = [claims[place] for place in own]
            for place, decision in _decide_member(of_member, rulebook, history_update):
                decided[own[place]] = decision
        yield decided.pop(at)


def _decide_member(
    filed: Sequence[FiledClaim], rulebook: RuleBook, history_update: HistoryUpdate
) -> Iterator[tuple[int, Decision]]:
    """Yield the decisions with the positions of their claims, in the order of evaluation."""
    if len(filed) == 1:
        yield 0, _decided(filed[0], rulebook, filed[0].history, None)
        return
    numbers = _numbers(filed)
    claims = [each.claim for each in filed]
    order = order_claims(claims, numbers)
    known = {*numbers, *numbers.values(), *[claim.id for claim in claims]}
    proved = _MemberHistory(numbers, known)
    # NOTE: most members have the same history in both answers.
    expected = proved
    for remaining, place in enumerate(order.places, 1 - len(filed)):
        each = filed[place]
        claim = each.claim
        history = proved.for_claim(claim, each.history)
        expected_history = history
        if expected is not proved:
            expected_history = expected.for_claim(claim, each.history)
        is_same = expected_history.lines == history.lines
        decision = _decided(each, rulebook, history, None if is_same else expected_history)
        if remaining:
            of_first, of_expected = history_update.lines(claim, decision)
            in_doubt = place in order.circular
            if expected is proved and of_expected is not of_first:
                expected = proved.copied()
            proved.add(claim, of_first, in_doubt=in_doubt)
            if expected is not proved:
                expected.add(claim, of_expected, in_doubt=in_doubt)
        yield place, decision


def _decided(
    filed: FiledClaim,
    rulebook: RuleBook,
    history: History | None,
    expected_history: History | None,
) -> Decision:
    """Return the decision on the claim, with a note about lines without a procedure code."""
    decision = rulebook.decide(filed.claim, history, expected_history=expected_history)
    return _noted(decision, filed.uncoded) if filed.uncoded else decision


def _numbers(filed: Sequence[FiledClaim]) -> dict[str, str]:
    """Return the claim id for each payer claim number in the histories.

    A history line without a payer claim number is listed by its claim id.
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
    """Return the decision with a note about its lines without a procedure code."""
    numbers = ", ".join(map(str, uncoded))
    if len(uncoded) > 1:
        note = f"lines {numbers} have a revenue code and no procedure code: not checked"
    else:
        note = f"line {numbers} has a revenue code and no procedure code: not checked"
    return attrs.evolve(decision, notes=(*decision.notes, note))


@attrs.define
class _MemberHistory:
    """The history lines from earlier claims of the run, and the claims that were withdrawn.

    Each of the two answers has its own.

    ``numbers`` maps payer claim numbers to claim ids; ``known`` are all ids and numbers of the run
    and its histories. ``withdrawn`` maps each withdrawn claim to the claim that withdrew it.
    """

    numbers: Mapping[str, str]
    known: Collection[str]
    history: History = _UNKNOWN
    withdrawn: dict[str, str] = attrs.Factory(dict)
    doubted: bool = False
    #: The ids of the claims whose lines are in the history.
    claims: set[str] = attrs.Factory(set)

    def copied(self) -> _MemberHistory:
        """Return a copy that changes on its own."""
        return attrs.evolve(self, withdrawn=dict(self.withdrawn), claims=set(self.claims))

    def for_claim(self, claim: Claim, given: History | None) -> History:
        """Return the history of the claim: the given history, and the lines of other claims."""
        if claim.replaces is not None:
            self._doubt_replaced(claim, claim.replaces)
        if given is None:
            return self.history
        if not (self.history.lines or self.withdrawn or self.doubted):
            return given
        if not (self.withdrawn or self.doubted) and all(
            line.claim not in self.claims for line in given.lines
        ):
            return given.joined(self.history)
        given_claims = {line.claim for line in given.lines}
        added = [line for line in self.history.lines if line.claim not in given_claims]
        kept = [
            line
            for line in given.lines
            if line.claim not in self.withdrawn and line.payer_claim not in self.withdrawn
        ]
        if self.doubted:
            kept = list(map(_in_doubt, kept))
        if not added and kept == list(given.lines):
            return given
        return attrs.evolve(given, lines=(*kept, *added))

    def _doubt_replaced(self, claim: Claim, replaced: str) -> None:
        """Set lines of claims that this claim may replace to pending."""
        by = self.withdrawn.get(replaced)
        if by is not None and by != claim.id:
            # NOTE: two claims replace the same claim; the later may replace the earlier as well.
            self._change(lambda line: _in_doubt(line) if line.claim == by else line)
        elif claim.frequency_code in WITHDRAWING and replaced not in self.known:
            # NOTE: the number may be the payer's number of any claim of the run.
            self._change(_in_doubt)

    def add(self, claim: Claim, lines: Iterable[HistoryLine], *, in_doubt: bool) -> None:
        """Add the lines of the claim, and remove the lines of the claim that it withdraws.

        Claims that replace each other in a circle are in doubt: either may be the valid one.
        """
        if claim.frequency_code in WITHDRAWING and not in_doubt:
            self._withdraw(claim)
        if claim.frequency_code != VOID:
            self.claims.add(claim.id)
            self.history = self.history.extended(map(_in_doubt, lines) if in_doubt else lines)

    def _withdraw(self, claim: Claim) -> None:
        if claim.replaces is None:
            # NOTE: the claim may withdraw any of the earlier claims.
            self.doubted = True
            self._change(_in_doubt)
            return
        names = {claim.replaces, self.numbers.get(claim.replaces, claim.replaces)}
        self.withdrawn.update(dict.fromkeys(names, claim.id))
        gone = {*names, claim.id}
        if any(line.claim in gone for line in self.history.lines):
            self._change(lambda line: None if line.claim in gone else line)

    def _change(self, change: Callable[[HistoryLine], HistoryLine | None]) -> None:
        """Replace each line by its changed form; remove it if there is none."""
        changed = (change(line) for line in self.history.lines)
        self.history = History.unknown(tuple(line for line in changed if line is not None))


def _in_doubt(line: HistoryLine) -> HistoryLine:
    return attrs.evolve(line, status="pending") if line.status == "paid" else line
