"""A claim to which a rule applies, with no other facts than its conditions ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import (
    BodySite,
    Claim,
    DatedStatus,
    Drug,
    InpatientStay,
    KnownNone,
    Member,
    Modality,
    Occurrence,
    OtherPayer,
    Provider,
    ServiceLine,
    Session,
    is_revenue_line,
)
from payer_rules.engine.months import months_on
from payer_rules.examples.opposites import conditions_within
from payer_rules.rules import (
    ANYTIME,
    Age,
    AmountBounds,
    DateRange,
    ProviderCriteria,
    Rule,
    StatusCriteria,
    StayCriteria,
    When,
    code_of,
)
from payer_rules.vocabularies.formats import diagnosis_beginning

#: The day of service if a rule allows any.
_DAY: Final = date(2024, 8, 15)
_BILLER: Final = Provider(npi="1234567893", profession="psychologist")
_FEE: Final = Decimal(100)
_YEAR: Final = 365
_ADULT: Final = 40


def sketch(rule: Rule, code: str) -> Claim:
    """Return a claim of one line with the code to which the rule applies.

    It states as much as a complete claim does. Conditions on other lines are left out.
    """
    when = conditions_within(rule)
    return _claim(when, code, day_of(rule, code), setting=_one(when.setting, "practitioner"))


def _claim(when: When, code: str, day: date, *, setting: str | None) -> Claim:
    return Claim(
        id="EXAMPLE",
        member=Member(
            id="MEMBER",
            birth_date=_born(when.age, day),
            sex=_one(when.sex, "f"),
            member_prefix=_one(when.member_prefix, None),
            benefit_year_start="01-01",
            statuses=_statuses(*when.member_status) if when.member_status else None,
        ),
        billing_provider=_BILLER,
        lines=[_line(when, code, day)],
        setting=setting,
        bill_type=min(when.bill_type).ljust(3, "1") if when.bill_type else None,
        condition_codes=tuple(sorted(when.condition_code or ())[:1]),
        occurrences=tuple(
            Occurrence(code=code, date_from=day) for code in sorted(when.occurrence_code or ())[:1]
        ),
        contractor=_one(when.contractor, None),
        program=_one(when.program, None),
        plan=_one(when.plan, None),
        network=_one(when.network, None),
        state=_one(when.state, None),
        line_of_business=_one(when.line_of_business, None),
        diagnoses=(diagnosis_beginning(min(when.diagnosis)) if when.diagnosis else "F33.1",),
        authorizations=(),
        referral="none",
        order="none",
        episode_start=day.replace(month=1, day=1),
        other_payers=_other_payers(when, day),
        inpatient_stays=_stays(when, day),
        received=day,
    )


def _line(when: When, code: str, day: date) -> ServiceLine:
    modality: Modality = "in-person"
    if when.modality and modality not in when.modality:
        modality = min(when.modality)
    return ServiceLine(
        code=code,
        date_from=day,
        place_of_service=_one(when.place_of_service, "11"),
        modality=modality,
        modifiers=tuple(sorted(when.modifier or ())[:1]),
        revenue_code=None if is_revenue_line(code) else _one(when.revenue_code, None),
        rendering_provider=_rendering(when),
        minutes=60,
        charge=_charge(when.charge),
        session=Session(group_size=8),
        body_site=_body_site(when),
        drug=Drug(number=min(when.drug), quantity=Decimal(1), unit="UN") if when.drug else "none",
    )


def _body_site(when: When) -> BodySite | KnownNone:
    tooth, quadrant, side = (
        _one(wanted, None) for wanted in (when.tooth, when.quadrant, when.side)
    )
    surfaces = (min(when.surface),) if when.surface else ()
    if surfaces and tooth is None:
        tooth = "3"
    if tooth is None and quadrant is None and side is None:
        return "none"
    return BodySite(tooth=tooth, surfaces=surfaces, quadrant=quadrant, side=side)


def _other_payers(when: When, day: date) -> tuple[OtherPayer, ...]:
    criteria = when.other_payer
    if criteria is None or not criteria.known:
        return ()
    order = min(criteria.order) if criteria.order else None
    if criteria.decided is False:
        return (OtherPayer(order=order, decided="none"),)
    paid = Decimal(0) if criteria.paid is False else _FEE
    reasons = (min(criteria.reason or ["45"]),)
    return (OtherPayer(order=order, decided=day, paid=paid, reasons=reasons),)


def _charge(bounds: AmountBounds | None) -> Decimal:
    """Return the usual charge, or one within the bounds."""
    if bounds is None or bounds.allows(_FEE):
        return _FEE
    return bounds.at_least if bounds.at_least is not None else bounds.at_most or _FEE


def _stays(when: When, day: date) -> tuple[InpatientStay, ...]:
    criteria = when.inpatient
    if not criteria:
        return ()
    if not isinstance(criteria, StayCriteria):
        return (InpatientStay(kind="hospital", date_from=day),)
    statuses = _statuses(*filter(None, [criteria.status]))
    kind = min(criteria.kind or ["hospital"])
    return (InpatientStay(kind=kind, date_from=day, statuses=statuses),)


def _statuses(*all_criteria: StatusCriteria) -> tuple[DatedStatus, ...]:
    """Return a status that meets each of the criteria."""
    return tuple(
        DatedStatus(kind=criteria.kind, value=min(criteria.value or ["stated"]))
        for criteria in all_criteria
    )


def _rendering(when: When) -> Provider:
    who = when.rendered_by or when.performed_by or ProviderCriteria()
    return attrs.evolve(
        _BILLER,
        profession=_one(who.profession, _BILLER.profession),
        taxonomy=_one(who.taxonomy, None),
        specialty=_one(who.specialty, None),
        statuses=_statuses(who.status) if who.status else None,
        supervised_by=_BILLER if when.supervised or when.supervised_by else "none",
    )


def example_code(rule: Rule) -> str:
    """Return a code of the rule that tables list as its conditions ask for."""
    wanted = [code for table in rule.when.table for code in table.codes]
    return code_of(frozenset(filter(rule.denied_codes.__contains__, wanted)) or rule.denied_codes)


def day_of(rule: Rule, code: str) -> date:
    """Return a day of service on which the rule is in force and its text was read."""
    listed = (row for table in rule.when.table for row in table.rows if row.value in table.value)
    spans = [rule.in_force, *([rule.verified_dates] if rule.verified_dates else [])]
    spans += [row.dates for row in listed if row.code == code][:1]
    ends = [day for span in spans for day in (span.first, span.last) if day]
    fitting = [day for day in (_DAY, *ends) if all(day in span for span in spans)]
    return fitting[0] if fitting else _DAY


def sketch_on(dates: DateRange, setting: str, code: str) -> Claim:
    """Return a claim of one line with the code in the setting, on a day of the range."""
    day = next((day for day in (_DAY, dates.first, dates.last) if day and day in dates), _DAY)
    return _claim(ANYTIME, code, day, setting=setting)


def _one(allowed: Iterable[str] | None, otherwise: str | None) -> str | None:
    """Return the default if it is allowed, or the first word that is."""
    if not allowed:
        return otherwise
    allowed = sorted(allowed)
    return otherwise if otherwise in allowed else allowed[0]


def _born(age: Age | None, day: date) -> date:
    if age is not None and age.is_in_months:
        below = age.to_month
        months = age.from_month or 0 if below is None else below - 1
        return months_on(day, -months)
    years = _ADULT
    if age is not None and age.below is not None:
        years = age.below - 1
    elif age is not None and age.at_least is not None:
        years = max(years, age.at_least)
    return day - timedelta(days=years * _YEAR + years // 4 + 1)
