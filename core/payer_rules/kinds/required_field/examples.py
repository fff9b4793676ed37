"""Claims with and without the fields that a rule requires."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from payer_rules.claims import BodySite, Claim, Drug, Occurrence, TreatmentDates
from payer_rules.kinds.claim_changes import with_line
from payer_rules.kinds.required_field.rule import RequiredField

_SITE: Final = BodySite(tooth="3", surfaces=("O",), quadrant="10", side="right")
_DRUG: Final = Drug(number="00002143380", quantity=Decimal(1), unit="UN")


def examples(rule: RequiredField, base: Claim) -> Iterator[Claim]:
    """Yield a complete claim, one with an invalid NPI, and one without each of the fields."""
    whole = _complete(rule, base)
    yield whole
    wrong = attrs.evolve(base.billing_provider, npi="1234567890")
    yield with_line(whole, rendering_provider=wrong)
    yield with_line(attrs.evolve(base, diagnoses=()), diagnosis_pointers=())
    if _further(rule):
        yield from _incomplete(whole)


def _complete(rule: RequiredField, base: Claim) -> Claim:
    """Return the claim with all fields that a rule can require."""
    day = base.lines[0].date_from
    dates = {field.name: day for field in attrs.fields(TreatmentDates)}
    about: dict[str, Any] = {"referral": "R1", "order": "O1", "diagnoses": ("F33.1",)}
    if not _further(rule):
        return with_line(attrs.evolve(base, **about), diagnosis_pointers=(1,))
    whole = attrs.evolve(
        base,
        **about,
        dates=TreatmentDates(**dates),
        condition_codes=(min(rule.condition_code or ["41"]),),
        occurrences=(Occurrence(code=min(rule.occurrence_code or ["11"]), date_from=day),),
    )
    revenue_code = min(rule.revenue_code or ["0915"])
    return with_line(
        whole, diagnosis_pointers=(1,), body_site=_SITE, drug=_DRUG, revenue_code=revenue_code
    )


def _further(rule: RequiredField) -> bool:
    """Return True if the rule requires a field that few claims have."""
    codes = (rule.revenue_code, rule.condition_code, rule.occurrence_code)
    return any(codes) or any(
        name.startswith(("dates.", "body_site", "drug.", "revenue", "condition", "occurrences"))
        for name in rule.fields
    )


def _incomplete(whole: Claim) -> Iterator[Claim]:
    """Yield the claim without its dates, codes, body site and drug, and with other codes."""
    none: dict[str, Any] = {field.name: "none" for field in attrs.fields(TreatmentDates)}
    yield attrs.evolve(whole, dates=TreatmentDates(**none))
    yield attrs.evolve(whole, condition_codes=())
    yield attrs.evolve(whole, condition_codes=("07",))
    yield attrs.evolve(whole, occurrences=())
    yield attrs.evolve(whole, occurrences=(Occurrence(code="A1"),))
    yield with_line(whole, body_site="none")
    yield with_line(whole, drug="none")
    yield with_line(whole, drug=Drug(number=_DRUG.number))
    yield with_line(whole, revenue_code="0999")
