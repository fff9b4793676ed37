"""The payments that are in force of all that are known: reversals, corrections, replacements.

Sources: ASC X12N/005010X221A1, loop 2100 (CLP01, CLP02, CLP07, CLP09; REF F8) and section 1.10.2.8,
Reversals and Corrections: a payment is taken back by a reversal (CLP02 22), and a corrected payment
whose CLP07 is another one names that of the original in REF F8. CLP09 is the frequency code of the
claim (CLM05-3); by X12's interpretation 1945 the payment of a replacing claim has the claim id of
the original in CLP01. The guide has no other way to show what a replacing or voiding claim became:

1. Reversals take back what they name, or what has their claim, number and amounts.
2. A processed payment that names another one in REF F8, or whose claim replaces another (7),
   replaces it: by the payer's number, if REF F8 is not needed because both have one.
3. The payment of a claim that voids another (8) takes it back if money was taken back.
4. If the payer denied the replacing claim, or took back nothing by a void, and no reversal came, it
   is not known whether the original is still paid. Nor is it if a claim of frequency 7 or 8 names
   no number of an original, and other payments have its claim id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import attrs

from payer_rules.errors import Problem
from payer_rules.history import HistoryLine
from payer_rules.readers.x12.payment_history import PROCESSED, REVERSAL, history_lines
from payer_rules.readers.x12.payments import Payment
from payer_rules.vocabularies.claim_frequencies import REPLACEMENT, VOID, WITHDRAWING

__all__ = ["PaymentState", "settled_history", "settled_lines"]


def settled_history(found: Iterable[Payment | Problem]) -> Iterator[HistoryLine | Problem]:
    """Yield the problems among the payments, then the lines of payments still in force.

    A reversal takes back the payment that its REF F8 names, or the one of its claim and number; it
    leaves void lines if there is no such payment. A corrected payment replaces the one that it
    names, and so does the payment of a claim that replaces or voids another. The payments may come
    in any order and from several files; repeated ones count once.
    """
    states: list[PaymentState] = []
    for payment in found:
        if isinstance(payment, Problem):
            yield payment
        else:
            states.append(PaymentState.of(payment))
    yield from settled_lines(states)


def settled_lines(found: Iterable[PaymentState]) -> Iterator[HistoryLine]:
    """Yield the lines of the payments that are in force, given all payments they depend on."""
    states: dict[object, PaymentState] = {}
    for state in found:
        states.setdefault(state.identity, state)
    _settle(list(states.values()))
    left: dict[tuple[str, str | None], list[HistoryLine]] = {}
    for state in states.values():
        if state.holds:
            kept = left.setdefault((state.claim, state.number), [])
            kept += [line for line in state.lines if line not in kept]
    for lines in left.values():
        yield from lines


@attrs.define(eq=False)
class PaymentState:
    """A payment as far as other payments matter to it, and its history lines.

    ``original`` is the number of the payment that it reverses or corrects, if it is another one;
    ``frequency`` the frequency code of its claim.
    """

    claim: str
    number: str | None
    original: str | None
    payer: str | None
    status: str
    frequency: str | None
    trace: str | None
    day: date | None
    charge: Decimal
    paid: Decimal
    lines: list[HistoryLine]
    #: Whether the payment is in force; for a reversal: whether it has reversed nothing.
    holds: bool = True

    @classmethod
    def of(cls, payment: Payment) -> PaymentState:
        """Return the state of a payment that no other one has changed."""
        number = payment.payer_claim
        return cls(
            payment.claim,
            number,
            payment.original if payment.original != number else None,
            payment.payer_id,
            payment.status,
            payment.frequency,
            payment.trace,
            payment.paid_on,
            payment.charge,
            payment.paid,
            [*history_lines(payment)],
        )

    @property
    def amounts(self) -> tuple[Decimal, Decimal]:
        """The charge and the paid amount, without the sign that a reversal gives them."""
        return abs(self.charge), abs(self.paid)

    @property
    def identity(self) -> tuple[object, ...]:
        """The key of the same payment in another file."""
        facts = (self.trace, self.payer, self.claim, self.number, self.original, self.status)
        return (*facts, self.frequency, self.charge, self.paid, tuple(self.lines))

    @property
    def may_pay(self) -> bool:
        """Whether a service of it was paid, or may have been."""
        return self.paid > 0 or any(line.status in ("paid", None) for line in self.lines)

    def clear_outcome(self) -> None:
        """Clear the status of its lines: it is not known what became of them."""
        self.lines = [attrs.evolve(line, status=None, paid_units=None) for line in self.lines]


@attrs.frozen
class _Answers:
    """The payments that are no reversals, by the payer's number and by claim, and their order."""

    by_number: dict[str | None, list[PaymentState]]
    by_claim: dict[str, list[PaymentState]]
    places: Mapping[int, int]

    @classmethod
    def of(cls, states: Sequence[PaymentState]) -> _Answers:
        """Return the payments that others may change."""
        by_number: dict[str | None, list[PaymentState]] = {}
        by_claim: dict[str, list[PaymentState]] = {}
        for state in states:
            if state.status != REVERSAL:
                by_number.setdefault(state.number, []).append(state)
                by_claim.setdefault(state.claim, []).append(state)
        return cls(by_number, by_claim, {id(state): place for place, state in enumerate(states)})

    def is_behind(self, one: PaymentState, other: PaymentState) -> bool:
        """Return True if the payment is in the same 835 as the other one, and behind it."""
        return _is_together(one, other) and self.places[id(one)] > self.places[id(other)]


def _settle(states: Sequence[PaymentState]) -> None:
    """Mark payments that others took back or replaced, and their reversals, as not in force."""
    answers = _Answers.of(states)
    paying = {id(state) for state in states if state.may_pay}
    _reverse([state for state in states if state.status == REVERSAL], answers)
    for state in states:
        if state.status not in PROCESSED:
            continue
        replaced, doubtful = _replaced_by(state, answers)
        for other in replaced:
            # NOTE: a reversal shows that a payment was taken back; without one it may stand.
            is_taken_back = state.paid < 0 if state.frequency == VOID else id(state) in paying
            if is_taken_back or id(other) not in paying:
                other.holds = False
            else:
                other.clear_outcome()
        for other in doubtful:
            if id(other) in paying:
                other.clear_outcome()


def _reverse(reversals: Sequence[PaymentState], answers: _Answers) -> None:
    """Take back what the reversals name, then what has their claim, number and amounts."""
    for reversal in reversals:
        if reversal.original is not None:
            named = [each for each in answers.by_number.get(reversal.original, []) if each.holds]
            # NOTE: of several payments with one number, the one with the same amounts.
            named.sort(key=lambda each: each.amounts != reversal.amounts)
            _take_back(reversal, named[:1])
    for reversal in reversals:
        if reversal.original is None:
            own = [each for each in answers.by_claim.get(reversal.claim, []) if each.holds]
            meant = [each for each in own if reversal.number in (None, each.number)]
            _take_back_by_amounts(reversal, meant, answers)


def _take_back(reversal: PaymentState, payments: Iterable[PaymentState]) -> None:
    for payment in payments:
        payment.holds = reversal.holds = False


def _take_back_by_amounts(
    reversal: PaymentState, meant: Sequence[PaymentState], answers: _Answers
) -> None:
    """Take back the payment of the same amounts that came before the reversal.

    A payment after it, in the same 835 or a later one, is the corrected one. If neither is clear,
    the outcome of the lines is not known.
    """
    doubtful = []
    for payment in meant:
        is_alike = payment.amounts == reversal.amounts
        is_after = answers.is_behind(payment, reversal)
        if _is_of_later_day(payment, reversal):
            continue
        if is_alike and not is_after:
            _take_back(reversal, [payment])
            return
        if is_alike or not is_after:
            doubtful.append(payment)
    for payment in doubtful:
        payment.clear_outcome()


def _replaced_by(
    state: PaymentState, answers: _Answers
) -> tuple[list[PaymentState], list[PaymentState]]:
    """Return the payments that the payment replaces, and those that it may replace."""
    if state.original is not None:
        return _others(state, answers.by_number.get(state.original, [])), []
    if state.frequency not in WITHDRAWING:
        return [], []
    same = _others(state, answers.by_number.get(state.number, []) if state.number else [])
    if not same:
        of_claim = _others(state, answers.by_claim[state.claim])
        return [], [other for other in of_claim if not _is_of_later_day(other, state)]
    replaced: list[PaymentState] = []
    doubtful: list[PaymentState] = []
    for other in same:
        if _is_of_later_day(other, state):
            continue
        if other.frequency != REPLACEMENT or answers.is_behind(state, other):
            replaced.append(other)
        elif not _is_together(other, state):
            (replaced if _is_of_later_day(state, other) else doubtful).append(other)
    return replaced, doubtful


def _others(state: PaymentState, found: Iterable[PaymentState]) -> list[PaymentState]:
    """Return the payments of the same payer among those that were found, but for itself."""
    return [other for other in found if other is not state and other.payer == state.payer]


def _is_together(one: PaymentState, other: PaymentState) -> bool:
    """Return True if both payments are in one 835."""
    return one.trace is not None and one.trace == other.trace


def _is_of_later_day(one: PaymentState, other: PaymentState) -> bool:
    """Return True if the payment is of another 835, of a later day."""
    return bool(not _is_together(one, other) and one.day and other.day and one.day > other.day)
