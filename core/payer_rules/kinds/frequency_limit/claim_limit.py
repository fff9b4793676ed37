"""A limit as it applies to one claim: its windows, the lines that count, and what is known."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from payer_rules.claims import Authorization, ServiceLine
from payer_rules.engine.authorizations import Ledger
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import missing_day
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.window_totals import WindowTotals
from payer_rules.engine.limits.windows import LAST_DAY, as_dates
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.engine.providers import has_all_lines
from payer_rules.engine.truth import Truth
from payer_rules.kinds.frequency_limit.amounts import AGGREGATIONS, counted_line
from payer_rules.kinds.frequency_limit.selection import NO_SITE, Selection
from payer_rules.rules import Adjustment

_NEVER = LAST_DAY + 1
#: What lines that count together have in common: pool, provider, session, and body site.
Group: TypeAlias = tuple[Hashable, ...]


@attrs.frozen(eq=False)
class ClaimLimit:
    """One reading of a limit, and the claim that it is applied to.

    ``ignored_rules`` returns True for another rule whose missing history does not matter here.
    """

    selection: Selection
    state: ClaimState
    layout: Layout
    ignored_rules: Callable[[Evaluator], bool]
    _authorizations: Ledger = attrs.field(init=False)

    @_authorizations.default
    def _ledger(self) -> Ledger:
        return Ledger(self.state.claim.authorizations or ())

    def candidates(
        self, lines: Sequence[tuple[ServiceLine, MissingFacts]], exempt: Mapping[int, Truth]
    ) -> dict[Group, list[CountedLine]]:
        """Return the lines that count, or may, grouped by pool, provider and session.

        A line whose body site is not known is in several groups; `is_judged_in` one of them.
        ``exempt`` holds whether an authorization exempts a line, by its number.
        """
        groups: dict[Group, list[CountedLine]] = {}
        for line, missing in lines:
            counts = self.selection.counts(self.state, line)
            is_authorized = exempt.get(line.number, False)
            if counts is False or is_authorized is True or self.selection.is_exempt(line):
                continue
            open_ = () if counts is True else counts
            missing = (*missing, *self.layout.missing, *open_, *(is_authorized or ()))
            if self.selection.may_leave_out:
                window = self._window_of(line)
                if window is False:
                    continue
                missing = (*missing, *window)
            group = self.selection.group_of(self.state.claim, line)
            groups.setdefault(group, []).append(self._candidate(line, missing))
        return (
            groups if self.selection.rule.sites == "together" else _with_lines_of_any_site(groups)
        )

    def is_judged_in(self, group: Group, line: ServiceLine) -> bool:
        """Return True if the group decides on the line, rather than may count it with others."""
        if self.selection.rule.sites == "together":
            return True
        return self.selection.group_of(self.state.claim, line) == group

    def _window_of(self, line: ServiceLine) -> MissingFacts | Literal[False]:
        """Return what is missing to know that the line is in a window; False if it is in none.

        Only authorizations and courses leave lines out.
        """
        if self.layout.courses is not None:
            places = self.layout.courses.places_of(line)
            if not any(places):
                return missing_day(line) or False
            return NONE_MISSING if all(places) else self.layout.courses.missing
        authorization = self.selection.authorization_of(self.state.claim, line)
        return NONE_MISSING if isinstance(authorization, Authorization) else authorization

    def _candidate(self, line: ServiceLine, missing: MissingFacts) -> CountedLine:
        rule, state = self.selection.rule, self.state
        counted = counted_line(rule, state.claim, line, missing)
        if rule.sees == "billed":
            return counted
        unless = state.payable_unless(line.number, ignored_rules=self.ignored_rules)
        if line.number not in state.denied and not unless:
            return counted
        is_denied = line.number in state.denied
        return attrs.evolve(counted, payable_unless=unless, is_denied=is_denied)

    def exempt_by_authorization(
        self, lines: Sequence[tuple[ServiceLine, MissingFacts]]
    ) -> dict[int, Truth]:
        """Return whether an authorization exempts each line, by number, if the rule asks for it.

        Lines use up the units of an authorization in turn, those that are already denied last.
        """
        if not self.selection.rule.exempts_authorized:
            return {}
        ordered = sorted((line for line, _ in lines), key=self._turn)
        claim = self.state.claim
        if claim.authorizations is None:
            return dict.fromkeys((line.number for line in ordered), field("authorizations"))
        return {line.number: self._authorizations.take(claim, line) for line in ordered}

    def _turn(self, line: ServiceLine) -> tuple[bool, date, int]:
        return line.number in self.state.denied, line.date_from, line.number

    def totals(self, line: ServiceLine) -> WindowTotals:
        """Return what adds up the windows around the lines that count with the line."""
        how = AGGREGATIONS[self.selection.rule.counts]
        if self.layout.is_anchored:
            return self.layout.totals(how, self._history_known_from(line))
        return self.layout.totals(how)

    def _history_known_from(self, line: ServiceLine) -> int:
        """Return the day from which the history has all lines; after the last day if never."""
        history, selection = self.state.history, self.selection
        is_complete = has_all_lines(
            history, history.covers_from, selection.scope, self.state.claim, line
        )
        return history.covers_from.toordinal() if is_complete else _NEVER

    def earlier_lines(
        self, candidates: Sequence[CountedLine], totals: WindowTotals
    ) -> Iterator[CountedLine]:
        """Yield the earlier lines that count, or may, with the candidates of a group."""
        if self.layout.is_one_line or not self.state.has_earlier:
            return
        spans = [totals.related_days(candidate.days) for candidate in candidates]
        first, last = as_dates(
            DaySpan(min(span.first for span in spans), max(span.last for span in spans))
        )
        selection, line = self.selection, candidates[0].line
        codes, everyone = selection.rule.codes_with(line.code), selection.is_over_all_members
        for earlier in self.state.before(first, last, codes, everyone=everyone):
            missing = selection.missing_to_count(self.state, line, earlier)
            if missing is not None:
                yield counted_line(selection.rule, self.state.claim, earlier, missing)

    def knows_history_of(self, line: CountedLine) -> bool:
        """Return True if the history has every earlier line that can matter to the line."""
        history, selection = self.state.history, self.selection
        if self.layout.courses is not None:
            return self.layout.courses.knows_course_of(line.line)
        if self.layout.is_one_line or (
            history.is_complete_for_member and not selection.is_over_all_members
        ):
            return True
        first, _ = as_dates(self.layout.related_days(line.days))
        return has_all_lines(history, first, selection.scope, self.state.claim, line.line)

    def is_payable_with(self, other: CountedLine, candidate: CountedLine) -> bool:
        """Return True if the other line is payable in every case in which the candidate is."""
        if not other.payable_unless:
            return True
        return not self.state.payable_unless(
            other.number, paired_with=candidate.number, ignored_rules=self.ignored_rules
        )

    def authorized_part(self, candidate: CountedLine, units: Decimal) -> Decimal | MissingFacts:
        """Return how many of the units authorizations cover, or what is missing to know."""
        claim = self.state.claim
        if claim.authorizations is None:
            return field("authorizations")
        return self._authorizations.take_part(claim, candidate.line, units)

    def authorization(self, candidate: CountedLine) -> Adjustment | MissingFacts | bool:
        """Return True if an authorization takes the line, or what is missing to know.

        Otherwise return the adjustment for authorizations that are used up, or False.
        """
        claim = self.state.claim
        if claim.authorizations is None:
            return field("authorizations")
        taken = self._authorizations.take(claim, candidate.line)
        if taken is not False:
            return taken
        used_up = self.selection.rule.used_up
        return used_up if used_up and self._authorizations.used_up(claim, candidate.line) else False


def _with_lines_of_any_site(
    groups: dict[Group, list[CountedLine]],
) -> dict[Group, list[CountedLine]]:
    """Return the groups; a line whose body site is not known may belong to each of its group.

    It follows the lines of each site, with the missing fact. In the group of lines without a known
    site it comes first, before the lines of all sites, each with the missing fact.
    """
    joined = dict(groups)
    for group, lines in groups.items():
        if group[-1] is None:
            perhaps = _without_site(lines)
            alike = [other for other in groups if other != group and other[:-1] == group[:-1]]
            others = [line for other in alike for line in _without_site(groups[other])]
            joined[group] = [*perhaps, *others]
            joined |= {other: [*groups[other], *perhaps] for other in alike}
    return joined


def _without_site(lines: Sequence[CountedLine]) -> list[CountedLine]:
    return [attrs.evolve(line, missing=(*line.missing, *NO_SITE)) for line in lines]
