"""The rules of a screen as arrays: pairs and MUEs of one release, and plain frequency limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

import attrs
import numpy as np

from payer_rules.batch.screen_arrays import (
    BYPASSES_FIRST,
    BYPASSES_SECOND,
    PERIOD,
    ROLLING,
    UNCLEAR_FIRST,
    UNCLEAR_SECOND,
    Numbers,
    RuleArrays,
)
from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine import ncci
from payer_rules.engine.applicability import is_unconditional
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.windows import calendar_of
from payer_rules.engine.providers import resolve
from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.rules import EditTerms, Payer, UnitEdit, Window, listed_codes
from payer_rules.tables.store import StoredEdits

_EPOCH: Final = date(1970, 1, 1).toordinal()
_SCOPES: Final = {"member": 0, "billing": 1, "rendering": 2}
_ANY_DAY: Final = (np.iinfo(np.int32).min, np.iinfo(np.int32).max)
#: Windows whose days are in one period each; those of a claim's own facts are the engine's.
_PERIODS: Final = ("day", "week", "month", "calendar-year", "fiscal-year", "lifetime")


class _StoredArrays(NamedTuple):
    """The pairs of a release: the rows by lower code, and the terms to which they refer."""

    codes: Sequence[str]
    places: Numbers
    others: Numbers
    terms: Numbers
    first: Numbers
    last: Numbers
    counts: Numbers
    bypassable: Numbers


@attrs.frozen(eq=False, slots=False)
class ScreenRules:
    """The rules of a screen: the edits of one release in a setting, and frequency limits.

    Raises `InvalidValueError` for a limit or a scope that columns of lines cannot answer.
    """

    payer: Payer
    edits: StoredEdits
    terms: EditTerms
    limits: tuple[FrequencyLimit, ...]

    @classmethod
    def of(
        cls, payer: Payer, edits: StoredEdits, terms: EditTerms, limits: Iterable[FrequencyLimit]
    ) -> ScreenRules:
        """Return the rules, the limits in the order of their stages."""
        ordered = sorted(limits, key=lambda limit: (limit.window.days, limit.id))
        rules = cls(payer, edits, terms, tuple(ordered))
        problems = [
            FieldError(("limits", limit.id), reason, "Leave it to the engine.")
            for limit in rules.limits
            if (reason := why_not_screened(limit, payer))
        ]
        if resolve(terms.scope, payer) not in _SCOPES:
            message = f"the edits are of the scope {resolve(terms.scope, payer)}"
            problems.append(FieldError(("terms",), message, "Leave them to the engine."))
        if problems:
            raise InvalidValueError(problems)
        return rules

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the rules, in the order of their numbers in keys."""
        own = (f"{self.payer.id}/ptp", f"{self.payer.id}/mue")
        return (*own, *(limit.id for limit in self.limits))

    @property
    def quarter(self) -> tuple[int, int]:
        """The first and last day on which the release answers, as days since 1970."""
        release = self.edits.release
        return release.first.toordinal() - _EPOCH, release.last.toordinal() - _EPOCH

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes that a rule names, in order; the number after the last is any other code."""
        named = {code for limit in self.limits for code in listed_codes(limit.codes)}
        return tuple(sorted({*self._stored_pairs.codes, *named, *self._stored_units}))

    def arrays(self, days: tuple[int, int]) -> RuleArrays:
        """Return the arrays for lines from the first to the last day."""
        return self._prepared._replace(
            periods=_periods(self._calendars, days), first_period_day=days[0]
        )

    @cached_property
    def _prepared(self) -> RuleArrays:
        """The arrays without the periods of days, which are made once."""
        scope = _SCOPES[resolve(self.terms.scope, self.payer)]
        most, is_of_line = self._units()
        parts: tuple[Any, ...] = (*self._pairs(), scope, most, is_of_line, scope)
        return RuleArrays._make((len(self.codes) + 1, *parts, *self._limits(), None, 0))

    def _pairs(self) -> tuple[Numbers, ...]:
        """Return the bits of all pairs, and their rows by the lower code."""
        table, count = self._stored_pairs, len(self.codes) + 1
        numbers = {code: number for number, code in enumerate(self.codes)}
        here = np.array([numbers[code] for code in table.codes], np.int64)
        # NOTE: the rows of a table are in order of both codes, as the numbers of codes are.
        rows = np.flatnonzero(table.counts[table.terms // 2])
        lower = here[np.searchsorted(table.places, rows, side="right") - 1]
        higher, terms = here[table.others[rows]], table.terms[rows]
        known = np.zeros(count * count // 8 + 1, np.uint8)
        bits = lower * count + higher
        np.bitwise_or.at(known, bits >> 3, (1 << (bits & 7)).astype(np.uint8))
        return (
            known,
            np.searchsorted(lower, np.arange(count + 1)).astype(np.int64),
            higher.astype(np.int32),
            table.first[terms // 2],
            table.last[terms // 2],
            table.bypassable[terms // 2],
            terms % 2 == 1,
        )

    @cached_property
    def _stored_pairs(self) -> _StoredArrays:
        """The pairs of the release as arrays, which are made once."""
        columns = self.edits.pair_columns()
        if columns is None:
            message = "the release has no file of pairs"
            raise InvalidValueError([FieldError(("edits",), message, "Import it: tables import.")])
        numbers = np.asarray(columns.says, np.int64)
        terms = [columns.terms(number) for number in range(int(numbers.max(initial=0) // 2) + 1)]
        return _StoredArrays(
            codes=columns.codes,
            places=np.asarray(columns.places, np.int64),
            others=np.asarray(columns.others, np.int64),
            terms=numbers,
            first=np.array([_day(each.in_force.first, _ANY_DAY[0]) for each in terms], np.int32),
            last=np.array([_day(each.in_force.last, _ANY_DAY[1]) for each in terms], np.int32),
            counts=np.array([not each.is_tombstone for each in terms], np.bool_),
            bypassable=np.array([each.indicator == 1 for each in terms], np.bool_),
        )

    @cached_property
    def _stored_units(self) -> dict[str, UnitEdit]:
        return {row.code: row for row in self.edits.all_units()}

    def _units(self) -> tuple[Numbers, Numbers]:
        most = np.full(len(self.codes) + 1, -1, np.int64)
        is_of_line = np.zeros(len(self.codes) + 1, np.bool_)
        for number, code in enumerate(self.codes):
            row = self._stored_units.get(code)
            if row is not None and row.mai is None:
                message = f"the MUE of {code} does not state whether it is of a line"
                raise InvalidValueError([FieldError(("edits",), message, "Use the engine.")])
            if row is not None:
                most[number], is_of_line[number] = row.most, row.mai == 1
        return most, is_of_line

    @property
    def _calendars(self) -> list[Window]:
        windows = dict.fromkeys(limit.window for limit in self.limits)
        return [window for window in windows if window.shape != "rolling"]

    def _limits(self) -> tuple[Any, ...]:
        """Return the limits of each code, and of each limit its maximum, window and scope."""
        limits, codes = self.limits, (*self.codes, "")
        has_code = np.zeros((len(limits), len(codes)), np.bool_)
        for number, limit in enumerate(limits):
            has_code[number] = [code in limit.codes for code in codes]
        of_code = [np.flatnonzero(has_code[:, code]) for code in range(len(codes))]
        windows = [limit.window for limit in limits]
        calendars = self._calendars
        length = [
            (each.number or 0) - each.early_by_days
            if each.shape == "rolling"
            else calendars.index(each)
            for each in windows
        ]
        return (
            np.cumsum([0, *map(len, of_code)]).astype(np.int64),
            np.concatenate([*of_code, np.zeros(0, np.int64)]).astype(np.int32),
            has_code,
            np.array([int(limit.limit) for limit in limits], np.int64),
            np.array([limit.counts == "units" for limit in limits], np.bool_),
            np.array([ROLLING if w.shape == "rolling" else PERIOD for w in windows], np.int8),
            np.array(length, np.int64),
            np.array([limit.window.days for limit in limits], np.int64),
            np.array([_SCOPES[resolve(each.scope, self.payer)] for each in limits], np.int64),
        )


def why_not_screened(limit: FrequencyLimit, payer: Payer) -> str | None:
    """Return why columns of lines cannot answer a limit, or ``None`` if they can."""
    plain = attrs.fields_dict(FrequencyLimit)
    for name in ("pool", "sites", "sees", "excess", "keeps", "only", "exempt", "unit_minutes"):
        if getattr(limit, name) != plain[name].default:
            return f"{name} is {getattr(limit, name)!r}"
    checks: tuple[tuple[bool, str], ...] = (
        (not is_unconditional(limit), "it has conditions or dates"),
        (bool(limit.readings), "it has several readings"),
        (limit.limit == "none" or int(limit.limit) != limit.limit, f"its limit is {limit.limit}"),
        (limit.counts not in ("units", "services"), f"it counts {limit.counts}"),
        (limit.outcome != "deny", f"its outcome is {limit.outcome}"),
        (limit.detected_in != "claim", f"it is detected in the {limit.detected_in}"),
        (limit.window.shape not in ("rolling", *_PERIODS), f"its window is {limit.window.shape}"),
        (resolve(limit.scope, payer) not in _SCOPES, f"its scope is {limit.scope}"),
        (not isinstance(limit.codes, frozenset), "its codes are not listed"),
    )
    return next((reason for holds, reason in checks if holds), None)


def bypass_of(modifiers: Sequence[str], day: date, setting: str, code: str) -> int:
    """Return what the modifiers of a line of the code bypass in either column, as bits."""
    line = ServiceLine(number=1, code=code, modifiers=tuple(modifiers), date_from=day)
    answers = (
        (ncci.bypasses_on_column1(setting, day, line), BYPASSES_FIRST, UNCLEAR_FIRST),
        (ncci.bypasses_on_column2(line), BYPASSES_SECOND, UNCLEAR_SECOND),
    )
    return sum(yes if answer is True else open_ for answer, yes, open_ in answers if answer)


def _periods(windows: Sequence[Window], days: tuple[int, int]) -> Numbers:
    """Return for each window the first day of the period that each day is in."""
    first, last = days
    periods = np.zeros((len(windows), last - first + 1), np.int64)
    for number, window in enumerate(windows):
        calendar = calendar_of(window, cast(Claim, None))  # NOTE: it depends on the window alone
        assert not isinstance(calendar, tuple)
        day = first + _EPOCH
        while day <= last + _EPOCH:
            period = calendar.related_days(DaySpan(day, day))
            periods[number, day - first - _EPOCH : period.last - first - _EPOCH + 1] = period.first
            day = period.last + 1
    return periods


def _day(day: date | None, otherwise: int) -> int:
    return day.toordinal() - _EPOCH if day else otherwise
