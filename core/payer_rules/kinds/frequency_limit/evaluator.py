"""The evaluator of frequency limits: it evaluates each reading of a limit, and where they agree.

1. Pools of lines that certainly fit are set aside (`shortcut`).
2. The other lines that count become candidates, in groups that count together (`claim_limit`).
3. The limit is allocated to the lines of each group in order (`allocation`); what does not fit is
   the excess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.needed_room import NeededRoom
from payer_rules.engine.limits.results import Excess, LimitResult
from payer_rules.engine.limits.units_left import UnitsLeft
from payer_rules.engine.limits.window_days import window_days
from payer_rules.engine.limits.windows import LAID_OUT_ALIKE
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFact, MissingFacts
from payer_rules.engine.providers import resolve
from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.verdict import Verdict
from payer_rules.kinds.frequency_limit.allocation import allocation_results
from payer_rules.kinds.frequency_limit.claim_limit import ClaimLimit
from payer_rules.kinds.frequency_limit.line_group import LineGroup
from payer_rules.kinds.frequency_limit.parts import PaymentTiers
from payer_rules.kinds.frequency_limit.remaining import units_left
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.kinds.frequency_limit.selection import Selection
from payer_rules.kinds.frequency_limit.shortcut import needed_room, without_pools_that_fit
from payer_rules.kinds.frequency_limit.words import WORDS
from payer_rules.rules import Payer, Window, are_within, codes_to_look_up, listed_codes

#: Windows, each with the codes whose lines are counted in it, or ``None`` for any.
CountingWindows: TypeAlias = tuple[tuple[frozenset[str] | None, Window], ...]

#: What a limit of a day counts of one line, unless it counts dollars.
_OF_ONE_LINE: Final = DAYS | Reads(
    line={"body_site", "code", "minutes", "modality", "modifiers", "place_of_service"}
    | {"session", "units"}
)
#: The same of several lines, and whose lines they are.
_OF_ONE_DAY: Final = (
    _OF_ONE_LINE | EARLIER_LINES | RENDERING | Reads(provider={"specialty"}, links=["same day"])
)
#: What a limit reads that counts services, days or units, without exceptions of its own.
_OF_SERVICES: Final = (
    _OF_ONE_LINE
    | EARLIER_LINES
    | RENDERING
    | Reads(
        claim={"authorizations", "dates", "episode_start", "inpatient_stays"},
        line={"dates"},
        history={"billing_provider", "body_site", "dates", "minutes", "modality", "modifiers"}
        | {"paid_minutes", "paid_units", "place_of_service", "rendering_provider"}
        | {"session", "units"},
        member={"benefit_year_start"},
        provider={"specialty"},
        session={"end", "id", "start"},
        authorization={"codes", "date_from", "date_to", "number", "provider", "units_left"},
        links={"earlier line", "same authorization", "same window"},
    )
)


def _counts_services(rule: FrequencyLimit) -> bool:
    """Return True if the limit counts services, days or units, without exceptions of its own."""
    return (
        rule.counts in ("days", "services", "units")
        and rule.scope not in ("session", "all-members")
        and rule.excess in ("deny-lines", "deny-all", "reduce")
        and rule.keeps == "earliest"
        and rule.only is None
        and rule.exempt is None
        and not rule.readings
    )


def _is_of_one_day(rule: FrequencyLimit) -> bool:
    """Return True if the limit counts the services of a line or a day, without exceptions."""
    return (
        rule.counts in ("days", "minutes", "services", "units", "visits")
        and rule.window.shape in ("day", "line")
        and rule.scope not in ("session", "all-members")
        and rule.excess in ("deny-lines", "deny-all", "reduce")
        and rule.keeps != "highest-charge"
        and rule.only is None
        and rule.exempt is None
        and not rule.readings
    )


def _ranks_all_lines(rule: FrequencyLimit) -> bool:
    """Return True if the order of all lines decides, by charges or places that may not be known."""
    return rule.keeps == "highest-charge" or isinstance(rule.excess, PaymentTiers)


class FrequencyLimitEvaluator(RuleEvaluator[FrequencyLimit, Excess]):
    """The evaluator of a limit. All lines of a pool and a provider are evaluated together."""

    def __init__(self, rule: FrequencyLimit, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self.scope = resolve(rule.scope, payer)
        self.reads = _OF_SERVICES if _counts_services(rule) else None
        is_of_one_day = _is_of_one_day(rule)
        self.reads_alone = _OF_ONE_LINE if is_of_one_day else None
        self.reads_on_day = _OF_ONE_DAY if is_of_one_day else None
        self.compares_all_lines = any(map(_ranks_all_lines, rule.as_read))
        self._readings = [Selection.of(reading, payer) for reading in rule.as_read]

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the lines that do not fit into a window, and those that may not fit."""
        for line, missing in met:
            if EDITION in missing:
                state.record_missing(self, line.number, missing)
        if self.rule.is_permission:
            return
        answers = [self._results(reading, state, met) for reading in self._readings]
        for line, missing in met:
            if EDITION not in missing:
                results = [answer.get(line.number, NONE_MISSING) for answer in answers]
                self._record(state, line, results)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Yield the earlier lines in the windows of each reading, on both sides of the line."""
        if not self.rule.is_permission:
            for reading in self._readings:
                yield from reading.lookbacks(claim, line)

    def counting_windows(self, code: str) -> CountingWindows | None:
        """Return the windows in which the limit counts a line with the code, with other codes.

        It is ``None`` if more decides which lines count together than whether a window holds their
        days.
        """
        rule = self.rule
        if rule.is_permission:
            return ()
        if not _counts_services(rule) or rule.window.shape not in LAID_OUT_ALIKE:
            return None
        return ((codes_to_look_up(rule.codes_with(code)), rule.window),)

    def window_days(self, claim: Claim, day: int) -> Iterator[int]:
        """Yield the days from which on a moved line may share other windows with the day."""
        if not self.rule.is_permission:
            for reading in self._readings:
                yield from window_days(Layout.of(reading.rule.window, claim), day)

    def needed_room(
        self, met: Sequence[tuple[ServiceLine, MissingFacts]]
    ) -> tuple[NeededRoom, ...] | None:
        """Return the room that the lines need in the windows of each reading."""
        if any(EDITION in missing for _, missing in met):
            return None
        if self.rule.is_permission:
            return ()
        found: list[NeededRoom] = []
        for reading in self._readings:
            needed = needed_room(reading, met)
            if needed is None:
                return None
            found += needed
        return tuple(found)

    def units_left(self, state: ClaimState, line: ServiceLine) -> UnitsLeft | None:
        """Return what the limit leaves for the line; ``None`` if it does not count the line."""
        if self.rule.is_permission:
            return None
        return units_left(self.rule, self._readings, state, line)

    def _results(
        self, reading: Selection, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]
    ) -> Mapping[int, LimitResult]:
        """Return the result for each line number. Lines that are not counted have no entry."""
        lines = without_pools_that_fit(reading, state, met)
        if not lines:
            return {}
        layout = Layout.within(reading.rule.window, state)
        limit = ClaimLimit(reading, state, layout, self.ignores_history_of)
        groups = limit.candidates(lines, limit.exempt_by_authorization(met))
        results: dict[int, LimitResult] = {}
        together = [LineGroup.of(limit, candidates) for candidates in groups.values()]
        for (group, candidates), found in zip(
            groups.items(), allocation_results(together), strict=True
        ):
            for candidate in candidates:
                if candidate.number in found and limit.is_judged_in(group, candidate.line):
                    results[candidate.number] = found[candidate.number]
        return results

    def _record(self, state: ClaimState, line: ServiceLine, results: Sequence[LimitResult]) -> None:
        """Record the result on the line where all readings agree, else what is missing."""
        excesses = [result for result in results if isinstance(result, Excess)]
        missing = tuple(m for result in results if isinstance(result, tuple) for m in result)
        if missing:
            state.record_missing(self, line.number, missing)
        if not excesses or (missing and not state.assumptions.is_expected):
            return
        first = excesses[0]
        verdict = Verdict(self.rule_id, (line.number,), first.outcome, first)
        if len(excesses) == len(results):
            state.record(self, verdict)
        else:
            readings = " or ".join(map(str, self.rule.readings))
            unclear = MissingFact("text", f"which reading is meant: {readings}")
            state.record_unclear(self, verdict, (unclear,))

    def ignores_history_of(self, evaluator: Evaluator) -> bool:
        """Return True if the earlier lines that another rule may miss do not matter here.

        A shorter limit on the same codes can deny a line only for earlier lines that this limit
        counts too: such a line moves the excess to another line and never makes it less.
        """
        if evaluator.limits_days:
            return self.scope == "member"
        if not isinstance(evaluator, FrequencyLimitEvaluator):
            return False
        mine, other = self.rule, evaluator.rule
        has_one_pool = (
            mine.pool == "together"
            or other.pool == "per-code"
            or len(listed_codes(other.codes)) == 1
        )
        has_wider_scope = self.scope in ("member", evaluator.scope)
        is_alike = _selects(other) == _selects(mine)
        has_one_site = mine.sites == "together" or other.sites == "apart"
        has_same_lines = has_one_pool and has_one_site and has_wider_scope
        return has_same_lines and are_within(other.codes, mine.codes) and is_alike


def _selects(rule: FrequencyLimit) -> tuple[object, ...]:
    """Return what decides which lines with its codes a limit counts."""
    return (rule.when, rule.exceptions, rule.only, rule.exempt)
