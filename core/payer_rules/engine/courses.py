"""Courses of treatment of a member: in which course a line is, and where in it.

The services of a course are taken in the order of their days. A service that may or may not count
leaves several states possible, and so does what happened before the history is known: all of them
are carried on, and an answer is given where they agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import KnownNone, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.course_states import (
    MANY,
    NO_COURSE,
    CourseState,
    earliest_opening,
    end_of_length,
    end_without_services,
)
from payer_rules.engine.days import missing_day
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.windows import FIRST_DAY, LAST_DAY
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFacts, field
from payer_rules.history import HistoryLine
from payer_rules.rules import Course
from payer_rules.rules.courses import OpeningDate

_NEVER: Final = LAST_DAY + 1


@attrs.frozen
class CoursePlace:
    """A possible course of a line: the days that are, and those that may be, of the course."""

    least: DaySpan
    most: DaySpan


@attrs.frozen
class _Service:
    """A service of a course; it may not count if facts are missing."""

    line: ServiceLine
    missing: MissingFacts = NONE_MISSING

    @property
    def day(self) -> int:
        return self.line.date_from.toordinal()


#: A service that is in a state, and the state after it: a service may be the last of its course.
_Step = tuple[CourseState, CourseState]


@attrs.frozen(eq=False)
class CourseTimeline:
    """The services of one course, in order. What came before ``known_from`` is not known.

    ``missing`` are the facts without which it is open where the courses are. ``opened_on`` is the
    day on which a date of the claim opens the course.
    """

    course: Course
    known_from: int
    missing: MissingFacts
    _services: Sequence[_Service]
    opened_on: int | None = None

    @classmethod
    def of(cls, course: Course, state: ClaimState) -> CourseTimeline:
        """Return the timeline of the member's services: earlier ones and those of the claim."""
        day = None if course.opens_on is None else opening_date(course.opens_on, state)
        opened_on = day.toordinal() if isinstance(day, date) else None
        services = sorted(_services(course, state), key=_order)
        if opened_on is not None:
            services = [service for service in services if _last_day(service) >= opened_on]
        history, npi = state.history, state.claim.billing_provider.npi
        is_complete = history.is_complete(history.covers_from, "member", npi)
        known_from = history.covers_from.toordinal() if is_complete else _NEVER
        if opened_on is not None and known_from <= opened_on:
            known_from = FIRST_DAY
        blurred = [fact for service in services for fact in missing_day(service.line)]
        facts = [fact for service in services for fact in service.missing]
        unknown = [HISTORY] if known_from > FIRST_DAY else []
        missing = tuple(dict.fromkeys((*blurred, *facts, *unknown)))
        if course.opens_on is not None and day is None:
            missing = (*field(f"dates.{course.opens_on}"), *missing)
            return cls(course, _NEVER, missing, services)
        return cls(course, _NEVER if blurred else known_from, missing, services, opened_on)

    def states_of(self, line: ServiceLine) -> set[CourseState]:
        """Return the possible states of the line; it is counted if it is a service itself."""
        return {state for state, _ in self._steps_of(line)}

    def places_of(self, line: ServiceLine) -> list[CoursePlace | None]:
        """Return the possible courses of the line; ``None`` if it may be in no course."""
        day = line.date_from.toordinal()
        later = list(self._services_after(line))
        return [self._place(state, after, day, later) for state, after in self._steps_of(line)]

    def knows_course_of(self, line: ServiceLine) -> bool:
        """Return True if no service is missing from the days that may be of the line's course."""
        if self.known_from <= FIRST_DAY:
            return True
        return all(
            place is not None and place.most.first >= self.known_from
            for place in self.places_of(line)
        )

    def _steps_of(self, line: ServiceLine) -> set[_Step]:
        """Return the possible states of the line, each with the state after it."""
        day = line.date_from.toordinal()
        states = self._first_states(day)
        for service in self._services:
            if service.day > day:
                break
            if service.day < min(self.known_from, day):
                continue
            steps = {step for state in states for step in self._steps(state, service)}
            if service.line is line:
                return {(self._as_known(own, day), after) for own, after in steps}
            states = {after for _, after in steps} | (states if service.missing else set())
        states = {state for before in states for state in self._on_day(before, day)}
        return {(self._as_known(state, day), state) for state in states}

    def _first_states(self, day: int) -> set[CourseState]:
        """Return the states that are possible where the known services begin."""
        if self.opened_on is not None:
            return self._states_after_opening(self.opened_on, day)
        if self.known_from <= FIRST_DAY:
            return {NO_COURSE}
        last = day if self.known_from > day else self.known_from - 1
        may_be_open = CourseState(DaySpan(FIRST_DAY, last), last, (1, MANY), (1, MANY))
        return {CourseState(numbers=(0, MANY)), may_be_open}

    def _states_after_opening(self, opened_on: int, day: int) -> set[CourseState]:
        """Return the possible states before the known services, for a day in or before a course."""
        if day < opened_on:
            return {NO_COURSE}
        opened = DaySpan(opened_on, opened_on)
        if self.known_from <= FIRST_DAY:
            return {CourseState(opened, opened_on, (0, 0), (1, MANY))}
        last = max(opened_on, min(day, self.known_from - 1))
        may_be_open = CourseState(opened, last, (0, MANY), (1, MANY))
        return {may_be_open, may_be_open.closed}

    def _as_known(self, state: CourseState, day: int) -> CourseState:
        """Return the state with more services and courses if unknown ones may precede the line."""
        if self.known_from <= day or state.opened is None:
            return state
        ordinals, numbers = (state.ordinals[0], MANY), (state.numbers[0], MANY)
        return CourseState(state.opened, state.served, ordinals, numbers)

    def _on_day(self, state: CourseState, day: int) -> Iterator[CourseState]:
        """Yield the states on the day, when courses that are over by then are closed."""
        if state.opened is None:
            yield state
            return
        first, last = state.opened
        earliest = earliest_opening(self.course.ends, day)
        if day > end_without_services(self.course.ends, state.served) or last < earliest:
            yield state.closed
            return
        if first < earliest:
            yield state.closed
        yield state if first >= earliest else state.opened_in(DaySpan(earliest, last))

    def _steps(self, before: CourseState, service: _Service) -> Iterator[_Step]:
        """Yield the state of the service and the state after it."""
        day, code, course = service.day, service.line.code, self.course
        for state in self._on_day(before, day):
            if state.opened is None:
                after = state.opening(day) if code in course.openers else state
                yield after, after
            elif code not in course.ends.codes or self._begins_today(state, service):
                after = state.served_on(day)
                yield after, after
            elif code in course.openers:
                after = state.opening(day)
                yield after, after
            else:
                last = state.served_on(day)
                yield last, last.closed

    def _begins_today(self, state: CourseState, service: _Service) -> bool:
        """Return True if the course was opened on the day by such a service."""
        is_opener = service.line.code in self.course.openers
        return is_opener and state.opened == (service.day, service.day)

    def _services_after(self, line: ServiceLine) -> Iterator[_Service]:
        """Yield the services that follow the line."""
        day, is_after = line.date_from.toordinal(), False
        is_service = any(service.line is line for service in self._services)
        for service in self._services:
            if service.day > day or (is_after and is_service):
                yield service
            is_after = is_after or service.line is line

    def _place(
        self, state: CourseState, after: CourseState, day: int, later: Iterable[_Service]
    ) -> CoursePlace | None:
        """Return the days of the course of a line on the day; ``None`` if it is in none."""
        if state.opened is None:
            return None
        ends = (day, day) if after.opened is None else self._ends(after, later)
        if self.known_from > day:
            # NOTE: an unknown service may close the course at once, or keep it open.
            ends = (day, end_of_length(self.course.ends, state.opened.last))
        elif after.served < self.known_from:
            # NOTE: the last service is not known, and the course may be over after the day.
            ends = (day, ends[1])
        first, last = state.opened
        return CoursePlace(DaySpan(last, max(day, ends[0])), DaySpan(first, max(day, ends[1])))

    def _ends(self, state: CourseState, later: Iterable[_Service]) -> tuple[int, int]:
        """Return the earliest and the latest day on which the open course may end."""
        states, ends = {state}, set[int]()
        for service in later:
            following: set[CourseState] = set()
            for before in states:
                for now in self._on_day(before, service.day):
                    if now.opened is None:
                        ends.update(self._end_in_time(before))
                        continue
                    if service.missing:
                        following.add(now)
                    ends_before = self._last_day_by(now, service)
                    if ends_before is None:
                        following.add(now.served_on(service.day))
                    else:
                        ends.add(ends_before)
            states = following
        for left in states:
            ends.update(self._end_in_time(left))
        return min(ends), max(ends)

    def _last_day_by(self, state: CourseState, service: _Service) -> int | None:
        """Return the last day of the course if the service closes it."""
        if service.line.code not in self.course.ends.codes or self._begins_today(state, service):
            return None
        return service.day - 1 if service.line.code in self.course.openers else service.day

    def _end_in_time(self, state: CourseState) -> tuple[int, int]:
        """Return the earliest and the latest day on which the course ends without a service."""
        assert state.opened is not None
        ends = self.course.ends
        without = end_without_services(ends, state.served)
        least, most = (end_of_length(ends, opened) for opened in state.opened)
        return min(without, least), min(without, most)


def opening_date(name: OpeningDate, state: ClaimState) -> date | KnownNone | None:
    """Return the date of the claim; ``None`` if it is not known, or lines state several."""
    of_claim = getattr(state.claim.dates, name, None)
    stated = {getattr(line.dates, name, None) or of_claim for line in state.lines}
    return stated.pop() if len(stated) == 1 else None


def _last_day(service: _Service) -> int:
    return service.line.date_to.toordinal()


def _services(course: Course, state: ClaimState) -> Iterator[_Service]:
    codes = course.services
    for line in state.lines:
        if line.code in codes:
            yield _Service(line)
    for earlier in state.before(date.min, date.max, codes):
        counts, missing = state.status(earlier)
        if counts:
            yield _Service(earlier, missing)


def _order(service: _Service) -> tuple[int, bool, str, int]:
    line = service.line
    claim = line.claim if isinstance(line, HistoryLine) else ""
    return service.day, not isinstance(line, HistoryLine), claim, line.number
