"""A limit by one reading: which lines count together, and what it says of each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import assert_never

import attrs

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.engine.applicability import NOT_APPLICABLE, OUT_OF_SCOPE, Applicability
from payer_rules.engine.authorizations import Ledger
from payer_rules.engine.claim_state import ClaimState, Evaluator
from payer_rules.engine.conditions import Conditions
from payer_rules.engine.limits.amounts import AGGREGATIONS, counted_line
from payer_rules.engine.limits.candidates import CandidateLine, in_keeping_order
from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.limits.group import Excess, Group, LimitResult, Terms
from payer_rules.engine.limits.window_totals import (
    AnchoredTotals,
    CalendarTotals,
    LineTotals,
    WindowTotals,
)
from payer_rules.engine.limits.windows import Calendar, DaySpan, calendar_of, widest_calendar
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import (
    EDITION,
    NONE_MISSING,
    MissingFacts,
    field,
    of_history,
    of_record,
)
from payer_rules.engine.providers import EVERYONE, Scope, identity, shares
from payer_rules.engine.truth import Truth
from payer_rules.history import HistoryLine
from payer_rules.rules import Adjustment, FrequencyLimit, ServiceTypes, When

_FIRST = date.min.toordinal()
_LAST = date.max.toordinal()
#: After all days that there are.
_NEVER = _LAST + 1


@attrs.frozen
class LimitEvaluator:
    """The limit, its scope in the payer's terms, and when it applies."""

    rule: FrequencyLimit
    scope: Scope
    applies: Applicability
    _only: Conditions | None = attrs.field(
        init=False, default=attrs.Factory(lambda self: _only_of(self.rule), takes_self=True)
    )

    def verdicts(
        self,
        state: ClaimState,
        met: Sequence[tuple[ServiceLine, MissingFacts]],
        ledger: Ledger,
        ignored_rules: Callable[[Evaluator], bool],
    ) -> dict[int, LimitResult]:
        """What the limit says of the lines, by number; of those it does not count nothing."""
        laid_out = self._frame(state.claim)
        unknown = laid_out if isinstance(laid_out, tuple) else NONE_MISSING
        # NOTE: where the windows are is not known; what fits into all that they may hold fits.
        frame = widest_calendar(self.rule.window) if isinstance(laid_out, tuple) else laid_out
        groups: dict[Hashable, list[CandidateLine]] = {}
        authorized = self._authorizations(state, met, ledger)
        for line, doubt in self._unsettled(state, met, frame):
            counts = self._counts(state, line)
            exempt = authorized.get(line.number, False)
            if counts is False or exempt is True or self._is_exempt(line):
                continue
            told = (*doubt, *unknown, *(() if counts is True else counts), *(exempt or ()))
            entry = self._entry(state, line, told, ignored_rules)
            groups.setdefault(self._group(state, line), []).append(entry)
        found: dict[int, LimitResult] = {}
        for entries in groups.values():
            tallies = self._tallies(state, frame, entries[0].line)
            found.update(self._judged(state, entries, tallies, ledger, ignored_rules))
        return found

    def _unsettled(
        self,
        state: ClaimState,
        met: Sequence[tuple[ServiceLine, MissingFacts]],
        frame: Calendar | None,
    ) -> Sequence[tuple[ServiceLine, MissingFacts]]:
        """The lines but for those of a pool that fits, whatever of it counts."""
        if self.rule.pool == "together":
            return () if self._fits(state, [line for line, _ in met], frame) else met
        pools: dict[str | None, list[tuple[ServiceLine, MissingFacts]]] = {}
        for each in met:
            pools.setdefault(self._pool(each[0].code), []).append(each)
        return [
            each
            for pooled in pools.values()
            if not self._fits(state, [line for line, _ in pooled], frame)
            for each in pooled
        ]

    def _fits(self, state: ClaimState, lines: list[ServiceLine], frame: Calendar | None) -> bool:
        """Whether all of one pool that may count fits into one window: the common case."""
        if self.rule.counts in ("minutes", "clock-minutes") or self.scope in EVERYONE or not lines:
            return False
        units = self.rule.counts == "units"
        most = sum((line.units if units else Decimal(line.days) for line in lines), Decimal(0))
        if most > Decimal(self.rule.limit) or self.rule.window.shape == "line":
            return most <= Decimal(self.rule.limit)
        tallies = (
            CalendarTotals(frame, "added")
            if frame
            else AnchoredTotals(self.rule.window.number or 1, "added")
        )
        # NOTE: a window that holds a line lies where that line looks for earlier ones.
        codes = self._pooled(lines[0].code)
        days = {(line.date_from, line.date_to) for line in lines}
        return all(self._fits_beside(state, most, codes, tallies, *span) for span in days)

    def _fits_beside(
        self,
        state: ClaimState,
        most: Decimal,
        codes: frozenset[str],
        tallies: WindowTotals,
        first: date,
        last: date,
    ) -> bool:
        """Whether so much fits beside all earlier lines in windows that hold the days."""
        first, last = _dates(tallies.related_days(DaySpan(first.toordinal(), last.toordinal())))
        if not state.history.is_complete(first, self.scope, state.claim.billing_provider.npi):
            return False
        for code in codes if state.has_earlier else ():
            found = state.history.upper_bounds(first, last, member=state.claim.member.id, code=code)
            most += found[0] if self.rule.counts == "units" else found[1]
        return most <= Decimal(self.rule.limit)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterator[Lookback]:
        """The earlier lines that may count with the line, and what tells whether they do."""
        if self.rule.window.shape == "line":
            return
        frame = self._frame(claim)
        if isinstance(frame, tuple):
            frame = widest_calendar(self.rule.window)
        length = self.rule.window.number or 1
        tallies = CalendarTotals(frame, "added") if frame else AnchoredTotals(length, "added")
        days = DaySpan(line.date_from.toordinal(), line.date_to.toordinal())
        first, last = _dates(tallies.related_days(days))
        yield Lookback(self._pooled(line.code), first, last, everyone=self.scope in EVERYONE)
        yield from self.applies.lookbacks(first, last)

    def _judged(
        self,
        state: ClaimState,
        entries: list[CandidateLine],
        tallies: WindowTotals,
        ledger: Ledger,
        ignored_rules: Callable[[Evaluator], bool],
    ) -> dict[int, LimitResult]:
        assert self.rule.limit != "none"
        terms = Terms(
            limit=self.rule.limit,
            outcome=self.rule.outcome,
            excess=self.rule.excess,
            tallies=tallies,
            knows_history=lambda service: self._knows(state, tallies, service),
            stands=lambda other, entry: self._stands(state, other, entry, ignored_rules),
            authorized=lambda entry: self._authorized(state, ledger, entry),
        )
        ordered = in_keeping_order(entries, self.rule.keeps)
        before = list(self._earlier(state, entries, tallies))
        verdicts = Group(terms, ordered, before).verdicts()
        if self._charges_decide(ordered, verdicts):
            return {entry.line.number: field("charge") for entry in ordered}
        return verdicts

    def _charges_decide(
        self, entries: list[CandidateLine], verdicts: dict[int, LimitResult]
    ) -> bool:
        """Whether which line is the excess hangs on charges that are not stated."""
        unknown = any(entry.line.charge is None for entry in entries)
        over = any(isinstance(verdict, Excess) for verdict in verdicts.values())
        return self.rule.keeps == "highest-charge" and len(entries) > 1 and unknown and over

    def _frame(self, claim: Claim) -> Calendar | MissingFacts | None:
        """How the windows lie in the calendar; ``None``: they hang on the services themselves."""
        if self.rule.window.shape in ("line", "anchored"):
            return None
        return calendar_of(self.rule.window, claim)

    def _tallies(
        self, state: ClaimState, frame: Calendar | None, line: ServiceLine
    ) -> WindowTotals:
        how = AGGREGATIONS[self.rule.counts]
        if frame is not None:
            return CalendarTotals(frame, how)
        if self.rule.window.shape == "line":
            return LineTotals(how)
        since, npi = state.history.covers_from, self._npi(state, line)
        sees = state.history.is_complete(since, self.scope, npi)
        known = since.toordinal() if sees else _NEVER
        return AnchoredTotals(self.rule.window.number or 1, how, known)

    def _npi(self, state: ClaimState, line: ServiceLine) -> str:
        """Of whom the history must be complete for the scope."""
        if self.scope in EVERYONE:
            return state.claim.rendering_provider(line).npi
        return state.claim.billing_provider.npi

    def _knows(self, state: ClaimState, tallies: WindowTotals, service: CountedLine) -> bool:
        """Whether no line that could matter to the service is missing from the history."""
        if self.rule.window.shape == "line" or (
            state.history.is_complete_for_member and self.scope not in EVERYONE
        ):
            return True
        if self.rule.window.shape == "anchored":
            first = _FIRST
        else:
            first = tallies.related_days(service.days).first
        npi = self._npi(state, service.line)
        return state.history.is_complete(_dates(DaySpan(first, first))[0], self.scope, npi)

    def _entry(
        self,
        state: ClaimState,
        line: ServiceLine,
        doubt: MissingFacts,
        ignored_rules: Callable[[Evaluator], bool],
    ) -> CandidateLine:
        billed = self.rule.sees == "billed"
        service = counted_line(self.rule, self.rule.counts, state.claim, line, doubt)
        return CandidateLine(
            service=service,
            doubt=service.doubt,
            standing=NONE_MISSING
            if billed
            else state.payable_unless(line.number, ignored_rules=ignored_rules),
            closed=not billed and line.number in state.denied,
        )

    def _stands(
        self,
        state: ClaimState,
        other: CandidateLine,
        entry: CandidateLine,
        ignored_rules: Callable[[Evaluator], bool],
    ) -> bool:
        """Whether the other line is there, whatever is missing that would not deny both."""
        if not other.standing:
            return True
        beside = entry.line.number
        return not state.payable_unless(
            other.line.number, beside=beside, ignored_rules=ignored_rules
        )

    def _authorized(
        self, state: ClaimState, ledger: Ledger, entry: CandidateLine
    ) -> Adjustment | MissingFacts | bool:
        """Whether an authorization takes the line, or with which codes it is denied."""
        if state.claim.authorizations is None:
            return field("authorizations")
        taken = ledger.take(state.claim, entry.line)
        if taken is not False:
            return taken
        return (self.rule.used_up or False) if ledger.used_up(state.claim, entry.line) else False

    def _group(self, state: ClaimState, line: ServiceLine) -> Hashable:
        window = self.rule.window.shape
        session = _session(line) if window == "session" else None
        return (self._pool(line.code), identity(self.scope, state.claim, line), session)

    def _pool(self, code: str) -> str | None:
        """What codes must have in common to be counted together."""
        pool = self.rule.pool
        if isinstance(pool, ServiceTypes):
            return pool.of(code)
        if pool == "per-code":
            return code
        if pool == "together":
            return None
        assert_never(pool)

    def _pooled(self, code: str) -> frozenset[str]:
        """The codes that are counted together with the code."""
        if self.rule.pool == "together":
            return self.rule.codes
        return frozenset(each for each in self.rule.codes if self._pool(each) == self._pool(code))

    def _is_exempt(self, line: ServiceLine) -> bool:
        exempt = self.rule.exempt
        if exempt is None:
            return False
        return line.code in exempt.codes or not exempt.modifier.isdisjoint(line.modifiers)

    def _authorizations(
        self, state: ClaimState, met: Sequence[tuple[ServiceLine, MissingFacts]], ledger: Ledger
    ) -> dict[int, Truth]:
        """Return whether an authorization exempts each line, by number, where the rule asks.

        Lines use up the units of an authorization in turn, those that are not payable last.
        """
        if self.rule.exempt is None or not self.rule.exempt.authorized:
            return {}
        lines = sorted((line for line, _ in met), key=lambda line: _claims_unit(state, line))
        if state.claim.authorizations is None:
            return dict.fromkeys((line.number for line in lines), field("authorizations"))
        return {line.number: ledger.take(state.claim, line) for line in lines}

    def _counts(self, state: ClaimState, line: ServiceLine) -> bool | MissingFacts:
        """Whether the line is one of those that count."""
        if self._only is None:
            return True
        truth = self._only.weigh(state, line)
        return False if truth == "out of scope" else truth

    def _earlier(
        self, state: ClaimState, entries: list[CandidateLine], tallies: WindowTotals
    ) -> Iterator[CountedLine]:
        """The earlier lines that count, or may, together with the entries of the group."""
        if self.rule.window.shape == "line" or not state.has_earlier:
            return
        lookbacks = [tallies.related_days(entry.service.days) for entry in entries]
        whole = DaySpan(min(each.first for each in lookbacks), max(each.last for each in lookbacks))
        first, last = _dates(whole)
        line = entries[0].line
        everyone = self.scope in EVERYONE
        for earlier in state.before(first, last, self._pooled(line.code), everyone=everyone):
            service = self._earlier_service(state, line, earlier)
            if service is not None:
                yield service

    def _earlier_service(
        self, state: ClaimState, line: ServiceLine, earlier: HistoryLine
    ) -> CountedLine | None:
        same = shares(self.scope, state.claim, line, earlier)
        counts, status = state.status(earlier)
        if same is None or not counts or self._is_exempt(earlier):
            return None
        spoken = self.applies.to(state, earlier)
        only = self._counts(state, earlier)
        if spoken in (OUT_OF_SCOPE, NOT_APPLICABLE) or only is False:
            return None
        session = self._same_session(line, earlier)
        if session is None:
            return None
        # NOTE: what was paid before does not show whether an authorization covered it.
        exempt = self.rule.exempt is not None and self.rule.exempt.authorized
        leave = of_history("authorizations") if exempt else NONE_MISSING
        doubt = (*same, *status, *_named(spoken), *(() if only is True else only), *session, *leave)
        return counted_line(self.rule, self.rule.counts, state.claim, earlier, doubt)

    def _same_session(self, line: ServiceLine, earlier: HistoryLine) -> MissingFacts | None:
        if self.rule.window.shape != "session":
            return NONE_MISSING
        mine, theirs = _session(line), _session(earlier)
        if mine is None or theirs is None:
            return of_record("session.id")
        return NONE_MISSING if mine == theirs else None


def _dates(days: DaySpan) -> tuple[date, date]:
    """The days as dates, as far as there are any."""
    return date.fromordinal(max(_FIRST, days.first)), date.fromordinal(min(_LAST, days.last))


def _claims_unit(state: ClaimState, line: ServiceLine) -> tuple[bool, date, int]:
    return line.number in state.denied, line.date_from, line.number


def _session(line: ServiceLine) -> str | None:
    return line.session.id if isinstance(line.session, Session) else None


def _only_of(rule: FrequencyLimit) -> Conditions | None:
    if rule.only is None:
        return None
    return Conditions(When(**attrs.asdict(rule.only, recurse=False)))


def _named(spoken: str | MissingFacts) -> MissingFacts:
    # NOTE: an earlier line beyond the verified dates still stands in the window of a later one.
    return NONE_MISSING if isinstance(spoken, str) else tuple(m for m in spoken if m != EDITION)
