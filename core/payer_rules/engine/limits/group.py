"""The lines of one pool and provider, judged together as one set.

Lines of the history that count are kept already. The claim's lines are then kept in their turn,
each if no window is broken with it; the rest is the excess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias, assert_never

import attrs

from payer_rules.engine.days import missing_day
from payer_rules.engine.limits.candidates import CandidateLine
from payer_rules.engine.limits.counted_lines import CountedLine, overlap
from payer_rules.engine.limits.window_totals import WindowTotal, WindowTotals
from payer_rules.engine.missing import EDITION, HISTORY, NONE_MISSING, MissingFacts
from payer_rules.rules import Adjustment, ExcessHandling, Outcome, PaymentTiers

_WHOLE = Decimal(1)


@attrs.frozen(kw_only=True)
class Excess:
    """A line that does not fit: the window, what stands beside it there, and what becomes of it."""

    entry: CandidateLine
    tally: WindowTotal
    beside: tuple[CountedLine, ...]
    outcome: Outcome
    pays: Decimal | None = None
    adjustment: Adjustment | None = None


#: What the limit says of a line: it does not fit, what is missing to tell, or nothing: it is kept.
LimitResult: TypeAlias = Excess | MissingFacts


@attrs.frozen(kw_only=True)
class Terms:
    """What a group is judged by.

    ``stands`` tells whether another line is there in any case in which this one is; ``authorized``
    whether an authorization takes a line that does not fit, and with which codes it is denied else.
    """

    limit: Decimal
    outcome: Outcome
    excess: ExcessHandling | PaymentTiers
    tallies: WindowTotals
    knows_history: Callable[[CountedLine], bool]
    stands: Callable[[CandidateLine, CandidateLine], bool]
    authorized: Callable[[CandidateLine], Adjustment | MissingFacts | bool]


@attrs.define
class Group:
    """The entries in their turn, the earlier services, and the terms."""

    terms: Terms
    entries: Sequence[CandidateLine]
    before: Sequence[CountedLine]
    _has_spans: bool = attrs.field(init=False)
    #: Lines that fit, or not, as services of several days lie on them.
    _perhaps_kept: set[int] = attrs.field(factory=set, init=False)

    @_has_spans.default
    def _any_span(self) -> bool:
        own = (entry.service for entry in self.entries)
        return any(service.is_span for service in (*own, *self.before))

    def verdicts(self) -> dict[int, LimitResult]:
        """What the limit says of each line, by its number."""
        if isinstance(self.terms.excess, PaymentTiers):
            return {entry.line.number: self._tiered(at) for at, entry in enumerate(self.entries)}
        fitting: list[tuple[CandidateLine, CountedLine]] = []
        found: dict[int, LimitResult] = {}
        for at, entry in enumerate(self.entries):
            over = self._over(entry, fitting)
            if over is None or entry.doubt or entry.closed:
                if not (entry.doubt or entry.closed):
                    fitting.append((entry, entry.service))
                    if self._has_spans and not self._is_kept(at, entry):
                        self._perhaps_kept.add(entry.line.number)
                continue
            verdict = self._excess(entry, over, fitting)
            if verdict is not None:
                found[entry.line.number] = verdict
        kept = [
            service
            for entry, service in fitting
            if entry.is_sure and entry.line.number not in self._perhaps_kept
        ]
        for at, entry in enumerate(self.entries):
            # NOTE: where the text is not known, nothing else that is missing can be told.
            if entry.line.number not in found and EDITION not in entry.doubt:
                found[entry.line.number] = self._left(at, entry, kept)
        return found

    @property
    def _sure_before(self) -> list[CountedLine]:
        return [service for service in self.before if not service.doubt]

    def _near(self, entry: CandidateLine) -> list[CountedLine]:
        """The earlier services that can matter to the line."""
        related_days = self.terms.tallies.related_days(entry.service.days)
        return [service for service in self.before if overlap(service.days, related_days)]

    def _over(
        self, entry: CandidateLine, fitting: Sequence[tuple[CandidateLine, CountedLine]]
    ) -> WindowTotal | None:
        """The broken window around the line, of what stands beside it in any case."""
        tally = self._least(entry, self._beside(entry, fitting))
        return tally if tally.is_over(self.terms.limit) else None

    def _least(self, entry: CandidateLine, others: Sequence[CountedLine]) -> WindowTotal:
        return self.terms.tallies.least(entry.service, others, self.terms.limit)

    def _beside(
        self, entry: CandidateLine, fitting: Sequence[tuple[CandidateLine, CountedLine]]
    ) -> list[CountedLine]:
        stands = self.terms.stands
        if self.terms.excess == "deny-all":
            others = [(e, e.service) for e in self.entries if not (e.doubt or e.closed)]
        else:
            others = list(fitting)
        beside = [
            s
            for other, s in others
            if other is not entry and stands(other, entry) and self._counts_for(other, entry)
        ]
        return [*self._sure_before, *beside]

    def _counts_for(self, other: CandidateLine, entry: CandidateLine) -> bool:
        """Return whether the other line, or what is there in its place, is there for the line.

        What breaks the window of a line that may not fit breaks it for a line as large, too.
        """
        if other.line.number not in self._perhaps_kept or self.terms.excess == "deny-all":
            return True
        mine, theirs = entry.service.amount, other.service.amount
        as_large = mine is not None and theirs is not None and mine >= theirs
        return as_large and self.terms.tallies.is_one(other.service, entry.service)

    def _is_kept(self, at: int, entry: CandidateLine) -> bool:
        """Return whether the line fits however services of several days lie on them."""
        beside = [*self._near(entry), *self._could_stand_beside(at, entry)]
        return self._fits_at_most(entry, beside)

    def _open_beside(
        self, entry: CandidateLine, before: Sequence[CountedLine], beside: Sequence[CountedLine]
    ) -> Sequence[CountedLine]:
        """Return the services whose days decide whether the line fits."""
        if any(each.line.number in self._perhaps_kept for each in beside):
            return [*self.before, *(each.service for each in self.entries)]
        return [entry.service, *before, *beside]

    def _which_days(self, services: Iterable[CountedLine]) -> MissingFacts:
        """Return what is missing to know how the services lie in the windows."""
        loose = (each for each in services if self.terms.tallies.is_loose(each))
        return tuple(missing for each in loose for missing in missing_day(each.line))

    def _excess(
        self,
        entry: CandidateLine,
        tally: WindowTotal,
        fitting: list[tuple[CandidateLine, CountedLine]],
    ) -> LimitResult | None:
        """What becomes of a line that does not fit whole; none: it is kept for another reason."""
        excess = self.terms.excess
        if excess == "authorization":
            return self._without_authorization(entry, tally, fitting)
        if excess == "deny-lines" or excess == "deny-all":
            return self._told(entry, tally, fitting, self.terms.outcome)
        if excess == "reduce":
            return self._reduced(entry, tally, fitting)
        assert not isinstance(excess, PaymentTiers)  # of tiers each line has its part
        assert_never(excess)

    def _reduced(
        self,
        entry: CandidateLine,
        tally: WindowTotal,
        fitting: list[tuple[CandidateLine, CountedLine]],
    ) -> LimitResult:
        """Return the part of a line that fits, which later lines find there."""
        unsure = self._has_spans and self._unsure_part(entry, tally)
        if unsure:
            return unsure
        amount = entry.service.amount or _WHOLE
        over = tally.total - self.terms.limit
        left = max(Decimal(0), amount - over)
        if not left:
            return self._told(entry, tally, fitting, "deny")
        verdict = self._told(entry, tally, fitting, self.terms.outcome, pays=left / amount)
        fitting.append((entry, attrs.evolve(entry.service, amount=left)))
        return verdict

    def _unsure_part(self, entry: CandidateLine, tally: WindowTotal) -> MissingFacts:
        """Return what is missing to know which part of a line fits; nothing where it is known."""
        if tally.windows > 1:
            return self._which_days([entry.service])
        at = self.entries.index(entry)
        near = [*self._near(entry), *self._could_stand_beside(at, entry)]
        if self.terms.tallies.most(entry.service, near).total == tally.total:
            return NONE_MISSING
        return self._which_days([entry.service, *near])

    def _without_authorization(
        self,
        entry: CandidateLine,
        tally: WindowTotal,
        fitting: list[tuple[CandidateLine, CountedLine]],
    ) -> LimitResult | None:
        answer = self.terms.authorized(entry)
        if answer is True:
            fitting.append((entry, entry.service))
            return NONE_MISSING
        if isinstance(answer, tuple):
            return answer
        adjustment = answer if isinstance(answer, Adjustment) else None
        return self._told(entry, tally, fitting, self.terms.outcome, adjustment=adjustment)

    def _told(
        self,
        entry: CandidateLine,
        tally: WindowTotal,
        fitting: Sequence[tuple[CandidateLine, CountedLine]],
        outcome: Outcome,
        *,
        pays: Decimal | None = None,
        adjustment: Adjustment | None = None,
    ) -> Excess:
        beside = _inside(self._beside(entry, fitting), tally)
        return Excess(
            entry=entry,
            tally=tally,
            beside=beside,
            outcome=outcome,
            pays=pays,
            adjustment=adjustment,
        )

    def _left(self, at: int, entry: CandidateLine, kept: Sequence[CountedLine]) -> LimitResult:
        """A line that fits at the least: denied singly if it is closed, else kept or in doubt."""
        others = [*self._sure_before, *(s for s in kept if s.line is not entry.line)]
        tally = self._least(entry, others)
        if entry.closed and not entry.doubt and tally.is_over(self.terms.limit):
            beside = _inside(others, tally)
            return Excess(entry=entry, tally=tally, beside=beside, outcome=self.terms.outcome)
        return self._doubt_at_most(at, entry)

    def _doubt_at_most(self, at: int, entry: CandidateLine) -> MissingFacts:
        """What could still break a window around the line; nothing, if it fits at the most."""
        beside = list(self._could_stand_beside(at, entry))
        before = self._near(entry)
        perhaps = [service for service in before if service.doubt]
        uncertain = [service for service in (*perhaps, *beside) if service.doubt]
        known = self.terms.knows_history(entry.service)
        loose = self._has_spans and self._which_days(self._open_beside(entry, before, beside))
        if known and not entry.doubt and not uncertain and not entry.standing and not loose:
            return NONE_MISSING
        fits = self._fits_at_most(entry, [*before, *beside])
        if known and fits:
            return NONE_MISSING
        doubt = dict.fromkeys(entry.doubt)
        if uncertain or not known:
            doubt.update(dict.fromkeys(entry.standing))
        for service in uncertain:
            doubt.update(dict.fromkeys(service.doubt))
        if loose and not fits:
            doubt.update(dict.fromkeys(loose))
        return tuple(doubt) if known else (*doubt, HISTORY)

    def _fits_at_most(self, entry: CandidateLine, others: Sequence[CountedLine]) -> bool:
        if any(service.amount is None for service in (entry.service, *others)):
            return False
        return self.terms.tallies.most(entry.service, others).total <= self.terms.limit

    def _could_stand_beside(self, at: int, entry: CandidateLine) -> Iterator[CountedLine]:
        """Lines of the claim that some completion keeps before it is this line's turn."""
        before = self.terms.excess != "deny-all" and not (entry.closed or entry.standing)
        others = self.entries[:at] if before else [e for e in self.entries if e is not entry]
        for other in others:
            amount = other.service.amount
            too_much = amount is not None and amount > self.terms.limit
            too_much = too_much and not self.terms.tallies.is_loose(other.service)
            if not other.closed and not (too_much and self.terms.excess == "deny-lines"):
                doubt = (*other.doubt, *other.standing)
                yield attrs.evolve(other.service, doubt=doubt)

    def _tiered(self, at: int) -> LimitResult:
        """The part that is paid of a line, by the place it has in its window."""
        entry = self.entries[at]
        if EDITION in entry.doubt:
            return NONE_MISSING
        sure = [e.service for e in self.entries[:at] if e.is_sure]
        perhaps = [
            attrs.evolve(e.service, doubt=(*e.doubt, *e.standing))
            for e in self.entries[:at]
            if not e.is_sure and not e.closed
        ]
        least = self._least(entry, [*self._sure_before, *sure])
        before = self._near(entry)
        most = self.terms.tallies.most(entry.service, [*before, *sure, *perhaps])
        known = self.terms.knows_history(entry.service)
        lowest = self._part(entry, least)
        doubts = [m for s in (*before, *perhaps) for m in s.doubt]
        doubts += self._which_days([entry.service, *before, *perhaps])
        if known and self._part(entry, most) == lowest:
            doubts = []
        if entry.doubt or doubts or not (known or lowest == self._last_part):
            doubt = (*entry.doubt, *doubts)
            return doubt if known else (*doubt, HISTORY)
        if lowest == _WHOLE:
            return NONE_MISSING
        beside = _inside([*self._sure_before, *sure], least)
        return Excess(
            entry=entry, tally=least, beside=beside, outcome=self.terms.outcome, pays=lowest
        )

    @property
    def _last_part(self) -> Decimal:
        assert isinstance(self.terms.excess, PaymentTiers)
        return self.terms.excess.tiers[-1][1]

    def _part(self, entry: CandidateLine, tally: WindowTotal) -> Decimal:
        """The average of what is paid over the positions that the line takes."""
        assert isinstance(self.terms.excess, PaymentTiers)
        if tally.windows > 1:
            # NOTE: how much of the line each of the windows holds is not known; perhaps it fits.
            return _WHOLE
        amount = min(tally.total, entry.service.at_most(tally.window))
        return self.terms.excess.average(tally.total - amount, tally.total)


def _inside(services: Iterable[CountedLine], tally: WindowTotal) -> tuple[CountedLine, ...]:
    return tuple(service for service in services if service.at_least(tally.window))
