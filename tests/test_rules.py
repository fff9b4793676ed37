"""Rules that cannot hold are refused, each with what is wrong and what to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from payer_rules.errors import InvalidValueError
from payer_rules.kinds import (
    AddOnCode,
    AuthorizationRequirement,
    Coverage,
    DiagnosisRequirement,
    DuplicateService,
    FrequencyLimit,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    RequiredField,
    ServiceTypes,
    SessionRequirement,
    TimelyFiling,
)
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.rules import (
    Adjustment,
    Age,
    Bounds,
    Citation,
    EarlierLine,
    OtherLine,
    ProviderCriteria,
    Rule,
    TimeLimit,
    When,
    Window,
)

CITED = Citation(row="R-1", title="t", url="u", read=date(2024, 8, 15), confidence="primary")
GROUP = frozenset(["90853"])


def rule_of(kind: type[Rule], **fields: Any) -> Any:
    """A rule of the kind on 90853."""
    about: dict[str, Any] = {"codes": GROUP, "citations": (CITED,), "rationale": "x.", **fields}
    return kind(id="p/rule", **about)


def typed(**types: list[str]) -> Any:
    """A daily limit with these types of service."""
    pool = ServiceTypes.from_data({"types": types})
    about: dict[str, Any] = {"limit": Decimal(1), "counts": "units", "scope": "member"}
    return rule_of(FrequencyLimit, window=Window.rolling(1), pool=pool, **about)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rule_of(SessionRequirement), "asks nothing of the session"),
        (lambda: rule_of(ProviderRequirement), "asks nothing of the providers"),
        (lambda: rule_of(PlaceOfServiceRequirement), "names no place and no modality"),
        (lambda: rule_of(PlaceOfServiceRequirement, any_of=frozenset(["2"])), "'2' is not a place"),
        (
            lambda: rule_of(PlaceOfServiceRequirement, none_of=frozenset(["ab"])),
            "'ab' is not a place",
        ),
        (lambda: rule_of(DiagnosisRequirement), "names no diagnosis"),
        (lambda: rule_of(RequiredField, fields=frozenset()), "the rule requires no field"),
        (lambda: rule_of(AuthorizationRequirement, needs=frozenset()), "needs is empty"),
        (
            lambda: rule_of(
                AuthorizationRequirement,
                needs=frozenset(["order"]),
                used_up=Adjustment(group="CO", carc="198"),
            ),
            "only an authorization has units",
        ),
        (lambda: Bounds(), "no bound is stated"),
        (lambda: Bounds(at_least=3, at_most=2), "at_least is 3 and at_most is 2"),
        (lambda: TimeLimit(), "needs days or months"),
        (lambda: TimeLimit(days=1, months=1), "needs days or months"),
        (lambda: TimeLimit(months=0), "a time limit of 0"),
        (lambda: EarlierLine(codes=GROUP, within_days=0), "within_days is 0"),
        (lambda: ServiceTypes.from_data({"types": {"group": "90853"}}), "is not a pool"),
        (lambda: ServiceTypes.from_data("both"), "is not a pool"),
        (lambda: typed(family=["90847"]), "90853 has no type"),
        (lambda: typed(group=["90853", "90847"]), "90847 has a type but is not in codes"),
        (lambda: typed(group=["90853"], other=["90853"]), "90853 has more than one type"),
        (lambda: rule_of(Coverage, codes=frozenset()), "codes lists no code"),
        (lambda: rule_of(Coverage, codes=frozenset(["9085"])), "'9085' is not a procedure code"),
        (lambda: rule_of(Coverage, rationale=" "), "the rationale is empty"),
        (lambda: rule_of(Coverage, citations=()), "cites no source"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(make: Any, message: str) -> None:
    """The wrong value is quoted, and every problem states what to do."""
    with pytest.raises(InvalidValueError, match=message) as caught:
        make()
    assert all(field_error.remedy for field_error in caught.value.field_errors)


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (When(age=Age(below=18)), "for members below 18 years"),
        (When(age=Age(at_least=21)), "for members of 21 years or more"),
        (
            When(age=Age(at_least=6, below=18)),
            "for members of 6 years or more and below 18",
        ),
        (When(supervised=False), "without supervision"),
        (When(inpatient=True, supervised=True), "under supervision, during an inpatient stay"),
        (
            When(performed_by=ProviderCriteria(taxonomy=frozenset(["1041C0700X"]))),
            "performed by taxonomy 1041C0700X",
        ),
        (
            When(
                same_day=OtherLine(
                    codes=frozenset(["90791"]),
                    modality=frozenset(["in-person"]),
                    place_of_service=frozenset(["11"]),
                    modifier=frozenset(["59"]),
                )
            ),
            "with 90791 by in-person at place of service 11 with modifier 59 on the same day",
        ),
        (
            When(
                history=(
                    EarlierLine(codes=frozenset(["90791"]), within_days=30),
                    EarlierLine(codes=GROUP),
                )
            ),
            "after 90791 in the 30 days before and after 90853 ever before",
        ),
    ],
)
def test_conditions_in_words(when: When, message: str) -> None:
    """Each condition is described as a person would do it."""
    assert conditions_text(when) == message


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            rule_of(Coverage, outcome="reduce", pays=Decimal("0.75")),
            "90853 is paid at 75 percent.",
        ),
        (
            rule_of(SessionRequirement, minutes=Bounds(at_most=240), minutes_of="day"),
            "90853 asks for at most 240 minutes in all on that day.",
        ),
        (
            rule_of(AuthorizationRequirement, needs=frozenset(["authorization", "order"])),
            "90853 needs an authorization or an order; it must cover the code, the days and the "
            "provider, and have units left.",
        ),
        (
            rule_of(AddOnCode, exhaustive=False),
            "90853 is paid only with a primary code; which ones is not known.",
        ),
        (
            rule_of(TimelyFiling, within=TimeLimit(days=90), since="last-day"),
            "90853: the payer has the claim within 90 days of the last day of the service; "
            "the last day is still in time.",
        ),
        (
            rule_of(DuplicateService, same=frozenset(["charge"]), across_claims=False),
            "90853: a line that equals an earlier one in the claim in code, days, charge "
            "is the same service twice.",
        ),
        (
            rule_of(
                ProviderRequirement, supervised_by=ProviderCriteria(specialty=frozenset(["26"]))
            ),
            "90853 is supervised by specialty 26.",
        ),
        (
            rule_of(Coverage, codes=frozenset(f"9{n:04}" for n in range(0, 60, 2))),
            "90000, 90002, 90004, 90006, 90008, 90010, 90012, 90014, 90016, 90018, 90020, 90022 "
            "and 18 more codes is not paid.",
        ),
    ],
)
def test_rules_in_words(rule: Rule, message: str) -> None:
    """Each kind of rule states its demand in a sentence."""
    assert rule_sentence(rule) == message
