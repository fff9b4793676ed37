"""The conditions of a rule: whether they hold on a line, or which facts are missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import reduce
from itertools import chain
from operator import or_
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.claims import Claim, InpatientStay, OtherPayer, Provider, ServiceLine
from payer_rules.engine.body_sites import part_of, sides_of, surfaces_of
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.course_positions import is_in_place
from payer_rules.engine.days import is_within, missing_day, same_on_all_days
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.windows import calendar_of
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import MissingFacts, field, of_history, of_record
from payer_rules.engine.months import full_months
from payer_rules.engine.other_lines import LineSearch, are_as_asked, delivered
from payer_rules.engine.reads import DAYS, EARLIER_LINES, OTHER_LINE, RENDERING, Reads
from payer_rules.engine.statuses import has_status
from payer_rules.engine.table_conditions import CodeTableLookup, is_listed
from payer_rules.engine.truth import Truth, among, begins, both, either, negated
from payer_rules.history import HistoryLine
from payer_rules.rules import (
    SCOPES,
    Age,
    AmountBounds,
    Course,
    OtherPayerCriteria,
    Payer,
    ProviderCriteria,
    StatusCriteria,
    StayCriteria,
    When,
    Window,
)


def _of_claim(name: str) -> _Test:
    missing = field(name)

    def test(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
        return among(getattr(state.claim, name), allowed, missing)

    return test


_NO_SETTING: Final = field("setting")
_NO_EARLIER_SETTING: Final = of_history("setting")


def _setting(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    if isinstance(line, HistoryLine):
        return among(line.setting, allowed, _NO_EARLIER_SETTING)
    return among(state.claim.setting, allowed, _NO_SETTING)


def _of_line(name: str) -> _Test:
    missing = field(name)

    def test(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
        return among(getattr(line, name), allowed, missing)

    return test


def _bill_type(starts: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    return begins(state.claim.bill_type, starts, field("bill_type"))


def _member_prefix(starts: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    return begins(state.claim.member.member_prefix, starts, field("member.member_prefix"))


def _condition_code(codes: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    stated = state.claim.condition_codes
    return field("condition_codes") if stated is None else any(code in codes for code in stated)


def _occurrence_code(codes: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    # NOTE: earlier lines do not state the occurrences of their claim.
    if isinstance(line, HistoryLine):
        return of_history("occurrences")
    stated = state.claim.occurrences
    return field("occurrences") if stated is None else any(each.code in codes for each in stated)


def _drug(numbers: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    drug = line.drug
    if drug is None:
        return field("drug.number")
    return drug != "none" and drug.number in numbers


def _of_body_site(name: str) -> _Test:
    def test(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
        return among(part_of(line, name), allowed, field(f"body_site.{name}"))

    return test


def _surface(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    surfaces = surfaces_of(line)
    if surfaces is None:
        return field("body_site.surfaces")
    return any(surface in allowed for surface in surfaces)


def _side(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    sides = sides_of(line)
    return field("body_site.side") if sides is None else any(side in allowed for side in sides)


_NO_OTHER_PAYERS: Final = field("other_payers")


def _other_payer(criteria: OtherPayerCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    # NOTE: earlier lines do not state the other payers of their claim.
    if isinstance(line, HistoryLine):
        return of_history("other_payers")
    payers = state.claim.other_payers
    if payers is None:
        return _NO_OTHER_PAYERS
    if not criteria.known:
        return not payers
    return either(_is_as_asked(payer, criteria) for payer in payers)


def _is_as_asked(payer: OtherPayer, criteria: OtherPayerCriteria) -> Truth:
    """Return whether the other payer meets all criteria."""
    truths: list[Truth] = []
    if criteria.order is not None:
        truths.append(among(payer.order, criteria.order, field("other_payers.order")))
    if criteria.decided is not None:
        decided = payer.has_decided
        missing = field("other_payers.decided")
        truths.append(missing if decided is None else decided is criteria.decided)
    if criteria.paid is not None:
        paid = _has_paid(payer)
        truths.append(field("other_payers.paid") if paid is None else paid is criteria.paid)
    if criteria.reason is not None:
        reasons = () if payer.decided == "none" else payer.reasons
        missing = field("other_payers.reasons")
        truths.append(missing if reasons is None else not criteria.reason.isdisjoint(reasons))
    return both(truths)


def _has_paid(payer: OtherPayer) -> bool | None:
    if payer.decided == "none":
        return False
    return None if payer.paid is None else payer.paid > 0


def _sex(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    member = state.claim.member
    if isinstance(line, HistoryLine) and line.member != member.id:
        return of_history("member.sex")
    return among(member.sex, allowed, field("member.sex"))


def _diagnosis(starts: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    earlier = isinstance(line, HistoryLine)
    stated = line.diagnoses if isinstance(line, HistoryLine) else state.claim.diagnoses
    if stated is None:
        return of_history("diagnoses") if earlier else field("diagnoses")
    plain = tuple(start.replace(".", "") for start in starts)
    return any(code.replace(".", "").startswith(plain) for code in stated)


def _charge(bounds: AmountBounds, state: ClaimState, line: ServiceLine) -> Truth:
    if line.charge is not None:
        return bounds.allows(line.charge)
    return of_history("charge") if isinstance(line, HistoryLine) else field("charge")


def _modality(allowed: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    return delivered(line, allowed, state.assumptions)


def _modifier(wanted: Collection[str], state: ClaimState, line: ServiceLine) -> Truth:
    return any(modifier in wanted for modifier in line.modifiers)


def _age(age: Age, state: ClaimState, line: ServiceLine) -> Truth:
    return same_on_all_days(line, lambda day: _is_aged(age, state.claim, day))


def _age_in_period(window: Window) -> _Test:
    """Return the test of the age on the first day of the period that holds the service."""

    def test(age: Age, state: ClaimState, line: ServiceLine) -> Truth:
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


def is_one(
    provider: Provider | None, criteria: ProviderCriteria, name: str, line: ServiceLine
) -> Truth:
    """Return whether the provider of the line meets the criteria; ``name`` is its field."""
    if provider is None:
        return field(name)
    tests: list[Truth] = []
    if criteria.profession is not None:
        profession = provider.profession
        is_alone = (criteria.taxonomy, criteria.specialty, criteria.status) == (None, None, None)
        if is_alone and profession is not None:
            return profession in criteria.profession
        tests.append(among(profession, criteria.profession, field(f"{name}.profession")))
    if criteria.taxonomy is not None:
        tests.append(among(provider.taxonomy, criteria.taxonomy, field(f"{name}.taxonomy")))
    if criteria.specialty is not None:
        tests.append(among(provider.specialty, criteria.specialty, field(f"{name}.specialty")))
    if criteria.status is not None:
        missing = field(f"{name}.statuses")
        tests.append(has_status(provider.statuses, criteria.status, line, missing))
    return both(tests)


def _rendered_by(criteria: ProviderCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    return is_one(state.claim.rendering_provider(line), criteria, "rendering_provider", line)


def performer(claim: Claim, line: ServiceLine) -> Provider:
    """Return the provider who performed the line: by default the one who rendered it."""
    return line.performed_by or claim.rendering_provider(line)


def _performed_by(criteria: ProviderCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    return is_one(performer(state.claim, line), criteria, "performed_by", line)


def _supervised_by(criteria: ProviderCriteria, state: ClaimState, line: ServiceLine) -> Truth:
    supervisor = performer(state.claim, line).supervised_by
    if supervisor is None:
        return of_record("supervised_by")
    return False if supervisor == "none" else is_one(supervisor, criteria, "supervised_by", line)


def _supervised(wanted: bool, state: ClaimState, line: ServiceLine) -> Truth:
    supervisor = performer(state.claim, line).supervised_by
    if supervisor is None:
        return of_record("supervised_by")
    return (supervisor != "none") is wanted


def _member_status(
    all_criteria: tuple[StatusCriteria, ...], state: ClaimState, line: ServiceLine
) -> Truth:
    member = state.claim.member
    if isinstance(line, HistoryLine) and line.member != member.id:
        return of_history("member.statuses")
    missing = field("member.statuses")
    return both(has_status(member.statuses, each, line, missing) for each in all_criteria)


def _inpatient(wanted: bool | StayCriteria, state: ClaimState, line: ServiceLine) -> Truth:
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


_Test: TypeAlias = Callable[..., Truth]


@attrs.frozen
class Condition:
    """The test of one condition of `When`, and what it reads."""

    test: _Test
    reads: Reads


_PERFORMER: Final = RENDERING | Reads(line={"performed_by"})
_STATUS: Final = DAYS | Reads(status={"date_from", "date_to", "kind", "value"})
_UNDATED: Final = Reads(provider={"profession", "specialty", "taxonomy"})
_CRITERIA: Final = _STATUS | _UNDATED | Reads(provider={"statuses"})
_SUPERVISOR: Final = Reads(provider={"supervised_by"})

#: The conditions by their names in `When`.
CONDITIONS: Final[dict[str, Condition]] = {
    **{name: Condition(_of_claim(name), Reads(claim={name})) for name in SCOPES},
    "setting": Condition(_setting, Reads(claim={"setting"}, history={"setting"})),
    "bill_type": Condition(_bill_type, Reads(claim={"bill_type"})),
    "condition_code": Condition(_condition_code, Reads(claim={"condition_codes"})),
    "occurrence_code": Condition(_occurrence_code, Reads(claim={"occurrences"})),
    "drug": Condition(_drug, Reads(line={"drug"})),
    "tooth": Condition(_of_body_site("tooth"), Reads(line={"body_site"})),
    "quadrant": Condition(_of_body_site("quadrant"), Reads(line={"body_site"})),
    "surface": Condition(_surface, Reads(line={"body_site"})),
    "side": Condition(_side, Reads(line={"body_site", "modifiers"})),
    "sex": Condition(_sex, Reads(claim={"member"}, member={"id", "sex"}, history={"member"})),
    "revenue_code": Condition(_of_line("revenue_code"), Reads(line={"revenue_code"})),
    "place_of_service": Condition(_of_line("place_of_service"), Reads(line={"place_of_service"})),
    "modality": Condition(_modality, Reads(line={"modality", "modifiers", "place_of_service"})),
    "modifier": Condition(_modifier, Reads(line={"modifiers"})),
    "diagnosis": Condition(_diagnosis, Reads(claim={"diagnoses"}, history={"diagnoses"})),
    "member_prefix": Condition(_member_prefix, Reads(claim={"member"}, member={"member_prefix"})),
    "age": Condition(_age, DAYS | Reads(claim={"member"}, member={"birth_date"})),
    "other_payer": Condition(
        _other_payer,
        Reads(claim={"other_payers"}, payer={"decided", "order", "paid", "reasons"}),
    ),
    "rendered_by": Condition(_rendered_by, RENDERING | _CRITERIA),
    "performed_by": Condition(_performed_by, _PERFORMER | _CRITERIA),
    "supervised_by": Condition(_supervised_by, _PERFORMER | _CRITERIA | _SUPERVISOR),
    "supervised": Condition(_supervised, _PERFORMER | _SUPERVISOR),
    "inpatient": Condition(
        _inpatient,
        _STATUS
        | Reads(claim={"inpatient_stays"}, stay={"date_from", "date_to", "kind", "statuses"}),
    ),
    "member_status": Condition(
        _member_status,
        _STATUS | Reads(claim={"member"}, member={"id", "statuses"}, history={"member"}),
    ),
    "charge": Condition(_charge, Reads(line={"charge"}, history={"charge"})),
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
#: What the age on the first day of a period reads in addition.
PERIOD_READS: Final = Reads(claim={"episode_start"}, member={"benefit_year_start"})


def _reads_of(name: str, value: object) -> Reads:
    """Return what the condition with this value reads."""
    if name == "age":
        return CONDITIONS[name].reads | PERIOD_READS
    if name == "rendered_by" and isinstance(value, ProviderCriteria) and value.status is None:
        return RENDERING | _UNDATED
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
            tests["age"] = _age_in_period(window)
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
