"""The conditions of a rule: whether they hold on a line, or which facts are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from itertools import chain
from operator import or_
from typing import Final, Literal

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_conditions import CLAIM_CONDITIONS
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.condition import Condition
from payer_rules.engine.course_positions import is_in_place
from payer_rules.engine.line_conditions import LINE_CONDITIONS
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.member_conditions import MEMBER_CONDITIONS, PERIOD_READS, age_in_period
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.other_lines import LineSearch, are_as_asked
from payer_rules.engine.provider_conditions import PROVIDER_CONDITIONS, UNDATED_READS
from payer_rules.engine.reads import DAYS, EARLIER_LINES, OTHER_LINE, Reads
from payer_rules.engine.table_conditions import CodeTableLookup, is_listed
from payer_rules.engine.truth import Truth, negated
from payer_rules.rules import SCOPES, Course, Payer, ProviderCriteria, When, Window

#: The conditions on courses, tables and other lines by their names in `When`.
_OTHERS: Final[dict[str, Condition]] = {
    "course": Condition(
        is_in_place,
        DAYS
        | EARLIER_LINES
        | Reads(claim={"dates"}, line={"code", "dates"}, links={"same day", "earlier line"}),
    ),
    "table": Condition(is_listed, DAYS | Reads(line={"code"})),
    "same_day": Condition(are_as_asked, OTHER_LINE | Reads(links={"same day"})),
    "history": Condition(are_as_asked, OTHER_LINE | Reads(links={"earlier line"})),
    "other_lines": Condition(
        are_as_asked,
        OTHER_LINE
        | Reads(
            line={"session"},
            history={"session"},
            session={"start", "end"},
            links={"nearby line"},
        ),
    ),
}
_BY_NAME: Final = (
    CLAIM_CONDITIONS | LINE_CONDITIONS | MEMBER_CONDITIONS | PROVIDER_CONDITIONS | _OTHERS
)
#: The conditions by their names in `When`, in the order of its fields.
CONDITIONS: Final = {
    field.name: _BY_NAME[field.name] for field in attrs.fields(When) if field.name in _BY_NAME
}


def _reads_of(name: str, value: object) -> Reads:
    """Return what the condition with this value reads."""
    if name == "age":
        return CONDITIONS[name].reads | PERIOD_READS
    if name == "rendered_by" and isinstance(value, ProviderCriteria) and value.status is None:
        return UNDATED_READS
    return CONDITIONS[name].reads


class Conditions:
    """The conditions that a rule of the payer states: those of scope, then the others.

    ``window`` is the one in which the rule counts services, if it counts any. Each of the
    ``exceptions`` is one more condition: that it does not hold. It is one of scope if it states
    nothing else.
    """

    __slots__ = ("_asked", "_courses", "_excepted", "_others", "_scopes", "_searches")

    def __init__(
        self,
        when: When,
        payer: Payer,
        window: Window | None = None,
        exceptions: Iterable[When] = (),
    ) -> None:
        tests = {name: condition.test for name, condition in CONDITIONS.items()}
        if window and when.age and when.age.on == "period":
            tests["age"] = age_in_period(window)
        stated = {name: getattr(when, name) for name in tests}
        searches = {
            name: tuple(LineSearch.of(other, payer) for other in others)
            for name, others in when.related_lines.items()
        }
        stated.update(searches)
        stated["table"] = tuple(map(CodeTableLookup.of, when.table))
        asked = {name: value for name, value in stated.items() if value is not None and value != ()}
        self._scopes = tuple((tests[name], asked[name]) for name in asked if name in SCOPES)
        self._others = tuple((tests[name], asked[name]) for name in asked if name not in SCOPES)
        excepted = tuple(Conditions(exception, payer, window) for exception in exceptions)
        self._asked = asked
        self._excepted = excepted
        for exception in excepted:
            if exception._others:
                self._others = (*self._others, (_is_outside, exception))
            else:
                self._scopes = (*self._scopes, (_is_outside, exception))
        own = () if when.course is None else (when.course.course,)
        self._courses: tuple[Course, ...] = (
            *own,
            *chain(*(exception._courses for exception in excepted)),
        )
        self._searches: tuple[LineSearch, ...] = (
            *chain(*searches.values()),
            *chain(*(exception._searches for exception in excepted)),
        )

    @property
    def reads(self) -> Reads:
        """What the conditions read, those of the exceptions included."""
        own = (_reads_of(name, value) for name, value in self._asked.items())
        return reduce(or_, (*own, *(exception.reads for exception in self._excepted)), Reads())

    def lookbacks(self, first: date, last: date) -> Iterator[Lookback]:
        """Yield the earlier lines on which the conditions can depend for a line in the span."""
        for search in self._searches:
            yield search.lookback(first, last)
        for course in self._courses:
            yield Lookback(course.services, date.min, last)

    @property
    def needs_history(self) -> bool:
        """Return True if a condition is about lines that may be earlier ones."""
        return bool(self._searches or self._courses)

    def weigh(self, state: ClaimState, line: ServiceLine) -> Truth | Literal["out of scope"]:
        """Return False if a condition is false, True if all hold, or all missing facts."""
        missing: MissingFacts = ()
        for test, value in self._scopes:
            truth = test(value, state, line)
            if truth is False:
                return "out of scope"
            if truth is not True:
                missing = (*missing, *truth)
        for test, value in self._others:
            truth = test(value, state, line)
            if truth is False:
                return False
            if truth is not True:
                missing = (*missing, *truth)
        return missing or True


def _is_outside(exception: Conditions, state: ClaimState, line: ServiceLine) -> Truth:
    """Return whether the line does not meet the conditions of an exception."""
    truth = exception.weigh(state, line)
    return True if truth == "out of scope" else negated(truth)
