"""The days on which the answer on a line can change as the line is moved from day to day.

Between two of these days the answer is the same, so that only these days have to be decided. They
are the days on which

- a rule, its text, a row of an edit table or something that the claim states begins or ends,
- the line shares, or ceases to share, a day, a window or a condition with another line.

There may be more of them than necessary. Where a function of a plugin may read any date, or where
the line has several days, every day counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.condition_days import (
    asks_for_course,
    asks_for_months,
    birthdays,
    claim_days,
    condition_days,
    rule_days,
    text_days,
)
from payer_rules.engine.edit_tables import EditTables
from payer_rules.history import History
from payer_rules.kinds import kind_of
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rules import Rule

_YEAR: Final = timedelta(days=366)


@attrs.frozen(eq=False)
class ChangeDays:
    """The days of change for one line of a claim, between a first and a last day.

    ``tables`` are the edits that bind the payer, and those of its baseline.
    """

    applicable: ApplicableRules
    rules: Sequence[Rule]
    tables: Sequence[EditTables]
    claim: Claim
    line: ServiceLine
    history: History
    first: date
    last: date

    def days(self) -> list[date]:
        """Return the first day and the days of change after it, in order."""
        if self.line.days > 1 or self._reads_any_date():
            span = range(self.first.toordinal(), self.last.toordinal() + 1)
            return [date.fromordinal(day) for day in span]
        found = {day for day in self._all() if self.first < day <= self.last}
        return [self.first, *sorted(found)]

    def _all(self) -> Iterator[date]:
        yield from claim_days(self.claim)
        yield from self._birthdays(self.first, self.last)
        if self.applicable.payer.ncci_received_from is not None:
            yield self.applicable.payer.ncci_received_from
        yield from self._days_of_rules()
        for _, compiled in self._compiled():
            yield from _as_dates(compiled.evaluator.claim_days(self.claim))
        for statement in self.applicable.payer.topics:
            yield from text_days(statement.verified)
        yield from self._days_of_tables()
        yield from self._days_of_other_lines()

    def _compiled(self) -> Iterator[tuple[ServiceLine, CompiledRule]]:
        for line in self.claim.lines:
            for compiled in self.applicable.everywhere:
                yield line, compiled
            for compiled in self.applicable.by_code.of(line.code):
                yield line, compiled

    def _editions(self) -> dict[str, list[Rule]]:
        """Return the rules that may apply to the claim, by id."""
        ids = {compiled.evaluator.rule_id for _, compiled in self._compiled()}
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            if rule.id in ids:
                found.setdefault(rule.id, []).append(rule)
        return found

    def _reads_any_date(self) -> bool:
        """Return True if a function of a plugin takes part in the answer, or a course does.

        A moved line may open a course and close another, so that any day can matter.
        """
        rules = [rule for editions in self._editions().values() for rule in editions]
        return not all(kind_of(rule).is_data for rule in rules) or any(map(asks_for_course, rules))

    def _days_of_rules(self) -> Iterator[date]:
        for rules in self._editions().values():
            for rule in rules:
                yield from rule_days(rule)
                yield from kind_of(rule).boundary_days(rule)

    def _days_of_tables(self) -> Iterator[date]:
        """Yield the days on which the rows of the codes, and of their pairs, change."""
        own = {line.code for line in self.claim.lines}
        codes = own.union(line.code for line in self._earlier_lines())
        of_settings = [edits for table in self.tables for edits in table.by_setting.values()]
        for edits in of_settings:
            for code in own:
                yield from edits.units.changes((code,))
                yield from edits.add_ons.changes((code,))
                for other in codes:
                    yield from edits.pairs.changes((code, other))

    def _days_of_other_lines(self) -> Iterator[date]:
        shared = {*self._own_days(), *self._days_of_completeness()}
        earlier = {day for line in self._earlier_lines() for day in _days(line)}
        yield from self._near(chain(shared, earlier))
        editions = self._editions()
        for line, compiled in self._compiled():
            looked_up = self._looked_up(line, compiled)
            rules = editions.get(compiled.evaluator.rule_id, ())
            for day in {*shared, *(each for other in looked_up for each in _days(other))}:
                at = day.toordinal()
                yield from _as_dates(compiled.evaluator.window_days(self.claim, at))
                for rule in rules:
                    yield from _as_dates(condition_days(rule, at))

    def _own_days(self) -> Iterator[date]:
        for line in self.claim.lines:
            if line is not self.line:
                yield from _days(line)
        yield from self._birthdays(self.first - _YEAR, self.last + _YEAR)

    def _birthdays(self, first: date, last: date) -> Iterator[date]:
        in_months = any(map(asks_for_months, self.rules))
        return birthdays(self.claim, first, last, in_months=in_months)

    def _days_of_completeness(self) -> Iterator[date]:
        if date.min < self.history.covers_from < date.max:
            yield self.history.covers_from

    def _earlier_lines(self) -> Iterator[ServiceLine]:
        """Yield the earlier lines, of any member, on the days to be looked at."""
        return self.history.lines_between(self.first, self.last)

    def _near(self, days: Iterable[date]) -> Iterator[date]:
        """Yield the days, the days after them, and all days of lines of several days."""
        for day in days:
            yield from (day, day + timedelta(days=1))
        for line in self._earlier_lines():
            if line.days > 1:
                first, last = max(line.date_from, self.first), min(line.date_to, self.last)
                yield from map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))

    def _looked_up(self, line: ServiceLine, compiled: CompiledRule) -> Iterator[ServiceLine]:
        """Yield the earlier lines that the rule can look up, on whichever day the line is."""
        ends = [line]
        if line is self.line:
            ends = [attrs.evolve(line, date_from=d, date_to=d) for d in (self.first, self.last)]
        lookbacks = [lookback for end in ends for lookback in compiled.lookbacks(self.claim, end)]
        if not lookbacks:
            return
        first, last = min(each.first for each in lookbacks), max(each.last for each in lookbacks)
        codes = set().union(*(each.codes or () for each in lookbacks))
        takes_all = any(each.codes is None for each in lookbacks)
        member = None if any(each.everyone for each in lookbacks) else self.claim.member.id
        for other in self.history.lines_between(first, last, member=member):
            if takes_all or other.code in codes:
                yield other


def _as_dates(days: Iterable[int]) -> Iterator[date]:
    least, most = date.min.toordinal(), date.max.toordinal()
    return (date.fromordinal(day) for day in days if least <= day <= most)


def _days(line: ServiceLine) -> tuple[date, date]:
    return line.date_from, line.date_to
