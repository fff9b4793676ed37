"""The conditions on the member: sex, identifier, age, statuses and inpatient stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from payer_rules.claims import Claim, InpatientStay, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.condition import Condition, ConditionTest
from payer_rules.engine.days import is_within, missing_day, same_on_all_days
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.windows import calendar_of
from payer_rules.engine.missing import field, of_history
from payer_rules.engine.months import full_months
from payer_rules.engine.reads import DAYS, STATUS, Reads
from payer_rules.engine.statuses import has_status
from payer_rules.engine.truth import Truth, among, begins, both, either
from payer_rules.history import HistoryLine
from payer_rules.rules import Age, StatusCriteria, StayCriteria, Window


def _is_of_another(state: ClaimState, line: ServiceLine) -> bool:
    """Return True for an earlier line of another member, of whom the claim states nothing."""
    return isinstance(line, HistoryLine) and line.member != state.claim.member.id


def _sex(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    if _is_of_another(state, line):
        return of_history("member.sex")
    return among(state.claim.member.sex, allowed, field("member.sex"))


def _member_prefix(starts: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    if _is_of_another(state, line):
        return of_history("member.member_prefix")
    return begins(state.claim.member.member_prefix, starts, field("member.member_prefix"))


def _age(age: Age, state: ClaimState, line: ServiceLine) -> Truth:
    if _is_of_another(state, line):
        return of_history("member.birth_date")
    return same_on_all_days(line, lambda day: _is_aged(age, state.claim, day))


def age_in_period(window: Window) -> ConditionTest:
    """Return the test of the age on the first day of the period that holds the service."""

    def test(age: Age, state: ClaimState, line: ServiceLine) -> Truth:
        if _is_of_another(state, line):
            return of_history("member.birth_date")
        calendar = calendar_of(window, state.claim)
        if isinstance(calendar, tuple):
            return calendar

        def aged(at: date) -> Truth:
            day = at.toordinal()
            first = max(date.min.toordinal(), calendar.related_days(DaySpan(day, day)).first)
            return _is_aged(age, state.claim, date.fromordinal(first))

        return same_on_all_days(line, aged)

    return test


def _is_aged(age: Age, claim: Claim, day: date) -> Truth:
    born = claim.member.birth_date
    if born is None:
        return field("member.birth_date")
    months, least, below = full_months(born, day), age.from_month, age.to_month
    return (least is None or months >= least) and (below is None or months < below)


def _member_status(
    all_criteria: tuple[StatusCriteria, ...], state: ClaimState, line: ServiceLine
) -> Truth:
    if _is_of_another(state, line):
        return of_history("member.statuses")
    missing = field("member.statuses")
    return both(
        has_status(state.claim.member.statuses, each, line, missing) for each in all_criteria
    )


def _inpatient(wanted: bool | StayCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    if _is_of_another(state, line):
        return of_history("inpatient_stays")
    stays = state.claim.inpatient_stays
    if stays is None:
        return field("inpatient_stays")
    if isinstance(wanted, StayCriteria):
        return either(_is_stay(stay, wanted, line) for stay in stays)
    inside = [is_within(line, stay.date_from, stay.date_to) for stay in stays]
    if True in inside:
        return wanted
    return missing_day(line) if any(inside) else not wanted


def _is_stay(stay: InpatientStay, criteria: StayCriteria, line: ServiceLine) -> Truth:
    """Return whether the line is during the stay, and the stay meets the criteria."""
    truths = [is_within(line, stay.date_from, stay.date_to)]
    if criteria.kind is not None:
        truths.append(stay.kind in criteria.kind)
    if criteria.status is not None:
        missing = field("inpatient_stays.statuses")
        truths.append(has_status(stay.statuses, criteria.status, line, missing))
    return both(truths)


#: What tells whose line an earlier one is.
_WHOSE: Final = Reads(claim={"member"}, member={"id"}, history={"member"})
#: The conditions by their names in `When`.
MEMBER_CONDITIONS: Final[dict[str, Condition]] = {
    "sex": Condition(_sex, Reads(claim={"member"}, member={"sex"}), _WHOSE),
    "member_prefix": Condition(
        _member_prefix, Reads(claim={"member"}, member={"member_prefix"}), _WHOSE
    ),
    "age": Condition(_age, DAYS | Reads(claim={"member"}, member={"birth_date"}), _WHOSE),
    "member_status": Condition(
        _member_status, STATUS | Reads(claim={"member"}, member={"statuses"}), _WHOSE
    ),
    "inpatient": Condition(
        _inpatient,
        STATUS
        | Reads(claim={"inpatient_stays"}, stay={"date_from", "date_to", "kind", "statuses"}),
        _WHOSE,
    ),
}
#: What the age on the first day of a period reads in addition.
PERIOD_READS: Final = Reads(claim={"episode_start"}, member={"benefit_year_start"})
