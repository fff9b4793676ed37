"""Laws of construction: a value of a wrong type or shape is refused, and its field is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest

import payer_rules
from payer_rules import (
    AddOnEdit,
    Adjustment,
    Age,
    Authorization,
    Bounds,
    Citation,
    Claim,
    Coverage,
    DateRange,
    EarlierLine,
    EditTable,
    EditTerms,
    Exemption,
    FrequencyLimit,
    History,
    HistoryLine,
    InpatientStay,
    InvalidValueError,
    LimitReading,
    LineFilter,
    Member,
    ModifierRequirement,
    OtherLine,
    PairEdit,
    Payer,
    Provider,
    ProviderCriteria,
    ServiceLine,
    Session,
    TimeLimit,
    UnitEdit,
    Violation,
    When,
    Window,
)

DAY: Final = date(2024, 8, 15)
CITED: Final = Citation(
    row="A-1", title="t", url="https://a.example", read=DAY, confidence="primary"
)
WHO: Final = Provider(npi="1234567893")
LINE: Final = ServiceLine(code="90853", date_from=DAY)
COMMON: Final[dict[str, Any]] = {
    "id": "acme/a",
    "codes": frozenset({"90853"}),
    "citations": (CITED,),
    "rationale": "r",
}
TERMS: Final[dict[str, Any]] = {
    "program": "medicare",
    "setting": "practitioner",
    "pair_citations": (CITED,),
    "unit_citations": (CITED,),
}
#: A sound value of each class, of which one field is put wrong at a time.
SOUND: Final[tuple[Any, ...]] = (
    Member(id="M1", birth_date=DAY),
    WHO,
    Session(group_size=8),
    Authorization(number="A1"),
    InpatientStay(kind="hospital", date_from=DAY),
    LINE,
    Claim(id="C1", member=Member(id="M1"), billing_provider=WHO, lines=[LINE]),
    HistoryLine(code="90853", date_from=DAY, claim="C1", member="M1"),
    History(),
    CITED,
    Adjustment(group="CO", carc="119"),
    DateRange(DAY, DAY),
    When(state=frozenset({"IL"})),
    ProviderCriteria(profession=frozenset({"lcsw"})),
    Age(below=21),
    OtherLine(codes=frozenset({"90853"})),
    EarlierLine(codes=frozenset({"90853"})),
    LineFilter(modifier=frozenset({"59"})),
    Exemption(),
    Bounds(at_most=12),
    TimeLimit(days=90),
    LimitReading(),
    Window("day"),
    Violation(lines=(1,), message="m"),
    Payer(id="acme", name="Acme", kind="commercial"),
    FrequencyLimit(
        **COMMON, limit=Decimal(1), counts="services", window=Window("day"), scope="member"
    ),
    ModifierRequirement(**COMMON, any_of=frozenset({"59"})),
    Coverage(**COMMON),
    PairEdit("90853", "90834", 1, DateRange(), "A-1"),
    UnitEdit("90853", 1, 2, DateRange(), "A-1"),
    AddOnEdit("90785", 1, frozenset({"90834"}), DateRange(), "A-1"),
    EditTerms(**TERMS),
    EditTable(
        **TERMS,
        release="2024 Q3",
        pairs=(),
        units=(),
        complete_for=frozenset(),
        verified=DateRange(),
        digest="d",
    ),
)
#: No field takes one of these.
WRONG: Final[tuple[Any, ...]] = (
    0.5,
    float("nan"),
    {"a": 1},
    b"59",
    datetime(2024, 8, 15, 10),
    Decimal("NaN"),
    object(),
    {"90853"},
)


def _wrong() -> Iterator[Any]:
    for value in SOUND:
        for field in attrs.fields(type(value)):
            if field.init:
                yield pytest.param(value, field.alias, id=f"{type(value).__name__}.{field.alias}")


@pytest.mark.parametrize(("value", "name"), [*_wrong()])
def test_a_value_of_a_wrong_type_is_refused(value: Any, name: str) -> None:
    """For each field of each class, what no field takes is refused with the field named."""
    for wrong in WRONG:
        # NOTE: lines may come in any collection.
        if name == "lines" and isinstance(wrong, dict | set | bytes):
            continue
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(value, **{name: wrong})
        assert any(field_error.path[:1] == (name,) for field_error in caught.value.field_errors)


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (lambda: ServiceLine(code="90853", date_from=DAY, minutes=True), ["minutes"]),
        (lambda: ServiceLine(code="90853", date_from=DAY, modifiers=("59", "59")), ["modifiers"]),
        (lambda: ServiceLine(code="90853", date_from=DAY, charge=Decimal(-1)), ["charge"]),
        (lambda: ServiceLine(code="90853", date_from=DAY, date_to=date.min), ["date_to"]),
        (lambda: attrs.evolve(SOUND[6], diagnoses="F72"), ["diagnoses"]),
        (lambda: attrs.evolve(SOUND[6], setting="practioner", state="XX"), ["setting", "state"]),
        (lambda: Provider(npi="123"), ["npi"]),
        (lambda: Member(id=" "), ["id"]),
        (lambda: When(setting=frozenset({"practioner"})), ["setting"]),
        (lambda: When(setting=frozenset()), ["setting"]),
        (lambda: ProviderCriteria(profession=frozenset({"lcws"})), ["profession"]),
        (lambda: Window("rolling"), ["number"]),
        (lambda: Window("week", None, "someday"), ["begins"]),
        (lambda: Window("day", 2), ["number"]),
        (lambda: Age(at_least=21, below=18), ["below"]),
        (lambda: PairEdit("9085", "90834", 1, DateRange(), "A-1"), ["column1"]),
        (lambda: Payer(id="acme", name="Acme", kind="commercial", states=("XX",)), ["states"]),
    ],
)
def test_a_value_of_a_wrong_shape_is_refused(make: Any, fields: list[str]) -> None:
    """All fields invalid of one construction are named at once."""
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert [field_error.path[0] for field_error in caught.value.field_errors] == fields


def test_words_are_kept_in_canonical_form() -> None:
    """Aliases, case and blanks are put right on construction."""
    line = ServiceLine(code="90853", date_from=DAY, modifiers=("xe ",), place_of_service="Office")
    claim = attrs.evolve(
        SOUND[6], contractor="J6", state="Illinois", plan="Prime", bill_type="0131"
    )
    assert (line.modifiers, line.place_of_service) == (("XE",), "11")
    assert (claim.contractor, claim.state, claim.plan, claim.bill_type) == (
        "ngs",
        "IL",
        "prime",
        "131",
    )


def test_a_plan_that_no_payer_has_is_refused_on_decision() -> None:
    """A plan is known where a payer declares it; others raise with the nearest name."""
    book = payer_rules.load().rulebook("tricare")
    claim = attrs.evolve(SOUND[6], plan="primee")
    with pytest.raises(InvalidValueError, match="Did you mean 'prime'"):
        book.decide(claim)
    assert book.decide(attrs.evolve(claim, plan="Prime")).claim == "C1"
